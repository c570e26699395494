using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Unit.Enrichment.Subscribers.Intervals;

/// <summary>Remembers what a reader concluded, in its order, with the names in clear.</summary>
internal sealed class RecordingSink : IIntervalSink
{
    private readonly IntervalList _list = new();

    public List<Recorded> Intervals { get; } = [];

    public IAddressIntervals Index => _list.ToIndex();

    public LogSource SourceOf(LogKind kind, string device) => _list.SourceOf(kind, device);

    public NameId Intern(ReadOnlySpan<char> name) => _list.Intern(name);

    public void Add(in AddressInterval interval)
    {
        _list.Add(interval);
        Intervals.Add(new Recorded(interval, Index.NameOf(interval.Account)));
    }

    internal sealed record Recorded(AddressInterval Interval, string Account)
    {
        public IpRange Range => Interval.Range;

        public PacketTime From => Interval.From;

        public PacketTime To => Interval.To;

        public bool EndIsEstimated => Interval.Marks.HasFlag(IntervalMarks.EndIsEstimated);
    }
}
