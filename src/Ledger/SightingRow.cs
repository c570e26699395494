using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Feeds;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger;

/// <summary>A sighting as a row of <c>sighting</c>, both ways.</summary>
internal static class SightingRow
{
    private static readonly (string Column, Func<Sighting, object?> Value)[] Columns =
    [
        ("key", sighting => sighting.Key),
        ("sensor", sighting => sighting.Sensor),
        ("capture", sighting => sighting.Best.Event.CaptureFile),
        ("client", sighting => sighting.Client.ToString()),
        ("client_ports", sighting => SightingDetail.ToJson(sighting.ClientPorts)),
        ("server", sighting => sighting.Server.Address.ToString()),
        ("server_port", sighting => (long)sighting.Server.Port),
        ("transport", sighting => (long)sighting.Transport),
        ("window_start", sighting => sighting.WindowStart.UnixNanoseconds),
        ("window_end", sighting => sighting.WindowEnd.UnixNanoseconds),
        ("first_seen", sighting => sighting.FirstSeen.UnixNanoseconds),
        ("last_seen", sighting => sighting.LastSeen.UnixNanoseconds),
        ("connections", sighting => sighting.Connections),
        ("role", sighting => sighting.Best.Event.Role.ToWord()),
        ("state", sighting => sighting.Best.Event.State.ToWord()),
        ("dialect", sighting => sighting.Best.Event.Dialect),
        ("rule", sighting => sighting.Best.Event.Rule),
        ("coin", sighting => sighting.Best.Event.Coin),
        ("algorithm", sighting => sighting.Best.Event.Algorithm),
        ("confidence", sighting => Finite(sighting.Best.Event.Confidence)),
        ("encrypted", sighting => sighting.Best.Event.Encrypted ? 1L : 0L),
        ("shares_submitted", sighting => sighting.Best.Event.SharesSubmitted),
        ("shares_accepted", sighting => sighting.Best.Event.SharesAccepted),
        ("shares_rejected", sighting => sighting.Best.Event.SharesRejected),
        ("shares_stale", sighting => sighting.Best.Event.SharesStale),
        ("accepted_work", sighting => Finite(sighting.Best.Event.AcceptedWork)),
        ("hashrate", sighting => sighting.Best.Event.Hashrate is { } rate ? Finite(rate.PerSecond) : null),
        ("hashrate_unit", sighting => sighting.Best.Event.Hashrate?.Unit),
        ("pool", sighting => sighting.Best.Pool?.Name),
        ("pool_host", sighting => sighting.Best.Event.PoolHost),
        ("login_digest", sighting => sighting.Best.Event.Login?.Digest),
        ("login_masked", sighting => sighting.Best.Event.Login?.Masked),
        ("worker_digest", sighting => sighting.Best.Event.Worker?.Digest),
        ("worker_masked", sighting => sighting.Best.Event.Worker?.Masked),
        ("attribution", sighting => sighting.Best.Attribution?.Outcome.ToString()),
        ("attribution_grade", sighting => sighting.Best.Attribution?.Grade?.ToString()),
        ("detail", sighting => SightingDetail.ToJson(SightingDetail.Of(sighting))),
    ];

    private static readonly string Names = string.Join(", ", Columns.Select(column => column.Column));
    private static readonly string Renewal = string.Join(", ", Columns.Skip(1).Select(column => $"{column.Column} = excluded.{column.Column}"));
    private static readonly string Hits = string.Join(", ", Enum.GetValues<MiningRole>().Where(role => role.IsHit()).Select(role => $"'{role.ToWord()}'"));
    private static readonly string Parameters = string.Join(", ", Columns.Select(column => "@" + column.Column));

    public static LedgerCommand InsertCommand(LedgerSession session) => session.Prepare(
        $"INSERT INTO sighting ({Names}) VALUES ({Parameters}) ON CONFLICT (key) DO UPDATE SET {Renewal} WHERE excluded.last_seen > sighting.last_seen",
        [.. Columns.Select(column => column.Column)]);

    public static object?[] Values(Sighting sighting) => [.. Columns.Select(column => column.Value(sighting))];

    /// <param name="session">Reads.</param>
    /// <param name="filter">Which.</param>
    /// <param name="vault">Opens what names somebody; null to name nobody.</param>
    public static List<Sighting> Select(LedgerSession session, SightingFilter filter, PersonalVault? vault)
    {
        var conditions = new List<string>();
        var parameters = new List<(string Name, object? Value)>();
        Add("s.last_seen >= @from", "from", filter.From?.UnixNanoseconds);
        Add("s.first_seen < @to", "to", filter.To?.UnixNanoseconds);
        Add("s.client = @client", "client", filter.Client?.ToString());
        Add("s.role = @role", "role", filter.Role?.ToWord());
        if (filter.After is { } after)
        {
            Add("(s.window_start, s.key) > (@after_window, @after_key)", "after_window", after.WindowStart.UnixNanoseconds);
            parameters.Add(("after_key", after.Key));
        }

        if (filter.Most is { } most)
        {
            parameters.Add(("most", most));
        }

        var names = string.Join(", ", Columns.Select(column => "s." + column.Column));
        var (columns, join) = vault is null ? ("", "") : (", n.vault_key, n.content", "LEFT JOIN sighting_sealed n ON n.key = s.key");
        var where = conditions.Count == 0 ? "" : "WHERE " + string.Join(" AND ", conditions);
        return session.Query(
            $"SELECT {names}{columns} FROM sighting s {join} {where} ORDER BY s.window_start, s.key{(filter.Most is null ? "" : " LIMIT @most")}",
            row => Read(row, vault),
            [.. parameters]);

        void Add(string condition, string parameter, object? value)
        {
            if (value is not null)
            {
                conditions.Add(condition);
                parameters.Add((parameter, value));
            }
        }
    }

    /// <summary>Hits of a sensor in the order of arrival, behind a number; nothing that names somebody is read.</summary>
    public static List<FeedSighting> Arrived(LedgerSession session, string sensor, long behind, int most)
    {
        var names = string.Join(", ", Columns.Select(column => "s." + column.Column));
        return session.Query(
            $"""
            SELECT {names}, a.number, a.times, (SELECT max(c.id) FROM cases c WHERE c.subject = t.subject) AS case_id
            FROM sighting_arrival a JOIN sighting s ON s.key = a.key LEFT JOIN sighting_told t ON t.key = a.key
            WHERE a.number > @behind AND s.sensor = @sensor AND s.role IN ({Hits}) ORDER BY a.number LIMIT @most
            """,
            row => new FeedSighting(row.Number("number"), Read(row, vault: null), row.OptionalNumber("case_id"), row.Number("times") > 1),
            ("behind", behind),
            ("sensor", sensor),
            ("most", most));
    }

    /// <summary>Hits that cases have not been told of, or not up to their end.</summary>
    public static List<Sighting> Untold(LedgerSession session, PersonalVault vault, int most)
    {
        var names = string.Join(", ", Columns.Select(column => "s." + column.Column));
        return session.Query(
            $"""
            SELECT {names}, n.vault_key, n.content FROM sighting s LEFT JOIN sighting_sealed n ON n.key = s.key LEFT JOIN sighting_told t ON t.key = s.key
            WHERE s.role IN ({Hits}) AND (t.key IS NULL OR t.last_seen < s.last_seen) ORDER BY s.window_start, s.key LIMIT @most
            """,
            row => Read(row, vault),
            ("most", most));
    }

    private static Sighting Read(LedgerRow row, PersonalVault? vault)
    {
        var clear = vault is null ? null : SightingNames.Read(row, vault);
        var detail = SightingDetail.FromJson(row.Text("detail"));
        var client = row.Address("client");
        var server = new Endpoint(row.Address("server"), (ushort)row.Number("server_port"));
        return new Sighting
        {
            Key = row.Text("key"),
            Sensor = row.Text("sensor"),
            Client = client,
            ClientPorts = SightingDetail.FromJson<List<ushort>>(row.Text("client_ports")),
            Server = server,
            Transport = (Transport)row.Number("transport"),
            WindowStart = row.Time("window_start"),
            WindowEnd = row.Time("window_end"),
            FirstSeen = row.Time("first_seen"),
            LastSeen = row.Time("last_seen"),
            Connections = row.Number("connections"),
            FurtherAttempts = detail.FurtherAttempts,
            Best = new EnrichedEvent(ReadEvent(row, detail, new Endpoint(client, detail.ClientPort), server, clear))
            {
                Pool = detail.Pool,
                PoolPlace = detail.PoolPlace,
                ClientPlace = detail.ClientPlace,
                Attribution = clear?.Attribution ?? ReadAttribution(row, detail),
                Device = detail.Device,
                Power = detail.Power,
            },
        };
    }

    private static MiningEvent ReadEvent(LedgerRow row, SightingDetail detail, Endpoint client, Endpoint server, SightingNames? clear) => new()
    {
        Client = client,
        Server = server,
        Transport = (Transport)row.Number("transport"),
        FlowId = detail.FlowId,
        Role = Word<MiningRole>(row.Text("role"), MiningRoles.ToWord),
        State = Word<MiningState>(row.Text("state"), MiningRoles.ToWord),
        Dialect = row.Text("dialect"),
        Rule = row.Text("rule"),
        Coin = row.Text("coin"),
        Algorithm = row.OptionalText("algorithm"),
        Agent = detail.Agent,
        Login = ReadIdentity(row, "login", clear?.Login),
        Worker = ReadIdentity(row, "worker", clear?.Worker),
        Workers = detail.Workers,
        PoolHost = row.OptionalText("pool_host"),
        PoolTag = detail.PoolTag,
        SharesSubmitted = row.Number("shares_submitted"),
        SharesAccepted = row.Number("shares_accepted"),
        SharesRejected = row.Number("shares_rejected"),
        SharesStale = row.Number("shares_stale"),
        AcceptedWork = row.Real("accepted_work"),
        Difficulty = detail.Difficulty,
        Hashrate = detail.Hashrate,
        StatedHashrate = detail.StatedHashrate,
        Height = detail.Height,
        Jobs = detail.Jobs,
        Confidence = row.Real("confidence"),
        Encrypted = row.Number("encrypted") != 0,
        FirstSeen = detail.EventFirstSeen,
        LastSeen = detail.EventLastSeen,
        Evidence = detail.Evidence,
        CaptureFile = row.Text("capture"),
        FirstFrame = detail.FirstFrame,
        LastFrame = detail.LastFrame,
        IsFinal = detail.IsFinal,
    };

    /// <summary>How the question ended, without whom it named.</summary>
    private static Attribution? ReadAttribution(LedgerRow row, SightingDetail detail) => row.OptionalText("attribution") is { } outcome
        ? new Attribution(Enum.Parse<AttributionOutcome>(outcome), []) { Grade = row.OptionalText("attribution_grade")?[0], Missing = detail.Missing ?? [] }
        : null;

    private static T Word<T>(string word, Func<T, string> toWord)
        where T : struct, Enum => Array.Find(Enum.GetValues<T>(), value => toWord(value) == word);

    /// <summary>SQLite turns "not a number" into NULL.</summary>
    private static double Finite(double number) => double.IsFinite(number) ? number : 0;

    private static Identity? ReadIdentity(LedgerRow row, string name, string? clear) =>
        row.OptionalText(name + "_digest") is { } digest ? new Identity(digest, row.Text(name + "_masked"), clear ?? "") : null;
}
