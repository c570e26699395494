using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Bench;

/// <summary>
/// 45 days of a carrier, computed rather than kept, so that every question's true answer is known at any size. Of each subscriber 50 sessions (every
/// second one an IPv6 prefix) and 150 port blocks: with two million subscribers the hundred and three hundred million of a prefecture.
/// </summary>
internal sealed class SyntheticCarrier
{
    public const int SessionsPerSubscriber = 50;
    public const int BlocksPerSubscriber = 150;
    private const int BlocksPerAddress = 64;
    private const int PortsPerBlock = 1008;
    private const int Seconds = 45 * 86_400;
    private static readonly long Start = new DateTimeOffset(2022, 3, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();
    private readonly ulong _seed;

    public SyntheticCarrier(long intervals, ulong seed)
    {
        Subscribers = (int)Math.Max(1, intervals / (SessionsPerSubscriber + BlocksPerSubscriber));
        _seed = seed;
    }

    public int Subscribers { get; }

    public long Intervals => (long)Subscribers * (SessionsPerSubscriber + BlocksPerSubscriber);

    /// <summary>
    /// Tells the sink in the order of time, as logs do. Each interval once when it is closed, or twice: when it is opened, and when it is closed.
    /// </summary>
    public void Tell(IIntervalSink sink, bool tellsOpen, Action afterLine)
    {
        // One session and one block of each subscriber are open at a time; lists of those that end in a second hang on that second.
        var closing = new int[Seconds + 1];
        var next = new int[Subscribers * 2];
        var number = new int[Subscribers * 2];
        Array.Fill(closing, -1);
        long session = 0, block = 0;
        var (radius, nat) = (sink.SourceOf(LogKind.Radius, "bras01"), sink.SourceOf(LogKind.Nat, "cgn01"));
        for (var second = 0; second < Seconds; second++)
        {
            for (var slot = closing[second]; slot >= 0; slot = next[slot])
            {
                sink.Add(slot < Subscribers ? Session(sink, slot, number[slot]) : Block(slot - Subscribers, number[slot]));
                (slot < Subscribers ? radius : nat).Saw(PacketTime.FromSeconds(Start + second));
                afterLine();
            }

            for (; session < (long)Subscribers * SessionsPerSubscriber && SecondOf(session, SessionsPerSubscriber) == second; session++)
            {
                var (slot, k) = ((int)(session % Subscribers), (int)(session / Subscribers));
                Open(slot, k, EndOf(session, SessionsPerSubscriber));
                if (tellsOpen)
                {
                    sink.Add(Opened(Session(sink, slot, k)));
                    afterLine();
                }
            }

            for (; block < (long)Subscribers * BlocksPerSubscriber && SecondOf(block, BlocksPerSubscriber) == second; block++)
            {
                var (slot, k) = ((int)(block % Subscribers), (int)(block / Subscribers));
                Open(Subscribers + slot, k, EndOf(block, BlocksPerSubscriber));
                if (tellsOpen)
                {
                    sink.Add(Opened(Block(slot, k)));
                    afterLine();
                }
            }
        }

        void Open(int slot, int k, int end)
        {
            number[slot] = k;
            if (end < Seconds)
            {
                next[slot] = closing[end];
                closing[end] = slot;
            }
        }
    }

    /// <summary>Every interval as it was last told.</summary>
    public IEnumerable<AddressInterval> All(IIntervalSink sink)
    {
        for (var subscriber = 0; subscriber < Subscribers; subscriber++)
        {
            for (var k = 0; k < SessionsPerSubscriber; k++)
            {
                yield return AtTheEnd(Session(sink, subscriber, k));
            }

            for (var k = 0; k < BlocksPerSubscriber; k++)
            {
                yield return AtTheEnd(Block(subscriber, k));
            }
        }
    }

    /// <summary>A random interval that was told closed, and a question that only it answers.</summary>
    public (AddressInterval Truth, IpAddress Address, ushort? Port, PacketTime Time) Question(Random random, IIntervalSink sink)
    {
        while (true)
        {
            var isSession = random.Next(4) == 0;
            var subscriber = random.Next(Subscribers);
            var truth = isSession ? Session(sink, subscriber, random.Next(SessionsPerSubscriber)) : Block(subscriber, random.Next(BlocksPerSubscriber));
            if (truth.To.UnixNanoseconds < (Start + Seconds) * PacketTime.NanosecondsPerSecond)
            {
                var span = (int)((truth.To.UnixNanoseconds - truth.From.UnixNanoseconds) / PacketTime.NanosecondsPerSecond);
                var time = new PacketTime(truth.From.UnixNanoseconds + (random.Next(span) * PacketTime.NanosecondsPerSecond));
                return (truth, truth.Range.First, isSession ? null : (ushort)random.Next(truth.FirstPort, truth.LastPort + 1), time);
            }
        }
    }

    private int SecondOf(long index, int each) => (int)(index * Seconds / ((long)Subscribers * each));

    /// <summary>Sessions and blocks last between half and nearly all of the time until the subscriber's next.</summary>
    private int EndOf(long index, int each)
    {
        var period = Seconds / each;
        return SecondOf(index, each) + (period / 2) + (int)(Mix((ulong)index + _seed + (ulong)each) % (ulong)(period * 48 / 100));
    }

    private AddressInterval Session(IIntervalSink sink, int subscriber, int k)
    {
        var index = ((long)k * Subscribers) + subscriber;
        var place = (uint)((subscriber + k) % Subscribers);
        Span<char> name = stackalloc char[64];
        name.TryWrite($"yc0359{subscriber:d7}@adsl", out var length);
        var account = sink.Intern(name[..length]);
        name.TryWrite($"eth 1/0/{subscriber % 8}:1000.{subscriber % 4000} yc-olt-{subscriber / 2048:d3}/0/0/{subscriber / 256 % 8}/0/{subscriber % 32}", out length);
        return Times(index, SessionsPerSubscriber) with
        {
            Kind = IntervalKind.Session,
            Range = k % 2 == 0 ? IpRange.Single(IpAddress.FromIPv4(0x0A00_0000 + place)) : IpRange.Prefix(new IpAddress(0x2001_0DB8_0000_0000 + ((ulong)place << 4), 0), 60),
            Account = account,
            AccessPort = sink.Intern(name[..length]),
        };
    }

    private AddressInterval Block(int subscriber, int k)
    {
        var place = (uint)((subscriber + k) % Subscribers);
        var firstPort = 1024 + ((int)(place % BlocksPerAddress) * PortsPerBlock);
        // 198.18.0.0/15: for benchmarks, RFC 2544.
        return Times(((long)k * Subscribers) + subscriber, BlocksPerSubscriber) with
        {
            Kind = IntervalKind.PortBlock,
            Source = 1,
            Range = IpRange.Single(IpAddress.FromIPv4(0xC612_0000 + (place / BlocksPerAddress))),
            FirstPort = (ushort)firstPort,
            LastPort = (ushort)(firstPort + PortsPerBlock - 1),
            Inner = IpAddress.FromIPv4(0x0A00_0000 + (uint)subscriber),
        };
    }

    private AddressInterval Times(long index, int each)
    {
        var from = PacketTime.FromSeconds(Start + SecondOf(index, each));
        var to = PacketTime.FromSeconds(Start + EndOf(index, each));
        var line = Mix((ulong)index * (ulong)each);
        return new AddressInterval
        {
            Kind = IntervalKind.None,
            Source = 0,
            Range = default,
            From = from,
            To = to,
            FirstProof = from,
            LastProof = to,
            FirstLine = new LineDigest(line, Mix(line)),
            LastLine = new LineDigest(Mix(line + 1), Mix(line + 2)),
        };
    }

    private static AddressInterval AtTheEnd(AddressInterval interval) =>
        interval.To.UnixNanoseconds < (Start + Seconds) * PacketTime.NanosecondsPerSecond ? interval : Opened(interval);

    private static AddressInterval Opened(AddressInterval interval) => interval with { To = AddressInterval.Open, LastProof = interval.From, LastLine = interval.FirstLine };

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
