using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger;

/// <summary>
/// What of a sighting names a person or an account: login and worker in clear, and whom the logs named. Sealed with one key for each day, so that a day whose time is over
/// becomes unreadable in every backup too; without keys it is not kept at all.
/// </summary>
internal sealed record SightingNames(string? Login, string? Worker, Attribution? Attribution)
{
    private const int RowsAtOnce = 1_000;

    /// <summary>Null when the sighting names nobody.</summary>
    public static SightingNames? Of(Sighting sighting)
    {
        var names = new SightingNames(sighting.Best.Event.Login?.Clear, sighting.Best.Event.Worker?.Clear, sighting.Best.Attribution is { Candidates.Count: > 0 } answer ? answer : null);
        return names is { Login: null, Worker: null, Attribution: null } ? null : names;
    }

    public static LedgerCommand InsertCommand(LedgerSession session) => session.Prepare(
        """
        INSERT INTO sighting_sealed (key, vault_key, content) VALUES (@key, @vault_key, @content)
        ON CONFLICT (key) DO UPDATE SET vault_key = excluded.vault_key, content = excluded.content
        """,
        "key",
        "vault_key",
        "content");

    /// <summary>Seals the names of a sighting and writes them. A day whose key was destroyed stays without names, also when its capture is read again.</summary>
    public void Write(LedgerCommand insert, PersonalVault vault, string sighting, PacketTime windowStart)
    {
        var key = KeyOf(windowStart);
        if (!vault.IsShredded(key))
        {
            insert.Run(sighting, key, vault.Seal(key, sighting, SightingDetail.ToJson(this)));
        }
    }

    /// <summary>The names of the row that a query stands at, which has <c>vault_key</c> and <c>content</c> of <c>sighting_sealed</c>; null when there are none or the key was destroyed.</summary>
    public static SightingNames? Read(LedgerRow row, PersonalVault vault) =>
        row.OptionalText("vault_key") is { } key && vault.Read(key, row.Text("key"), row.Bytes("content")!) is { } json ? SightingDetail.FromJson<SightingNames>(json) : null;

    /// <summary>Days whose names the ledger holds.</summary>
    public static HashSet<string> Keys(LedgerSession session) => [.. session.Query("SELECT DISTINCT vault_key FROM sighting_sealed", row => row.Text("vault_key"))];

    /// <summary>Seals what a ledger of an earlier program holds in clear. A stop in the midst leaves each row in clear or sealed, never both.</summary>
    /// <returns>How many sightings it was.</returns>
    public static int SealEarlier(LedgerDatabase database, PersonalVault vault)
    {
        if (database.Read(session => session.First("SELECT key FROM sighting_restricted LIMIT 1", row => row.Text("key"))) is null)
        {
            return 0;
        }

        var count = 0;
        while (Round() is > 0 and var done)
        {
            count += done;
        }

        database.Write(session => session.Execute(database.Dialect.Emptying("sighting_restricted")));
        return count;

        int Round() => database.Write(session => vault.Together(() =>
        {
            var rows = session.Query(
                "SELECT r.key, s.window_start, r.login, r.worker, r.attribution FROM sighting_restricted r JOIN sighting s ON s.key = r.key ORDER BY r.key LIMIT @most",
                row => (
                    Key: row.Text("key"),
                    WindowStart: row.Time("window_start"),
                    Names: new SightingNames(
                        row.OptionalText("login"), row.OptionalText("worker"), row.OptionalText("attribution") is { } json ? SightingDetail.FromJson<Attribution>(json) : null)),
                ("most", RowsAtOnce));
            using var insert = InsertCommand(session);
            foreach (var (key, windowStart, names) in rows)
            {
                names.Write(insert, vault, key, windowStart);
                session.Execute("DELETE FROM sighting_restricted WHERE key = @key", ("key", key));
            }

            LedgerIdentity.Claim(session, vault);
            return rows.Count;
        }));
    }

    private static string KeyOf(PacketTime windowStart) =>
        string.Create(CultureInfo.InvariantCulture, $"sighting:{windowStart.ToDateTimeOffset().UtcDateTime:yyyy-MM-dd}");
}
