using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MinerFlow.Capture.Files;

/// <summary>Follows the records of a pcap file: seconds, fraction, captured length, wire length, frame (draft-ietf-opsawg-pcap, section 5).</summary>
internal sealed unsafe class PcapWalker(PcapFormat format, CaptureInputOptions options, CaptureStatistics statistics, string name) : IRecordWalker
{
    private readonly uint _largest = (uint)RecordLimits.For(format.LinkType, options.LargestRecordBytes);
    private long _number;

    public long Needed { get; private set; }

    public long Skip { get; set; }

    public bool Stopped { get; private set; }

    public int Walk(ref RecordWindow window, Span<FrameHeader> into) =>
        Stopped ? 0 : format.Swapped ? Walk<SwappedOrder>(ref window, into) : Walk<OwnOrder>(ref window, into);

    private int Walk<TOrder>(ref RecordWindow window, Span<FrameHeader> into)
        where TOrder : struct, IByteOrder
    {
        var at = window.At;
        var end = window.End;
        var headerLength = (long)format.RecordHeaderLength;
        var nanosecondsPerTick = format.NanosecondsPerTick;
        var linkType = format.LinkType;
        var largest = _largest;
        var number = _number;
        var count = 0;
        ref var slot = ref MemoryMarshal.GetReference(into);
        while (count < into.Length)
        {
            var left = end - at;
            if (left < headerLength)
            {
                Needed = headerLength;
                break;
            }

            var captured = TOrder.Read32(at + 8);
            var wire = TOrder.Read32(at + 12);
            if (captured > largest || captured > wire || wire > int.MaxValue)
            {
                window.At = at;
                if (!Admit<TOrder>(ref window, number + 1, captured, ref wire))
                {
                    break;
                }
            }

            var length = headerLength + captured;
            if (left < length)
            {
                Needed = length;
                break;
            }

            LookAhead.Ask(at, length);
            Unsafe.Add(ref slot, count) = new FrameHeader
            {
                Address = (nint)(at + headerLength),
                CapturedLength = (int)captured,
                WireLength = (int)wire,
                UnixNanoseconds = (TOrder.Read32(at) * 1_000_000_000L) + ((long)TOrder.Read32(at + 4) * nanosecondsPerTick),
                Number = ++number,
                LinkType = linkType,
            };
            count++;
            at += length;
        }

        window.At = at;
        _number = number;
        return count;
    }

    /// <summary>
    /// A record that contradicts itself. Too long to be believed: the chain ends here, for a pcap file has no mark to find the next record by. Longer than
    /// on the wire: believed, and counted, when a plausible record or the end follows.
    /// </summary>
    private bool Admit<TOrder>(ref RecordWindow window, long number, uint captured, ref uint wire)
        where TOrder : struct, IByteOrder
    {
        if (captured > _largest)
        {
            Stop($"frame {number} claims {captured} captured bytes, more than the {_largest} a record may have", window.Offset, number);
            return false;
        }

        if (captured <= wire)
        {
            wire = int.MaxValue;
            return true;
        }

        var next = (long)format.RecordHeaderLength + captured;
        if (window.Left < next + format.RecordHeaderLength && !window.Final)
        {
            Needed = next + format.RecordHeaderLength;
            return false;
        }

        var following = window.At + next;
        var plausible = window.Left < next + format.RecordHeaderLength
            ? window.Left == next
            : TOrder.Read32(following + 8) <= _largest && TOrder.Read32(following + 8) <= TOrder.Read32(following + 12);
        if (!plausible)
        {
            Stop($"frame {number} claims {captured} captured bytes of {wire} on the wire and no plausible record follows it", window.Offset, number);
            return false;
        }

        statistics.ReportDamage($"{name}: frame {number} at byte {window.Offset} claims {captured} captured bytes of only {wire} on the wire; it is used as captured.");
        wire = captured;
        return true;
    }

    private void Stop(string reason, long offset, long number)
    {
        Stopped = true;
        Needed = 0;
        statistics.ReportDamage($"{name}: damaged at byte {offset}: {reason}. The {number - 1} frames before it were read, nothing after it can be.");
    }

    private interface IByteOrder
    {
        static abstract uint Read32(byte* at);
    }

    private readonly struct OwnOrder : IByteOrder
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static uint Read32(byte* at) => Unsafe.ReadUnaligned<uint>(at);
    }

    private readonly struct SwappedOrder : IByteOrder
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static uint Read32(byte* at) => BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(at));
    }
}
