using System.Globalization;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Snapshots;

/// <summary>All cases as they stand, with scale and power by what our sensors saw of their subjects.</summary>
internal sealed class SnapshotCases(DeskWork work, TimeSpan offset, RegionNames regions)
{
    private const string Basis = "探针所见份额估算算力,对照设备能效表;同一地址取最近值,各地址相加;按能效表上下限为";

    private readonly LedgerSession _session = work.Session;

    public IReadOnlyList<CaseLine> Lines()
    {
        var moments = _session.Query(
            "SELECT case_id, to_state, at FROM case_step ORDER BY case_id, number",
            row => (Case: row.Number("case_id"), Moment: new CaseMoment(row.Word<CaseState>("to_state"), row.Moment("at").ToOffset(offset)))).ToLookup(pair => pair.Case, pair => pair.Moment);
        var measures = _session.Query(
            "SELECT case_id, actor FROM case_step WHERE to_state = @state ORDER BY case_id, number",
            row => (Case: row.Number("case_id"), Actor: row.Text("actor")),
            ("state", CaseState.AwaitingProof)).ToLookup(pair => pair.Case, pair => pair.Actor);
        var listed = _session.Query(
            """
            SELECT v.subject, b.number, b.document_number, b.file_name, e.first_address, r.is_priority
            FROM verification v JOIN list_entry e ON e.id = v.entry JOIN batch b ON b.number = e.batch
            JOIN list_row r ON r.batch = e.batch AND r.list_table = e.list_table AND r.line = e.line
            WHERE v.subject IS NOT NULL AND v.state = @reviewed AND v.judgement IN (@mining, @infected) ORDER BY b.number
            """,
            row => new ListedMiner(row.Number("subject"), row.OptionalText("document_number") ?? row.Text("file_name"), row.Text("first_address"), row.Flag("is_priority")),
            ("reviewed", VerificationState.Reviewed),
            ("mining", Judgement.ActiveMining),
            ("infected", Judgement.Infected)).ToLookup(miner => miner.Subject);
        var seen = Sightings().ToLookup(sighting => sighting.Subject);
        return _session.Query("SELECT * FROM cases ORDER BY id", row => Line(CaseRows.ReadCase(row), moments, measures, listed, seen));
    }

    private CaseLine Line(
        CaseRecord record,
        ILookup<long, CaseMoment> moments,
        ILookup<long, string> measures,
        ILookup<long, ListedMiner> listed,
        ILookup<long, SeenMiner> seen)
    {
        var miners = listed[record.Subject].ToList();
        var sightings = seen[record.Subject].ToList();
        var (code, name) = regions.Find(record.Region);
        var addresses = miners.Select(miner => miner.Address).Concat(sightings.Select(sighting => sighting.Client)).Distinct(StringComparer.Ordinal).Count();
        var power = Power(sightings);
        var workers = sightings.Select(sighting => sighting.Worker).OfType<string>().Distinct(StringComparer.Ordinal).Count();
        return new CaseLine
        {
            Id = record.Id,
            RegionCode = code,
            Region = name,
            Subject = record.Subject,
            State = record.State,
            Moments = [.. moments[record.Id]],
            Batches = [.. miners.Select(miner => miner.Batch).Distinct(StringComparer.Ordinal)],
            IsOwnDiscovery = miners.Count == 0 && sightings.Count > 0,
            Judgement = record.Judgement,
            IsConcentrated = record.IsConcentrated,
            IsPublicResource = record.IsPublicResource,
            IsBitcoin = record.IsBitcoin,
            IsPriority = miners.Exists(miner => miner.IsPriority),
            Addresses = addresses,
            Devices = workers > 0 ? workers : null,
            Hashrates = Hashrates(sightings),
            Kilowatts = power?.Watts / 1_000,
            KilowattHoursPerDay = power?.Watts / 1_000 * 24,
            PowerBasis = power is null ? null : string.Create(CultureInfo.InvariantCulture, $"{Basis}{power.LowWatts / 1_000:0.###}至{power.HighWatts / 1_000:0.###}千瓦"),
            Measure = record.Measure,
            MeasureAt = record.MeasureAt?.ToOffset(offset),
            MeasureBy = measures[record.Id].LastOrDefault(),
            ObservationDays = record is { ObserveFrom: { } from, ObserveUntil: { } until } ? (int)Math.Round((until - from).TotalDays) : null,
            ObservationSources = record.ObserveSources,
            ClearedAt = record.ClearedAt?.ToOffset(offset),
            RelapsedAt = record.RelapsedAt?.ToOffset(offset),
            MonthsUncleared = record.MonthsUncleared(work.Now),
        };
    }

    /// <summary>Sightings that were told to cases, oldest first.</summary>
    private List<SeenMiner> Sightings() => _session.Query(
        """
        SELECT t.subject, s.client, s.algorithm, s.hashrate, s.hashrate_unit, s.shares_accepted, s.worker_digest, s.detail
        FROM sighting_told t JOIN sighting s ON s.key = t.key WHERE t.subject IS NOT NULL ORDER BY s.last_seen, s.key
        """,
        row => new SeenMiner(
            row.Number("subject"),
            row.Text("client"),
            row.OptionalText("algorithm"),
            row.OptionalReal("hashrate"),
            row.OptionalText("hashrate_unit"),
            row.Number("shares_accepted"),
            row.OptionalText("worker_digest"),
            SightingDetail.FromJson(row.Text("detail")).Power));

    /// <summary>The last power of each address, added up; null when none is known.</summary>
    private static PowerEstimate? Power(List<SeenMiner> sightings)
    {
        var last = sightings.Where(sighting => sighting.Power is not null).GroupBy(sighting => sighting.Client, StringComparer.Ordinal).Select(group => group.Last().Power!).ToList();
        return last.Count == 0 ? null : new PowerEstimate(last.Sum(power => power.LowWatts), last.Sum(power => power.Watts), last.Sum(power => power.HighWatts), Basis);
    }

    /// <summary>For each algorithm the addresses' rates, each the mean of its sightings by shares, added up. Different algorithms are never added.</summary>
    private static IReadOnlyList<CaseHashrate> Hashrates(List<SeenMiner> sightings) =>
    [
        .. sightings.Where(sighting => sighting is { Hashrate: > 0, Unit: not null, Shares: > 0 }).GroupBy(sighting => (Algorithm: sighting.Algorithm ?? "", sighting.Unit))
            .OrderBy(group => group.Key.Algorithm, StringComparer.Ordinal).ThenBy(group => group.Key.Unit, StringComparer.Ordinal)
            .Select(group => new CaseHashrate(
                group.Key.Algorithm,
                group.GroupBy(sighting => sighting.Client, StringComparer.Ordinal).Sum(client => client.Sum(sighting => sighting.Hashrate!.Value * sighting.Shares) / client.Sum(sighting => sighting.Shares)),
                group.Key.Unit!,
                // Standard error of a count of n shares.
                1 / Math.Sqrt(group.Sum(sighting => sighting.Shares)))),
    ];

    private sealed record ListedMiner(long Subject, string Batch, string Address, bool IsPriority);

    private sealed record SeenMiner(long Subject, string Client, string? Algorithm, double? Hashrate, string? Unit, long Shares, string? Worker, PowerEstimate? Power);
}
