using System.Globalization;
using System.Text.Json;

namespace MinerFlow.Ledger.Audit;

/// <summary>
/// A chain as lines of JSON, to be checked elsewhere: <c>{"record":"...","hash":"..."}</c> with the canonical form as one string, so that any tool can digest it, and
/// <c>{"head":{...}}</c> for each signed head.
/// </summary>
public static class AuditExport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static IEnumerable<string> Lines(IEnumerable<AuditRecord> records, IEnumerable<AuditHead> heads)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(heads);
        foreach (var record in records)
        {
            yield return JsonSerializer.Serialize(new RecordLine(record.Canonical(), record.Hash), Options);
        }

        foreach (var head in heads)
        {
            yield return $$"""{"head":{{head.ToJson()}}}""";
        }
    }

    /// <exception cref="LedgerException">A line is neither record nor head; its number is named.</exception>
    public static (IReadOnlyList<AuditRecord> Records, IReadOnlyList<AuditHead> Heads) Read(string name, IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var records = new List<AuditRecord>();
        var heads = new List<AuditHead>();
        foreach (var (index, line) in lines.Index())
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                if (document.RootElement.TryGetProperty("head", out var head))
                {
                    heads.Add(AuditHead.FromJson(head.GetRawText()) ?? throw new FormatException());
                }
                else
                {
                    records.Add(ReadRecord(document.RootElement));
                }
            }
            catch (Exception error) when (error is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
            {
                throw new LedgerException($"{name}:{index + 1}: is neither a record nor a head of an exported audit chain; export it anew.", error);
            }
        }

        return (records, heads);
    }

    private static AuditRecord ReadRecord(JsonElement line)
    {
        using var document = JsonDocument.Parse(line.GetProperty("record").GetString()!);
        var record = document.RootElement;
        return new AuditRecord(
            record.GetProperty("sequence").GetInt64(),
            DateTimeOffset.Parse(Text("at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            Text("actor"),
            Text("duty"),
            Text("action"),
            Text("object"),
            Text("purpose"),
            Text("detail"),
            line.GetProperty("hash").GetString() ?? throw new FormatException());

        string Text(string name) => record.GetProperty(name).GetString() ?? throw new FormatException();
    }

    private sealed record RecordLine(string Record, string Hash);
}
