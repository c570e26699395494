using Npgsql;

namespace MinerFlow.Ledger.Storage;

/// <summary>
/// Where a ledger is: a file, or a PostgreSQL database named by <c>postgresql:Host=...;Database=...</c> (the words of Npgsql's connection strings)
/// or <c>postgresql://user@host:port/database</c>.
/// </summary>
/// <remarks>A password is best left to the environment (PGPASSWORD) or the password file (PGPASSFILE), which Npgsql reads; it is shown nowhere.</remarks>
public sealed record LedgerPlace
{
    private const string Scheme = "postgresql:";

    private LedgerPlace(string name, NpgsqlConnectionStringBuilder? server)
    {
        Name = name;
        Server = server;
    }

    /// <summary>As messages may show it.</summary>
    public string Name { get; }

    public bool IsFile => Server is null;

    /// <summary>Whether the text names a file.</summary>
    public static bool IsFileName(string text) => !text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    internal NpgsqlConnectionStringBuilder? Server { get; }

    /// <exception cref="LedgerException">The text names a PostgreSQL database, but not in a form that can be read.</exception>
    public static LedgerPlace Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (IsFileName(text))
        {
            return new LedgerPlace(text, server: null);
        }

        string problem;
        try
        {
            var settings = text[Scheme.Length..];
            var server = settings.StartsWith("//", StringComparison.Ordinal) ? OfUri(new Uri(text)) : new NpgsqlConnectionStringBuilder(settings);
            if (!string.IsNullOrEmpty(server.Host) && !string.IsNullOrEmpty(server.Database))
            {
                return new LedgerPlace($"{Scheme}//{server.Host}{(server.Host[0] == '/' ? "" : $":{server.Port}")}/{server.Database}", server);
            }

            problem = "host and database must be named";
        }
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            problem = error.Message.TrimEnd('.');
        }

        // The text may hold a password, so it is not repeated.
        throw new LedgerException($"{Scheme}...: {problem}; write {Scheme}//user@host:port/database or {Scheme}Host=...;Database=...;Username=...");
    }

    private static NpgsqlConnectionStringBuilder OfUri(Uri uri)
    {
        var server = new NpgsqlConnectionStringBuilder { Host = uri.Host, Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')) };
        if (uri.Port > 0)
        {
            server.Port = uri.Port;
        }

        if (uri.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var password])
        {
            server.Username = Uri.UnescapeDataString(user);
            server.Password = password is [var given] ? Uri.UnescapeDataString(given) : null;
        }

        return server;
    }
}
