using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Sensor.Hosting;
using Xunit;

namespace MinerFlow.Unit.Sensor.Service;

/// <summary>The watchdog is fed for progress only.</summary>
public sealed class WatchdogTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void FreshCountersAndTurningLoopsAreProgress() => Assert.Empty(Make([Snapshot(age: 1)]).Silent());

    [Fact]
    public void ACaptureThreadCaughtInAPacketIsNamed() =>
        Assert.Equal(["eth1/1"], Make([Snapshot(age: 1), Snapshot(age: 11, worker: 1)]).Silent());

    [Fact]
    public void ASourceThatHasEndedNeedNoLongerMove() => Assert.Empty(Make([Snapshot(age: 60) with { HasEnded = true }]).Silent());

    [Fact]
    public void ALoopThatDoesNotTurnIsNamedOnceItsPatienceIsOver()
    {
        var clock = new Clock();
        var (gatherer, ledger) = (1L, 1L);
        var watchdog = new Watchdog(Patience, () => [], () => gatherer, () => ledger, clock);
        Assert.Empty(watchdog.Silent());

        clock.Seconds = 11;
        ledger++;
        Assert.Equal(["gatherer"], watchdog.Silent());
        gatherer++;
        Assert.Empty(watchdog.Silent());

        // The ledger may wait for a lock: its patience is longer.
        clock.Seconds = 60;
        gatherer++;
        Assert.Empty(watchdog.Silent());
        clock.Seconds = 102;
        gatherer++;
        Assert.Equal(["ledger"], watchdog.Silent());
    }

    private static Watchdog Make(CaptureSnapshot[] snapshots)
    {
        var turns = 0L;
        return new Watchdog(Patience, () => snapshots, () => ++turns, () => ++turns, new Clock { Seconds = 100 });
    }

    private static CaptureSnapshot Snapshot(int age, int worker = 0) =>
        new("eth1", worker, new CaptureStatistics(), new ConnectionCounters(), PacketTime.None, (100 - age) * TimeSpan.TicksPerSecond);

    private sealed class Clock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Seconds * TimeSpan.TicksPerSecond;
    }
}
