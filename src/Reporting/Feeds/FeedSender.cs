using System.Buffers;
using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Feeds;

namespace MinerFlow.Reporting.Feeds;

/// <summary>
/// Brings hits from the ledger to one feed: reads the next, sends them, keeps how far it came. Whatever stops in between, nothing is passed over; what was handed over
/// just before a stop comes twice, with the same key. The ledger is the queue: nothing waits in memory, and neither capture nor the ledger waits for a feed.
/// </summary>
/// <param name="ledger">Place of the ledger.</param>
/// <param name="sensor">Only its sightings are sent, so that sensors which share a ledger do not repeat each other.</param>
/// <param name="plan">The feed.</param>
public sealed class FeedSender(string ledger, string sensor, FeedPlan plan) : IAsyncDisposable
{
    private readonly IFeedTransport _transport = plan.Open();
    private readonly string _mark = MarkOf(sensor, plan);
    private readonly ArrayBufferWriter<byte> _buffer = new(64 * 1024);

    public FeedPlan Plan => plan;

    public FeedCounters Counters { get; } = new();

    public string Target => _transport.Target;

    /// <summary>What went wrong last; empty while all is well.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>A feed that is new to the ledger begins now: called before anything is captured, so that the first sighting is not passed over.</summary>
    /// <exception cref="LedgerException">The ledger cannot be written; the feed then begins with its first round.</exception>
    public static void Begin(string ledger, string sensor, FeedPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        using var open = FeedLedger.Open(ledger);
        open.Begin(MarkOf(sensor, plan), plan.FromStart);
    }

    /// <summary>Sends what waits, at most one batch.</summary>
    public async Task<FeedRound> Round(CancellationToken cancellation)
    {
        try
        {
            using var open = FeedLedger.Open(ledger);
            var mark = open.Begin(_mark, plan.FromStart);
            var batch = open.Read(sensor, mark, plan.BatchRecords);
            var outcome = batch.Sightings.Count > 0 ? await _transport.Send(Messages(batch.Sightings), cancellation).ConfigureAwait(false) : new FeedOutcome(0);
            var reached = outcome.Done == batch.Sightings.Count ? batch.UpTo : outcome.Done > 0 ? batch.Sightings[outcome.Done - 1].Number : mark;
            if (reached > mark)
            {
                open.Keep(_mark, reached);
            }

            Counters.Sent += outcome.Done - outcome.TooLong;
            Counters.TooLong += outcome.TooLong;
            Counters.Behind = Math.Max(0, open.Last() - reached);
            return Judge(outcome, isFull: batch.Sightings.Count == plan.BatchRecords);
        }
        catch (LedgerException problem)
        {
            Counters.LedgerFailures++;
            Counters.IsUp = false;
            Problem = problem.Message;
            return FeedRound.Away;
        }
    }

    /// <summary>See <see cref="IFeedTransport.Reopen"/>.</summary>
    public void Reopen() => _transport.Reopen();

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private static string MarkOf(string sensor, FeedPlan plan) => $"{sensor}/{plan.Name}";

    private FeedRound Judge(FeedOutcome outcome, bool isFull)
    {
        Counters.IsUp = outcome.Problem is null;
        Problem = outcome.Detail;
        if (outcome.Problem is { } problem)
        {
            Counters.Count(problem);
            return FeedRound.Away;
        }

        return isFull ? FeedRound.More : FeedRound.Idle;
    }

    private List<FeedMessage> Messages(IReadOnlyList<FeedSighting> sightings)
    {
        var messages = new List<FeedMessage>(sightings.Count);
        foreach (var found in sightings)
        {
            var record = FeedRecord.Of(found.Sighting, found.Case, found.IsAgain);
            _buffer.ResetWrittenCount();
            plan.Format.Write(record, _buffer);
            var id = string.Create(CultureInfo.InvariantCulture, $"{record.Key}-{found.Number}");
            messages.Add(new FeedMessage(_buffer.WrittenSpan.ToArray(), id, record.Finding.Event.Role.ToWord(), record.Finding.Event.Coin));
        }

        return messages;
    }
}

/// <summary>What a round of a feed came to.</summary>
public enum FeedRound
{
    /// <summary>Nothing waits.</summary>
    Idle,

    /// <summary>More waits, and goes.</summary>
    More,

    /// <summary>The far side or the ledger is away; what waits is safe in the ledger.</summary>
    Away,
}
