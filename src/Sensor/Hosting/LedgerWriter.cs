using System.Diagnostics;
using MinerFlow.Exchange;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Privacy;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// The thread from spool to ledger. It opens the ledger for each round and asks it how far it is: so a ledger that was moved, restored or replaced in the
/// meantime gets what it lacks, and one that is away is waited for.
/// </summary>
internal sealed class LedgerWriter(LedgerOptions options, SightingSpool spool, CoverageWatch coverage, ServiceLog log, ServiceTexts texts) : IDisposable
{
    private static readonly TimeSpan FirstRest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(5);

    /// <summary>Rest when there is nothing to write.</summary>
    private static readonly TimeSpan IdleRest = TimeSpan.FromSeconds(1);

    private readonly AutoResetEvent _wake = new(initialState: false);
    private long _stopAt = long.MaxValue;
    private long _awaySince;
    private PersonalVault? _vault;

    /// <summary>False while the ledger cannot be written.</summary>
    public bool IsUp { get; private set; } = true;

    /// <summary>Sightings added since the start.</summary>
    public long Added { get; private set; }

    /// <summary>Sightings that the ledger had before.</summary>
    public long Known { get; private set; }

    /// <summary>Bytes of the ledger on its disk when it was last written to; null before that.</summary>
    public long? Bytes { get; private set; }

    /// <summary>Rounds that failed.</summary>
    public long Failures { get; private set; }

    /// <summary>Turns of the loop: it lives while this grows.</summary>
    public long Turns { get; private set; }

    /// <summary>Number of the last sighting of the spool that the ledger has.</summary>
    public long Mark { get; private set; }

    /// <summary>Sightings in the spool that the ledger lacks.</summary>
    public long Backlog => Math.Max(0, spool.Last - Math.Max(Mark, spool.First - 1));

    /// <summary>There is something in the spool.</summary>
    public void Wake() => _wake.Set();

    /// <summary>Ends <see cref="Run"/> when the spool is empty, or when this time is over.</summary>
    public void Stop(TimeSpan within)
    {
        Volatile.Write(ref _stopAt, Stopwatch.GetTimestamp() + (long)(within.TotalSeconds * Stopwatch.Frequency));
        _wake.Set();
    }

    public void Dispose()
    {
        _wake.Dispose();
        _vault?.Dispose();
    }

    /// <summary>Writes until it is stopped.</summary>
    public void Run()
    {
        var rest = FirstRest;
        while (true)
        {
            Turns++;
            var isStopping = Volatile.Read(ref _stopAt) != long.MaxValue;
            var isDone = Backlog == 0 && IsUp && Turns > 1 && coverage.Due(Mark).Count == 0;
            if (isStopping && (isDone || Stopwatch.GetTimestamp() >= Volatile.Read(ref _stopAt)))
            {
                return;
            }

            if (isDone)
            {
                _wake.WaitOne(IdleRest);
            }
            else if (Round())
            {
                rest = FirstRest;
            }
            else
            {
                _wake.WaitOne(rest);
                rest = rest + rest < LongestRest ? rest + rest : LongestRest;
            }
        }
    }

    /// <summary>Brings everything in the spool to the ledger.</summary>
    private bool Round()
    {
        try
        {
            using var ledger = SightingLedger.OpenExisting(options.File);
            if (options.KeyFolder is { } keys)
            {
                ledger.WithNames(_vault ??= LedgerDesk.OpenVault(ledger.Database, keys));
            }

            var mark = ledger.MarkOf(spool.Id);

            // A mark beyond the spool: its folder is older than the ledger. Keys tell what is known, so everything is offered again.
            Mark = mark <= spool.Last ? mark : spool.First - 1;
            spool.Release(Mark);
            while (spool.Read(Mark, options.BatchSightings) is { Count: > 0 } batch)
            {
                var (added, known) = ledger.Write(batch.Select(record => record.Sighting), new SourceMark(spool.Id, batch[^1].Sequence));
                Mark = batch[^1].Sequence;
                Added += added;
                Known += known;
                Turns++;
                spool.Release(Mark);
            }

            if (coverage.Due(Mark) is { Count: > 0 } due)
            {
                ledger.Cover(due);
                coverage.Told(due);
            }

            Bytes = ledger.Bytes();
            OnUp();
            return true;
        }
        catch (Exception problem) when (problem is LedgerException or SpoolException)
        {
            OnAway(problem);
            return false;
        }
    }

    private void OnUp()
    {
        if (!IsUp)
        {
            IsUp = true;
            log.Say(texts.LedgerBack, (long)Stopwatch.GetElapsedTime(_awaySince).TotalSeconds, Backlog);
        }
    }

    private void OnAway(Exception problem)
    {
        Failures++;
        if (IsUp)
        {
            IsUp = false;
            _awaySince = Stopwatch.GetTimestamp();
            log.Fail(texts.LedgerAway, problem.Message, Backlog);
        }
    }
}
