using MinerFlow.Capture.Live;
using Xunit;

namespace MinerFlow.Unit.Capture.Live;

public sealed class SheddingTests
{
    private const int Blocks = 64;

    [Fact]
    public void TheNewestPolicyLeavesEverythingToTheKernel()
    {
        var shedding = new Shedding(ShedPolicy.Newest, Blocks);

        Look(ref shedding, times: 1_000, isBehind: true, isLate: true);

        Assert.Equal((1, false), (shedding.KeepOneFlowIn, shedding.SkipsBlocks));
    }

    [Fact]
    public void TheOldestPolicySkipsFromThreeQuartersDownToOne()
    {
        var shedding = new Shedding(ShedPolicy.Oldest, Blocks);

        Look(ref shedding, times: 1, isBehind: false, isLate: true);
        Assert.False(shedding.SkipsBlocks);
        Look(ref shedding, times: 1, isBehind: true, isLate: true);
        Look(ref shedding, times: 20, isBehind: false, isLate: true);
        Assert.True(shedding.SkipsBlocks);
        Look(ref shedding, times: 1, isBehind: false, isLate: false);

        Assert.False(shedding.SkipsBlocks);
    }

    [Fact]
    public void TheFlowsPolicyHalvesTheFlowsWhileItIsBehindAndTakesThemBackSlowly()
    {
        var shedding = new Shedding(ShedPolicy.Flows, Blocks);

        Look(ref shedding, times: 27, isBehind: true, isLate: true);
        Assert.Equal(8, shedding.KeepOneFlowIn);
        Look(ref shedding, times: 1_000, isBehind: false, isLate: true);
        Assert.Equal(8, shedding.KeepOneFlowIn);
        Look(ref shedding, times: 66, isBehind: false, isLate: false);
        Assert.Equal(4, shedding.KeepOneFlowIn);
        Look(ref shedding, times: 1_000, isBehind: false, isLate: false);

        Assert.Equal((1, false), (shedding.KeepOneFlowIn, shedding.SkipsBlocks));
    }

    [Fact]
    public void AFewFlowsAreAlwaysFollowed()
    {
        var shedding = new Shedding(ShedPolicy.Flows, Blocks);

        Look(ref shedding, times: 10_000, isBehind: true, isLate: true);

        Assert.Equal(1_024, shedding.KeepOneFlowIn);
    }

    private static void Look(ref Shedding shedding, int times, bool isBehind, bool isLate)
    {
        for (var i = 0; i < times; i++)
        {
            shedding.Look(isBehind, isLate);
        }
    }
}
