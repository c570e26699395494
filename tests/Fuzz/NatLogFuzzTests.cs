using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Damaged translation logs: each line is an event, ignored or counted as rejected, never an exception; intervals never run backwards.</summary>
public sealed class NatLogFuzzTests
{
    private static readonly NatProfile[] Profiles = [.. NatProfiles.Load(Repository.PathOf("rules"), []).All];

    private static readonly byte[][][] Samples =
        [.. Profiles.Select(profile => Lines(File.ReadAllBytes(Repository.PathOf("rules", "nat-logs", "samples", profile.Name + ".log"))))];

    [Fact]
    public void DamagedLinesAreReadOrCounted() => FuzzRun.Rounds(random =>
    {
        var chosen = random.Below(Profiles.Length);
        var intervals = new Intervals();
        var builder = new NatIntervalBuilder(new NatIntervalOptions { ReorderWindow = TimeSpan.FromMinutes(random.Below(60)), MaxWaiting = 1 + random.Below(20) }, intervals);
        var parser = new NatLineParser(Profiles[chosen], new NatLineOptions { Reference = PacketTime.FromSeconds(1_650_000_000) }, builder);
        for (var line = 0; line < 20; line++)
        {
            // A line of another family now and then: sources are configured by people.
            var sample = Samples[random.Below(8) == 0 ? random.Below(Samples.Length) : chosen];
            var whole = sample[random.Below(sample.Length)];
            parser.Parse(random.Below(4) == 0 ? whole : Mutation.Of(whole, random), PacketTime.None);
        }

        builder.Complete();
        Assert.Equal(20, parser.Counters.Lines);
        Assert.True(parser.Counters.Events + parser.Counters.Ignored + parser.Counters.Rejected >= parser.Counters.Lines);
        Assert.All(intervals.Found, interval => Assert.True(interval.From <= interval.To && interval.FirstPort <= interval.LastPort));
    });

    [Fact]
    public void DamagedStreamsOfLinesAreReadToTheirEnd() => FuzzRun.Rounds(random =>
    {
        var sample = Samples[random.Below(Samples.Length)];
        var bytes = Mutation.Of([.. sample.SelectMany(line => (byte[])[.. line, (byte)'\n'])], random);
        var lines = new LineCounter();
        using var stream = new MemoryStream(bytes);

        LogLines.Read(stream, lines);

        Assert.Equal(bytes.Count(c => c == '\n') + (bytes.Length > 0 && bytes[^1] != '\n' ? 1 : 0), lines.Count);
    });

    private static byte[][] Lines(byte[] bytes)
    {
        var lines = new LineCounter();
        using var stream = new MemoryStream(bytes);
        LogLines.Read(stream, lines);
        return [.. lines.Lines];
    }

    private sealed class LineCounter : ILineHandler
    {
        public List<byte[]> Lines { get; } = [];

        public int Count => Lines.Count;

        public void Take(ReadOnlySpan<byte> line) => Lines.Add(line.ToArray());
    }

    private sealed class Intervals : IIntervalSink
    {
        private readonly List<LogSource> _sources = [];
        private readonly NameTable _names = new();

        public List<AddressInterval> Found { get; } = [];

        public LogSource SourceOf(LogKind kind, string device)
        {
            _sources.Add(new LogSource((ushort)_sources.Count, kind, device));
            return _sources[^1];
        }

        public NameId Intern(ReadOnlySpan<char> name) => _names.Intern(name);

        public void Add(in AddressInterval interval) => Found.Add(interval);
    }
}
