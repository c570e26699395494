using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>What became of accounting records.</summary>
public sealed class RadiusLog
{
    /// <summary>Accounting records used.</summary>
    public long Records { get; private set; }

    /// <summary>Records left out because something in them cannot be read; each was named as a problem or counted by its kind.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Records of authentication and other kinds, passed over.</summary>
    public long NotAccounting { get; internal set; }

    /// <summary>Records that were sent again.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Interim records later than their session's Stop: they do not open it again.</summary>
    public long InterimsAfterStop { get; internal set; }

    /// <summary>Records that came after later ones of their session were joined: they may prove addresses, and end nothing.</summary>
    public long Late { get; internal set; }

    public long Sessions { get; internal set; }

    /// <summary>Sessions forgotten while they may have been open, because too many were known.</summary>
    public long PushedOut { get; internal set; }

    /// <summary>Event times of the first and the last record; null when there is none.</summary>
    public PacketTime? FirstRecord { get; private set; }

    public PacketTime? LastRecord { get; private set; }

    internal void Add(PacketTime time)
    {
        Records++;
        FirstRecord = FirstRecord is { } first && first <= time ? first : time;
        LastRecord = LastRecord is { } last && last >= time ? last : time;
    }
}
