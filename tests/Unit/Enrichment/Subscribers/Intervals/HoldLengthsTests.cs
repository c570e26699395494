using MinerFlow.Enrichment.Subscribers.Intervals;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Intervals;

public sealed class HoldLengthsTests
{
    [Fact]
    public void OfALostEndTheLengthsOfOthersSay()
    {
        var holds = OneToHundredMinutes();

        Assert.InRange(Chance(holds, 10, 500, isOver: true), 0.85, 0.95);
        Assert.InRange(Chance(holds, 50, 500, isOver: true), 0.45, 0.55);
        Assert.InRange(Chance(holds, 101, 500, isOver: true), 0, 0.01);
        // It ended before somebody else was given the same: the later the moment asked within that time, the less likely.
        Assert.InRange(Chance(holds, 50, 60, isOver: true), 0.1, 0.25);
        Assert.InRange(Chance(holds, 10, 60, isOver: true), 0.75, 0.9);
    }

    [Fact]
    public void OfAnEndThatHasNotComeTheLossesOfTheLogSay()
    {
        var holds = OneToHundredMinutes();
        Assert.InRange(Chance(holds, 50, 60, isOver: false), 0.98, 1);
        for (var i = 0; i < 1_000; i++)
        {
            holds.SawLoss();
        }

        // A log that loses half of its ends: still held, or over and lost, at about the lengths of others.
        Assert.InRange(Chance(holds, 50, 100, isOver: false), 0.45, 0.6);
    }

    [Fact]
    public void OfALogWithFewEndsNothingIsConcluded()
    {
        var holds = new HoldLengths();
        for (var i = 0; i < 29; i++)
        {
            holds.SawEnd(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(1, Chance(holds, 1_000, 1_000, isOver: true));
        holds.SawEnd(TimeSpan.FromMinutes(1));
        Assert.True(Chance(holds, 1_000, 1_000, isOver: true) < 0.1);
    }

    [Fact]
    public void WhatAStoreKeepsGoesOn()
    {
        var holds = OneToHundredMinutes();
        var again = new HoldLengths();
        again.Restore(holds.Samples, holds.Ended, holds.Lost);

        Assert.Equal(Chance(holds, 33, 60, isOver: true), Chance(again, 33, 60, isOver: true));
        Assert.InRange(holds.Samples.Count, 100, 256);
    }

    private static HoldLengths OneToHundredMinutes()
    {
        var holds = new HoldLengths();
        for (var i = 0; i < 1_000; i++)
        {
            holds.SawEnd(TimeSpan.FromMinutes(1 + (i * 37 % 100)));
        }

        return holds;
    }

    private static double Chance(HoldLengths holds, double age, double silence, bool isOver) =>
        holds.ChanceOfBeingHeld(TimeSpan.FromMinutes(age), TimeSpan.FromMinutes(silence), isOver);
}
