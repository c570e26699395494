using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>
/// Intervals that can be asked, in memory or on disk. Questions may come from several threads at once, and an answer never shows half of a change.
/// </summary>
public interface IAddressIntervals
{
    /// <summary>The logs the intervals come from; <see cref="AddressInterval.Source"/> is an index into it. Grows, never shrinks.</summary>
    IReadOnlyList<LogSource> Sources { get; }

    /// <summary>
    /// Adds to <paramref name="found"/> every interval whose range holds the address, whose ports hold the port if one is given, and which shares a moment
    /// with the time asked: <c>From &lt;= to</c> and <c>To &gt; from</c>. However long before the question it began; in any order.
    /// </summary>
    /// <param name="address">Public, inner or IPv6.</param>
    /// <param name="port">Null for intervals of any port.</param>
    /// <param name="from">First moment.</param>
    /// <param name="to">Last moment, included.</param>
    /// <param name="found">The caller's; used again for the next question.</param>
    void Find(IpAddress address, ushort? port, PacketTime from, PacketTime to, ICollection<AddressInterval> found);

    /// <summary>Whether an interval of any time holds the address: tells a pool that logs speak of from one they do not.</summary>
    bool Knows(IpAddress address);

    /// <summary>The name behind an id of these intervals; empty for none.</summary>
    string NameOf(NameId id);

    /// <summary>About so many intervals from all over, or all when there are fewer; none where they are no log's.</summary>
    IEnumerable<AddressInterval> Sample(int most) => [];
}

/// <summary>Where readers of logs put what they conclude. One writer at a time.</summary>
public interface IIntervalSink
{
    /// <summary>The log of a device, a new one when this kind and device were not seen before.</summary>
    LogSource SourceOf(LogKind kind, string device);

    NameId Intern(ReadOnlySpan<char> name);

    /// <summary>A new fact, or the newer state of one with the same <see cref="AddressInterval.Identity"/>.</summary>
    void Add(in AddressInterval interval);
}

/// <summary>What was concluded before and is kept: where readers of logs that go on look up what they opened in another run.</summary>
public interface IKeptIntervals : IAddressIntervals
{
    /// <summary>Adds every interval whose range holds the address and that nothing has ended, whenever it began.</summary>
    void FindOpen(IpAddress address, ICollection<AddressInterval> found);
}
