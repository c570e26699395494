using System.Runtime.InteropServices;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using Xunit;

namespace MinerFlow.Unit.Capture.Live;

/// <summary>A block of frames as the kernel lays it out (linux/if_packet.h), written field by field.</summary>
public sealed unsafe class RingWalkTests : IDisposable
{
    private const int BlockBytes = 64 * 1_024;
    private const int Start = 82;

    /// <summary>TP_STATUS_USER; TP_STATUS_TS_SOFTWARE; TP_STATUS_TS_RAW_HARDWARE.</summary>
    private const uint Plain = 1;
    private const uint StampedByKernel = 1 | (1u << 29);
    private const uint StampedByCard = 1 | (1u << 31);

    private readonly byte* _block = (byte*)NativeMemory.AllocZeroed(BlockBytes);
    private readonly CaptureStatistics _statistics = new();

    [Fact]
    public void EachFrameIsFoundBehindTheOneBeforeWithItsLengthsAndMoment()
    {
        int[] lengths = [60, 1_514, 128, 9_000, 60];
        Write(lengths.Select(length => (length, Plain)));
        var headers = new FrameHeader[3];

        var rest = RingWalk.Read((RingFrame*)_block, headers, LinkType.Ethernet, _statistics);
        var second = new FrameHeader[2];
        RingWalk.Read(rest, second, LinkType.Ethernet, _statistics);

        FrameHeader[] all = [.. headers, .. second];
        Assert.Equal(lengths, all.Select(header => header.CapturedLength));
        Assert.Equal(lengths.Select(length => length + 4), all.Select(header => header.WireLength));
        Assert.Equal([1L, 2, 3, 4, 5], all.Select(header => header.Number));
        Assert.Equal([1_700_000_000_000_000_001, 1_700_000_001_000_000_002, 1_700_000_002_000_000_003, 1_700_000_003_000_000_004, 1_700_000_004_000_000_005], all.Select(header => header.UnixNanoseconds));
        Assert.Equal([1, 2, 3, 4, 5], all.Select(header => (int)*(byte*)header.Address));
        Assert.Equal((5, lengths.Sum()), (_statistics.Frames, _statistics.Bytes));
    }

    // A card may stamp some frames and leave others to the kernel: what it stamped is counted, so that a clock of two minds shows.
    [Fact]
    public void WhatTheCardStampedIsCounted()
    {
        Write([(60, StampedByCard), (60, StampedByKernel), (60, Plain), (60, StampedByCard)]);

        RingWalk.Read((RingFrame*)_block, new FrameHeader[4], LinkType.Ethernet, _statistics);

        Assert.Equal((4, 2), (_statistics.Frames, _statistics.StampedInHardware));
    }

    public void Dispose() => NativeMemory.Free(_block);

    private void Write(IEnumerable<(int Length, uint Status)> frames)
    {
        var (at, number) = (0, 0);
        foreach (var (length, status) in frames)
        {
            var frame = _block + at;
            var next = (Start + length + 15) & ~15;
            *(uint*)frame = (uint)next;
            *(uint*)(frame + 4) = 1_700_000_000 + (uint)number;
            *(uint*)(frame + 8) = (uint)number + 1;
            *(uint*)(frame + 12) = (uint)length;
            *(uint*)(frame + 16) = (uint)length + 4;
            *(uint*)(frame + 20) = status;
            *(ushort*)(frame + 24) = Start;
            frame[Start] = (byte)++number;
            at += next;
        }
    }
}
