using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Ledger;

/// <summary>What of a sighting is not searched by a column of its own, kept as one JSON text. Nothing here names a person or an account.</summary>
internal sealed record SightingDetail
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        IgnoreReadOnlyProperties = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        // Chinese place names stay readable in the file; it is never put into a web page as it is.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public required ulong FlowId { get; init; }

    /// <summary>Port of the strongest event's client side.</summary>
    public required ushort ClientPort { get; init; }

    public required PacketTime EventFirstSeen { get; init; }

    public required PacketTime EventLastSeen { get; init; }

    public required long FirstFrame { get; init; }

    public required long LastFrame { get; init; }

    public bool IsFinal { get; init; }

    public string? Agent { get; init; }

    public int Workers { get; init; }

    public string? PoolTag { get; init; }

    public PoolMatch? Pool { get; init; }

    public double? Difficulty { get; init; }

    public Hashrate? Hashrate { get; init; }

    public double? StatedHashrate { get; init; }

    public long? Height { get; init; }

    public long Jobs { get; init; }

    public required IReadOnlyList<Evidence> Evidence { get; init; }

    public Place? PoolPlace { get; init; }

    public Place? ClientPlace { get; init; }

    public DeviceGuess? Device { get; init; }

    public PowerEstimate? Power { get; init; }

    /// <summary>See <see cref="Sighting.FurtherAttempts"/>.</summary>
    public long? FurtherAttempts { get; init; }

    /// <summary>What an attribution lacked.</summary>
    public IReadOnlyList<string>? Missing { get; init; }

    public static SightingDetail Of(Sighting sighting)
    {
        var best = sighting.Best;
        return new SightingDetail
        {
            FlowId = best.Event.FlowId,
            ClientPort = best.Event.Client.Port,
            EventFirstSeen = best.Event.FirstSeen,
            EventLastSeen = best.Event.LastSeen,
            FirstFrame = best.Event.FirstFrame,
            LastFrame = best.Event.LastFrame,
            IsFinal = best.Event.IsFinal,
            Agent = best.Event.Agent,
            Workers = best.Event.Workers,
            PoolTag = best.Event.PoolTag,
            Pool = best.Pool,
            Difficulty = best.Event.Difficulty,
            Hashrate = best.Event.Hashrate,
            StatedHashrate = best.Event.StatedHashrate,
            Height = best.Event.Height,
            Jobs = best.Event.Jobs,
            Evidence = best.Event.Evidence,
            PoolPlace = best.PoolPlace,
            ClientPlace = best.ClientPlace,
            Device = best.Device,
            Power = best.Power,
            FurtherAttempts = sighting.FurtherAttempts,
            Missing = best.Attribution?.Missing,
        };
    }

    public static SightingDetail FromJson(string json) => FromJson<SightingDetail>(json);

    public static T FromJson<T>(string json) =>
        JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("A field of the ledger is empty.");

    public static string ToJson<T>(T value) => JsonSerializer.Serialize(value, Options);
}
