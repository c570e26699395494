using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Files;

/// <summary>Follows the records of a pcap file: seconds, fraction, captured length, wire length, frame (draft-ietf-opsawg-pcap, section 5).</summary>
internal sealed unsafe class PcapWalker(PcapFormat format, CaptureInputOptions options, CaptureStatistics statistics, string name) : IRecordWalker
{
    /// <summary>30 days: a pause that a capture may well have, and that garbage meets once in a thousand times.</summary>
    private const long PlausibleGapSeconds = 30 * 86_400;

    /// <summary>Both lengths lie at bytes 8 and 12 of a record header, in the order of the format.</summary>
    private const long BothLengthsAt = 8 + 12;

    private readonly long _capturedAt = format.WireLengthFirst ? 12 : 8;
    private readonly uint _largest = (uint)RecordLimits.For(format.LinkType, options.LargestRecordBytes);
    private long _number;

    public int BytesBetween => format.RecordHeaderLength;

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
        var capturedAt = _capturedAt;
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

            var captured = TOrder.Read32(at + capturedAt);
            var wire = TOrder.Read32(at + (BothLengthsAt - capturedAt));
            if (captured > largest || captured > wire || wire > int.MaxValue)
            {
                window.At = at;
                var admitted = Admit<TOrder>(in window, number + 1, captured, wire);
                if (admitted < 0)
                {
                    break;
                }

                wire = (uint)admitted;
            }

            var length = headerLength + captured;
            if (left < length)
            {
                Needed = length;
                break;
            }

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
    /// on the wire: believed, and counted, when the end follows or a record that is short enough and of about the same time.
    /// </summary>
    /// <returns>The wire length to go on with; negative when the record cannot be used, or not yet.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Admit<TOrder>(in RecordWindow window, long number, uint captured, uint wire)
        where TOrder : struct, IByteOrder
    {
        if (captured > _largest)
        {
            Stop($"frame {number} claims {captured} captured bytes, more than the {_largest} a record may have", window.Offset, number);
            return -1;
        }

        if (captured <= wire)
        {
            return int.MaxValue;
        }

        var next = (long)format.RecordHeaderLength + captured;
        var isNextHere = window.Left >= next + format.RecordHeaderLength;
        if (!isNextHere && !window.Final)
        {
            Needed = next + format.RecordHeaderLength;
            return -1;
        }

        var following = window.At + next;
        var plausible = isNextHere
            ? TOrder.Read32(following + _capturedAt) <= _largest && Math.Abs((long)TOrder.Read32(following) - TOrder.Read32(window.At)) <= PlausibleGapSeconds
            : window.Left == next;
        if (!plausible)
        {
            Stop($"frame {number} claims {captured} captured bytes of {wire} on the wire and no plausible record follows it", window.Offset, number);
            return -1;
        }

        statistics.ReportDamage($"{name}: frame {number} at byte {window.Offset} claims {captured} captured bytes of only {wire} on the wire; it is used as captured.");
        return (int)captured;
    }

    private void Stop(Sentence reason, long offset, long number)
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
