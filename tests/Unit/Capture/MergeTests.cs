using MinerFlow.Capture;
using Xunit;

namespace MinerFlow.Unit.Capture;

public sealed class MergeTests
{
    [Fact]
    public void FramesOfSeveralFilesComeInOrderOfTimeWithTheirOwnNumbers()
    {
        using var folder = new CaptureFolder();
        string[] paths =
        [
            folder.Write("a.pcap", new CaptureBytes().Pcap().Record(1, 0, [1]).Record(4, 0, [4]).Record(5, 0, [5]).ToArray()),
            folder.Write("b.pcapng", new CaptureBytes(bigEndian: true).Section().Interface(113).Enhanced(0, 2_000_000, [2]).Enhanced(0, 6_000_000, [6]).ToArray()),
            folder.Write("c.gz", new CaptureBytes().Pcap(CaptureBytes.Nanoseconds).Record(3, 0, [3]).ToGzip()),
        ];

        var replay = Replay.Of(CaptureSources.OpenMerged(paths, new CaptureInputOptions()));

        Assert.Equal(["01", "02", "03", "04", "05", "06"], replay.Frames.Select(f => f.Bytes));
        Assert.Equal([(0, 1L), (1, 1), (2, 1), (0, 2), (0, 3), (1, 2)], replay.Frames.Select(f => (Array.IndexOf(paths, f.Origin), f.Number)));
        Assert.Equal([1, 1, 1, 2, 1], replay.Recorder.Batches);
        Assert.Equal(paths, replay.Recorder.Ends);
        Assert.Equal(replay.Statistics.InputLength, replay.Statistics.InputBytes);
    }

    [Fact]
    public void OfFramesOfOneMomentTheEarlierPathGoesFirst()
    {
        using var folder = new CaptureFolder();
        var bytes = new CaptureBytes().Pcap().Record(1, 0, [1]).Record(1, 0, [2]).ToArray();
        string[] paths = [folder.Write("z", bytes), folder.Write("a", bytes)];

        var replay = Replay.Of(CaptureSources.OpenMerged(paths, new CaptureInputOptions()));

        Assert.Equal([paths[0], paths[0], paths[1], paths[1]], replay.Frames.Select(f => f.Origin));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void FewOpenFilesGiveTheSameFrames(int openFiles)
    {
        using var folder = new CaptureFolder();
        var paths = new List<string>();
        for (var lane = 0; lane < 7; lane++)
        {
            var file = new CaptureBytes().Pcap();
            for (var i = 0; i < 90; i++)
            {
                file.Record((i * 7) + lane, 0, CaptureBytes.Frame(80 + i, (i * 7) + lane));
            }

            paths.Add(folder.Write($"{lane}", lane % 2 == 0 ? file.ToArray() : file.ToGzip()));
        }

        var replay = Replay.Of(CaptureSources.OpenMerged(paths, new CaptureInputOptions { OpenFiles = openFiles }));

        Assert.Equal(Enumerable.Range(0, 630).Select(i => Convert.ToHexStringLower(CaptureBytes.Frame(80 + (i / 7), i))), replay.Frames.Select(f => f.Bytes));
        Assert.Equal(Enumerable.Range(0, 630).Select(i => (i / 7) + 1L), replay.Frames.Select(f => f.Number));
        Assert.Equal(paths, replay.Recorder.Ends);
        Assert.Empty(replay.Statistics.Problems);
    }

    [Fact]
    public void AnInputThatCannotBeReadIsNamedAndTheOthersAreRead()
    {
        using var folder = new CaptureFolder();
        string[] paths = [folder.Write("text", "hello, world"u8.ToArray()), folder.Write("a", new CaptureBytes().Pcap().Record(1, 0, [1]).ToArray())];

        var replay = Replay.Of(CaptureSources.OpenMerged(paths, new CaptureInputOptions()));

        Assert.Single(replay.Frames);
        Assert.StartsWith(paths[0] + ": is not a capture", Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
        Assert.Equal([paths[1]], replay.Recorder.Ends);
    }

    [Fact]
    public void WhenNoInputCanBeReadTheRunFails()
    {
        using var folder = new CaptureFolder();
        string[] paths = [folder.Write("text", "hello, world"u8.ToArray()), folder.Write("empty", [])];
        using var source = CaptureSources.OpenMerged(paths, new CaptureInputOptions());

        var failure = Assert.Throws<CaptureException>(() => source.Run(new FrameRecorder(), CancellationToken.None));
        Assert.Contains("none of 2 inputs can be read", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CancellationTellsTheEndOfEachInputOnce()
    {
        using var folder = new CaptureFolder();
        using var cancel = new CancellationTokenSource();
        string[] paths = [folder.Write("a", new CaptureBytes().Pcap().Records(100).ToArray()), folder.Write("b", new CaptureBytes().Pcap().Records(100).ToArray())];
        var recorder = new FrameRecorder(_ => cancel.Cancel());

        Replay.Until(CaptureSources.OpenMerged(paths, new CaptureInputOptions()), recorder, cancel.Token);

        Assert.Single(recorder.Batches);
        Assert.Equal(paths, recorder.Ends);
    }

    [Fact]
    public void NothingToMergeAndAGrowingFileAreRefused()
    {
        Assert.Throws<CaptureException>(() => CaptureSources.OpenMerged([], new CaptureInputOptions()));
        Assert.Throws<CaptureException>(() => CaptureSources.OpenMerged(["a"], new CaptureInputOptions { Follow = true }));
    }
}
