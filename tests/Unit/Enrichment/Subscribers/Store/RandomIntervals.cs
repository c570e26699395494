using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

/// <summary>
/// A stream of interval states as readers of logs tell them: facts that open, are proven again, close, are told twice, late, of all kinds and
/// ranges; and beside it, by a plain list, what a store must answer.
/// </summary>
internal sealed class RandomIntervals(int seed, IIntervalSink sink)
{
    public const int Days = 6;
    public static readonly PacketTime Start = PacketTime.From(new DateTimeOffset(2022, 4, 4, 0, 0, 0, TimeSpan.Zero));

    private readonly Random _random = new(seed);
    private readonly List<AddressInterval> _told = [];
    private readonly Dictionary<IntervalIdentity, AddressInterval> _expected = [];

    public void Tell(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var interval = _told.Count > 0 && _random.Next(3) > 0 ? Later(_told[_random.Next(_told.Count)]) : New();
            if (interval.From < interval.To)
            {
                sink.Add(interval);
                _told.Add(interval);
                if (!_expected.TryGetValue(interval.Identity, out var known) || !Beats(known, interval))
                {
                    _expected[interval.Identity] = interval;
                }
            }
        }
    }

    public (IpAddress Address, ushort? Port, PacketTime From, PacketTime To) Question()
    {
        var from = At(_random.Next(-3600, Days * 86_400));
        var length = _random.Next(4) switch { 0 => 0, 1 => 60, 2 => 86_400, _ => 5 };
        return (RandomAddress(), _random.Next(2) == 0 ? null : (ushort)_random.Next(4096), from, new PacketTime(from.UnixNanoseconds + (length * PacketTime.NanosecondsPerSecond)));
    }

    public List<AddressInterval> Answer(IpAddress address, ushort? port, PacketTime from, PacketTime to) =>
        [.. _expected.Values.Where(interval => interval.Range.Contains(address) && interval.Holds(port) && interval.Overlaps(from, to))];

    /// <summary>As text, names in words and sorted, so that answers of different stores compare.</summary>
    public static List<string> InWords(IEnumerable<AddressInterval> intervals, Func<NameId, string> nameOf) =>
        [.. intervals.Select(interval => $"{interval with { Realm = default, Account = default, AccessPort = default }} {nameOf(interval.Realm)} {nameOf(interval.Account)} {nameOf(interval.AccessPort)}").Order(StringComparer.Ordinal)];

    /// <summary>The contract in its own words: a logged end, then the later proof, then what was told later.</summary>
    private static bool Beats(AddressInterval known, AddressInterval told)
    {
        var (knownEnds, toldEnds) = (HasLoggedEnd(known), HasLoggedEnd(told));
        return knownEnds != toldEnds ? knownEnds : known.LastProof > told.LastProof;
    }

    private static bool HasLoggedEnd(AddressInterval interval) => interval.To != AddressInterval.Open && !interval.Marks.HasFlag(IntervalMarks.EndIsEstimated);

    private AddressInterval Later(AddressInterval interval)
    {
        var proof = new PacketTime(interval.LastProof.UnixNanoseconds + (_random.Next(0, 40_000) * PacketTime.NanosecondsPerSecond));
        if (interval.Marks.HasFlag(IntervalMarks.StartIsEstimated))
        {
            // Its last proof is its name: what can change is the end.
            proof = interval.LastProof;
        }

        var line = new LineDigest((ulong)_random.NextInt64(), (ulong)_random.NextInt64());
        return _random.Next(5) switch
        {
            0 => interval,
            1 => interval with { LastProof = proof, LastLine = line },
            2 => interval with { LastProof = proof, LastLine = line, To = AddressInterval.Open, Marks = interval.Marks & ~IntervalMarks.EndIsEstimated },
            3 => interval with { LastProof = proof, To = new PacketTime(proof.UnixNanoseconds + _random.Next(1, 90_000) * PacketTime.NanosecondsPerSecond), Marks = interval.Marks | IntervalMarks.EndIsEstimated },
            _ => interval with { LastProof = proof, LastLine = line, To = proof, Marks = interval.Marks & ~IntervalMarks.EndIsEstimated },
        };
    }

    private AddressInterval New()
    {
        var from = At(_random.Next(Days * 86_400));
        if (_random.Next(8) == 0)
        {
            from = new PacketTime(from.UnixNanoseconds + _random.Next(1_000_000_000));
        }

        var kind = (IntervalKind)_random.Next(1, 5);
        var isNat = kind is IntervalKind.PortBlock or IntervalKind.Binding;
        var firstPort = isNat ? _random.Next(64) * 64 : 0;
        var startIsEstimated = _random.Next(10) == 0;
        return new AddressInterval
        {
            Kind = kind,
            Source = sink.SourceOf(isNat ? LogKind.Nat : LogKind.Radius, $"device{_random.Next(3)}").Number,
            Range = RandomRange(),
            FirstPort = (ushort)firstPort,
            LastPort = isNat ? (ushort)(firstPort + 63) : ushort.MaxValue,
            Protocol = (byte)(kind == IntervalKind.Binding ? 6 : 0),
            Destination = kind == IntervalKind.Binding ? new Endpoint(IpAddress.FromIPv4(0xC633_6407), 3333) : default,
            Inner = isNat ? IpAddress.FromIPv4(0x6440_0000 + (uint)_random.Next(1000)) : default,
            Realm = isNat ? sink.Intern("vpn1") : default,
            Account = isNat ? default : sink.Intern($"yc0359{_random.Next(1_000_000):d6}@adsl"),
            AccessPort = isNat ? default : sink.Intern($"eth 1/0/{_random.Next(8)}:1000.{_random.Next(4000)}"),
            From = startIsEstimated ? _random.Next(2) == 0 ? PacketTime.None : new PacketTime(from.UnixNanoseconds - (3600 * PacketTime.NanosecondsPerSecond)) : from,
            To = startIsEstimated ? from : AddressInterval.Open,
            Marks = startIsEstimated ? IntervalMarks.StartIsEstimated : IntervalMarks.None,
            FirstProof = from,
            LastProof = from,
            FirstLine = new LineDigest((ulong)_random.NextInt64(), (ulong)_random.NextInt64()),
        };
    }

    private IpRange RandomRange()
    {
        var address = RandomAddress();
        return _random.Next(5) switch
        {
            0 when !address.IsIPv4 => IpRange.Prefix(address, 56),
            1 when !address.IsIPv4 => IpRange.Prefix(address, 64),
            2 when address.IsIPv4 => IpRange.Prefix(address, 30),
            3 when address.IsIPv4 => new IpRange(address, IpAddress.FromIPv4(address.IPv4Bits + (uint)_random.Next(5))),
            _ => IpRange.Single(address),
        };
    }

    private IpAddress RandomAddress() => _random.Next(4) == 0
        ? new IpAddress(0x2001_0DB8_0000_0000 + ((ulong)_random.Next(4) << 8) + (ulong)_random.Next(3), (ulong)_random.Next(3))
        : IpAddress.FromIPv4(0xCB00_7100 + (uint)_random.Next(24));

    private static PacketTime At(int seconds) => new(Start.UnixNanoseconds + (seconds * PacketTime.NanosecondsPerSecond));
}
