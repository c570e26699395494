using System.Diagnostics;
using MinerFlow.Reporting.Feeds;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// The feeds of a service, a thread for each: one that is away holds nobody up. They read the ledger and nothing else, so what a feed cannot take now is safe there.
/// </summary>
internal sealed class FeedSet : IDisposable
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(30);

    /// <summary>Rest when nothing waits; other processes write to the ledger too, and tell nobody.</summary>
    private static readonly TimeSpan IdleRest = TimeSpan.FromSeconds(1);

    private readonly ServiceLog _log;
    private readonly ServiceTexts _texts;
    private readonly CancellationTokenSource _cancel = new();
    private readonly ManualResetEventSlim _stopping = new();
    private readonly List<Thread> _threads = [];
    private long _stopAt = long.MaxValue;

    public FeedSet(ServiceSettings settings, ServiceLog log, ServiceTexts texts)
    {
        (_log, _texts) = (log, texts);
        Feeds = [.. settings.Feeds.Select(plan => new FeedSender(settings.Ledger.File, settings.Sensor.Name, plan))];
    }

    public IReadOnlyList<FeedSender> Feeds { get; }

    public void Start()
    {
        foreach (var feed in Feeds)
        {
            var thread = new Thread(() => Run(feed)) { Name = "feed " + feed.Plan.Name, IsBackground = true };
            _threads.Add(thread);
            thread.Start();
        }
    }

    /// <summary>Files that were moved away are begun again.</summary>
    public void Reopen()
    {
        foreach (var feed in Feeds)
        {
            feed.Reopen();
        }
    }

    /// <summary>Ends when the ledger holds nothing more for them, a far side is away, or the time is over; what is left waits for the next start.</summary>
    public void Stop(TimeSpan within)
    {
        Volatile.Write(ref _stopAt, Stopwatch.GetTimestamp() + (long)(within.TotalSeconds * Stopwatch.Frequency));
        _cancel.CancelAfter(within);
        _stopping.Set();
        _threads.ForEach(thread => thread.Join(within + TimeSpan.FromSeconds(1)));
    }

    public void Dispose()
    {
        if (_threads.Exists(thread => thread.IsAlive))
        {
            // The ledger keeps it beyond the time that a stop has; it ends with the process.
            return;
        }

        foreach (var feed in Feeds)
        {
            feed.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        _stopping.Dispose();
        _cancel.Dispose();
    }

    private void Run(FeedSender feed)
    {
        var (rest, wasUp) = (FirstRest, true);
        while (true)
        {
            // Looked at before the round: what came to the ledger before the stop began is still sent.
            var isLast = _stopping.IsSet;
            FeedRound round;
            try
            {
                round = feed.Round(_cancel.Token).GetAwaiter().GetResult();
            }
            catch (OperationCanceledException)
            {
                return;
            }

            wasUp = Tell(feed, wasUp);
            if (isLast && (round != FeedRound.More || Stopwatch.GetTimestamp() >= Volatile.Read(ref _stopAt)))
            {
                return;
            }

            if (round == FeedRound.Away)
            {
                _stopping.Wait(rest);
                rest = rest + rest < LongestRest ? rest + rest : LongestRest;
            }
            else
            {
                rest = FirstRest;
                if (round == FeedRound.Idle)
                {
                    _stopping.Wait(IdleRest);
                }
            }
        }
    }

    private bool Tell(FeedSender feed, bool wasUp)
    {
        if (feed.Counters.IsUp != wasUp)
        {
            if (wasUp)
            {
                _log.Warn(_texts.FeedAway, feed.Plan.Name, feed.Target, feed.Problem);
            }
            else
            {
                _log.Say(_texts.FeedBack, feed.Plan.Name, feed.Target);
            }
        }

        return feed.Counters.IsUp;
    }
}
