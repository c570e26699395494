using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Devices;
using MinerFlow.Enrichment.Pools;
using Xunit;

namespace MinerFlow.Unit.Enrichment;

public sealed class ShippedRulesTests
{
    [Fact]
    public void PoolsAndDevicesLoadWithoutAProblem()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root!.FullName, "MinerFlowSensor.sln")))
        {
            root = root.Parent;
        }

        var problems = new List<Problem>();
        var rules = Path.Combine(root.FullName, "rules");

        Assert.InRange(PoolDirectory.Load(rules, problems).Count, 100, int.MaxValue);
        Assert.InRange(DeviceTable.Load(rules, problems).Count, 50, int.MaxValue);
        Assert.Empty(problems);
    }
}
