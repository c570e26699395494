using MinerFlow.Abstractions;
using MinerFlow.Ledger.People;
using Xunit;

namespace MinerFlow.Unit.Ledger;

/// <summary>Tests of what people do at a ledger; each has an office of its own.</summary>
public abstract class OfficeTests(LedgerHome home) : IDisposable
{
    protected static Subscriber Household { get; } = FakeResolver.Household("张示例", "盐湖区 示例小区3号楼2单元501室");

    protected Office Office { get; } = new(home);

    public void Dispose()
    {
        Office.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static RefusedException Refused(Action step) => Assert.Throws<RefusedException>(step);
}
