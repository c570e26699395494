using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Sensor.Web;

/// <summary>A sighting as the API shows it: names masked, subscribers not at all. Field names are those of the EVE records.</summary>
internal sealed record SightingView
{
    public required string Key { get; init; }

    public required string Sensor { get; init; }

    /// <summary>Address of the miner's side.</summary>
    public required string SrcIp { get; init; }

    /// <summary>Source ports, ascending; at most 64.</summary>
    public required IReadOnlyList<ushort> SrcPorts { get; init; }

    public required string DestIp { get; init; }

    public required int DestPort { get; init; }

    public required string Proto { get; init; }

    /// <summary>Moments are ISO 8601 in UTC.</summary>
    public required string WindowStart { get; init; }

    public required string WindowEnd { get; init; }

    public required string FirstSeen { get; init; }

    public required string LastSeen { get; init; }

    public required long Connections { get; init; }

    /// <summary>Of an attempt kept in a flood: how many more sightings were only counted since the last one that says so.</summary>
    public long? FurtherAttempts { get; init; }

    public required string Role { get; init; }

    public required string State { get; init; }

    public required string Dialect { get; init; }

    public required string Coin { get; init; }

    public string? Algorithm { get; init; }

    public string? Agent { get; init; }

    public string? Login { get; init; }

    public string? Worker { get; init; }

    public string? Pool { get; init; }

    public required long SharesSubmitted { get; init; }

    public required long SharesAccepted { get; init; }

    public required long SharesRejected { get; init; }

    public required long SharesStale { get; init; }

    public double? Hashrate { get; init; }

    public string? HashrateUnit { get; init; }

    public double? PowerWatts { get; init; }

    public required double Confidence { get; init; }

    public required bool Encrypted { get; init; }

    /// <summary>How the question who it was ended; null when no subscriber source is configured.</summary>
    public string? Attribution { get; init; }

    public string? AttributionGrade { get; init; }

    public required IReadOnlyList<string> Evidence { get; init; }

    public static SightingView Of(Sighting sighting)
    {
        var best = sighting.Best;
        var seen = best.Event;
        return new SightingView
        {
            Key = sighting.Key,
            Sensor = sighting.Sensor,
            SrcIp = sighting.Client.ToString(),
            SrcPorts = sighting.ClientPorts,
            DestIp = sighting.Server.Address.ToString(),
            DestPort = sighting.Server.Port,
            Proto = sighting.Transport == Transport.Udp ? "UDP" : "TCP",
            WindowStart = sighting.WindowStart.ToString(),
            WindowEnd = sighting.WindowEnd.ToString(),
            FirstSeen = sighting.FirstSeen.ToString(),
            LastSeen = sighting.LastSeen.ToString(),
            Connections = sighting.Connections,
            FurtherAttempts = sighting.FurtherAttempts,
            Role = seen.Role.ToWord(),
            State = seen.State.ToWord(),
            Dialect = seen.Dialect,
            Coin = seen.Coin,
            Algorithm = seen.Algorithm,
            Agent = seen.Agent,
            Login = seen.Login?.Masked,
            Worker = seen.Worker?.Masked,
            Pool = best.Pool?.Name,
            SharesSubmitted = seen.SharesSubmitted,
            SharesAccepted = seen.SharesAccepted,
            SharesRejected = seen.SharesRejected,
            SharesStale = seen.SharesStale,
            Hashrate = seen.Hashrate?.PerSecond is { } rate && double.IsFinite(rate) ? rate : null,
            HashrateUnit = seen.Hashrate?.Unit,
            PowerWatts = best.Power?.Watts is { } watts && double.IsFinite(watts) ? watts : null,
            Confidence = seen.Confidence,
            Encrypted = seen.Encrypted,
            Attribution = best.Attribution?.Outcome.ToString(),
            AttributionGrade = best.Attribution?.Grade?.ToString(),
            Evidence = [.. seen.Evidence.Select(each => $"{each.Rule}: {each.Seen} (frame {each.FrameNumber})")],
        };
    }
}

/// <summary>Some of the sightings that were asked for, in the order of window and key.</summary>
/// <param name="Sightings">At most as many as were asked for.</param>
/// <param name="Next">Value of <c>after</c> for what follows; null when nothing does.</param>
internal sealed record SightingPage(IReadOnlyList<SightingView> Sightings, string? Next);
