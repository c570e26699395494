using System.Data.Common;

namespace MinerFlow.Ledger.Storage;

/// <summary>
/// What differs between the databases a ledger may lie in. All else is one text for both: parameters are <c>@name</c>, numbers 64 bits, moments nanoseconds since 1970 UTC,
/// addresses canonical text, and texts compare by their bytes.
/// </summary>
internal abstract class LedgerDialect
{
    /// <summary>Opens the database and says what it must be told before anything else.</summary>
    public abstract DbConnection Connect(LedgerPlace place, LedgerAccess access);

    /// <summary>A transaction of the only writer: a second one waits, so that what a writer has read still holds when it writes.</summary>
    public abstract DbTransaction BeginWrite(DbConnection connection);

    /// <summary>A transaction that sees one state, whatever others commit.</summary>
    public abstract DbTransaction BeginRead(DbConnection connection);

    /// <summary>The schema's version; 0 for an empty database, null for one that holds something else.</summary>
    public abstract int? Version(DbConnection connection);

    public abstract void SetVersion(LedgerSession session, int version);

    /// <summary>A migration in this database's words.</summary>
    public abstract string Migration(string sql);

    /// <summary>What went wrong, in the words of <see cref="LedgerException"/>.</summary>
    public abstract LedgerException Problem(string place, DbException error);

    /// <summary>Takes all rows of a table away and leaves none of their bytes behind.</summary>
    public abstract string Emptying(string table);

    /// <summary>Asks for the bytes that the ledger takes on its disk, what waits in its journal not counted.</summary>
    public abstract string Size { get; }

    /// <summary>How the database would go about a query: one line for each step.</summary>
    public abstract string Explain(string sql);
}
