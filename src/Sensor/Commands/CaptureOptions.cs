using MinerFlow.Capture.Live;
using MinerFlow.Connections;

namespace MinerFlow.Sensor.Commands;

/// <summary>What a look at a link was asked to do, checked.</summary>
internal sealed record CaptureOptions
{
    public required LiveCaptureOptions Live { get; init; }

    public FlowOptions Flows { get; init; } = new();

    /// <summary>Null to go on until stopped.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Capture file to write; null for none.</summary>
    public string? Write { get; init; }

    /// <summary>How findings are named and written: the same as of a replay whose capture is the link.</summary>
    public required ReplayOptions Findings { get; init; }
}
