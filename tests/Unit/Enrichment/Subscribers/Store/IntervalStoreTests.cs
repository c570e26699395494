using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using Xunit;
using static MinerFlow.Unit.Enrichment.Subscribers.Store.StoredBlock;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

public sealed class IntervalStoreTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void ItAnswersWhatAPlainListAnswersWhateverIsFlushedMergedAndOpenedAgain(int seed)
    {
        using var folder = new StoreFolder();
        var random = new Random(seed);
        var store = folder.Open();
        var sink = new Reopened(store);
        var intervals = new RandomIntervals(seed, sink);
        try
        {
            for (var round = 0; round < 16; round++)
            {
                intervals.Tell(random.Next(1, 400));
                sink.Store.Commit();
                if (random.Next(2) == 0)
                {
                    sink.Store.Flush();
                }

                if (random.Next(6) == 0)
                {
                    sink.Store.Dispose();
                    sink.Store = folder.Open();
                }

                AssertAnswers(intervals, sink.NameOf, sink.Store, 60);
            }

            Assert.Equal(0, sink.Store.Refused);
        }
        finally
        {
            sink.Store.Dispose();
        }
    }

    [Fact]
    public void ToldAgainInAnyOrderTheSameLinesChangeNothing()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        var opened = Block(store, "10:00");
        var proven = opened with { LastProof = At("12:00") };
        var closed = opened with { LastProof = At("18:00"), To = At("18:00") };
        foreach (var state in new[] { closed, opened, proven, opened, closed, proven, opened })
        {
            store.Add(state);
            store.Commit();
            store.Flush();
            Assert.Equal([(At("10:00"), At("18:00"))], HoldTimes(store, "11:00", "11:00"));
            Assert.Empty(HoldTimes(store, "19:00", "19:00"));
        }
    }

    [Fact]
    public void AnIntervalThatSpansDaysIsFoundInEachOfThemAndNoDayAfter()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        var opened = Block(store, "22:00");
        store.Add(opened);
        store.Commit();
        store.Flush();
        var end = new PacketTime(At("22:00").UnixNanoseconds + (3 * 86_400 * PacketTime.NanosecondsPerSecond));
        store.Add(opened with { To = end, LastProof = end });
        store.Commit();
        store.Flush();

        for (var day = 0; day < 5; day++)
        {
            var found = new List<AddressInterval>();
            var noon = new PacketTime(At("21:00").UnixNanoseconds + (day * 86_400 * PacketTime.NanosecondsPerSecond));
            store.Find(Times.Ip("203.0.113.9"), 1500, noon, noon, found);
            Assert.Equal(day is 1 or 2 or 3 ? 1 : 0, found.Count);
        }
    }

    [Fact]
    public void AConcludedEndThatALaterLineBringsForwardNoLongerAnswersForTheDayAfter()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        var nextDay = new PacketTime(At("01:00").UnixNanoseconds + (86_400 * PacketTime.NanosecondsPerSecond));
        store.Add(Block(store, "20:00") with { To = nextDay, Marks = IntervalMarks.EndIsEstimated });
        store.Commit();
        store.Flush();
        Assert.Single(Find(store, nextDay, -60));

        store.Add(Block(store, "20:00") with { To = At("21:00"), LastProof = At("21:00") });
        store.Commit();
        store.Flush();
        Assert.Empty(Find(store, nextDay, -60));
    }

    [Fact]
    public void WhatWasCommittedIsThereWithoutAFlushAndWhatWasNotIsNot()
    {
        using var folder = new StoreFolder();
        var store = folder.Open();
        store.SourceOf(LogKind.Nat, "cgn01").Saw(At("10:00"), At("10:02"));
        store.Add(Block(store, "10:00"));
        store.Commit([new("cgn01.log", new(4000, 4711))]);
        store.Add(Block(store, "11:00"));
        // A process that is killed disposes of nothing; its locks go with it.
        store.Dispose();

        using var again = folder.Open();
        Assert.Equal([(At("10:00"), AddressInterval.Open)], HoldTimes(again, "12:00", "12:00"));
        Assert.Equal((4000, 4711), (again.PositionOf("cgn01.log").Joined, again.PositionOf("cgn01.log").Read));
        Assert.Equal(default, again.PositionOf("other.log"));
        var source = Assert.Single(again.Sources);
        Assert.Equal((LogKind.Nat, "cgn01", At("10:00")), (source.Kind, source.Device, source.Coverage.Last));
        Assert.Equal(120_000, source.Clock.At(At("10:00")).OffsetMilliseconds);
    }

    [Fact]
    public void AGapInALogIsKept()
    {
        using var folder = new StoreFolder();
        using (var store = folder.Open())
        {
            var source = store.SourceOf(LogKind.Nat, "cgn01");
            for (var second = 0; second < 6 * 3600; second += 7)
            {
                if (second / 60 is < 180 or >= 192)
                {
                    source.Saw(new PacketTime(At("00:00").UnixNanoseconds + (second * PacketTime.NanosecondsPerSecond)));
                }

                if (second % 700 == 0)
                {
                    store.Commit();
                }
            }

            store.Commit();
            store.Flush();
        }

        using var again = folder.Open(isReadOnly: true);
        Assert.NotNull(again.Sources[0].Coverage.GapIn(At("03:05"), At("03:06")));
        Assert.Null(again.Sources[0].Coverage.GapIn(At("04:05"), At("04:06")));
    }

    [Fact]
    public void AFewLateRowsDoNotKeepTheSegmentsOfTheirDayFromBecomingOne()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        foreach (var rows in new[] { 3, 4_000, 4_000, 4_000 })
        {
            for (var i = 0; i < rows; i++)
            {
                store.Add(Block(store, "10:00") with { Inner = IpAddress.FromIPv4(0x6440_0000u + (uint)i), FirstPort = (ushort)(rows == 3 ? 1024 : 1025), FirstLine = new LineDigest((ulong)i, 2), To = At("11:00"), LastProof = At("11:00") });
            }

            store.Commit();
            store.Flush();
        }

        // A day is merged when two others have followed it.
        for (var day = 1; day <= 3; day++)
        {
            var later = new PacketTime(At("10:00").UnixNanoseconds + (day * 86_400 * PacketTime.NanosecondsPerSecond));
            store.Add(Block(store, "10:00") with { From = later, FirstProof = later, LastProof = later, To = new PacketTime(later.UnixNanoseconds + 1) });
            store.Commit();
            store.Flush();
        }

        Assert.Equal(2, folder.Files("2022-04-07*.intervals").Count);
        Assert.Equal(4_003, Find(store, At("10:30"), 0).Count);
    }

    [Fact]
    public void AQuestionAllocatesNothingForItsRowsAndPagesOnceItsListHasGrown()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        for (var i = 0; i < 2000; i++)
        {
            store.Add(Block(store, "10:00") with { FirstPort = (ushort)i, LastPort = 2047, To = i % 3 == 0 ? AddressInterval.Open : At("12:00"), Account = store.Intern($"account{i}") });
            if (i is 999)
            {
                store.Commit();
                store.Flush();
            }
        }

        store.Commit();
        var found = new List<AddressInterval>(4000);
        var address = Times.Ip("203.0.113.9");
        for (var i = 0; i < 3; i++)
        {
            found.Clear();
            store.Find(address, null, At("11:00"), At("11:00"), found);
        }

        Assert.Equal(2000, found.Count);
        store.Find(address, 500, At("11:00"), At("11:00"), found);

        // A collection that another test brings about counts what is left of this thread's 8 KiB as allocated, so the least of some rounds is taken.
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                found.Clear();
                store.Find(address, 500, At("11:00"), At("11:00"), found);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(501, found.Count);

        // Twenty questions of 501 rows each: less than half a byte a row, where one object for each would be 240,000 bytes.
        Assert.InRange(least, 0, 4096);
    }

    [Fact]
    public async Task QuestionsWhileSegmentsAreWrittenAndMergedMissNothing()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        var committed = 0;
        var reader = Task.Run(
            () =>
            {
                var found = new List<AddressInterval>();
                while (Volatile.Read(ref committed) is var known and < 1500)
                {
                    found.Clear();
                    store.Find(Times.Ip("203.0.113.9"), null, At("10:30"), At("10:30"), found);
                    Assert.InRange(found.Count, known, 1500);
                    Assert.Equal(found.Count, found.Select(interval => interval.FirstPort).Distinct().Count());
                }
            },
            TestContext.Current.CancellationToken);
        for (var i = 0; i < 1500; i += 150)
        {
            for (var port = i; port < i + 150; port++)
            {
                var opened = Block(store, "10:00") with { FirstPort = (ushort)port, LastPort = (ushort)port };
                store.Add(opened);
                store.Add(port % 2 == 0 ? opened : opened with { To = At("11:00"), LastProof = At("11:00") });
            }

            store.Commit();
            Volatile.Write(ref committed, i + 150);
            store.Flush();
        }

        await reader;
    }

    [Fact]
    public void ASecondWriterIsRefusedAndAReaderIsNot()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        store.Add(Block(store, "10:00"));
        store.Commit();
        Assert.Contains("another process", Assert.Throws<IntervalStoreException>(() => folder.Open()).Message, StringComparison.Ordinal);
        using var reader = folder.Open(isReadOnly: true);
        Assert.Single(HoldTimes(reader, "12:00", "12:00"));
    }

    [Fact]
    public void WhatNoQuestionCouldFindIsCountedAndNotKept()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        var block = Block(store, "10:00");
        store.Add(block with { To = new PacketTime(block.From.UnixNanoseconds - 1) });
        store.Add(block with { LastPort = 1000, FirstPort = 2000 });
        store.Add(block with { From = new PacketTime(5) });
        store.Add(block with { Account = store.Intern(new string('x', 300)) });
        store.Commit();
        Assert.Equal((4, 0), (store.Refused, store.Accepted));
        Assert.False(store.Knows(Times.Ip("203.0.113.9")));
    }

    [Fact]
    public void ABlockGivenBackWithinTheSecondIsNotOpenAnyMore()
    {
        using var folder = new StoreFolder();
        using var store = folder.Open();
        var block = Block(store, "10:00") with { Marks = IntervalMarks.EndIsEstimated };
        store.Add(block);
        store.Commit();
        store.Add(block with { To = block.From });
        store.Commit();

        var found = new List<AddressInterval>();
        store.FindOpen(Times.Ip("203.0.113.9"), found);
        Assert.Empty(found);
        store.Find(Times.Ip("203.0.113.9"), null, new PacketTime(block.From.UnixNanoseconds + 1), new PacketTime(block.From.UnixNanoseconds + PacketTime.NanosecondsPerSecond), found);
        Assert.Empty(found);
    }

    [Fact]
    public void WhatIsOpenIsFoundWheneverItBegan()
    {
        using var folder = new StoreFolder();
        using (var store = folder.Open())
        {
            store.Add(Block(store, "10:00") with { LastPort = 2000 });
            store.Add(Block(store, "11:00") with { FirstPort = 3000, LastPort = 4000 });
            store.Commit();
            store.Flush();
            store.Add(Block(store, "11:00") with { FirstPort = 3000, LastPort = 4000, To = At("12:00"), LastProof = At("12:00") });
            store.Commit();
            store.Flush();
        }

        using var again = folder.Open(isReadOnly: true);
        var found = new List<AddressInterval>();
        again.FindOpen(Times.Ip("203.0.113.9"), found);
        Assert.Equal(2000, Assert.Single(found).LastPort);
    }

    private static void AssertAnswers(RandomIntervals intervals, Func<NameId, string> nameOf, IntervalStore store, int questions)
    {
        var found = new List<AddressInterval>();
        for (var i = 0; i < questions; i++)
        {
            var (address, port, from, to) = intervals.Question();
            found.Clear();
            store.Find(address, port, from, to, found);
            Assert.Equal(RandomIntervals.InWords(intervals.Answer(address, port, from, to), nameOf), RandomIntervals.InWords(found, store.NameOf));
            Assert.True(found.Count == 0 || store.Knows(address));
        }
    }
}
