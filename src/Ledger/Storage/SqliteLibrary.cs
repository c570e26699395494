namespace MinerFlow.Ledger.Storage;

/// <summary>SQLite itself, a native library that comes with the program.</summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> IsPresent = new(Load);

    /// <summary>Before anything of SQLite is used.</summary>
    /// <exception cref="LedgerException">It is not there, or not for this system.</exception>
    public static void Require()
    {
        if (!IsPresent.Value)
        {
            throw new LedgerException(
                $"{AppContext.BaseDirectory}: libe_sqlite3.so, which belongs beside the program, is not there or is not for this system; install the program with everything that its folder held.");
        }
    }

    private static bool Load()
    {
        try
        {
            SQLitePCL.Batteries_V2.Init();
            return true;
        }
        catch (Exception problem) when (problem is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or TypeInitializationException)
        {
            return false;
        }
    }
}
