using MinerFlow.Capture;
using Xunit;

namespace MinerFlow.Unit.Capture;

/// <summary>Captures in gzip that are not whole, or not alone: it is said, and everything that can be unpacked is used.</summary>
public sealed class GzipCaptureTests
{
    private const int Frames = 100;

    /// <summary>Two members (RFC 1952 section 2.2), as of two files one behind the other; the end of the first lies among frames.</summary>
    private static readonly byte[] TwoMembers = [.. CaptureBytes.Gzip(Plain[..5000]), .. CaptureBytes.Gzip(Plain[5000..])];

    private static byte[] Plain => new CaptureBytes().Pcap().Records(Frames).ToArray();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void ACutInTheLastBytesIsSaidAndCostsNoFrameThatWasUnpacked(int chunk)
    {
        for (var length = TwoMembers.Length - 20; length < TwoMembers.Length; length++)
        {
            var replay = Replay.OfStream(new ChunkedStream(TwoMembers[..length], () => chunk));

            Assert.StartsWith("-: cannot be read on behind byte ", replay.Statistics.Problems[0], StringComparison.Ordinal);
            Assert.EndsWith($": its compressed data ends at byte {length}, before the checksum that closes it; copy the whole file", replay.Statistics.Problems[0], StringComparison.Ordinal);
            Assert.InRange(replay.Frames.Count, length < TwoMembers.Length - 8 ? 1 : Frames, Frames);
        }
    }

    [Fact]
    public void ACutAnywhereIsSaidUnlessItLeavesAWholeMember()
    {
        var silent = Enumerable.Range(0, TwoMembers.Length + 1).Where(length => Problems(TwoMembers[..length]).Count == 0);

        // Half of a capture, in gzip that is whole, ends inside a frame.
        Assert.Equal([TwoMembers.Length], silent);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void AWrongChecksumOrLengthIsSaidAndCostsNoFrame(int fromEnd)
    {
        var packed = CaptureBytes.Gzip(Plain);
        packed[^fromEnd] ^= 1;

        var replay = Replay.Of(packed);

        Assert.Equal(Frames, replay.Frames.Count);
        Assert.Contains($"its compressed data is damaged, as its bytes {packed.Length - 8} to {packed.Length} show", Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void DamageInTheMiddleIsSaidAndWhatCameBeforeItIsUsed()
    {
        var first = CaptureBytes.Gzip(new CaptureBytes().Pcap().Records(10_000).ToArray());
        first[^6] ^= 1;

        var replay = Replay.Of([.. first, .. CaptureBytes.Gzip(new CaptureBytes().Records(10).ToArray())]);

        Assert.InRange(replay.Frames.Count, 1, 9_999);
        Assert.Contains("its compressed data is damaged", Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0102030405", "something other than gzip follows its compressed part, within its last")]
    [InlineData("1f8bffff0000", "its compressed data is damaged")]
    public void WhatFollowsACompressedCaptureIsSaid(string tail, string message)
    {
        var replay = Replay.Of([.. new CaptureBytes().Pcap().Records(100).ToGzip(), .. Convert.FromHexString(tail)]);

        Assert.Equal(100, replay.Frames.Count);
        Assert.Contains(message, Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
        Assert.Equal(1, replay.Statistics.DamagedRecords);
    }

    [Fact]
    public void PaddingBehindACompressedCaptureIsNoDamage()
    {
        var replay = Replay.Of([.. new CaptureBytes().Pcap().Records(100).ToGzip(), .. new byte[20_000]]);

        Assert.Equal(100, replay.Frames.Count);
        Assert.Empty(replay.Statistics.Problems);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20_000)]
    public void WhatFollowsACompressedStreamIsSaidWhereverItsReadsEnd(int tail)
    {
        byte[] packed = [.. new CaptureBytes().Pcap().Records(100).ToGzip(), .. Enumerable.Repeat((byte)7, tail)];
        foreach (var length in (int[])[1, 7, packed.Length - tail, packed.Length])
        {
            var replay = Replay.OfStream(new ChunkedStream(packed, () => length));

            Assert.Equal(100, replay.Frames.Count);
            Assert.Contains("something other than gzip follows", Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
        }
    }

    private static IReadOnlyList<string> Problems(byte[] packed)
    {
        try
        {
            return Replay.Of(packed).Statistics.Problems;
        }
        catch (CaptureException refusal)
        {
            return [refusal.Message];
        }
    }
}
