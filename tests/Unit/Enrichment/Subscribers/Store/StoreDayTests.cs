using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;
using MinerFlow.Enrichment.Subscribers.Store;
using Xunit;
using static MinerFlow.Unit.Enrichment.Subscribers.Store.StoredBlock;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

/// <summary>Each day has a key, without which nobody reads it, and goes when its time is over.</summary>
public sealed class StoreDayTests
{
    [Fact]
    public void ADroppedDayIsGoneWithItsKeyAndTheNextOneStays()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        var nextDay = new PacketTime(At("10:00").UnixNanoseconds + (86_400 * PacketTime.NanosecondsPerSecond));
        store.Add(Block(store, "10:00") with { To = At("11:00"), LastProof = At("11:00") });
        store.Add(Block(store, "12:00") with { To = nextDay, LastProof = nextDay });
        store.Add(Block(store, "13:00"));
        store.Commit();
        store.Flush();
        Assert.Equal(2, folder.KeyFiles("2022-*.key").Count);
        Assert.True(store.Knows(Times.Ip("203.0.113.9")));

        store.DropBefore(new DateOnly(2022, 4, 8));

        Assert.Single(folder.KeyFiles("2022-*.key"));
        Assert.Empty(folder.Files("2022-04-07*.intervals"));
        Assert.Empty(HoldTimes(store, "10:30", "10:30"));
        // What reaches the day that is kept is kept; what was never proven since is not.
        Assert.Equal([(At("12:00"), nextDay)], Find(store, nextDay, -3600).ConvertAll(interval => (interval.From, interval.To)));
        Assert.Equal(new DateOnly(2022, 4, 8), store.FirstDay);
    }

    [Fact]
    public void SilenceAboutADroppedDayIsNoProofThatNobodyWasThere()
    {
        using var folder = new StoreFolder();
        var asked = At("10:30");
        using (var store = folder.Open())
        {
            for (var minute = 0; minute < 2 * 1440; minute++)
            {
                store.SourceOf(LogKind.Nat, "cgn01").Saw(new PacketTime(At("00:00").UnixNanoseconds + (minute * 60 * PacketTime.NanosecondsPerSecond)));
            }

            store.Add(Block(store, "10:00") with { To = At("11:00"), LastProof = At("11:00") });
            store.Commit();
            Assert.Equal(AttributionOutcome.None, Ask(store, At("12:00")).Outcome);

            store.DropBefore(new DateOnly(2022, 4, 8));

            AssertOutsideLog(Ask(store, asked));
            Assert.Equal(AttributionOutcome.None, Ask(store, new PacketTime(At("12:00").UnixNanoseconds + (86_400 * PacketTime.NanosecondsPerSecond))).Outcome);
            // A line that comes late brings nothing of the day back.
            store.SourceOf(LogKind.Nat, "cgn01").Saw(At("10:31"));
            store.Commit();
            AssertOutsideLog(Ask(store, asked));
        }

        using var again = folder.Open();
        AssertOutsideLog(Ask(again, asked));
    }

    [Fact]
    public void ADayWhoseKeyWasDeletedByHandIsAnErrorThatNamesTheKey()
    {
        using var folder = new StoreFolder();
        using (var store = folder.Open())
        {
            store.Add(Block(store, "10:00") with { To = At("11:00"), LastProof = At("11:00") });
            store.Commit();
            store.Flush();
        }

        File.Delete(folder.KeyFiles("2022-*.key").Single());
        var exception = Assert.Throws<IntervalStoreException>(() => folder.Open());
        Assert.Contains("2022-04-07.key", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PersonalNamesAreInNoFileOfTheStore()
    {
        using var folder = new StoreFolder();
        using (var store = folder.Open())
        {
            for (var i = 0; i < 300; i++)
            {
                store.Add(Block(store, "10:00") with
                {
                    FirstPort = (ushort)i,
                    Account = store.Intern("zhangsan-account"),
                    AccessPort = store.Intern("olt-007-port-31"),
                    Inner = Times.Ip("100.64.12.34"),
                    To = i % 2 == 0 ? AddressInterval.Open : At("12:00"),
                });
                if (i % 50 == 0)
                {
                    store.Commit();
                }

                if (i == 150)
                {
                    store.Flush();
                }
            }
        }

        byte[][] secrets = ["zhangsan"u8.ToArray(), "olt-007"u8.ToArray(), [0xFF, 0xFF, 100, 64, 12, 34], [0xFF, 0xFF, 203, 0, 113, 9]];
        foreach (var file in folder.Files("*"))
        {
            var bytes = File.ReadAllBytes(file);
            Assert.All(secrets, secret => Assert.True(bytes.AsSpan().IndexOf(secret) < 0, file));
        }
    }

    [Fact]
    public void KeysInsideTheStoreAreRefused()
    {
        using var folder = new StoreFolder();
        var options = new IntervalStoreOptions { Folder = folder.Store, KeyFolder = Path.Combine(folder.Store, "keys"), TableMebibytes = 0 };
        Assert.Equal(2, options.Check().Count);
    }

    private static Attribution Ask(IntervalStore store, PacketTime time)
    {
        var inventory = new AddressInventory([new AddressPool(IpRange.Single(Times.Ip("203.0.113.9")), PoolKind.CgnPortBlock)]);
        return SubscriberDirectory.Build(new SubscriberSources { Inventory = inventory, Logs = store }).Answer(new AttributionQuestion(Times.Ip("203.0.113.9"), time, time) { Port = 1500 });
    }

    private static void AssertOutsideLog(Attribution answer) =>
        Assert.Equal((AttributionOutcome.Insufficient, MissingKind.TimeOutsideLog), (answer.Outcome, Assert.Single(answer.MissingPieces).Kind));
}
