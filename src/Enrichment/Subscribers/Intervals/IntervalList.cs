using System.Runtime.InteropServices;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>Collects intervals in memory and makes the index of them: for single files and questions, where no store is kept.</summary>
public sealed class IntervalList : IIntervalSink
{
    private readonly Dictionary<IntervalIdentity, AddressInterval> _intervals = [];
    private readonly Dictionary<(LogKind Kind, string Device), LogSource> _sourceOf = [];
    private readonly List<LogSource> _sources = [];
    private readonly NameTable _names = new();

    /// <summary>Intervals that were not taken because 65,535 devices are known already and theirs is not among them.</summary>
    public long RefusedForSource { get; private set; }

    /// <summary>Different intervals so far.</summary>
    public int Count => _intervals.Count;

    public LogSource SourceOf(LogKind kind, string device)
    {
        if (!_sourceOf.TryGetValue((kind, device), out var source))
        {
            if (_sources.Count == LogSource.NoNumber)
            {
                return new LogSource(LogSource.NoNumber, kind, device);
            }

            source = new LogSource((ushort)_sources.Count, kind, device);
            _sources.Add(source);
            _sourceOf.Add((kind, device), source);
        }

        return source;
    }

    public NameId Intern(ReadOnlySpan<char> name) => _names.Intern(name);

    public void Add(in AddressInterval interval)
    {
        if (interval.Source == LogSource.NoNumber)
        {
            RefusedForSource++;
            return;
        }

        CollectionsMarshal.GetValueRefOrAddDefault(_intervals, interval.Identity, out _) = interval;
    }

    /// <summary>What was added until now; the list goes on by itself.</summary>
    public IAddressIntervals ToIndex() => new IntervalIndex([.. _intervals.Values], [.. _sources], _names);
}
