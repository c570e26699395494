using System.Text.Json;

namespace MinerFlow.Reporting.Push.Https;

/// <summary>The receiver's list of receipts: <c>{"receipts":[{"id":"r-17","package":"…","accepted":true,"text":"…"}]}</c>.</summary>
internal static class ReceiptList
{
    /// <summary>Bytes of a list that are read.</summary>
    public const int MostBytes = 1 << 20;

    private const int LongestId = 200;

    /// <returns>Null when the bytes are no such list, with the reason.</returns>
    public static List<DeliveryReceipt>? Read(ReadOnlyMemory<byte> body, out string problem)
    {
        problem = "the answer is no JSON object with an array 'receipts'";
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("receipts", out var list) || list.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            var receipts = new List<DeliveryReceipt>(list.GetArrayLength());
            foreach (var element in list.EnumerateArray())
            {
                // One that cannot be understood ends the reading: what were passed over would be confirmed with the rest and be gone.
                problem = $"receipt {receipts.Count + 1} has no 'id' (at most {LongestId} characters), 'package' or 'accepted'";
                if (element.ValueKind != JsonValueKind.Object || ReceiverWords.String(element, "id") is not { Length: > 0 and <= LongestId } id
                    || ReceiverWords.Read(element) is not { Package: { Length: > 0 } package, Accepted: { } accepted } words)
                {
                    return null;
                }

                receipts.Add(new DeliveryReceipt(package, accepted, words.Text, id));
            }

            problem = "";
            return receipts;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape, of a name or of a text, that makes no UTF-16.
            return null;
        }
    }
}
