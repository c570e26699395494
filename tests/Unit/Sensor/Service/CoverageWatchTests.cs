using MinerFlow.Abstractions;
using MinerFlow.Ledger.Cases;
using MinerFlow.Sensor.Hosting;
using Xunit;

namespace MinerFlow.Unit.Sensor.Service;

/// <summary>What the service tells of its own listening: never more than it saw to the end.</summary>
public sealed class CoverageWatchTests
{
    private readonly CoverageWatch _watch = new("s1");

    [Fact]
    public void AMomentIsToldWhenEverySightingOfItIsInTheLedger()
    {
        Listen(0, 600);
        Assert.Empty(_watch.Due(mark: 7));

        _watch.Settle(At(300), sequence: 8);
        Assert.Empty(_watch.Due(mark: 7));

        _watch.Settle(At(600), sequence: 9);
        Assert.Equal([Span(0, 300)], _watch.Due(mark: 8));
        _watch.Told(_watch.Due(mark: 8));
        Assert.Equal([Span(300, 600)], _watch.Due(mark: 9));
        _watch.Told(_watch.Due(mark: 9));
        Assert.Empty(_watch.Due(mark: 9));
    }

    [Fact]
    public void WhatWasNotHealthyIsAGap()
    {
        Listen(0, 120);
        _watch.Look(At(130), isHealthy: false);
        Listen(140, 260);
        _watch.Settle(At(1_000), 0);

        Assert.Equal([Span(0, 120), Span(140, 260)], _watch.Due(0));
    }

    [Fact]
    public void ALossTakesWithItWhatHasNotBeenTold()
    {
        Listen(0, 300);
        _watch.Settle(At(120), 1);
        _watch.Told(_watch.Due(1));
        _watch.OnLoss();
        Listen(310, 400);
        _watch.Settle(At(1_000), 2);

        Assert.Equal([Span(310, 400)], _watch.Due(2));
    }

    [Fact]
    public void ALookThatComesLateOrGoesBackProvesNothing()
    {
        Listen(0, 60);
        _watch.Look(At(200), isHealthy: true);
        _watch.Look(At(150), isHealthy: true);
        _watch.Look(At(210), isHealthy: true);
        _watch.Settle(At(1_000), 0);

        Assert.Equal([Span(0, 60), Span(150, 210)], _watch.Due(0));
    }

    [Fact]
    public void AShortSpanWaitsForMoreUntilNothingMoreComes()
    {
        Listen(0, 30);
        _watch.Settle(new PacketTime(long.MaxValue), 0);
        Assert.Empty(_watch.Due(0));

        _watch.Hurry();

        Assert.Equal([Span(0, 30)], _watch.Due(0));
    }

    [Fact]
    public void OfLogsOnlyWhatIsNewIsTold()
    {
        HealthySpan[] first = [new("nat:cgn01", At(0), At(100)), new("radius:bras01", At(0), At(50))];
        _watch.Heard(first);
        Assert.Equal(first, _watch.Due(0));
        _watch.Told(first);
        _watch.Heard(first);
        Assert.Empty(_watch.Due(0));

        _watch.Heard([first[0], first[1] with { To = At(70) }]);

        Assert.Equal([first[1] with { To = At(70) }], _watch.Due(0));
    }

    private static PacketTime At(int seconds) => PacketTime.FromSeconds(1_649_300_000 + seconds);

    private static HealthySpan Span(int from, int to) => new("s1", At(from), At(to));

    /// <summary>Looks every ten seconds.</summary>
    private void Listen(int from, int to)
    {
        for (var second = from; second <= to; second += 10)
        {
            _watch.Look(At(second), isHealthy: true);
        }
    }
}
