using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using Xunit;
using static MinerFlow.Unit.Enrichment.Subscribers.Store.StoredBlock;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

public sealed class PageCacheTests
{
    private const int Ports = 1000;
    private static readonly PacketTime Noon = At("12:00");

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
                store.Add(Block(store, "11:00") with { FirstPort = (ushort)port, LastPort = (ushort)port, To = At("13:00"), Account = store.Intern($"line{port}") });
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
        store.Find(Times.Ip("203.0.113.9"), port, Noon, Noon, found);
        return store.NameOf(Assert.Single(found).Account);
    }
}
