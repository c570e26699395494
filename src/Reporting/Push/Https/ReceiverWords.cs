using System.Text.Json;

namespace MinerFlow.Reporting.Push.Https;

/// <summary>What a receiver says in the body of an answer: a JSON object, of which every member may be missing. Members of other types count as missing.</summary>
internal sealed record ReceiverWords
{
    private const int LongestTitle = 120;
    private const int LongestText = 500;

    /// <summary>Numbers told missing that are looked at; the rest comes with the next answer.</summary>
    private const int MostMissing = 1_000;

    private static readonly ReceiverWords Nothing = new();

    /// <summary>Identity of the package that it speaks of.</summary>
    public string? Package { get; private init; }

    /// <summary>Whether it could use the package.</summary>
    public bool? Accepted { get; private init; }

    /// <summary>In its own words, at most 500 characters. They may repeat what was sent: they go into the receipt, not into the log.</summary>
    public string Text { get; private init; } = "";

    /// <summary>What is wrong in a word: <c>outside-window</c>, <c>replayed-nonce</c>, or one of its own.</summary>
    public string? Problem { get; private init; }

    /// <summary>What is wrong in general (RFC 9457, section 3.1.3), at most 120 characters.</summary>
    public string? Title { get; private init; }

    /// <summary>Earlier numbers that it lacks, ascending.</summary>
    public IReadOnlyList<long> Missing { get; private init; } = [];

    /// <summary>The highest number that it has for us; null when it does not say.</summary>
    public long? Last { get; private init; }

    /// <summary>Whether it looks like the page of a web server that refuses a client certificate, or misses one (nginx: status 400 and a sentence of HTML).</summary>
    public bool SpeaksOfCertificates { get; private init; }

    public static ReceiverWords Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            return document.RootElement is { ValueKind: JsonValueKind.Object } root ? Read(root) : Nothing;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape, of a name or of a text, that makes no UTF-16.
            return new ReceiverWords { SpeaksOfCertificates = body.Span.IndexOf("SSL certificate"u8) >= 0 };
        }
    }

    /// <summary>What an object says, of an answer or of a list of receipts.</summary>
    /// <exception cref="InvalidOperationException">An escape makes no UTF-16.</exception>
    public static ReceiverWords Read(JsonElement root) => new()
    {
        Package = String(root, "package"),
        Accepted = root.TryGetProperty("accepted", out var accepted) ? accepted.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        }
        : null,
        Text = Printable(String(root, "text") ?? String(root, "detail"), LongestText) ?? "",
        Problem = Printable(String(root, "problem"), LongestTitle),
        Title = Printable(String(root, "title"), LongestTitle),
        Missing = root.TryGetProperty("missing", out var missing) && missing.ValueKind == JsonValueKind.Array
            ? [.. missing.EnumerateArray().Take(MostMissing).Select(Number).Where(number => number > 0).Distinct().Order()]
            : [],
        Last = root.TryGetProperty("last", out var last) && Number(last) is > 0 and var highest ? highest : null,
    };

    /// <summary>A text member; null when it is missing or no text.</summary>
    /// <exception cref="InvalidOperationException">An escape makes no UTF-16.</exception>
    public static string? String(JsonElement root, string name) => root.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static long Number(JsonElement element) => element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) ? number : 0;

    /// <summary>Without what would move a terminal's cursor, and cut.</summary>
    private static string? Printable(string? text, int longest)
    {
        if (text is null)
        {
            return null;
        }

        var cut = text.Length <= longest ? text : text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
        return string.Create(cut.Length, cut, static (into, from) =>
        {
            for (var i = 0; i < into.Length; i++)
            {
                into[i] = char.IsControl(from[i]) ? ' ' : from[i];
            }
        });
    }
}
