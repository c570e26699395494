using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

/// <summary>A block of ports that is kept, and what the store says of its address.</summary>
internal static class StoredBlock
{
    /// <summary>A time of 2022-04-07, in UTC.</summary>
    public static PacketTime At(string time) => PacketTime.From(DateTimeOffset.Parse($"2022-04-07T{time}Z"));

    public static AddressInterval Block(IntervalStore store, string from) => new()
    {
        Kind = IntervalKind.PortBlock,
        Source = store.SourceOf(LogKind.Nat, "cgn01").Number,
        Range = IpRange.Single(Times.Ip("203.0.113.9")),
        FirstPort = 1024,
        LastPort = 2047,
        Inner = Times.Ip("100.64.0.1"),
        From = At(from),
        To = AddressInterval.Open,
        FirstProof = At(from),
        LastProof = At(from),
        FirstLine = new LineDigest(1, 2),
    };

    public static List<(PacketTime From, PacketTime To)> HoldTimes(IntervalStore store, string from, string to)
    {
        var found = new List<AddressInterval>();
        store.Find(Times.Ip("203.0.113.9"), 1500, At(from), At(to), found);
        return found.ConvertAll(interval => (interval.From, interval.To));
    }

    public static List<AddressInterval> Find(IntervalStore store, PacketTime time, int secondsAfter)
    {
        var found = new List<AddressInterval>();
        var moment = new PacketTime(time.UnixNanoseconds + (secondsAfter * PacketTime.NanosecondsPerSecond));
        store.Find(Times.Ip("203.0.113.9"), null, moment, moment, found);
        return found;
    }
}
