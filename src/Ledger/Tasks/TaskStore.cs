using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Tasks;

/// <summary>A batch as the ledger knows it.</summary>
/// <param name="Number">The ledger's number of it, from 1.</param>
/// <param name="File">The file.</param>
/// <param name="ReceivedAt">When the carrier got it: its week runs from here.</param>
/// <param name="Sender">Who sent it.</param>
/// <param name="DocumentNumber">文号.</param>
/// <param name="Platform">The platform that found the addresses.</param>
/// <param name="Deadline">When the answer is due to the minute, where the letter says so.</param>
/// <param name="AcceptedAt">When it was taken in.</param>
/// <param name="AcceptedBy">By whom.</param>
public sealed record TaskBatch(
    long Number,
    ListFile File,
    DateTimeOffset ReceivedAt,
    string? Sender,
    string? DocumentNumber,
    string? Platform,
    DateTimeOffset? Deadline,
    DateTimeOffset AcceptedAt,
    string AcceptedBy);

/// <summary>An entry of a list, with its place.</summary>
/// <param name="Id">The ledger's number of it.</param>
/// <param name="Batch">Number of its batch.</param>
/// <param name="Place">Table and row.</param>
/// <param name="Entry">What is asked.</param>
public sealed record TaskEntry(long Id, long Batch, RowPlace Place, ListEntry Entry)
{
    public PacketTime From => new(Entry.Key.From);

    public PacketTime To => new(Entry.Key.To);
}

/// <summary>Batches in the ledger. Their originals and rows are sealed with a key of their own.</summary>
public sealed class TaskStore(LedgerDesk desk) : ITaskStore
{
    private const int PageEntries = 10_000;
    private const int PageRows = 2_000;
    private const string BatchColumns = "number, sha256, sm3, file_name, file_bytes, received_at, sender, document_number, platform, deadline, accepted_at, accepted_by";
    internal const string EntryColumns = "e.id, e.batch, e.list_table, e.line, e.ordinal, e.subject, e.seen_from, e.seen_to, e.first_address, e.last_address, e.first_port, e.last_port, e.protocol, e.change";

    /// <summary>Name of the key that a batch is sealed with.</summary>
    internal static string KeyOf(long batch) => string.Create(CultureInfo.InvariantCulture, $"batch:{batch}");

    public AcceptedBatch? Find(string sha256) => desk.Read(session => session.First(
        $"SELECT {BatchColumns} FROM batch WHERE sha256 = @sha256",
        row => new AcceptedBatch(NameOf(row.Number("number")), row.Text("file_name"), row.Moment("accepted_at"), row.Text("accepted_by")),
        ("sha256", sha256)));

    /// <summary>All batches, oldest first.</summary>
    public IReadOnlyList<TaskBatch> Batches() => desk.Read(Batches);

    /// <exception cref="RefusedException">There is no such batch.</exception>
    public TaskBatch Batch(long number) =>
        desk.Read(session => session.First($"SELECT {BatchColumns} FROM batch WHERE number = @number", ReadBatch, ("number", number)))
        ?? throw new RefusedException(RefusalKind.Unknown, KeyOf(number));

    public IEnumerable<EarlierEntry> EarlierEntries()
    {
        var last = 0L;
        while (true)
        {
            var page = desk.Read(session => session.Query(
                """
                SELECT e.id, e.batch, b.platform, e.subject, e.seen_from, e.seen_to, (
                    SELECT count(*) FROM verification v JOIN cases c ON c.subject = v.subject WHERE v.entry = e.id AND c.state = @cleared) AS cleared
                FROM list_entry e JOIN batch b ON b.number = e.batch WHERE e.id > @last ORDER BY e.id LIMIT @most
                """,
                row => (Id: row.Number("id"), Entry: new EarlierEntry(
                    NameOf(row.Number("batch")),
                    row.OptionalText("platform"),
                    new EntryKey(row.Text("subject"), row.Number("seen_from"), row.Number("seen_to")),
                    row.Number("cleared") > 0)),
                ("cleared", CaseState.Cleared),
                ("last", last),
                ("most", PageEntries)));
            foreach (var (_, entry) in page)
            {
                yield return entry;
            }

            if (page.Count < PageEntries)
            {
                yield break;
            }

            last = page[^1].Id;
        }
    }

    public bool Accept(ListBatch batch, ReadOnlyMemory<byte> original)
    {
        ArgumentNullException.ThrowIfNull(batch);
        desk.Actor.Require(Duty.Entry);
        return desk.Do(work =>
        {
            if (work.Session.Number("SELECT count(*) FROM batch WHERE sha256 = @sha256", ("sha256", batch.File.Sha256)) > 0)
            {
                return false;
            }

            var number = work.Session.Number("SELECT max(number) FROM batch") + 1;
            InsertBatch(work, number, batch);
            work.Session.Execute(
                "INSERT INTO batch_original (batch, content) VALUES (@batch, @content)",
                ("batch", number),
                ("content", work.Vault.Seal(KeyOf(number), "original", original.Span)));
            InsertRows(work, number, batch.Rows);
            work.Record(
                Duty.Entry,
                "batch.accept",
                KeyOf(number),
                batch.DocumentNumber ?? "",
                ("sha256", batch.File.Sha256),
                ("sm3", batch.File.Sm3),
                ("rows", batch.Rows.Count),
                ("accepted", batch.Count(RowDisposition.Accepted)),
                ("returned", batch.Count(RowDisposition.Returned)));
            return true;
        });
    }

    /// <summary>The file as it was handed over; null when its key was destroyed.</summary>
    public byte[]? Original(long batch) => desk.Read(session =>
        session.First("SELECT content FROM batch_original WHERE batch = @batch", row => row.Bytes("content")!, ("batch", batch)) is { } content
            ? desk.Vault.ReadBytes(KeyOf(batch), "original", content)
            : null);

    /// <summary>All rows of a batch with their entries, in the order of the file.</summary>
    /// <exception cref="RefusedException">Its key was destroyed.</exception>
    public IReadOnlyList<ListRow> Rows(long batch) => desk.Read(session => Rows(session, desk.Vault, batch));

    internal static List<TaskBatch> Batches(LedgerSession session) => session.Query($"SELECT {BatchColumns} FROM batch ORDER BY number", ReadBatch);

    private static List<ListRow> Rows(LedgerSession session, PersonalVault vault, long batch)
    {
        var entries = Entries(session, "e.batch = @batch", ("batch", batch)).ToLookup(entry => entry.Place, entry => entry.Entry);
        return [.. Pages(session, vault, batch).SelectMany(page => page.Rows).Select(row => row with { Entries = [.. entries[new RowPlace(row.Table, row.Row)]] })];
    }

    /// <summary>All rows of a batch without their entries, in the order of the file, so many at a time that a list of any size can be gone through. A page never holds rows of two tables.</summary>
    internal static IEnumerable<(RowSpan Span, List<ListRow> Rows)> Pages(LedgerSession session, PersonalVault vault, long batch)
    {
        foreach (var table in session.Query("SELECT DISTINCT list_table FROM list_row WHERE batch = @batch ORDER BY list_table", row => (int)row.Number("list_table"), ("batch", batch)))
        {
            for (var first = 0; ;)
            {
                var page = session.Query(
                    "SELECT list_table, line, content FROM list_row WHERE batch = @batch AND list_table = @list_table AND line >= @first_line ORDER BY line LIMIT @most",
                    row => ReadRow(vault, batch, row),
                    ("batch", batch),
                    ("list_table", table),
                    ("first_line", first),
                    ("most", PageRows));
                if (page.Count == 0)
                {
                    break;
                }

                yield return (new RowSpan(batch, table, page[0].Row, page[^1].Row), page);
                first = page[^1].Row + 1;
            }
        }
    }

    /// <summary>Rows by their lines, without their entries.</summary>
    internal static Dictionary<int, ListRow> Rows(LedgerSession session, PersonalVault vault, RowSpan span) => session.Query(
        $"SELECT r.list_table, r.line, r.content FROM list_row r WHERE {RowSpan.Condition("r")}",
        row => ReadRow(vault, span.Batch, row),
        span.Parameters()).ToDictionary(row => row.Row);

    /// <summary>Tables of a batch; rows point to them by index.</summary>
    /// <exception cref="RefusedException">Its key was destroyed.</exception>
    internal static IReadOnlyList<ListTable> Tables(LedgerSession session, PersonalVault vault, long batch) =>
        session.First("SELECT content FROM batch WHERE number = @batch", row => row.Bytes("content")!, ("batch", batch)) is { } content && vault.Read(KeyOf(batch), "content", content) is { } json
            ? ListJson.Read<BatchContent>(json).Tables
            : throw new RefusedException(RefusalKind.Shredded, KeyOf(batch));

    /// <summary>Entries of a batch, in their order.</summary>
    public IReadOnlyList<TaskEntry> Entries(long batch) => desk.Read(session => Entries(session, "e.batch = @batch", ("batch", batch)));

    internal static List<TaskEntry> Entries(LedgerSession session, string condition, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        session.Query($"SELECT {EntryColumns} FROM list_entry e WHERE {condition} ORDER BY e.id", ReadEntry, parameters);

    /// <summary>Entries of some rows, in their order.</summary>
    internal static List<TaskEntry> Entries(LedgerSession session, RowSpan span) => Entries(session, RowSpan.Condition("e"), span.Parameters());

    internal static string NameOf(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string FieldOf(RowPlace place) => string.Create(CultureInfo.InvariantCulture, $"row:{place.Table}:{place.Row}");

    private static void InsertBatch(DeskWork work, long number, ListBatch batch) => work.Session.Execute(
        """
        INSERT INTO batch (number, sha256, sm3, file_name, file_bytes, received_at, sender, document_number, platform, deadline, utc_offset_seconds, accepted_at, accepted_by, content)
        VALUES (@number, @sha256, @sm3, @file_name, @file_bytes, @received_at, @sender, @document_number, @platform, @deadline, @utc_offset, @accepted_at, @accepted_by, @content)
        """,
        ("number", number),
        ("sha256", batch.File.Sha256),
        ("sm3", batch.File.Sm3),
        ("file_name", batch.File.Name),
        ("file_bytes", batch.File.Bytes),
        ("received_at", batch.ReceivedAt),
        ("sender", batch.Sender),
        ("document_number", batch.DocumentNumber),
        ("platform", batch.Platform),
        ("deadline", batch.Deadline),
        ("utc_offset", (long)batch.UtcOffset.TotalSeconds),
        ("accepted_at", work.Now),
        ("accepted_by", work.Actor.Name),
        ("content", work.Vault.Seal(KeyOf(number), "content", ListJson.Write(new BatchContent(batch.Tables, batch.Problems, batch.Gone)))));

    private static void InsertRows(DeskWork work, long number, IReadOnlyList<ListRow> rows)
    {
        using var insertRow = work.Session.Prepare(
            """
            INSERT INTO list_row (batch, list_table, line, disposition, reason, region, is_priority, lead_kind, coin, content)
            VALUES (@batch, @list_table, @line, @disposition, @reason, @region, @is_priority, @lead_kind, @coin, @content)
            """,
            "batch", "list_table", "line", "disposition", "reason", "region", "is_priority", "lead_kind", "coin", "content");
        using var insertEntry = work.Session.Prepare(
            """
            INSERT INTO list_entry (id, batch, list_table, line, ordinal, subject, seen_from, seen_to, first_address, last_address, first_port, last_port, protocol, change)
            VALUES (@id, @batch, @list_table, @line, @ordinal, @subject, @seen_from, @seen_to, @first_address, @last_address, @first_port, @last_port, @protocol, @change)
            """,
            "id", "batch", "list_table", "line", "ordinal", "subject", "seen_from", "seen_to", "first_address", "last_address", "first_port", "last_port", "protocol", "change");
        var id = work.Session.Number("SELECT max(id) FROM list_entry");
        foreach (var row in rows)
        {
            var place = new RowPlace(row.Table, row.Row);
            var content = work.Vault.Seal(KeyOf(number), FieldOf(place), ListJson.Write(row with { Entries = [] }));
            insertRow.Add(number, row.Table, row.Row, row.Disposition, row.Reason, row.Region?.Code, row.IsPriority == true, row.LeadKind, row.Coin, content);
        }

        // Entries refer to their rows.
        insertRow.Flush();
        foreach (var row in rows)
        {
            foreach (var entry in row.Entries)
            {
                insertEntry.Add(
                    ++id, number, row.Table, row.Row, entry.Ordinal, entry.Key.Subject, entry.Key.From, entry.Key.To,
                    entry.Addresses.First.ToString(), entry.Addresses.Last.ToString(), entry.Ports?.First, entry.Ports?.Last, (long)entry.Protocol, entry.Change);
            }
        }

        insertEntry.Flush();
    }

    private static TaskBatch ReadBatch(LedgerRow row) => new(
        row.Number("number"),
        new ListFile(row.Text("file_name"), row.Number("file_bytes"), row.Text("sha256"), row.Text("sm3")),
        row.Moment("received_at"),
        row.OptionalText("sender"),
        row.OptionalText("document_number"),
        row.OptionalText("platform"),
        row.OptionalMoment("deadline"),
        row.Moment("accepted_at"),
        row.Text("accepted_by"));

    internal static TaskEntry ReadEntry(LedgerRow row) => new(
        row.Number("id"),
        row.Number("batch"),
        new RowPlace((int)row.Number("list_table"), (int)row.Number("line")),
        new ListEntry(
            (int)row.Number("ordinal"),
            new IpRange(row.Address("first_address"), row.Address("last_address")),
            row.OptionalNumber("first_port") is { } first ? new PortRange((ushort)first, (ushort)row.Number("last_port")) : null,
            (byte)row.Number("protocol"),
            new EntryKey(row.Text("subject"), row.Number("seen_from"), row.Number("seen_to")),
            row.Word<EntryChange>("change")));

    private static ListRow ReadRow(PersonalVault vault, long batch, LedgerRow row)
    {
        var field = FieldOf(new RowPlace((int)row.Number("list_table"), (int)row.Number("line")));
        return vault.Read(KeyOf(batch), field, row.Bytes("content")!) is { } json ? ListJson.Read<ListRow>(json) : throw new RefusedException(RefusalKind.Shredded, KeyOf(batch));
    }
}
