using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MinerFlow.Enrichment;

namespace MinerFlow.Exchange;

/// <summary>A sighting whole, names in clear included, as it travels to the ledger.</summary>
internal static class SightingJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    public static void Write(Utf8JsonWriter writer, Sighting sighting) => JsonSerializer.Serialize(writer, sighting, Options);

    /// <exception cref="JsonException">The bytes are no sighting.</exception>
    public static Sighting Read(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<Sighting>(json, Options) ?? throw new JsonException("A record of the spool is empty.");
}
