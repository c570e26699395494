using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>What kind of log a device writes.</summary>
public enum LogKind : byte
{
    Radius = 1,
    Nat = 2,
    Dhcp = 3,
    Line = 4,

    /// <summary>No log: a rule of the inventory that says what follows from what.</summary>
    Rule = 5,
}

/// <summary>
/// The log of one device: from when to when it speaks, when it was silent though it usually speaks, and how far its clock is off. Every line that is
/// read is told here by its time, also those that say nothing of addresses.
/// </summary>
public sealed class LogSource(ushort number, LogKind kind, string device)
{
    /// <summary>Place in <see cref="IAddressIntervals.Sources"/>.</summary>
    public ushort Number { get; } = number;

    public LogKind Kind { get; } = kind;

    /// <summary>Name or address of the access server, NAT or DHCP server, as its own lines give it.</summary>
    public string Device { get; } = device;

    /// <summary>The step of the times in its lines; a moment is meant somewhere within. One second: syslog and RADIUS.</summary>
    public TimeSpan Precision { get; init; } = TimeSpan.FromSeconds(1);

    public LogCoverage Coverage { get; init; } = new();

    public LogClock Clock { get; init; } = new();

    /// <summary>One line of the log.</summary>
    /// <param name="time">When the device says it happened.</param>
    /// <param name="received">When it reached us, less the delay the device itself states; null when not known, as in most files.</param>
    public void Saw(PacketTime time, PacketTime? received = null)
    {
        Coverage.Saw(time);
        if (received is { } moment)
        {
            Clock.Compare(time, moment);
        }
    }
}
