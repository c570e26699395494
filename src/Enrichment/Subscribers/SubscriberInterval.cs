using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers;

/// <summary>
/// What every subscriber source becomes: these addresses (and these ports of them) belonged to this account from then until then.
/// </summary>
internal sealed record SubscriberInterval
{
    /// <summary>Later than any moment a log can name: the end of an interval that is still open.</summary>
    public static readonly PacketTime Open = new(long.MaxValue);

    public required IpRange Range { get; init; }

    /// <summary>Ports of a shared public address; 0 to 65535 when the whole address is meant.</summary>
    public ushort FirstPort { get; init; }

    public ushort LastPort { get; init; } = ushort.MaxValue;

    /// <summary>The address is shared (CGN): without a source port nobody can be named.</summary>
    public bool SharesAddress { get; init; }

    public required PacketTime From { get; init; }

    /// <summary>Exclusive; <see cref="Open"/> when no end is known.</summary>
    public required PacketTime To { get; init; }

    public bool EndIsEstimated { get; init; }

    /// <summary>The first and the last moment a log line proves; between them the interval rests on logs on both sides.</summary>
    public required PacketTime FirstProof { get; init; }

    public required PacketTime LastProof { get; init; }

    /// <summary>Null when the range is ours and has no fixed holder: an address pool.</summary>
    public required string? Account { get; init; }

    public required string Source { get; init; }

    public Subscriber? Subscriber { get; init; }

    /// <summary>SHA-256 of the log lines that prove it.</summary>
    public required IReadOnlyList<byte[]> Evidence { get; init; }

    public bool Overlaps(PacketTime from, PacketTime to) => From <= to && To > from;
}

/// <summary>Something that knows who held which address when.</summary>
internal interface ISubscriberSource
{
    IEnumerable<SubscriberInterval> Intervals { get; }

    /// <summary>Whether the source has logged both before and after the time asked, so that its silence means something.</summary>
    bool Covers(PacketTime from, PacketTime to);
}
