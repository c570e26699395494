using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MinerFlow.Ledger.Tasks;

/// <summary>What of a list is kept sealed as one JSON text. Words are kept as words, so that a program of another version reads them alike.</summary>
internal static class ListJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("A field of the ledger is empty.");
}

/// <summary>What a batch says beside its rows.</summary>
internal sealed record BatchContent(IReadOnlyList<ListTable> Tables, IReadOnlyList<RowProblem> Problems, IReadOnlyList<EarlierEntry> Gone);
