using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// Intervals on disk: written in commits that a crash cannot halve, asked without being loaded, forgotten by days. One process writes, any number of threads
/// and processes ask.
/// </summary>
/// <remarks>
/// <para>A log-structured merge tree (O'Neil and others 1996) of immutable sorted segments, see <see cref="SegmentFormat"/>: rows arrive in the order of time and are
/// asked by address, so a tree updated in place would touch a page for each row (SQLite with an index took 76,000 rows a second here), while sorting in memory and
/// writing in sequence costs about as much as reading the log lines does.</para>
/// <para>A closed interval stands in every day it touches. A question of a moment so reads one day, however long the interval; the price is one and a half times the
/// rows. What has no end, no start, or more than <see cref="LongestSpanDays"/> days stands in the open partition, which every question reads too.</para>
/// <para>The versions of an interval are told apart by <see cref="IntervalRow.Supersedes"/>, whatever file they are in. When one that is found has an end that was only
/// concluded, the day it started in is asked as well, for that day always holds the last version.</para>
/// </remarks>
public sealed partial class IntervalStore : IKeptIntervals, IIntervalSink, IDisposable
{
    internal const int LongestSpanDays = 32;

    private readonly IntervalStoreOptions _options;
    private readonly KeyFolder _keys;
    private readonly FileStream? _lock;

    /// <summary>Readers hold it for a question, the writer while it changes what a question sees.</summary>
    private readonly ReaderWriterLockSlim _view = new();
    private readonly SortedList<int, List<Segment>> _segments = [];

    /// <summary>Searches that no question uses at the moment.</summary>
    private readonly Stack<SegmentSearch> _searches = [];
    private readonly PageCache _pages;
    private readonly NameBytes _names = new();
    private StoreManifest _manifest;
    private IntervalTable _table;
    private IntervalTable? _frozen;

    /// <summary>The table before, empty: tables are large, and two take turns.</summary>
    private IntervalTable? _spare;

    private IntervalStore(IntervalStoreOptions options, FileStream? processLock, StoreManifest manifest)
    {
        (_options, _lock, _manifest) = (options, processLock, manifest);
        _keys = new KeyFolder(Path.Combine(options.KeyFolder, manifest.Id));
        _pages = new PageCache(options.PageCacheMebibytes);
        _state = manifest.State.Copy();
        _table = new IntervalTable(manifest.Told + 1);
    }

    /// <summary>Opens the store, and takes over from its log what a crash kept from its segments.</summary>
    /// <exception cref="IntervalStoreException">The store is damaged, in use by another writer, or its keys are not there.</exception>
    public static IntervalStore Open(IntervalStoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = options.Check();
        if (problems.Count > 0)
        {
            throw new IntervalStoreException(string.Join(Environment.NewLine, problems));
        }

        // A writer in another process may replace files between our reading their names and opening them.
        const int Attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return OpenOnce(options);
            }
            catch (IntervalStoreException exception) when (options.IsReadOnly && attempt < Attempts && exception.InnerException is FileNotFoundException)
            {
            }
            catch (FileNotFoundException) when (options.IsReadOnly && attempt < Attempts)
            {
            }
        }
    }

    /// <summary>Rows in segments; an interval counts once for each day it touches.</summary>
    public long Rows => View(() => _segments.Values.Sum(partition => partition.Sum(segment => segment.Summary.Rows)));

    /// <summary>Bytes of all segments.</summary>
    public long Bytes => View(() => _segments.Values.Sum(partition => partition.Sum(segment => segment.Length)));

    public int Segments => View(() => _segments.Values.Sum(partition => partition.Count));

    /// <summary>What went before this day is deleted, and questions about it find nothing.</summary>
    public DateOnly FirstDay => View(() => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(_manifest.FirstDay));

    public void Dispose()
    {
        StopMaintenance();
        _log?.Dispose();
        foreach (var segment in _segments.Values.SelectMany(partition => partition))
        {
            segment.Dispose();
        }

        _view.Dispose();
        _lock?.Dispose();
    }

    private static IntervalStore OpenOnce(IntervalStoreOptions options)
    {
        FileStream? processLock = null;
        if (!options.IsReadOnly)
        {
            Directory.CreateDirectory(options.Folder);
            var path = Path.Combine(options.Folder, "lock");
            try
            {
                processLock = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception)
            {
                throw new IntervalStoreException($"{path}: another process writes this store; end it first, or open the store read-only.", exception);
            }
        }

        try
        {
            var manifest = StoreManifest.Read(options.Folder);
            if (manifest is null && options.IsReadOnly)
            {
                throw new IntervalStoreException($"{options.Folder}: there is no interval store in this folder.");
            }

            if (manifest is null)
            {
                manifest = new StoreManifest { Id = Guid.NewGuid().ToString("n") };
                manifest.Write(options.Folder);
            }

            var store = new IntervalStore(options, processLock, manifest);
            store.Recover();
            return store;
        }
        catch
        {
            processLock?.Dispose();
            throw;
        }
    }

    private void Recover()
    {
        if (!_options.IsReadOnly)
        {
            DeleteLeftovers();
        }

        foreach (var entry in _manifest.Segments)
        {
            Install(entry);
        }

        var logs = Directory.EnumerateFiles(_options.Folder, "log-*.wal")
            .Select(path => long.TryParse(Path.GetFileNameWithoutExtension(path).AsSpan(4), out var number) ? number : 0)
            .Where(number => number >= _manifest.FirstLog)
            .Order()
            .ToList();
        foreach (var number in logs)
        {
            WriteAheadLog.Replay(_options.Folder, _keys, number, TakeBack);
        }

        // A log may be older than the day before which all was deleted.
        _state.Sources.ForEach(source => source.ForgetBefore(_manifest.FirstDay));
        _live = _state.Sources.ConvertAll(source => source.ToLogSource());
        if (!_options.IsReadOnly)
        {
            _log = WriteAheadLog.Create(_options.Folder, _keys, logs.Count == 0 ? _manifest.FirstLog : logs[^1] + 1);
            StartMaintenance();
        }
    }

    private void Install(SegmentEntry entry)
    {
        var segment = Segment.Open(Path.Combine(_options.Folder, entry.FileName), entry.Partition, _keys.Get(entry.KeyName));
        if (!_segments.TryGetValue(entry.Partition, out var partition))
        {
            _segments.Add(entry.Partition, partition = []);
        }

        partition.Add(segment);
    }

    /// <summary>Files that a crash left behind: written and not yet in the manifest, or out of it and not yet deleted.</summary>
    private void DeleteLeftovers()
    {
        var kept = _manifest.Segments.Select(entry => entry.FileName).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(_options.Folder, "*.intervals").Where(path => !kept.Contains(Path.GetFileName(path))))
        {
            File.Delete(path);
        }

        var keys = _manifest.Segments.Select(entry => entry.KeyName).ToHashSet(StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFiles(_options.Folder, "log-*.wal"))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (string.CompareOrdinal(name, WriteAheadLog.NameOf(_manifest.FirstLog)) < 0)
            {
                File.Delete(path);
            }
            else
            {
                keys.Add(name);
            }
        }

        var firstDay = StorePartition.NameOf(_manifest.FirstDay);
        foreach (var name in _keys.Names().ToList())
        {
            var isDay = char.IsAsciiDigit(name[0]);
            if (isDay ? string.CompareOrdinal(name, firstDay) < 0 : !keys.Contains(name))
            {
                _keys.Delete(name);
            }
        }
    }

    private T View<T>(Func<T> read)
    {
        _view.EnterReadLock();
        try
        {
            return read();
        }
        finally
        {
            _view.ExitReadLock();
        }
    }
}
