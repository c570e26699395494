using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>What became of the records of accounting files.</summary>
public sealed class RadiusLog
{
    /// <summary>Accounting records used.</summary>
    public long Records { get; internal init; }

    /// <summary>Records left out because something in them cannot be read.</summary>
    public long Malformed { get; internal init; }

    /// <summary>Records of authentication and other kinds, passed over.</summary>
    public long NotAccounting { get; internal init; }

    /// <summary>Records that were sent again.</summary>
    public long Duplicates { get; internal init; }

    /// <summary>Interim records later than their session's Stop: they do not open it again.</summary>
    public long InterimsAfterStop { get; internal init; }

    public long Sessions { get; internal init; }

    /// <summary>Event times of the first and the last record; null when there is none.</summary>
    public PacketTime? FirstRecord { get; internal init; }

    public PacketTime? LastRecord { get; internal init; }
}
