using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

/// <summary>A disk that cannot be written for a while: something lies where the store's next file goes.</summary>
public sealed class StoreRetryTests
{
    private const int PerCommit = 1_000;

    private static readonly PacketTime Noon = At("2022-04-07T12:00:00");

    [Fact]
    public void WithoutANextLogNothingIsTakenUntilItCanBeMade()
    {
        using var folder = new StoreFolder();
        var told = 0;
        using (var store = folder.Open())
        {
            var obstacle = Directory.CreateDirectory(Path.Combine(folder.Store, "log-0000000002.wal"));
            told = TellUntilRefused(store);
            Assert.Null(store.Failure);

            obstacle.Delete();
            store.Commit();
            Assert.Equal(told, store.Accepted);
        }

        using var again = folder.Open(isReadOnly: true);
        AssertHeld(again, told);
    }

    [Fact]
    public void SegmentsThatCannotBeWrittenAreTriedAgainAndTheLogKeepsWhatTheyAreToHold()
    {
        using var folder = new StoreFolder();
        var told = 0;
        using (var store = folder.Open())
        {
            var obstacle = Directory.CreateDirectory(Path.Combine(folder.Store, "2022-04-07-0000000001.intervals"));
            told = TellUntilRefused(store);
            Assert.NotNull(store.Failure);
            AssertHeld(store, told - PerCommit);

            obstacle.Delete();
            Assert.True(SpinWait.SpinUntil(() => store.Failure is null, TimeSpan.FromMinutes(1)));
            store.Commit();
            store.Flush();
            Assert.Equal(told, store.Accepted);
        }

        using var again = folder.Open(isReadOnly: true);
        AssertHeld(again, told);
        Assert.Equal(told, again.Rows);
    }

    [Fact]
    public void DaysAreDroppedWhileOthersAreAdded()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        Tell(store, 0);
        store.Commit();
        store.Flush();

        store.BeginDropBefore(new DateOnly(2022, 4, 8));
        Tell(store, PerCommit, days: 1);
        store.Commit();

        Assert.True(SpinWait.SpinUntil(() => store.FirstDay == new DateOnly(2022, 4, 8), TimeSpan.FromMinutes(1)));

        // Files go after questions no longer see them.
        store.Flush();
        Assert.Empty(Find(store, 0, Noon));
        Assert.Single(Find(store, PerCommit, Later(Noon, TimeSpan.FromDays(1))));
        Assert.Empty(folder.Files("2022-04-07*.intervals"));
    }

    [Fact]
    public void DevicesBeyondThoseThatCanBeToldApartAreCountedAndNotKept()
    {
        var list = new IntervalList();
        for (var device = 0; device <= ushort.MaxValue + 1; device++)
        {
            var source = list.SourceOf(LogKind.Nat, $"device {device}");
            list.Add(Block(device & 0xFFF, Noon) with { Source = source.Number });
        }

        Assert.Equal(2, list.RefusedForSource);
        Assert.Equal(ushort.MaxValue, list.Count);
    }

    /// <summary>Commits until the store takes nothing more; returns how many intervals were told, those that wait included.</summary>
    private static int TellUntilRefused(IntervalStore store)
    {
        for (var told = 0; ; told += PerCommit)
        {
            Assert.True(told < 1_000_000, "the store goes on taking rows");
            Tell(store, told);
            try
            {
                store.Commit();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return told + PerCommit;
            }
        }
    }

    private static void Tell(IntervalStore store, int from, int days = 0)
    {
        var time = Later(Noon, TimeSpan.FromDays(days));
        store.SourceOf(LogKind.Nat, "cgn01").Saw(time);
        for (var number = from; number < from + PerCommit; number++)
        {
            store.Add(Block(number, time));
        }
    }

    private static AddressInterval Block(int number, PacketTime from) => new()
    {
        Kind = IntervalKind.PortBlock,
        Source = 0,
        Range = IpRange.Single(IpAddress.FromIPv4(0xC612_0000 + (uint)number)),
        From = from,
        To = Later(from, TimeSpan.FromMinutes(10)),
        FirstProof = from,
        LastProof = Later(from, TimeSpan.FromMinutes(10)),
    };

    private static PacketTime Later(PacketTime time, TimeSpan by) => new(time.UnixNanoseconds + (by.Ticks * 100));

    private static List<AddressInterval> Find(IntervalStore store, int number, PacketTime time)
    {
        var found = new List<AddressInterval>();
        store.Find(IpAddress.FromIPv4(0xC612_0000 + (uint)number), null, time, time, found);
        return found;
    }

    private static void AssertHeld(IntervalStore store, int count)
    {
        for (var number = 0; number < count; number++)
        {
            Assert.Single(Find(store, number, Noon));
        }
    }
}
