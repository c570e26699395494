using MinerFlow.Abstractions;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Cases;

/// <summary>A time in which a sensor or log listened.</summary>
/// <param name="Source">Sensor or device, as sightings and logs name it.</param>
/// <param name="From">First moment.</param>
/// <param name="To">End, exclusive.</param>
public sealed record HealthySpan(string Source, PacketTime From, PacketTime To);

/// <summary>
/// When sensors and logs were healthy. The silence of a source proves something only while it was listening. The service reports itself and its logs; what it cannot know, such as
/// a log that is kept elsewhere, a person states, and that stands in the audit chain.
/// </summary>
public sealed class Coverage(LedgerDesk desk)
{
    /// <summary>States that a source was healthy from one moment to another; what touches or overlaps what is known becomes one span.</summary>
    /// <param name="source">Sensor or device, as sightings and logs name it.</param>
    /// <param name="from">First moment.</param>
    /// <param name="to">End, exclusive.</param>
    public void Record(string source, PacketTime from, PacketTime to)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (to <= from)
        {
            throw new ArgumentOutOfRangeException(nameof(to), "a span of health ends after it begins");
        }

        desk.Actor.Require(Duty.Network);
        desk.Do(work =>
        {
            Add(work.Session, new HealthySpan(source, from, to));
            work.Record(Duty.Network, "coverage.state", $"source:{source}", "", ("from", from.ToIso8601(TimeSpan.Zero)), ("to", to.ToIso8601(TimeSpan.Zero)));
        });
    }

    /// <summary>Joins a span to those of its source that it touches or overlaps.</summary>
    internal static void Add(LedgerSession session, HealthySpan span)
    {
        const string Touching = "source = @source AND healthy_from <= @to AND healthy_to >= @from";
        var (source, from, to) = span;
        var first = session.Number($"SELECT min(healthy_from) FROM coverage WHERE {Touching}", ("source", source), ("from", from), ("to", to));
        var last = session.Number($"SELECT max(healthy_to) FROM coverage WHERE {Touching}", ("source", source), ("from", from), ("to", to));
        var isNew = session.Execute($"DELETE FROM coverage WHERE {Touching}", ("source", source), ("from", from), ("to", to)) == 0;
        session.Execute(
            "INSERT INTO coverage (source, healthy_from, healthy_to) VALUES (@source, @from, @to)",
            ("source", source),
            ("from", isNew ? from.UnixNanoseconds : Math.Min(first, from.UnixNanoseconds)),
            ("to", isNew ? to.UnixNanoseconds : Math.Max(last, to.UnixNanoseconds)));
    }

    /// <summary>How long a source was not healthy between two moments.</summary>
    internal static TimeSpan Missing(LedgerSession session, string source, PacketTime from, PacketTime to)
    {
        var missing = to.UnixNanoseconds - from.UnixNanoseconds;
        foreach (var (first, last) in session.Query(
            "SELECT healthy_from, healthy_to FROM coverage WHERE source = @source AND healthy_from < @to AND healthy_to > @from",
            row => (row.Number("healthy_from"), row.Number("healthy_to")),
            ("source", source),
            ("from", from),
            ("to", to)))
        {
            missing -= Math.Min(last, to.UnixNanoseconds) - Math.Max(first, from.UnixNanoseconds);
        }

        return TimeSpan.FromTicks(missing / 100);
    }
}
