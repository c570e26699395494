using MinerFlow.Capture;
using Xunit;

namespace MinerFlow.Unit.Capture;

public sealed class PcapFileTests
{
    [Theory]
    [InlineData(false, CaptureBytes.Microseconds, 1_700_000_000_000_007_000)]
    [InlineData(true, CaptureBytes.Microseconds, 1_700_000_000_000_007_000)]
    [InlineData(false, CaptureBytes.Nanoseconds, 1_700_000_000_000_000_007)]
    [InlineData(true, CaptureBytes.Nanoseconds, 1_700_000_000_000_000_007)]
    public void BothByteOrdersAndBothClocksAreRead(bool bigEndian, uint magic, long time)
    {
        var replay = Replay.Of(new CaptureBytes(bigEndian).Pcap(magic, linkType: 113).Record(1_700_000_000, 7, [1, 2, 3]).Record(1_700_000_000, 7, [4], wire: 1500).ToArray());

        Assert.Equal(
            [
                new SeenFrame(replay.Recorder.Ends[0], 1, time, 3, LinkType.LinuxSll, "010203"),
                new SeenFrame(replay.Recorder.Ends[0], 2, time, 1500, LinkType.LinuxSll, "04"),
            ],
            replay.Frames);
        Assert.Equal(4, replay.Statistics.Bytes);
        Assert.Empty(replay.Statistics.Problems);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheModifiedFormatHasLongerRecordHeaders(bool bigEndian)
    {
        var bytes = new CaptureBytes(bigEndian).Pcap(CaptureBytes.Kuznetzov);
        for (var i = 0; i < 3; i++)
        {
            bytes.U32(1_700_000_000).U32(i).U32(2).U32(2).U32(5).U16(0x0800).Raw(1, 0).Raw((byte)i, 9);
        }

        Assert.Equal(["0009", "0109", "0209"], Replay.Of(bytes.ToArray()).Frames.Select(f => f.Bytes));
    }

    [Fact]
    public void FramesComeInBatchesOf32AndTheEndComesOnce()
    {
        var replay = Replay.Of(new CaptureBytes().Pcap().Records(70).ToArray());

        Assert.Equal([32, 32, 6], replay.Recorder.Batches);
        Assert.Equal(Enumerable.Range(1, 70).Select(n => (long)n), replay.Frames.Select(f => f.Number));
        Assert.Single(replay.Recorder.Ends);
        Assert.Equal(replay.Statistics.InputLength, replay.Statistics.InputBytes);
    }

    [Fact]
    public void AHeaderWithoutRecordsIsAnEmptyCapture()
    {
        var replay = Replay.Of(new CaptureBytes().Pcap().ToArray());

        Assert.Empty(replay.Frames);
        Assert.Single(replay.Recorder.Ends);
        Assert.Empty(replay.Statistics.Problems);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(75)]
    public void ATailThatWasCutOffIsCountedAndTheRestRead(int tail)
    {
        var whole = new CaptureBytes().Pcap().Records(40).Record(1, 1, new byte[60]).ToArray();
        var replay = Replay.Of(whole[..(whole.Length - 76 + tail)]);

        Assert.Equal(40, replay.Frames.Count);
        Assert.Equal(tail, replay.Statistics.TruncatedTailBytes);
        Assert.Equal(0, replay.Statistics.DamagedRecords);
        Assert.Contains($"last {tail} bytes", Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(262_145)]
    [InlineData(0xffff_fff0)]
    public void ARecordTooLongToBeBelievedEndsTheFileWithItsPlace(long captured)
    {
        var bytes = new CaptureBytes().Pcap().Record(1, 0, new byte[60]).Record(2, 0, new byte[60]);
        var offset = bytes.Length;
        var replay = Replay.Of(bytes.Record(3, 0, new byte[60], captured: captured, wire: captured).Records(5).ToArray());

        Assert.Equal(2, replay.Frames.Count);
        Assert.Equal(1, replay.Statistics.DamagedRecords);
        Assert.Equal(0, replay.Statistics.TruncatedTailBytes);
        var problem = Assert.Single(replay.Statistics.Problems);
        Assert.Contains($"byte {offset}: frame 3 claims {captured}", problem, StringComparison.Ordinal);
        Assert.Single(replay.Recorder.Ends);
    }

    [Fact]
    public void LongRecordsOfLinkTypesThatHaveThemAreRead()
    {
        const int UsbPcap = 249;
        var replay = Replay.Of(new CaptureBytes().Pcap(linkType: UsbPcap).Record(1, 0, new byte[300_000]).ToArray());

        Assert.Equal(300_000, Assert.Single(replay.Frames).WireLength);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void MoreCapturedThanOnTheWireIsUsedWhenTheChainGoesOn(bool last)
    {
        var bytes = new CaptureBytes().Pcap().Record(1, 0, [1, 2, 3, 4], wire: 2);
        var replay = Replay.Of((last ? bytes : bytes.Record(2, 0, [5])).ToArray());

        Assert.Equal(last ? ["01020304"] : new[] { "01020304", "05" }, replay.Frames.Select(f => f.Bytes));
        Assert.Equal(4, replay.Frames[0].WireLength);
        Assert.Equal(1, replay.Statistics.DamagedRecords);
    }

    [Fact]
    public void MoreCapturedThanOnTheWireEndsTheFileWhenNoPlausibleRecordFollows()
    {
        var replay = Replay.Of(new CaptureBytes().Pcap().Record(1, 0, [1]).Record(2, 0, [1, 2, 3, 4], wire: 2).Raw([.. Enumerable.Repeat((byte)0xee, 64)]).ToArray());

        Assert.Single(replay.Frames);
        Assert.Contains("no plausible record follows", Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void ProblemsAreKeptUpToABoundAndCountedBeyond()
    {
        var bytes = new CaptureBytes().Pcap();
        for (var i = 0; i < 150; i++)
        {
            bytes.Record(i, 0, [1, 2], wire: 1);
        }

        var replay = Replay.Of(bytes.ToArray());

        Assert.Equal(150, replay.Frames.Count);
        Assert.Equal(150, replay.Statistics.DamagedRecords);
        Assert.Equal(CaptureStatistics.ProblemsKept, replay.Statistics.Problems.Count);
    }

    [Fact]
    public void BeforeVersion23TheLengthOnTheWireComesFirst()
    {
        var replay = Replay.Of(new CaptureBytes().Pcap(minor: 2).Record(1, 0, [1, 2], captured: 60, wire: 2).Record(2, 0, [3]).ToArray());

        Assert.Equal([("0102", 60), ("03", 1)], replay.Frames.Select(f => (f.Bytes, f.WireLength)));
        Assert.Empty(replay.Statistics.Problems);
    }

    [Fact]
    public void OtherVersionsAreRefusedWithWhatHelps()
    {
        var failure = Assert.Throws<CaptureException>(() => Replay.Of(new CaptureBytes().Pcap(major: 3).ToArray()));

        Assert.Contains("pcap version 3.4; version 2 can be read", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ACutFileHeaderIsRefused()
    {
        var failure = Assert.Throws<CaptureException>(() => Replay.Of(new CaptureBytes().Pcap().ToArray()[..23]));

        Assert.Contains("header is cut: 23 bytes of 24", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CancellationEndsTheRunAfterTheBatchAndStillTellsTheEnd()
    {
        using var folder = new CaptureFolder();
        using var cancel = new CancellationTokenSource();
        var recorder = new FrameRecorder(_ => cancel.Cancel());
        var replay = Replay.Until(CaptureSources.Open(folder.Write("a", new CaptureBytes().Pcap().Records(100).ToArray()), new CaptureInputOptions()), recorder, cancel.Token);

        Assert.Equal(32, replay.Frames.Count);
        Assert.Single(recorder.Ends);
    }
}
