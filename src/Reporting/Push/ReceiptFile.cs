using System.Text;
using System.Text.Json;

namespace MinerFlow.Reporting.Push;

/// <summary>
/// A receipt in a file that is named by the package: <c>ID.json</c> with <c>accepted</c> (true or false) or <c>code</c> (0 is accepted) and <c>text</c>, or a text whose
/// first word says it. What says neither is not accepted: a person reads it.
/// </summary>
internal static class ReceiptFile
{
    /// <summary>Bytes that a receipt has at most; one byte more has to be read, so that a longer one is noticed.</summary>
    public const int LongestBytes = 64 << 10;

    private const int LongestText = 500;

    private static readonly string[] Unfinished = [DropLayout.PartExtension, ".tmp", ".filepart"];

    private static readonly string[] AcceptingWords = ["0", "ok", "accepted", "success", "成功", "已接收", "接收成功"];

    /// <summary>Whether the recipient has finished writing it.</summary>
    public static bool IsWhole(string name, long length) => length > 0 && name[0] != '.' && !Unfinished.Any(end => name.EndsWith(end, StringComparison.OrdinalIgnoreCase));

    /// <param name="name">File name.</param>
    /// <param name="content">Its bytes, UTF-8.</param>
    public static DeliveryReceipt Read(string name, ReadOnlySpan<byte> content)
    {
        var id = Path.GetFileNameWithoutExtension(name);
        if (content.Length > LongestBytes)
        {
            return new DeliveryReceipt(id, false, $"The receipt has more than {LongestBytes} bytes.", name);
        }

        var text = Encoding.UTF8.GetString(content).TrimStart('\uFEFF').Trim();
        return text.StartsWith('{') ? FromJson(id, text, name) : new DeliveryReceipt(id, Accepts(text), Cut(text), name);
    }

    private static DeliveryReceipt FromJson(string id, string text, string name)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var accepted = Accepts(json.RootElement);
            var words = Words(json.RootElement, "text") ?? Words(json.RootElement, "message") ?? text;
            return new DeliveryReceipt(id, accepted, Cut(words), name);
        }
        catch (JsonException)
        {
            return new DeliveryReceipt(id, false, Cut(text), name);
        }
    }

    private static bool Accepts(JsonElement receipt) =>
        receipt.TryGetProperty("accepted", out var accepted) ? accepted.ValueKind == JsonValueKind.True
        : receipt.TryGetProperty("code", out var code) && code.ToString() is "0";

    private static bool Accepts(string text) => text.Split([' ', '\t', '\r', '\n', ',', '，', ':', '：', '。'], 2)[0] is var word
        && AcceptingWords.Contains(word, StringComparer.OrdinalIgnoreCase);

    private static string? Words(JsonElement receipt, string property) =>
        receipt.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..(char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)];
}
