using System.Text;
using MinerFlow.Ledger;
using MinerFlow.Reporting.Feeds;
using MinerFlow.Reporting.Push;
using MinerFlow.Unit.Ledger;
using Xunit;

namespace MinerFlow.Unit.Reporting.Feeds;

/// <summary>From the ledger to a far side that comes and goes.</summary>
public sealed class FeedSenderTests : IDisposable
{
    private const string Sensor = "s1";

    private readonly SqliteHome _home = new();
    private readonly FarSide _farSide = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task EverythingComesOnceInItsOrderWhateverTheFarSideDoes()
    {
        var keys = Write(60);
        var random = new Random(5);
        await using var sender = Sender(batch: 7);

        for (var turn = 0; turn < 1_000 && _farSide.Taken.Count < keys.Count; turn++)
        {
            _farSide.TakesAtMost = random.Next(0, 9);
            await Round(sender);
        }

        _farSide.TakesAtMost = int.MaxValue;
        Assert.Equal(FeedRound.Idle, await Round(sender));
        Assert.Equal(keys, _farSide.Taken);
        Assert.Equal((60, 0, true), (sender.Counters.Sent, sender.Counters.Behind, sender.Counters.IsUp));
        Assert.True(sender.Counters.Failures[FeedProblem.Connect] > 0);
    }

    [Fact]
    public async Task ASecondRunGoesOnWhereTheFirstCame()
    {
        var keys = Write(5);
        await using (var first = Sender(batch: 2))
        {
            Assert.Equal(FeedRound.More, await Round(first));
        }

        await using var second = Sender(batch: 100);
        Assert.Equal(FeedRound.Idle, await Round(second));

        Assert.Equal(keys, _farSide.Taken);
    }

    [Fact]
    public async Task ANewFeedMissesNothingOfWhatComesBehindItsBeginning()
    {
        SightingLedger.Open(_home.Place).Dispose();
        var plan = new FeedPlan("feed", "test", FeedFormat.Cef.Make(Feed.Origin), () => _farSide);
        FeedSender.Begin(_home.Place, Sensor, plan);
        var keys = Write(3);

        await using var sender = new FeedSender(_home.Place, Sensor, plan);
        Assert.Equal(FeedRound.Idle, await Round(sender));

        Assert.Equal(keys, _farSide.Taken);
    }

    [Fact]
    public async Task WhatWaitsStaysInTheLedgerAndIsCounted()
    {
        Write(5);
        _farSide.TakesAtMost = 0;
        await using var sender = Sender(batch: 2);

        Assert.Equal(FeedRound.Away, await Round(sender));
        Assert.Equal((5, false, "nobody there"), (sender.Counters.Behind, sender.Counters.IsUp, sender.Problem));
    }

    [Fact]
    public async Task ALedgerThatIsAwayIsWaitedFor()
    {
        await using var sender = Sender(batch: 2);

        Assert.Equal(FeedRound.Away, await Round(sender));
        Assert.Equal((1, false), (sender.Counters.LedgerFailures, sender.Counters.IsUp));
        var keys = Write(1);
        Assert.Equal(FeedRound.Idle, await Round(sender));
        Assert.Equal(keys, _farSide.Taken);
    }

    [Fact]
    public async Task WhatNoWayTakesIsCountedAndNotTriedAgain()
    {
        Write(3);
        _farSide.TooLong = 1;
        await using var sender = Sender(batch: 10);

        Assert.Equal(FeedRound.Idle, await Round(sender));
        Assert.Equal((2, 1, 0), (sender.Counters.Sent, sender.Counters.TooLong, sender.Counters.Behind));
    }

    private List<string> Write(int count)
    {
        using var ledger = SightingLedger.Open(_home.Place);
        var sightings = SyntheticSightings.Make(count);
        ledger.Write(sightings);
        return [.. sightings.Select(sighting => sighting.Key)];
    }

    private FeedSender Sender(int batch) => new(
        _home.Place, Sensor, new FeedPlan("feed", "test", FeedFormat.Cef.Make(Feed.Origin), () => _farSide) { FromStart = true, BatchRecords = batch });

    private static Task<FeedRound> Round(FeedSender sender) => sender.Round(TestContext.Current.CancellationToken);

    private sealed class FarSide : IFeedTransport
    {
        public int TakesAtMost { get; set; } = int.MaxValue;

        public int TooLong { get; set; }

        public List<string> Taken { get; } = [];

        public string Target => "test";

        public Task<FeedOutcome> Send(IReadOnlyList<FeedMessage> messages, CancellationToken cancellation)
        {
            var done = Math.Min(messages.Count, TakesAtMost);
            Taken.AddRange(messages.Take(done).Select(message => KeyIn(Encoding.UTF8.GetString(message.Bytes.Span))));
            return Task.FromResult(done == messages.Count ? new FeedOutcome(done) { TooLong = TooLong } : FeedOutcome.Stopped(done, FeedProblem.Connect, "nobody there"));
        }

        public Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ChannelStep>>([]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static string KeyIn(string cef) => cef.Split("cs6=")[1].Split(' ')[0];
    }
}
