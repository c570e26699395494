using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Connections;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Live;

/// <summary>A capture thread makes no garbage: not for a packet, and not for its looks at counters, link and clock between packets.</summary>
public sealed class LiveAllocationTests
{
    private const int WarmUpFrames = 5_000;
    private const int WarmUpLooks = 3;
    private const int Times = 200;

    [Theory]
    [InlineData(LiveBackend.Ring)]
    [InlineData(LiveBackend.Libpcap)]
    public async Task AThreadThatRunsAllocatesNothing(LiveBackend backend)
    {
        using var lab = LiveCaptureTests.Lab(backend);
        using var stop = new CancellationTokenSource();
        using var pipeline = new PacketPipeline(new FlowOptions { FlowSlots = 4_096 }, new Uninterested());
        var counter = new Counter(pipeline);
        var capture = new LiveCapture(LiveCaptureTests.On(backend, megabytes: 16), (_, _) => { });
        var running = lab.Network.Enter(() => capture.Run(_ => counter, stop.Token));
        await capture.Started;
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        lab.Send(Enumerable.Repeat(Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng"), Times));
        for (var left = 200; left > 0 && counter.Frames < 69 * Times; left--)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        // Some looks at a silent link.
        await Task.Delay(TimeSpan.FromSeconds(1.2), TestContext.Current.CancellationToken);
        await stop.CancelAsync();
        await running;

        Assert.Equal(69 * Times, counter.Frames);
        Assert.True(counter.Idles > 2 * WarmUpLooks, $"{counter.Idles} looks");
        Assert.Equal(0, counter.Allocated);
    }

    private sealed class Counter(PacketPipeline pipeline) : IFrameHandler
    {
        private long _before;

        public long Frames { get; private set; }

        public int Idles { get; private set; }

        /// <summary>Bytes that this thread took from the heap after the first frames.</summary>
        public long Allocated { get; private set; }

        public void OnFrames(FrameBatch frames)
        {
            pipeline.OnFrames(frames);
            Frames += frames.Count;
            Look();
        }

        public void OnIdle(PacketTime now)
        {
            pipeline.OnIdle(now);
            Idles++;
            Look();
        }

        public void OnEnd(CaptureOrigin origin) => pipeline.OnEnd(origin);

        private void Look()
        {
            var now = GC.GetAllocatedBytesForCurrentThread();
            if (Frames < WarmUpFrames || Idles < WarmUpLooks)
            {
                _before = now;
            }

            Allocated = now - _before;
        }
    }

    private sealed class Uninterested : IConnectionInspector
    {
        private static readonly bool[] Gate = new bool[256];

        public ReadOnlySpan<bool> FirstByteGate => Gate;

        public ReadOnlySpan<bool> DatagramFirstByteGate => Gate;

        public bool Wants(ReadOnlySpan<byte> payload, Transport transport) => false;

        public IConnectionHandler Open(Connection connection) => throw new InvalidOperationException("nothing was wanted");

        public void OnSilentFlow(in SilentFlow flow)
        {
        }
    }
}
