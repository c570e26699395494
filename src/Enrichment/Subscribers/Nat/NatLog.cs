using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>A translation log as files and how to read it.</summary>
/// <param name="Path">File or folder.</param>
/// <param name="Profile">How its lines are written.</param>
internal sealed record NatLogSource(string Path, NatProfile Profile)
{
    public NatLineOptions Options { get; init; } = new();
}

/// <summary>What became of translation logs that were read from files.</summary>
internal sealed class NatLog
{
    private NatLog(NatIntervalCounters joined, IReadOnlyList<NatLineCounters> sources)
    {
        Joined = joined;
        Sources = sources;
    }

    public NatIntervalCounters Joined { get; }

    /// <summary>What became of the lines, in the order of the sources.</summary>
    public IReadOnlyList<NatLineCounters> Sources { get; }

    /// <summary>
    /// Reads all sources together, so that events of one translator in several files find each other, and hands their intervals to the sink. A year
    /// that lines leave out is the one nearest to the last change of the file.
    /// </summary>
    public static NatLog Load(IEnumerable<NatLogSource> sources, IIntervalSink sink, ICollection<Problem> problems)
    {
        var builder = new NatIntervalBuilder(new NatIntervalOptions { MaxWaiting = int.MaxValue }, sink);
        var counters = new List<NatLineCounters>();
        foreach (var source in sources)
        {
            var reference = source.Options.Reference.IsNone && Path.Exists(source.Path)
                ? PacketTime.From(new DateTimeOffset(File.GetLastWriteTimeUtc(source.Path)))
                : source.Options.Reference;
            var parser = new NatLineParser(source.Profile, source.Options with { Reference = reference }, builder);
            LogLines.ReadAll(source.Path, new Lines(parser), problems);
            counters.Add(parser.Counters);
        }

        builder.Complete();
        return new NatLog(builder.Counters, counters);
    }

    private sealed class Lines(NatLineParser parser) : ILineHandler
    {
        public void Take(ReadOnlySpan<byte> line) => parser.Parse(line, PacketTime.None);
    }
}
