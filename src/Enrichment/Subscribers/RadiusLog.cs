using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers;

/// <summary>Accounting files as intervals, with the counts of what was read and what was not used.</summary>
public sealed class RadiusLog : ISubscriberSource
{
    internal const string SourceName = "radius";

    internal RadiusLog(List<SubscriberInterval> intervals) => Intervals = intervals;

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

    internal List<SubscriberInterval> Intervals { get; }

    IEnumerable<SubscriberInterval> ISubscriberSource.Intervals => Intervals;

    bool ISubscriberSource.Covers(PacketTime from, PacketTime to) => FirstRecord is { } first && LastRecord is { } last && first <= from && last >= to;
}
