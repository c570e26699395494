using System.Runtime.ExceptionServices;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>Tables become segments, segments become fewer, days are forgotten: on a thread of its own, one thing at a time.</summary>
public sealed partial class IntervalStore
{
    // Segments of one size that are merged at once while their day is written. 4: a row is written three times until its day is whole.
    private const int MergeWidth = 4;

    // A larger segment joins the merge of smaller ones when it is at most this many times as large as they are together.
    private const int MergeRatio = 3;

    // The same for a day that only long intervals and late lines still come to: most questions are about such days, and each segment is another page to read.
    private const int SettledWidth = 2;
    private const int SettledRatio = 8;

    // The open partition is merged when what came to it since is this part of it.
    private const int OpenMergePart = 4;

    // What failed for want of room or of rights is tried again after so long.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly Lock _asking = new();
    private readonly AutoResetEvent _work = new(initialState: false);
    private readonly ManualResetEventSlim _idle = new(initialState: true);
    private Thread? _thread;
    private volatile bool _stops;
    private long _asked;
    private int _dropBefore;
    private ExceptionDispatchInfo? _failure;
    private StoreState? _frozenState;
    private long _frozenNextLog;

    /// <summary>Why segments cannot be written or merged at the moment; null when they can. It is tried again and again.</summary>
    public Exception? Failure => Volatile.Read(ref _failure)?.SourceException;

    /// <summary>Writes to segments what is in memory, and merges what is to be merged. Commits do it by themselves when the table is full.</summary>
    public void Flush()
    {
        if (_table.Count > 0)
        {
            Freeze();
        }

        _idle.Wait();
        ThrowIfMaintenanceFailed();
    }

    /// <summary>
    /// Deletes every interval that ended before the day: the keys of earlier days first, then their files. An interval that reaches the day stays whole. What has
    /// no end and no proof since that day goes too.
    /// </summary>
    public void DropBefore(DateOnly day)
    {
        Flush();
        BeginDropBefore(day);
        _idle.Wait();
        ThrowIfMaintenanceFailed();
    }

    /// <summary>The same in the background, while intervals go on being added. What of it is in memory only goes with the next flush.</summary>
    public void BeginDropBefore(DateOnly day)
    {
        ObjectDisposedException.ThrowIf(_log is null, this);
        var first = StorePartition.DayOf(day);
        if (first <= View(() => _manifest.FirstDay))
        {
            return;
        }

        lock (_state)
        {
            _state.ForgetBefore(first);
            _sources = null;
        }

        Volatile.Write(ref _dropBefore, first);
        Ask();
    }

    /// <summary>What <see cref="DropBefore"/> would delete at least: days, rows and bytes of their segments.</summary>
    public (int Days, long Rows, long Bytes) Before(DateOnly day)
    {
        var first = StorePartition.DayOf(day);
        return View(() =>
        {
            var gone = _segments.Where(partition => partition.Key < first).ToList();
            return (gone.Count, gone.Sum(partition => partition.Value.Sum(segment => segment.Summary.Rows)), gone.Sum(partition => partition.Value.Sum(segment => segment.Length)));
        });
    }

    private void StartMaintenance()
    {
        _thread = new Thread(Maintain) { IsBackground = true, Name = "interval store" };
        _thread.Start();

        // What the writer before left unmerged.
        Ask();
    }

    /// <summary>There is something to do.</summary>
    private void Ask()
    {
        lock (_asking)
        {
            _asked++;
            _idle.Reset();
            _work.Set();
        }
    }

    private void StopMaintenance()
    {
        _stops = true;
        _work.Set();
        _thread?.Join();
        _work.Dispose();
        _idle.Dispose();
    }

    private void ThrowIfMaintenanceFailed() => Volatile.Read(ref _failure)?.Throw();

    /// <summary>The table becomes one that is only read, and the log's next file belongs to the next table.</summary>
    private void Freeze()
    {
        _idle.Wait();
        if (_frozen is not null)
        {
            ThrowIfMaintenanceFailed();
        }

        var full = _log!;
        _log = WriteAheadLog.Create(_options.Folder, _keys, full.Number + 1);
        full.Dispose();
        _frozenState = _state.Copy();
        _frozenNextLog = _log.Number;
        _view.EnterWriteLock();
        _frozen = _table;
        _table = _spare ?? new IntervalTable(_frozen.Told + 1);
        _table.Clear(_frozen.Told + 1);
        _spare = null;
        _view.ExitWriteLock();
        _logIsTorn = false;
        Ask();
    }

    private void Maintain()
    {
        while (true)
        {
            _work.WaitOne(Failure is null ? Timeout.InfiniteTimeSpan : RetryAfter);
            if (_stops)
            {
                return;
            }

            var asked = Volatile.Read(ref _asked);
            try
            {
                DoWhatIsToBeDone();
                Volatile.Write(ref _failure, null);
            }
            catch (Exception exception) when (exception is IOException or IntervalStoreException or UnauthorizedAccessException)
            {
                // The rows are safe in the log; the writer is told when it has no more room in memory.
                Volatile.Write(ref _failure, ExceptionDispatchInfo.Capture(exception));
            }
            finally
            {
                lock (_asking)
                {
                    if (asked == _asked)
                    {
                        _idle.Set();
                    }
                }
            }
        }
    }

    private void DoWhatIsToBeDone()
    {
        if (_frozen is not null)
        {
            WriteFrozen();
        }

        if (Volatile.Read(ref _dropBefore) is var first && first > _manifest.FirstDay)
        {
            Drop(first);
        }

        while (MostSegments() is { } partition)
        {
            Merge(partition.Number, partition.Segments);
        }
    }

    private void Drop(int first)
    {
        var dropped = _manifest.Segments.FindAll(entry => entry.Partition < first);
        var state = _manifest.State.Copy();
        state.ForgetBefore(first);
        Publish(_manifest with { FirstDay = first, Segments = [.. _manifest.Segments.Except(dropped)], State = state }, [], dropped);
        foreach (var name in _keys.Names().Where(name => char.IsAsciiDigit(name[0]) && string.CompareOrdinal(name, StorePartition.NameOf(first)) < 0).ToList())
        {
            _keys.Delete(name);
        }

        if (_segments.TryGetValue(StorePartition.Open, out var open))
        {
            Merge(StorePartition.Open, [.. open]);
        }
    }

    private void WriteFrozen()
    {
        var table = _frozen!;
        using var writers = new SegmentWriters(_options.Folder, _keys, _manifest.NextFile, table.Told);
        var open = _segments.GetValueOrDefault(StorePartition.Open);
        foreach (var row in table.InOrder())
        {
            var (first, last) = DaysOf(row);
            if (first == StorePartition.Open)
            {
                writers.Of(StorePartition.Open).Add(row);
                continue;
            }

            for (var day = Math.Max(first, _manifest.FirstDay); day <= last; day++)
            {
                writers.Of(day).Add(row);
            }

            if (open is not null && open.Exists(segment => segment.MayHold(row.Prefix, row.PrefixLength)))
            {
                writers.Of(StorePartition.Open).Add(Closing(row));
            }
        }

        var written = writers.Finish();
        Publish(
            _manifest with { NextFile = _manifest.NextFile + written.Count, Told = table.Told, FirstLog = _frozenNextLog, Segments = [.. _manifest.Segments, .. written], State = _frozenState! },
            written,
            [],
            dropsFrozen: true);
        for (var number = _frozenNextLog - 1; File.Exists(WriteAheadLog.PathOf(_options.Folder, number)); number--)
        {
            File.Delete(WriteAheadLog.PathOf(_options.Folder, number));
            _keys.Delete(WriteAheadLog.NameOf(number));
        }
    }

    /// <summary>The days a row stands in: those it touches and the one it is named after; the open partition when they are too many or not known.</summary>
    private static (int First, int Last) DaysOf(in IntervalRow row)
    {
        if (row.From == IntervalRow.NoStart || row.To == IntervalRow.Open)
        {
            return (StorePartition.Open, StorePartition.Open);
        }

        var first = StorePartition.DayOf(row.From);
        var last = Math.Max(StorePartition.DayOf(row.To - 1), StorePartition.DayOf(row.Start));
        return last - first > LongestSpanDays ? (StorePartition.Open, StorePartition.Open) : (first, last);
    }

    /// <summary>Says in the open partition that an interval is closed now; where it stands whole is in its days.</summary>
    private static IntervalRow Closing(in IntervalRow row)
    {
        var closing = row;
        closing.AccessPort = default;
        closing.FirstLine = closing.LastLine = default;
        return closing;
    }

    /// <summary>The partition and its segments that are to be merged next; null when none are.</summary>
    private (int Number, List<Segment> Segments)? MostSegments()
    {
        var newest = _segments.Keys.LastOrDefault(number => number != StorePartition.Open);
        foreach (var (number, partition) in _segments)
        {
            var bySize = partition.OrderBy(segment => segment.Length).ToList();
            var merged = number == StorePartition.Open ? OpenToMerge(bySize) : number < newest - 1 ? ToMerge(bySize, SettledWidth, SettledRatio) : ToMerge(bySize, MergeWidth, MergeRatio);
            if (merged.Count > 1)
            {
                return (number, merged);
            }
        }

        return null;
    }

    /// <summary>
    /// Neighbours in size, none of them much larger than the smaller ones together; empty when they are too few. What a few late lines leave is so small that it has no neighbour: it
    /// waits, and the others do not wait for it.
    /// </summary>
    private static List<Segment> ToMerge(List<Segment> bySize, int width, int ratio)
    {
        for (var first = 0; first + width <= bySize.Count; first++)
        {
            var end = first + 1;
            var together = bySize[first].Length;
            while (end < bySize.Count && bySize[end].Length <= ratio * together)
            {
                together += bySize[end++].Length;
            }

            if (end - first >= width)
            {
                return bySize[first..end];
            }
        }

        return [];
    }

    /// <summary>
    /// Always all of them, since only then what was closed goes, and every question reads what is left. As soon as it costs no more than writing
    /// a table does; when the largest has outgrown that, as soon as the others are a part of it that is worth the work.
    /// </summary>
    private List<Segment> OpenToMerge(List<Segment> bySize)
    {
        var together = bySize.Sum(segment => segment.Length);
        return together <= (long)_options.TableMebibytes << 20 || together - bySize[^1].Length >= bySize[^1].Length / OpenMergePart ? bySize : [];
    }

    private void Merge(int partition, List<Segment> segments)
    {
        var isWhole = segments.Count == _segments[partition].Count;
        using var writers = new SegmentWriters(_options.Folder, _keys, _manifest.NextFile, segments.Max(segment => segment.Told));
        var firstMoment = StorePartition.StartOf(_manifest.FirstDay);
        SegmentMerge.Run(segments, writers, partition, row => partition != StorePartition.Open || BelongsToOpen(row, isWhole, firstMoment));
        var written = writers.Finish();
        var merged = segments.Select(segment => Path.GetFileName(segment.Path)).ToHashSet(StringComparer.Ordinal);
        var dropped = _manifest.Segments.FindAll(entry => merged.Contains(entry.FileName));
        Publish(_manifest with { NextFile = _manifest.NextFile + written.Count, Segments = [.. _manifest.Segments.Except(dropped), .. written] }, written, dropped);
    }

    /// <summary>
    /// What was closed has done its work when no older version is left to be hidden. What is kept without an end must have been proven since the first day kept.
    /// </summary>
    private static bool BelongsToOpen(in IntervalRow row, bool isWhole, long firstMoment) =>
        DaysOf(row).First != StorePartition.Open ? !isWhole : (row.To == IntervalRow.Open ? row.LastProof : row.To) >= firstMoment;

    /// <summary>Makes a new manifest count, on the disk first, then for questions; files that are in it no more go last.</summary>
    private void Publish(StoreManifest manifest, List<SegmentEntry> added, List<SegmentEntry> dropped, bool dropsFrozen = false)
    {
        manifest.Write(_options.Folder);
        var gone = new List<Segment>();
        _view.EnterWriteLock();
        try
        {
            _manifest = manifest;
            foreach (var entry in dropped)
            {
                var partition = _segments[entry.Partition];
                var segment = partition.Find(known => Path.GetFileName(known.Path) == entry.FileName)!;
                partition.Remove(segment);
                gone.Add(segment);
                if (partition.Count == 0)
                {
                    _segments.Remove(entry.Partition);
                }
            }

            added.ForEach(Install);
            (_frozen, _spare) = dropsFrozen ? (null, _frozen) : (_frozen, _spare);
        }
        finally
        {
            _view.ExitWriteLock();
        }

        foreach (var (segment, entry) in gone.Zip(dropped))
        {
            _pages.Forget(segment);
            segment.Dispose();
            if (entry.Partition == StorePartition.Open || entry.Partition < manifest.FirstDay)
            {
                _keys.Delete(entry.KeyName);
            }

            File.Delete(segment.Path);
        }
    }
}
