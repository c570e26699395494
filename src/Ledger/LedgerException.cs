using Microsoft.Data.Sqlite;

namespace MinerFlow.Ledger;

/// <summary>The ledger cannot be opened, read or written; the message says what, where and what would help.</summary>
public sealed class LedgerException : Exception
{
    // Primary result codes: sqlite.org/rescode.html.
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    public LedgerException()
    {
    }

    public LedgerException(string message)
        : base(message)
    {
    }

    public LedgerException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal static LedgerException From(string path, SqliteException error)
    {
        var what = error.SqliteErrorCode switch
        {
            NotADatabase => "is not an SQLite database; name another file, or a new one to begin a ledger.",
            Corrupt => "is damaged; restore it from a copy.",
            ReadOnly => "is read-only; the ledger and its folder must be writable.",
            CannotOpen => "cannot be opened; the folder must exist and be writable, and the name must not be a folder.",
            Busy or Locked => "is locked by another process; try again when that has finished.",
            Full => "does not fit: the disk is full, nothing of this write was kept.",
            IoError => "met a disk error; nothing of this write was kept.",
            _ => "failed.",
        };
        return new LedgerException($"{path}: the ledger {what} (SQLite {error.SqliteExtendedErrorCode})", error);
    }
}
