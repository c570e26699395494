using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Live;

/// <summary>Walks the frames of a block, each of which says where the next one is.</summary>
internal static unsafe class RingWalk
{
    /// <summary>How far ahead of a frame's head the ring is asked for: nearer, and the lines are not there yet; much further, and they are gone again before they are read.</summary>
    private const int BytesAhead = 4_096;

    private const int CacheLine = 64;

    /// <summary>Takes as many frames as there are headers, and counts them.</summary>
    /// <param name="frame">The first; the block has at least as many behind it.</param>
    /// <param name="headers">Filled with where the frames are and what the kernel says of them.</param>
    /// <param name="linkType">What the frames begin with.</param>
    /// <param name="statistics">Counts frames, bytes and whose clock stamped them; its frames number the headers.</param>
    /// <returns>The frame behind the last one.</returns>
    public static RingFrame* Read(RingFrame* frame, Span<FrameHeader> headers, LinkType linkType, CaptureStatistics statistics)
    {
        var number = statistics.Frames;
        long bytes = 0;
        foreach (ref var header in headers)
        {
            var following = (RingFrame*)((byte*)frame + frame->Next);
            Fetch((byte*)frame + BytesAhead, (int)Math.Min(frame->Next, (uint)BytesAhead));
            var address = RingFrame.Whole(frame, out var captured, out var wire);
            header = new FrameHeader
            {
                Address = address,
                CapturedLength = captured,
                WireLength = wire,
                UnixNanoseconds = (frame->Seconds * PacketTime.NanosecondsPerSecond) + frame->Nanoseconds,
                Number = ++number,
                LinkType = linkType,
            };
            bytes += captured;
            if (frame->IsStampedInHardware)
            {
                statistics.StampedInHardware++;
            }

            frame = following;
        }

        statistics.Frames = number;
        statistics.Bytes += bytes;
        return frame;
    }

    /// <summary>The kernel wrote the block on another processor: without a look ahead each head is a miss behind the other, and so is each frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(byte* start, int length)
    {
        if (Sse.IsSupported)
        {
            for (var line = 0; line < length; line += CacheLine)
            {
                Sse.Prefetch0(start + line);
            }
        }
    }
}
