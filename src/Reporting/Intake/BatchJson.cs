using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Headers;

namespace MinerFlow.Reporting.Intake;

/// <summary>A batch for programs: one object a row, then one for the whole; the same in every language.</summary>
public static class BatchJson
{
    // Written to a file or a terminal, never into a page.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(Stream output, ListBatch batch)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(batch);
        using var json = new Utf8JsonWriter(output, Options);
        foreach (var row in batch.Rows)
        {
            Line(output, json, () => WriteRow(json, row, batch));
        }

        Line(output, json, () => WriteBatch(json, batch));
    }

    private static void Line(Stream output, Utf8JsonWriter json, Action write)
    {
        json.WriteStartObject();
        write();
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        output.WriteByte((byte)'\n');
    }

    private static void WriteRow(Utf8JsonWriter json, ListRow row, ListBatch batch)
    {
        var offset = batch.UtcOffset;
        json.WriteString("event_type", "list_row");
        json.WriteNumber("table", row.Table);
        json.WriteNumber("row", row.Row);
        json.WriteString("disposition", Word(row.Disposition));
        if (row.Disposition == RowDisposition.Returned)
        {
            json.WriteString("reason", Word(row.Reason));
        }

        if (row.DuplicateOf is { } earlier)
        {
            json.WriteStartObject("duplicate_of");
            json.WriteNumber("table", earlier.Table);
            json.WriteNumber("row", earlier.Row);
            json.WriteEndObject();
        }

        json.WriteOptional("number", row.Number);
        json.WriteOptional("batch", row.BatchNumber);
        json.WriteOptional("region", row.Region?.Code);
        if (row.Seen is { } seen)
        {
            json.WriteString("from", seen.From.ToIso8601(offset));
            json.WriteString("to", seen.To.ToIso8601(offset));
            json.WriteString("precision", seen.Precision == Enrichment.Subscribers.Questions.TimePrecision.AsWritten ? "instant" : Word(seen.Precision));
        }

        if (row.Entries.Count > 0)
        {
            WriteEntries(json, row.Entries);
        }

        json.WriteOptional("pools", row.Pools);
        json.WriteOptional("pool_ports", [.. row.PoolPorts.Select(port => port.ToString())]);
        json.WriteOptional("coin", row.Coin);
        json.WriteOptional("lead", row.LeadKind is { } lead ? Word(lead) : null);
        if (row.Submissions is { } submissions)
        {
            json.WriteNumber("submissions", submissions);
        }

        if (row.Hashrate is { } hashrate)
        {
            json.WriteNumber("amount", hashrate.Amount);
            json.WriteString("unit", hashrate.Unit);
        }

        json.WriteOptional("carrier", row.Carrier);
        json.WriteOptional("organisation", row.Organisation);
        if (row.IsPriority is { } priority)
        {
            json.WriteBoolean("priority", priority);
        }

        json.WriteOptional("remark", row.Remark);
        WriteProblems(json, row.Problems, batch);
    }

    private static void WriteEntries(Utf8JsonWriter json, IReadOnlyList<ListEntry> entries)
    {
        json.WriteStartArray("entries");
        foreach (var entry in entries)
        {
            json.WriteStartObject();
            json.WriteString("address", entry.Addresses.ToString());
            json.WriteOptional("port", entry.Ports?.ToString());
            if (entry.Protocol > 0)
            {
                json.WriteNumber("protocol", entry.Protocol);
            }

            json.WriteString("change", Word(entry.Change));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteBatch(Utf8JsonWriter json, ListBatch batch)
    {
        json.WriteString("event_type", "list_batch");
        json.WriteString("file", batch.File.Name);
        json.WriteNumber("bytes", batch.File.Bytes);
        json.WriteString("sha256", batch.File.Sha256);
        json.WriteString("sm3", batch.File.Sm3);
        json.WriteString("received_at", PacketTime.From(batch.ReceivedAt).ToIso8601(batch.UtcOffset));
        json.WriteOptional("sender", batch.Sender);
        json.WriteOptional("document_number", batch.DocumentNumber);
        json.WriteOptional("platform", batch.Platform);
        json.WriteNumber("rows", batch.Rows.Count);
        foreach (var disposition in Enum.GetValues<RowDisposition>())
        {
            json.WriteNumber(Word(disposition), batch.Count(disposition));
        }

        json.WriteNumber("gone", batch.Gone.Count);
        json.WriteStartArray("tables");
        foreach (var table in batch.Tables)
        {
            json.WriteStartObject();
            json.WriteOptional("part", table.Part);
            json.WriteOptional("sheet", table.Sheet);
            json.WriteNumber("header_row", table.HeaderRow);
            json.WriteOptional("columns", [.. table.Columns.Select((column, at) => column == ListColumn.Unknown ? table.Headers[at] : column.Name())]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteProblems(json, batch.Problems, batch);
    }

    private static void WriteProblems(Utf8JsonWriter json, IReadOnlyList<RowProblem> problems, ListBatch batch)
    {
        if (problems.Count == 0)
        {
            return;
        }

        json.WriteStartArray("problems");
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            if (problem.Column > 0)
            {
                json.WriteString("cell", string.Create(CultureInfo.InvariantCulture, $"{ProblemLines.Letters(problem.Column)}{(problem.Row > 0 ? problem.Row : "")}"));
            }
            else if (problem.Table >= 0)
            {
                json.WriteString("at", batch.Tables[problem.Table].Place);
            }

            json.WriteOptional("column", problem.Meaning.Name());
            json.WriteString("kind", Word(problem.Kind));
            json.WriteString("gravity", Word(problem.Gravity));
            json.WriteOptional("found", problem.Found);
            json.WriteOptional("values", problem.Values);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>The word of a machine format: <c>bad-address</c>.</summary>
    private static string Word<T>(T member)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(member.ToString());
}
