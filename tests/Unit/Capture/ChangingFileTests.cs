using MinerFlow.Capture;
using MinerFlow.Capture.Files;
using Xunit;

namespace MinerFlow.Unit.Capture;

/// <summary>Files that others write, cut or replace while they are read.</summary>
public sealed class ChangingFileTests
{
    private static readonly CaptureInputOptions Following = new() { Follow = true, FollowPoll = TimeSpan.FromMilliseconds(10) };

    [Fact]
    public void AFileThatIsCutWhileItIsReadEndsWhereItNowEnds()
    {
        const int Left = 1_000_010;
        using var folder = new CaptureFolder();
        var path = folder.Write("a", new CaptureBytes().Pcap().Records(4000, longest: 1500).ToArray());
        var recorder = new FrameRecorder(r => CutOnce(r, path, Left));

        var replay = Replay.Of(CaptureSources.Open(path, new CaptureInputOptions()), recorder);

        Assert.Equal(Replay.Of(new CaptureBytes().Pcap().Records(4000, longest: 1500).ToArray()[..Left]).Frames.Count, replay.Frames.Count);
        Assert.Contains($"to {Left} bytes while it was read", replay.Statistics.Problems[0], StringComparison.Ordinal);
        Assert.Equal(1, replay.Statistics.DamagedRecords);
        Assert.True(replay.Statistics.TruncatedTailBytes > 0);
        Assert.Single(recorder.Ends);
    }

    [Fact]
    public void AFileMayBeCutToNothingWhileItIsRead()
    {
        using var folder = new CaptureFolder();
        var path = folder.Write("a", new CaptureBytes().Pcap().Records(4000, longest: 1500).ToArray());
        var recorder = new FrameRecorder(r => CutOnce(r, path, 0));

        var replay = Replay.Of(CaptureSources.Open(path, new CaptureInputOptions()), recorder);

        Assert.InRange(replay.Frames.Count, 32, 3999);
        Assert.Contains("to 0 bytes while it was read", replay.Statistics.Problems[0], StringComparison.Ordinal);
        Assert.True(replay.Statistics.TruncatedTailBytes > 0);
        Assert.Single(recorder.Ends);
    }

    [Fact]
    public void AFollowedFileIsReadOnAsItGrowsUntilCancelled()
    {
        using var folder = new CaptureFolder();
        using var cancel = new CancellationTokenSource();
        var path = folder.Write("a", new CaptureBytes().Pcap().Records(2).ToArray());
        var recorder = new FrameRecorder(r =>
        {
            if (r.Frames.Count < 10)
            {
                Append(path, new CaptureBytes().Record(5, r.Frames.Count, [1]).ToArray());
            }
            else
            {
                cancel.Cancel();
            }
        });

        var replay = Replay.Until(CaptureSources.Open(path, Following), recorder, cancel.Token);

        Assert.Equal(Enumerable.Range(1, 10).Select(n => (long)n), replay.Frames.Select(f => f.Number));
        Assert.Equal([path], recorder.Ends);
        Assert.Equal(new FileInfo(path).Length, replay.Statistics.InputBytes);
    }

    [Fact]
    public void AFollowedFileThatIsCutIsReadFromItsStartAgainAndThatIsSaid()
    {
        using var folder = new CaptureFolder();
        using var cancel = new CancellationTokenSource();
        var path = folder.Write("a", new CaptureBytes().Pcap().Records(5).ToArray());
        var recorder = new FrameRecorder(r =>
        {
            if (r.Frames.Count == 5)
            {
                File.WriteAllBytes(path, new CaptureBytes().Pcap(linkType: 113).Record(9, 0, [7]).ToArray());
            }
            else
            {
                cancel.Cancel();
            }
        });

        var replay = Replay.Until(CaptureSources.Open(path, Following), recorder, cancel.Token);

        Assert.Equal((1, LinkType.LinuxSll, "07"), (replay.Frames[5].Number, replay.Frames[5].LinkType, replay.Frames[5].Bytes));
        Assert.Contains("was cut after", Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
        Assert.Equal([path], recorder.Ends);
    }

    [Fact]
    public void AFollowedFileThatIsReplacedIsReadToItsEndAndThenItsSuccessor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "where an open file went is asked of /proc, which only Linux has");
        using var folder = new CaptureFolder();
        using var cancel = new CancellationTokenSource();
        var path = folder.Write("a", new CaptureBytes().Pcap().Records(5).ToArray());
        var recorder = new FrameRecorder(r =>
        {
            switch (r.Frames.Count)
            {
                case 5:
                    File.Move(path, path + ".1");
                    Append(path + ".1", new CaptureBytes().Record(9, 0, [6]).ToArray());
                    File.WriteAllBytes(path, new CaptureBytes().Section().Interface(113).Enhanced(0, 1, [7]).ToArray());
                    break;
                case 7:
                    cancel.Cancel();
                    break;
            }
        });

        var replay = Replay.Until(CaptureSources.Open(path, Following), recorder, cancel.Token);

        Assert.Equal(["06", "07"], replay.Frames.Skip(5).Select(f => f.Bytes));
        Assert.Contains("was replaced by another file", Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
        Assert.Equal([path], recorder.Ends);
    }

    [Fact]
    public void AFollowedFileMayStillBeEmptyWhenTheRunIsCancelled()
    {
        using var folder = new CaptureFolder();
        var replay = Replay.Until(CaptureSources.Open(folder.Write("a", []), Following), new FrameRecorder(), new CancellationToken(canceled: true));

        Assert.Empty(replay.Frames);
        Assert.Empty(replay.Statistics.Problems);
        Assert.Single(replay.Recorder.Ends);
    }

    [Fact]
    public void AHalfWrittenRecordIsWaitedFor()
    {
        using var folder = new CaptureFolder();
        using var cancel = new CancellationTokenSource();
        var record = new CaptureBytes().Record(9, 0, CaptureBytes.Frame(100, 1)).ToArray();
        byte[] whole = [.. new CaptureBytes().Pcap().ToArray(), .. record];
        var path = folder.Write("a", whole[..60]);
        var rests = 0;
        using var stream = new FollowStream(path, InputFile.Open(path), TimeSpan.FromMilliseconds(10), OnIdle, cancel.Token);
        var buffer = new byte[1000];

        Assert.Equal(60, stream.Read(buffer));
        Append(path, whole[60..]);
        Assert.Equal(whole.Length - 60, stream.Read(buffer));
        cancel.Cancel();
        Assert.Equal(0, stream.Read(buffer));
        Assert.Equal(FollowEnd.Cancelled, stream.End);
        Assert.Equal(1, rests);

        void OnIdle() => rests++;
    }

    private static void CutOnce(FrameRecorder recorder, string path, long length)
    {
        if (recorder.Batches.Count == 1)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(length);
        }
    }

    private static void Append(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        file.Write(bytes);
    }
}
