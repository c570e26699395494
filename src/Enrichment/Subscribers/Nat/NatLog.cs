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
            foreach (var file in LogLines.Expand(source.Path, problems))
            {
                var lines = new Lines(parser);
                LogLines.ReadAll(file, lines, problems);
                if (lines.Problem(file, source.Profile.Name) is { } problem)
                {
                    problems.Add(problem);
                }
            }

            counters.Add(parser.Counters);
        }

        builder.Complete();
        return new NatLog(builder.Counters, counters);
    }

    /// <summary>The lines of one file, and what was not understood of them.</summary>
    private sealed class Lines(NatLineParser parser) : IPlacedLineHandler
    {
        private readonly LineDigester _digester = new();
        private int _lines;
        private int _texts;
        private int _bad;
        private int _firstBad;
        private LineRejection _firstReason;

        public void Take(in PlacedLine line)
        {
            _lines++;
            var rejection = parser.Parse(line.Bytes, PacketTime.None, digest: _digester.Of(line));
            _texts += rejection == LineRejection.Empty ? 0 : 1;
            if (rejection is LineRejection.None or LineRejection.Empty)
            {
                return;
            }

            if (++_bad == 1)
            {
                (_firstBad, _firstReason) = (_lines, rejection);
            }
        }

        /// <summary>A log whose lines are not understood would pass for a silent one: the first is named, the rest counted, and it is the whole file when none was understood.</summary>
        public Problem? Problem(string file, string profile) => _bad == 0 ? null : new Problem(file, _bad == _texts ? 0 : _firstBad, 0,
            $"profile '{profile}' does not understand {_bad} of {_texts} lines, the first for {_firstReason}: 'minerflow rules nat-log try {profile}' shows them with the reason.");
    }
}
