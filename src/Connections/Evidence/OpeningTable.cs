using System.Numerics;
using System.Runtime.InteropServices;
using MinerFlow.Capture;

namespace MinerFlow.Connections.Evidence;

/// <summary>
/// The frames that opened flows, the last ones of any flow: whether a flow is worth more is known with its data, and by then its SYN is gone. A place for each
/// value of a hash, so that remembering costs the same whatever the traffic; what comes later takes the place.
/// </summary>
internal sealed unsafe class OpeningTable(int flows) : IDisposable
{
    private readonly int _flows = (int)BitOperations.RoundUpToPowerOf2((uint)flows);
    private OpeningFrame* _frames = (OpeningFrame*)NativeMemory.AllocZeroed((nuint)BitOperations.RoundUpToPowerOf2((uint)flows) * 2, (nuint)sizeof(OpeningFrame));

    /// <param name="hash">Of the flow's key.</param>
    /// <param name="isAnswer">SYN and ACK, not SYN alone.</param>
    /// <param name="frame">Its headers are kept, up to <see cref="OpeningFrame.MostBytes"/>.</param>
    public void Keep(ulong hash, bool isAnswer, in FrameHeader frame)
    {
        var place = PlaceOf(hash, isAnswer);
        place->Hash = hash;
        place->Time = frame.UnixNanoseconds;
        place->Number = frame.Number;
        place->WireLength = frame.WireLength;
        place->Length = (ushort)Math.Min(frame.CapturedLength, OpeningFrame.MostBytes);
        place->LinkType = frame.LinkType;
        new ReadOnlySpan<byte>((void*)frame.Address, place->Length).CopyTo(new Span<byte>(place->Bytes, OpeningFrame.MostBytes));
    }

    /// <summary>The frame that opened a flow, when it is still here.</summary>
    /// <param name="hash">Of the flow's key.</param>
    /// <param name="isAnswer">Which of the two.</param>
    /// <param name="first">Number of the flow's first frame; an older one opened another flow.</param>
    /// <param name="frame">The frame, within this table until the next <see cref="Keep"/>.</param>
    public bool TryFind(ulong hash, bool isAnswer, long first, out FrameHeader frame)
    {
        var place = PlaceOf(hash, isAnswer);
        var isFound = place->Hash == hash && place->Number >= first && place->Length > 0;
        frame = !isFound ? default : new FrameHeader
        {
            Address = (nint)place->Bytes,
            CapturedLength = place->Length,
            WireLength = place->WireLength,
            UnixNanoseconds = place->Time,
            Number = place->Number,
            LinkType = place->LinkType,
        };
        return isFound;
    }

    public void Dispose()
    {
        NativeMemory.Free(_frames);
        _frames = null;
    }

    private OpeningFrame* PlaceOf(ulong hash, bool isAnswer) => _frames + ((int)(hash & (ulong)(_flows - 1)) * 2) + (isAnswer ? 1 : 0);

    private struct OpeningFrame
    {
        /// <summary>Headers of a SYN within every tunnel that is read.</summary>
        public const int MostBytes = 224;

        public ulong Hash;
        public long Time;
        public long Number;
        public int WireLength;
        public ushort Length;
        public LinkType LinkType;
        public fixed byte Bytes[MostBytes];
    }
}
