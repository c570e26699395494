namespace MinerFlow.Unit.Ledger;

/// <summary>A clock that stands until a test sets it.</summary>
public sealed class FakeClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
