using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

public sealed class PageCacheTests
{
    private const int Ports = 1000;
    private static readonly PacketTime Noon = At("2022-04-07T12:00:00");

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void APageThatIsKeptIsNotReadAgain(int mebibytes)
    {
        using var folder = new StoreFolder();
        using (var store = folder.Open())
        {
            for (var port = 1; port <= Ports; port++)
            {
                store.Add(new AddressInterval
                {
                    Kind = IntervalKind.PortBlock,
                    Source = store.SourceOf(LogKind.Nat, "cgn01").Number,
                    Range = IpRange.Single(Ip("203.0.113.9")),
                    FirstPort = (ushort)port,
                    LastPort = (ushort)port,
                    Account = store.Intern($"line{port}"),
                    From = At("2022-04-07T11:00:00"),
                    To = At("2022-04-07T13:00:00"),
                    FirstProof = At("2022-04-07T11:00:00"),
                    LastProof = At("2022-04-07T13:00:00"),
                });
            }

            store.Commit();
            store.Flush();
        }

        using var asked = folder.Open(isReadOnly: true, mebibytes);
        Assert.Equal("line1", AccountAt(asked, 1));
        Assert.Equal($"line{Ports}", AccountAt(asked, Ports));
        using (var file = new FileStream(Assert.Single(folder.Files("*.intervals")), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            // In the first page, which the last question did not leave in its own hands.
            file.Position = 5000;
            file.Write(new byte[100]);
        }

        if (mebibytes > 0)
        {
            Assert.Equal("line1", AccountAt(asked, 1));
        }
        else
        {
            Assert.Throws<IntervalStoreException>(() => AccountAt(asked, 1));
        }
    }

    [Fact]
    public void AnswersStayRightWhilePagesMakeRoomAndDaysAreDropped()
    {
        using var folder = new StoreFolder();
        using var small = folder.Open(pageCacheMebibytes: 1);
        var intervals = new RandomIntervals(seed: 5, small);
        for (var i = 0; i < 5; i++)
        {
            intervals.Tell(5000);
            small.Commit();
            small.Flush();
            AssertEqualAnswers();
        }

        small.DropBefore(new DateOnly(2022, 4, 7));
        AssertEqualAnswers();

        void AssertEqualAnswers()
        {
            using var none = folder.Open(isReadOnly: true, pageCacheMebibytes: 0);
            for (var i = 0; i < 3000; i++)
            {
                var (address, port, from, to) = intervals.Question();
                var (expected, found) = (new List<AddressInterval>(), new List<AddressInterval>());
                none.Find(address, port, from, to, expected);
                small.Find(address, port, from, to, found);
                Assert.Equal(RandomIntervals.InWords(expected, none.NameOf), RandomIntervals.InWords(found, small.NameOf));
            }
        }
    }

    private static string AccountAt(IntervalStore store, ushort port)
    {
        var found = new List<AddressInterval>();
        store.Find(Ip("203.0.113.9"), port, Noon, Noon, found);
        return store.NameOf(Assert.Single(found).Account);
    }
}
