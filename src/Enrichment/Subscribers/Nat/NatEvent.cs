using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>What a translator says happened to ports of a public address.</summary>
public enum NatEventKind : byte
{
    /// <summary>A line that is known and says nothing about who holds which ports: alarms, exhausted pools. It still says that the log speaks.</summary>
    Ignored,

    /// <summary>Ports, or a whole address, belong to the inner address from now on.</summary>
    BlockAllocated,

    BlockReleased,

    /// <summary>Still allocated at this time: keepalive, interim.</summary>
    BlockAlive,

    SessionCreated,

    SessionDeleted,

    SessionAlive,

    /// <summary>The translator lost or gave back everything it had allocated.</summary>
    DeviceRestarted,
}

internal static class NatEventKinds
{
    public static bool IsSession(this NatEventKind kind) => kind is NatEventKind.SessionCreated or NatEventKind.SessionDeleted or NatEventKind.SessionAlive;

    public static bool Opens(this NatEventKind kind) => kind is NatEventKind.BlockAllocated or NatEventKind.SessionCreated;

    public static bool Closes(this NatEventKind kind) => kind is NatEventKind.BlockReleased or NatEventKind.SessionDeleted;
}

/// <summary>
/// One event of a translation log, whatever form it came in. Texts are interned by who reads the log, so that an event costs no allocation.
/// </summary>
internal readonly record struct NatEvent
{
    public NatEventKind Kind { get; init; }

    /// <summary>IANA protocol number; 0 when the ports are those of every protocol.</summary>
    public byte Protocol { get; init; }

    public ushort FirstPort { get; init; }

    /// <summary>Inclusive.</summary>
    public ushort LastPort { get; init; }

    /// <summary>Port on the inside, of sessions; 0 when not logged.</summary>
    public ushort InnerPort { get; init; }

    /// <summary>Port at the far end, of sessions; 0 when not logged.</summary>
    public ushort DestinationPort { get; init; }

    public IpAddress Outer { get; init; }

    public IpAddress Inner { get; init; }

    /// <summary>Address at the far end, of sessions that log it; default when not logged.</summary>
    public IpAddress Destination { get; init; }

    /// <summary>When it happened, by the translator's clock.</summary>
    public PacketTime Time { get; init; }

    /// <summary>The event lies within [Time, Time + Precision): what the log's spelling of time can say.</summary>
    public TimeSpan Precision { get; init; }

    /// <summary>When the ports were allocated or the session began, where the event tells it; else <see cref="PacketTime.None"/>.</summary>
    public PacketTime Started { get; init; }

    /// <summary>When the receiver or a relay stamped the line, by its clock; <see cref="PacketTime.None"/> when nobody did.</summary>
    public PacketTime Received { get; init; }

    /// <summary>Name or address of the translator as its log gives it.</summary>
    public string Device { get; init; }

    /// <summary>Routing instance on the inside, where inner addresses repeat; null when not logged.</summary>
    public string? Vrf { get; init; }

    /// <summary>Account or softwire that the translator itself knows; null when not logged.</summary>
    public string? Account { get; init; }

    public LineDigest Digest { get; init; }
}
