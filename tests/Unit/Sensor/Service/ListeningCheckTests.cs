using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Sensor.Hosting;
using Xunit;

namespace MinerFlow.Unit.Sensor.Service;

/// <summary>When the silence of the sensor proves nothing, and why.</summary>
public sealed class ListeningCheckTests
{
    private readonly List<string> _down = [];
    private CaptureSnapshot _snapshot = Snapshot(frames: 0, drops: 0);

    [Fact]
    public void ASensorThatReadsAllListens()
    {
        var check = Check();
        Assert.Null(check.Problem(At(0), []));
        _snapshot = Snapshot(frames: 100_000, drops: 1_000);
        Assert.Null(check.Problem(At(10), []));
    }

    [Fact]
    public void DropsAboveOnePercentOfAPeriodAreToldForThatPeriodOnly()
    {
        var check = Check();
        check.Problem(At(0), []);
        _snapshot = Snapshot(frames: 98_000, drops: 2_000);
        Assert.Equal("eth1 loses more than 1 % of its frames", check.Problem(At(10), []));
        _snapshot = Snapshot(frames: 198_000, drops: 2_000);
        Assert.Null(check.Problem(At(20), []));
    }

    [Fact]
    public void ALinkThatIsDownAThreadThatIsStuckAndAQuietMirrorAreTold()
    {
        var check = Check();
        check.Problem(At(0), []);
        _down.Add("eth1");
        Assert.Equal("eth1/0 does not move; eth1 is down", check.Problem(At(10), ["eth1/0"]));
        _down.Clear();
        Assert.Null(check.Problem(At(50), []));
        Assert.Equal("eth1 has brought no frame for a minute", check.Problem(At(60), []));
        _snapshot = Snapshot(frames: 1, drops: 0);
        Assert.Null(check.Problem(At(70), []));
        _snapshot = _snapshot with { HasEnded = true };
        Assert.Equal("eth1 has ended", check.Problem(At(80), []));
    }

    [Fact]
    public void ALinkThatWasDownBetweenTwoLooksIsTold()
    {
        var check = Check();
        check.Problem(At(0), []);
        _snapshot = Snapshot(frames: 10, drops: 0, downs: 1);
        Assert.Equal("eth1 was down in between", check.Problem(At(10), []));
        Assert.Null(check.Problem(At(20), []));
    }

    [Fact]
    public void ASampleProvesNothing() => Assert.Equal("only a sample of the flows is looked at", Check(isSampled: true).Problem(At(0), []));

    private static PacketTime At(int seconds) => PacketTime.FromSeconds(1_649_300_000 + seconds);

    private static CaptureSnapshot Snapshot(long frames, long drops, long downs = 0) =>
        new("eth1", 0, new CaptureStatistics { KernelDrops = drops, LinkLosses = downs }, new ConnectionCounters { Frames = frames }, PacketTime.None, 0);

    private ListeningCheck Check(bool isSampled = false) => new(() => [_snapshot], () => _down, isSampled, ServiceTexts.English);
}
