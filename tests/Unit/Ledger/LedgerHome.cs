using MinerFlow.Unit.Enrichment;

namespace MinerFlow.Unit.Ledger;

/// <summary>A place for one test's ledger; goes with the test.</summary>
public abstract class LedgerHome : IDisposable
{
    /// <summary>As <c>LedgerPlace.Parse</c> takes it.</summary>
    public abstract string Place { get; }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>A file of its own.</summary>
public sealed class SqliteHome : LedgerHome
{
    private readonly TempFolder _folder = new();

    public override string Place => _folder.PathOf("ledger.db");

    protected override void Dispose(bool disposing) => _folder.Dispose();
}
