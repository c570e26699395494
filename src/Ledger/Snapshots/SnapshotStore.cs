using System.Globalization;
using System.IO.Compression;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Snapshots;

/// <summary>A snapshot as the ledger lists it.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="TakenAt">In UTC.</param>
/// <param name="TakenBy">Who.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Week">ISO 8601 week.</param>
/// <param name="Answers">Lines of answers.</param>
/// <param name="Cases">Lines of cases.</param>
/// <param name="Sha256">Of all its lines, lower-case hexadecimal.</param>
public sealed record SnapshotEntry(long Number, DateTimeOffset TakenAt, string TakenBy, string Purpose, string Week, long Answers, long Cases, string Sha256);

/// <summary>Snapshots in the ledger: written once, read as often as forms are made of them.</summary>
public sealed class SnapshotStore(LedgerDesk desk)
{
    private const int PartBytes = 4 << 20;
    private const string Columns = "number, taken_at, taken_by, purpose, week, answers, cases, sha256";

    /// <summary>The ledger's name of a snapshot in the audit chain.</summary>
    public static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"snapshot:{number}");

    /// <summary>All of them, oldest first.</summary>
    public IReadOnlyList<SnapshotEntry> List() => desk.Read(session => session.Query($"SELECT {Columns} FROM snapshot ORDER BY number", ReadEntry));

    /// <exception cref="RefusedException">There is no such snapshot.</exception>
    /// <exception cref="LedgerException">Its lines are not those that were written.</exception>
    public (Snapshot Snapshot, SnapshotEntry Entry) Read(long number) => desk.Read(session =>
    {
        var entry = session.First($"SELECT {Columns} FROM snapshot WHERE number = @number", ReadEntry, ("number", number))
            ?? throw new RefusedException(RefusalKind.Unknown, NameOf(number));
        var parts = session.Query("SELECT content FROM snapshot_part WHERE snapshot = @number ORDER BY part", row => row.Bytes("content")!, ("number", number));
        using var packed = Joined(parts);
        using var lines = new GZipStream(packed, CompressionMode.Decompress);
        var (snapshot, sha256) = Snapshot.Read(lines);
        return sha256 == entry.Sha256
            ? (snapshot, entry)
            : throw new LedgerException($"{desk.Database.Name}: {NameOf(number)} is not as it was taken: its digest is {sha256}, and {entry.Sha256} was recorded.");
    });

    internal static long NextNumber(LedgerSession session) => session.Number("SELECT max(number) FROM snapshot") + 1;

    /// <summary>Classes of the weeks before, oldest snapshot first.</summary>
    internal static List<CountyWeek> Earlier(LedgerSession session) => session.Query(
        "SELECT region, name, week, tier, weeks_in_a_row FROM snapshot_county ORDER BY snapshot, region",
        row => new CountyWeek(row.Text("region"), row.Text("name"), row.Text("week")) { Tier = (int)row.Number("tier"), WeeksInARow = (int)row.Number("weeks_in_a_row") });

    /// <returns>SHA-256 of its lines.</returns>
    internal static string Add(DeskWork work, Snapshot snapshot)
    {
        using var packed = new MemoryStream();
        string sha256;
        using (var zip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            sha256 = snapshot.Write(zip);
        }

        var head = snapshot.Head;
        work.Session.Execute(
            """
            INSERT INTO snapshot (number, taken_at, taken_by, purpose, week, answers, cases, sha256)
            VALUES (@number, @taken_at, @taken_by, @purpose, @week, @answers, @cases, @sha256)
            """,
            ("number", head.Number),
            ("taken_at", head.TakenAt),
            ("taken_by", head.TakenBy),
            ("purpose", head.Purpose),
            ("week", CountyWeeks.WeekOf(head.TakenAt)),
            ("answers", snapshot.Answers.Count),
            ("cases", snapshot.Cases.Count),
            ("sha256", sha256));
        var content = packed.GetBuffer().AsMemory(0, (int)packed.Length);
        for (var part = 0; part * PartBytes < content.Length; part++)
        {
            var piece = content.Slice(part * PartBytes, Math.Min(PartBytes, content.Length - (part * PartBytes)));
            work.Session.Execute(
                "INSERT INTO snapshot_part (snapshot, part, content) VALUES (@snapshot, @part, @content)",
                ("snapshot", head.Number),
                ("part", part),
                ("content", piece.ToArray()));
        }

        foreach (var county in snapshot.Counties)
        {
            work.Session.Execute(
                "INSERT INTO snapshot_county (snapshot, region, week, name, tier, weeks_in_a_row) VALUES (@snapshot, @region, @week, @name, @tier, @weeks_in_a_row)",
                ("snapshot", head.Number),
                ("region", county.RegionCode),
                ("week", county.Week),
                ("name", county.Region),
                ("tier", county.Tier),
                ("weeks_in_a_row", county.WeeksInARow));
        }

        return sha256;
    }

    private static MemoryStream Joined(List<byte[]> parts)
    {
        var whole = new MemoryStream(parts.Sum(part => part.Length));
        foreach (var part in parts)
        {
            whole.Write(part);
        }

        whole.Position = 0;
        return whole;
    }

    private static SnapshotEntry ReadEntry(LedgerRow row) => new(
        row.Number("number"),
        row.Moment("taken_at"),
        row.Text("taken_by"),
        row.Text("purpose"),
        row.Text("week"),
        row.Number("answers"),
        row.Number("cases"),
        row.Text("sha256"));
}
