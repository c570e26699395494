using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>The writer's side: intervals are added, and count from the commit on.</summary>
public sealed partial class IntervalStore
{
    /// <summary>A log with times outside of these years is wrong; within them no sum of times overflows, see <see cref="StorePartition.FarthestFromBase"/>.</summary>
    private static readonly long EarliestTime = PacketTime.From(new DateTimeOffset(1990, 1, 1, 0, 0, 0, TimeSpan.Zero)).UnixNanoseconds;
    private static readonly long LatestTime = PacketTime.From(new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero)).UnixNanoseconds;

    private readonly StoreState _state;
    private readonly List<PendingRow> _pending = [];
    private List<LogSource> _live = [];
    private byte[] _pendingBytes = new byte[1 << 16];
    private int _pendingLength;
    private WriteAheadLog? _log;
    private bool _logIsTorn;
    private IReadOnlyList<LogSource>? _sources;

    /// <summary>Intervals that were not taken because no question could find them: no time between start and end, times outside of 1990 to 2100 or 36 years apart, no range, a name too long.</summary>
    public long Refused { get; private set; }

    /// <summary>Intervals that were not taken because 65,535 devices are known already and theirs is not among them.</summary>
    public long RefusedForSource { get; private set; }

    /// <summary>Intervals acknowledged since the store was opened, each version counted.</summary>
    public long Accepted { get; private set; }

    /// <summary>The logs as of the last commit.</summary>
    public IReadOnlyList<LogSource> Sources
    {
        get
        {
            lock (_state)
            {
                return _sources ??= _state.Sources.ConvertAll(source => source.ToLogSource());
            }
        }
    }

    public LogSource SourceOf(LogKind kind, string device)
    {
        var source = _live.Find(known => known.Kind == kind && known.Device == device);
        if (source is null)
        {
            if (_live.Count == LogSource.NoNumber)
            {
                return new LogSource(LogSource.NoNumber, kind, device);
            }

            source = new LogSource((ushort)_live.Count, kind, device);
            _live.Add(source);
        }

        return source;
    }

    public NameId Intern(ReadOnlySpan<char> name) => _names.Intern(name);

    public string NameOf(NameId id) => _names[id];

    /// <summary>How far a file has been read: where to go on after a crash.</summary>
    /// <param name="file">The name that commits gave it.</param>
    public LogPosition PositionOf(string file)
    {
        lock (_state)
        {
            return _state.Positions.GetValueOrDefault(file);
        }
    }

    /// <summary>The files of which something has been read.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            lock (_state)
            {
                return [.. _state.Positions.Keys];
            }
        }
    }

    public void Add(in AddressInterval interval)
    {
        ObjectDisposedException.ThrowIf(_log is null, this);
        var row = new IntervalRow
        {
            Kind = interval.Kind,
            Marks = interval.Marks,
            Protocol = interval.Protocol,
            PrefixLength = (byte)IntervalRow.PrefixLengthOf(interval.Range),
            Source = interval.Source,
            FirstPort = interval.FirstPort,
            LastPort = interval.LastPort,
            Range = interval.Range,
            From = interval.From.UnixNanoseconds,
            // Given out and back within a step of its log's clock: held at that moment.
            To = interval.To == interval.From ? interval.From.UnixNanoseconds + 1 : interval.To.UnixNanoseconds,
            FirstProof = interval.FirstProof.UnixNanoseconds,
            LastProof = interval.LastProof.UnixNanoseconds,
            Inner = interval.Inner,
            Destination = interval.Destination,
            FirstLine = interval.FirstLine,
            LastLine = interval.LastLine,
            Realm = _names.BytesOf(interval.Realm),
            Account = _names.BytesOf(interval.Account),
            AccessPort = _names.BytesOf(interval.AccessPort),
        };
        if (interval.Source == LogSource.NoNumber)
        {
            RefusedForSource++;
            return;
        }

        if (!CanBeFound(row))
        {
            Refused++;
            return;
        }

        if (_pendingLength + 1 + IntervalRowCodec.LongestRow > _pendingBytes.Length)
        {
            Array.Resize(ref _pendingBytes, _pendingBytes.Length * 2);
        }

        _pendingBytes[_pendingLength++] = row.PrefixLength;
        var length = IntervalRowCodec.Write(_pendingBytes.AsSpan(_pendingLength), row, UInt128.Zero, RowFrame.Alone);
        _pending.Add(new PendingRow(row.Prefix, row.Start, _pendingLength, length, row.FirstPort, row.PrefixLength));
        _pendingLength += length;
    }

    /// <summary>
    /// Makes durable what was added since the last commit, with what the sources have learnt and how far the files have been read. When this
    /// returns, no crash takes any of it back; when it does not return, none of it was there. When it throws because the disk could not be written, what was
    /// added waits for the next commit.
    /// </summary>
    /// <param name="positions">Files, and how far their lines are in this commit or earlier ones.</param>
    public void Commit(IEnumerable<KeyValuePair<string, LogPosition>>? positions = null)
    {
        ObjectDisposedException.ThrowIf(_log is null, this);
        if (_table.Bytes >= (long)_options.TableMebibytes << 20)
        {
            // Before anything is taken: when the table before could not be written, nothing more is until it can.
            Freeze();
        }

        var difference = Difference(positions);
        if (_pending.Count == 0 && difference.IsEmpty)
        {
            return;
        }

        var json = difference.IsEmpty ? [] : JsonSerializer.SerializeToUtf8Bytes(difference, StoreJson.Default.StoreState);
        Append(json);
        _view.EnterWriteLock();
        try
        {
            foreach (var (prefix, start, at, length, firstPort, prefixLength) in _pending)
            {
                _table.Add(prefix, prefixLength, firstPort, start, _pendingBytes.AsSpan(at, length));
            }
        }
        finally
        {
            _view.ExitWriteLock();
        }

        Apply(difference);
        Accepted += _pending.Count;
        _pending.Clear();
        _pendingLength = 0;
    }

    /// <summary>
    /// After a write that failed nobody knows how much of the record stands in the log, so the next goes to another file. Should the record be whole after all, its
    /// rows are told twice, which changes nothing.
    /// </summary>
    private void Append(byte[] state)
    {
        if (_logIsTorn)
        {
            var torn = _log!;
            _log = WriteAheadLog.Create(_options.Folder, _keys, torn.Number + 1);
            torn.Dispose();
            _logIsTorn = false;
        }

        try
        {
            _log!.Append(_pendingBytes.AsSpan(0, _pendingLength), state);
        }
        catch (IOException)
        {
            _logIsTorn = true;
            throw;
        }
    }

    private static bool CanBeFound(in IntervalRow row) =>
        row.From < row.To
        && IsUsual(row.Start)
        && (row.From == IntervalRow.NoStart || IsNear(row.From, row.Start))
        && (row.To == IntervalRow.Open || IsNear(row.To, row.Start))
        && IsNear(row.FirstProof, row.Start)
        && IsNear(row.LastProof, row.Start)
        && row.FirstPort <= row.LastPort
        && row.Range.First <= row.Range.Last
        && row.Account.Length <= IntervalRow.LongestName && row.Realm.Length <= IntervalRow.LongestName && row.AccessPort.Length <= IntervalRow.LongestName;

    private static bool IsNear(long time, long start) => IsUsual(time) && Math.Abs(time - start) < StorePartition.FarthestFromStart;

    private static bool IsUsual(long time) => time >= EarliestTime && time < LatestTime;

    private StoreState Difference(IEnumerable<KeyValuePair<string, LogPosition>>? positions)
    {
        var difference = new StoreState();
        var today = _live.Max(source => source.Coverage.Last?.UnixNanoseconds) is { } last ? StorePartition.DayOf(last) : 0;
        foreach (var (file, position) in positions ?? [])
        {
            var reached = position with { Day = today };
            if (!_state.Positions.TryGetValue(file, out var known) || known != reached)
            {
                difference.Positions[file] = reached;
            }
        }

        var firstDay = View(() => _manifest.FirstDay);
        foreach (var source in _live)
        {
            var isNew = source.Number >= _state.Sources.Count;
            var known = isNew ? new SourceState { Number = source.Number, Kind = source.Kind, Device = source.Device } : _state.Sources[source.Number];
            if ((known.DifferenceTo(source, firstDay) ?? (isNew ? known : null)) is { } change)
            {
                difference.Sources.Add(change);
            }
        }

        return difference;
    }

    private void Apply(StoreState difference)
    {
        if (!difference.IsEmpty)
        {
            lock (_state)
            {
                _state.Apply(difference);
                _sources = null;
            }
        }
    }

    /// <summary>A record of the log, after a crash.</summary>
    private void TakeBack(ReadOnlyMemory<byte> rows, ReadOnlyMemory<byte> state)
    {
        var names = new byte[RowFrame.NamesLength];
        while (rows.Length > 0)
        {
            var prefixLength = rows.Span[0];
            rows = rows[1..];
            if (prefixLength > 128
                || !IntervalRowCodec.TryReadLength(rows.Span, out var length)
                || !IntervalRowCodec.TryRead(rows[..length], UInt128.Zero, prefixLength, RowFrame.Alone, names, out var row))
            {
                throw new IntervalStoreException($"{_options.Folder}: a row of the write-ahead log cannot be read although its record is whole: it was written by another version of this program.");
            }

            _table.Add(row.Prefix, prefixLength, row.FirstPort, row.Start, rows.Span[..length]);
            rows = rows[length..];
        }

        if (state.Length > 0)
        {
            Apply(JsonSerializer.Deserialize(state.Span, StoreJson.Default.StoreState)!);
        }
    }

    private readonly record struct PendingRow(UInt128 Prefix, long Start, int At, int Length, ushort FirstPort, byte PrefixLength);
}
