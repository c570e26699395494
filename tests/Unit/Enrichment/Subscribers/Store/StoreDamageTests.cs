using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

/// <summary>Files that a crash cut, a disk damaged or a person mixed up.</summary>
public sealed class StoreDamageTests
{
    private static readonly PacketTime Noon = At("2022-04-07T12:00:00");

    [Fact]
    public void ALogCutAnywhereInItsLastRecordGivesTheCommitsBefore()
    {
        using var folder = new StoreFolder();
        long whole;
        using (var store = folder.Open())
        {
            Commit(store, 1);
            Commit(store, 2);
            whole = new FileInfo(folder.Files("*.wal").Single()).Length;
            Commit(store, 3);
        }

        var log = folder.Files("*.wal").Single();
        var bytes = File.ReadAllBytes(log);
        for (var length = bytes.Length; length >= whole; length -= length == bytes.Length ? 1 : 7)
        {
            File.WriteAllBytes(log, bytes[..length]);
            using var store = folder.Open(isReadOnly: true);
            Assert.Equal(length == bytes.Length ? [1, 2, 3] : [1, 2], Ports(store));
        }
    }

    [Fact]
    public void ADamagedRecordBeforeAGoodOneIsAnErrorThatNamesThePlace()
    {
        using var folder = new StoreFolder();
        long first;
        using (var store = folder.Open())
        {
            first = new FileInfo(folder.Files("*.wal").Single()).Length;
            Commit(store, 1);
            Commit(store, 2);
        }

        var log = folder.Files("*.wal").Single();
        var bytes = File.ReadAllBytes(log);
        foreach (var at in new[] { first, first + 5, first + 14, first + 40 })
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x10;
            File.WriteAllBytes(log, damaged);
            var exception = Assert.Throws<IntervalStoreException>(() => folder.Open(isReadOnly: true));
            Assert.Equal((log, first), (exception.Path, exception.Offset));
        }
    }

    [Fact]
    public void EveryDamagedByteOfASegmentIsAnErrorThatNamesTheFile()
    {
        using var folder = new StoreFolder();
        using (var store = folder.Open())
        {
            Commit(store, 1);
            store.Flush();
        }

        var segment = folder.Files("*.intervals").Single();
        var bytes = File.ReadAllBytes(segment);
        // Every part: magic, version, partition, salt, base time, told, checksum, page, its tag, index, filter, footer.
        foreach (var at in new[] { 0, 8, 12, 20, 50, 58, 2000, 4095, 4096, 6000, 8191, 8192, 8220, bytes.Length - 200, bytes.Length - 60, bytes.Length - 10, bytes.Length - 1 })
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 1;
            File.WriteAllBytes(segment, damaged);
            Assert.Equal(segment, AskAndFail(folder).Path);
        }

        foreach (var length in new[] { 0, 100, 4096, 8200, bytes.Length - 1 })
        {
            File.WriteAllBytes(segment, bytes[..length]);
            Assert.Equal(segment, AskAndFail(folder).Path);
        }
    }

    [Fact]
    public void AMissingSegmentAnOldVersionAndAnotherDaysFileAreNamed()
    {
        using var folder = new StoreFolder();
        using (var store = folder.Open())
        {
            Commit(store, 1);
            Commit(store, 2, 86_400);
            store.Flush();
        }

        var segments = folder.Files("*.intervals");
        var (first, second) = (File.ReadAllBytes(segments[0]), File.ReadAllBytes(segments[1]));
        File.WriteAllBytes(segments[0], second);
        Assert.Contains("belongs to 2022-04-08", AskAndFail(folder).Message, StringComparison.Ordinal);
        File.WriteAllBytes(segments[0], first);
        File.Delete(segments[1]);
        Assert.Contains("restore it from its backup", AskAndFail(folder).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FilesOfAFlushThatACrashCutShortAreRemoved()
    {
        using var folder = new StoreFolder();
        using (var store = folder.Open())
        {
            Commit(store, 1);
            store.Flush();
        }

        var left = Path.Combine(folder.Store, "2022-04-07-0000000099.intervals");
        File.WriteAllBytes(left, [1, 2, 3]);
        using var again = folder.Open();
        Assert.False(File.Exists(left));
        Assert.Equal([1], Ports(again));
    }

    private static IntervalStoreException AskAndFail(StoreFolder folder) => Assert.Throws<IntervalStoreException>(() =>
    {
        using var store = folder.Open(isReadOnly: true);
        Ports(store);
    });

    private static void Commit(IntervalStore store, ushort port, long secondsLater = 0)
    {
        var from = new PacketTime(Noon.UnixNanoseconds + (secondsLater * PacketTime.NanosecondsPerSecond));
        var to = new PacketTime(from.UnixNanoseconds + (3600 * PacketTime.NanosecondsPerSecond));
        store.Add(new AddressInterval
        {
            Kind = IntervalKind.PortBlock,
            Source = store.SourceOf(LogKind.Nat, "cgn01").Number,
            Range = IpRange.Single(Ip("203.0.113.9")),
            FirstPort = port,
            LastPort = port,
            From = from,
            To = to,
            FirstProof = from,
            LastProof = to,
        });
        store.Commit();
    }

    private static List<int> Ports(IntervalStore store)
    {
        var found = new List<AddressInterval>();
        store.Find(Ip("203.0.113.9"), null, Noon, Noon, found);
        return [.. found.Select(interval => (int)interval.FirstPort).Order()];
    }
}
