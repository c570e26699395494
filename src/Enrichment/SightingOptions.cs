using MinerFlow.Enrichment.Devices;

namespace MinerFlow.Enrichment;

public sealed record SightingOptions
{
    /// <summary>Name of the sensor; part of every key.</summary>
    public string Sensor { get; init; } = "sensor";

    /// <summary>
    /// Length of a window, aligned to 1970. 5 minutes: an answer a NOC still calls live. <see cref="TimeSpan.Zero"/>: the whole capture is one window, as a
    /// replay wants it.
    /// </summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Sightings held open at once; events beyond it are counted as dropped.</summary>
    public int MaxSightings { get; init; } = 200_000;

    /// <summary>
    /// Sightings in which no pool ever answered that are taken within the time of one window, at most; what is beyond is only counted, on one of those that are kept. Without
    /// a bound unless it is set: a capture file has an end, and so have its attempts.
    /// </summary>
    public int MaxAttempts { get; init; } = int.MaxValue;

    /// <summary>Gives the power behind a rate that several connections add up to; without it only single connections keep theirs.</summary>
    public DeviceTable? Devices { get; init; }
}
