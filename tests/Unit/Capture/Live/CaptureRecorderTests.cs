using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using Xunit;

namespace MinerFlow.Unit.Capture.Live;

/// <summary>What is written is read by the product's own reader, whose agreement with others is tested elsewhere.</summary>
public sealed class CaptureRecorderTests
{
    [Fact]
    public void EveryFrameIsReadBackAsItWas()
    {
        using var folder = new CaptureFolder();
        var path = folder.Write("given", new CaptureBytes().Pcap().Records(500, longest: 600).ToArray());
        var written = path + ".pcapng";
        var given = new FrameRecorder();
        using (var recorder = new CaptureRecorder(File.Create(written), failure => throw failure))
        {
            var tee = new Tee(given, recorder.Open("eth0", 2_048));
            using var source = CaptureSources.Open(path, new CaptureInputOptions());
            source.Run(tee, CancellationToken.None);
            source.Statistics.KernelDrops = 7;
            tee.Lane.Complete(source.Statistics, given.Frames[^1].Time);
            Assert.Equal(0, tee.Lane.FramesNotWritten);
        }

        var seen = Replay.Of(CaptureSources.Open(written, new CaptureInputOptions()));

        Assert.Equal(given.Frames.Select(frame => frame with { Origin = written }), seen.Frames);
        Assert.Empty(seen.Statistics.Problems);
        Assert.Equal(7, seen.Statistics.KernelDrops);
    }

    [Fact]
    public void WhatAFullDiskKeepsOutOfTheFileIsCounted()
    {
        var failed = new TaskCompletionSource<IOException>();
        using var folder = new CaptureFolder();
        var path = folder.Write("given", new CaptureBytes().Pcap().Records(2_000, longest: 600).ToArray());
        using var recorder = new CaptureRecorder(new FullDisk(), failed.SetResult);
        var tee = new Tee(new FrameRecorder(), recorder.Open("eth0", 2_048));

        // 64 buffers of 1 MiB wait for a disk that takes nothing; then frames are left out.
        for (var times = 0; tee.Lane.FramesNotWritten == 0 && times < 500; times++)
        {
            using var source = CaptureSources.Open(path, new CaptureInputOptions());
            source.Run(tee with { Inner = new FrameRecorder() }, CancellationToken.None);
        }

        Assert.True(tee.Lane.FramesNotWritten > 0);
        Assert.True(failed.Task.IsCompletedSuccessfully);
    }

    private sealed record Tee(FrameRecorder Inner, CaptureRecorder.Lane Lane) : IFrameHandler
    {
        public void OnFrames(FrameBatch frames)
        {
            Lane.Add(frames);
            Inner.OnFrames(frames);
        }

        public void OnEnd(CaptureOrigin origin) => Inner.OnEnd(origin);
    }

    private sealed class FullDisk : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}
