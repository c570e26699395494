using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MinerFlow.Ledger.Audit;

/// <summary>The last record of a day, signed. Sent out of the house, it shows later that nothing up to it was changed or taken away.</summary>
/// <param name="Ledger">Name of the ledger.</param>
/// <param name="Day">Day in UTC.</param>
/// <param name="Sequence">Number of its last record.</param>
/// <param name="Hash">Hash of that record.</param>
/// <param name="KeyId">Which key signed: the first 8 bytes of the SHA-256 of its public half.</param>
/// <param name="Signature">ECDSA over P-256 and SHA-256 of <see cref="Signed"/>, in Base64.</param>
public sealed record AuditHead(string Ledger, DateOnly Day, long Sequence, string Hash, string KeyId, string Signature)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What the signature is over.</summary>
    public byte[] Signed() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"minerflow audit head 1\n{Ledger}\n{Day:yyyy-MM-dd}\n{Sequence}\n{Hash}\n"));

    /// <summary>One line of JSON, to be kept elsewhere.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <returns>Null when the text is no head.</returns>
    public static AuditHead? FromJson(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditHead>(text, Options) is { Ledger: not null, Hash: not null, KeyId: not null, Signature: not null } head ? head : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
