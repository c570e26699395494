using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Intervals;

public sealed class IntervalIndexTests
{
    [Fact]
    public void ItFindsWhatAPlainSearchFinds()
    {
        var random = new Random(20220408);
        var list = new IntervalList();
        var intervals = Enumerable.Range(0, 2000).Select(i => RandomInterval(random, i, list)).ToList();
        intervals.ForEach(interval => list.Add(interval));
        var index = list.ToIndex();
        for (var i = 0; i < 2000; i++)
        {
            var address = IpAddress.FromIPv4(0xCB00_7100 + (uint)random.Next(256));
            var from = new PacketTime(random.Next(1000));
            var to = new PacketTime(from.UnixNanoseconds + random.Next(50));
            ushort? port = random.Next(3) == 0 ? null : (ushort)random.Next(1000);
            var found = new List<AddressInterval>();
            index.Find(address, port, from, to, found);

            var expected = intervals.Where(interval => interval.Range.Contains(address) && interval.From <= to && interval.To > from
                && (port is null || (interval.FirstPort <= port && port <= interval.LastPort)));
            Assert.Equal(expected.Select(interval => interval.Account.Value).Order(), found.Select(interval => interval.Account.Value).Order());
        }
    }

    [Fact]
    public void AQuestionAllocatesNothingOnceItsListHasGrown()
    {
        var list = new IntervalList();
        for (var i = 0; i < 1000; i++)
        {
            list.Add(RandomInterval(new Random(i), i, list));
        }

        var index = list.ToIndex();
        var found = new List<AddressInterval>(1000);
        var address = Ip("203.0.113.9");
        index.Find(address, 5, PacketTime.None, AddressInterval.Open, found);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            found.Clear();
            index.Find(address, null, PacketTime.None, AddressInterval.Open, found);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEmpty(found);
    }

    [Fact]
    public void TheLaterStateOfAFactReplacesTheEarlier()
    {
        var list = new IntervalList();
        var interval = RandomInterval(new Random(1), 1, list) with { From = new PacketTime(10), LastProof = new PacketTime(10), To = AddressInterval.Open };
        list.Add(interval);
        list.Add(interval with { LastProof = new PacketTime(20) });
        list.Add(interval with { LastProof = new PacketTime(30), To = new PacketTime(30) });
        // The same block given to the same holder once more is another fact.
        list.Add(interval with { From = new PacketTime(40), LastProof = new PacketTime(40) });

        var found = new List<AddressInterval>();
        list.ToIndex().Find(interval.Range.First, null, PacketTime.None, AddressInterval.Open, found);

        Assert.Equal([(10L, 30L), (40L, long.MaxValue)], found.Select(one => (one.From.UnixNanoseconds, one.To.UnixNanoseconds)).Order());
    }

    [Fact]
    public void ADeviceHasOneLogOfEachKind()
    {
        var list = new IntervalList();

        Assert.Same(list.SourceOf(LogKind.Nat, "cgn01"), list.SourceOf(LogKind.Nat, "cgn01"));
        Assert.NotSame(list.SourceOf(LogKind.Nat, "cgn01"), list.SourceOf(LogKind.Radius, "cgn01"));
        Assert.Equal([0, 1], list.ToIndex().Sources.Select(source => (int)source.Number));
    }

    private static AddressInterval RandomInterval(Random random, int number, IntervalList list)
    {
        var first = (uint)random.Next(256);
        var last = Math.Min(255, first + (uint)(random.Next(3) == 0 ? random.Next(200) : random.Next(3)));
        var firstPort = random.Next(1000);
        var from = random.Next(1000);
        return new AddressInterval
        {
            Kind = IntervalKind.PortBlock,
            Source = 0,
            Range = new IpRange(IpAddress.FromIPv4(0xCB00_7100 + first), IpAddress.FromIPv4(0xCB00_7100 + last)),
            FirstPort = (ushort)firstPort,
            LastPort = (ushort)random.Next(firstPort, 1000),
            From = new PacketTime(from),
            To = new PacketTime(from + 1 + random.Next(100)),
            FirstProof = new PacketTime(from),
            LastProof = new PacketTime(from),
            Account = list.Intern($"{number}"),
        };
    }
}
