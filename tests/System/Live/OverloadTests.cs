using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary>A worker that is held up until its ring is full: what each policy gives up, and that all of it is counted.</summary>
public sealed class OverloadTests
{
    private const int RingMegabytes = 8;

    /// <summary>One dialogue of 69 frames so often that a ring of 8 MiB has room for some of it.</summary>
    private const int Times = 1_000;

    [Theory]
    [InlineData(ShedPolicy.Newest)]
    [InlineData(ShedPolicy.Oldest)]
    [InlineData(ShedPolicy.Flows)]
    public async Task WhatIsLostIsCountedByItsReason(ShedPolicy policy)
    {
        using var lab = LiveCaptureTests.Lab(LiveBackend.Ring);
        using var stop = new CancellationTokenSource();
        using var held = new ManualResetEventSlim();
        var options = new LiveCaptureOptions { Interfaces = [new LiveInterfaceOptions { Name = LinkLab.Mirror, RingMegabytes = RingMegabytes }], Shed = policy };
        var capture = new LiveCapture(options, (_, _) => { });
        CaptureWorker? worker = null;
        var running = lab.Network.Enter(() => capture.Run(member => new HeldUp(worker = new CaptureWorker(member.Interface, member.Number, member.Statistics, Listener.Flows, Listener.NewDetector(new EventQueue())), held), stop.Token));
        await capture.Started;

        lab.Send(Enumerable.Repeat(Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng"), Times));
        held.Set();
        await stop.CancelAsync();
        await running;

        var seen = worker!.Latest;
        worker.Dispose();
        Assert.Equal(69 * Times, seen.Capture.FramesOffered);
        Assert.True(seen.Capture is { KernelDrops: > 0, RingFull: > 0 });
        Assert.Equal(policy == ShedPolicy.Oldest, seen.Capture.FramesShed > 0);
        LiveCaptureTests.AssertAccounted(seen);
    }

    private sealed class HeldUp(CaptureWorker worker, ManualResetEventSlim held) : IFrameHandler
    {
        public void OnFrames(FrameBatch frames)
        {
            held.Wait();
            worker.OnFrames(frames);
        }

        public void OnIdle(PacketTime now) => worker.OnIdle(now);

        public void OnEnd(CaptureOrigin origin) => worker.OnEnd(origin);
    }
}
