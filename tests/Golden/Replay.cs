using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Detection;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.Findings;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Traffic;

namespace MinerFlow.Golden;

/// <summary>One capture through the product's own stages, as <c>minerflow replay</c> puts them together, without files of an operator.</summary>
internal sealed class Replay : IMiningEventSink
{
    private const string Sensor = "golden";

    private static readonly ProtocolCatalog Catalog = new();
    private static readonly RuleSet Rules = LoadRules();

    // A golden needs few flows: the table of a sensor would cost 128 MiB for each.
    private static readonly FlowOptions Flows = new() { FlowSlots = 1_024 };

    private readonly List<MiningEvent> _events = [];

    private Replay()
    {
    }

    public IReadOnlyList<MiningEvent> Events => _events;

    /// <summary>Counters that are not zero, by name.</summary>
    public IReadOnlyList<NamedCount> Counters { get; private set; } = [];

    /// <param name="capture">Path of the capture.</param>
    /// <param name="name">Name that records give it.</param>
    public static Replay Of(string capture, string name)
    {
        var replay = new Replay();
        var totals = new CaptureTotals();
        var detector = new MiningDetector(Rules, Catalog, new DetectionOptions(), replay);
        using var pipeline = new PacketPipeline(Flows, detector);
        using var source = CaptureSources.Open(capture, new CaptureInputOptions());
        source.Run(pipeline, CancellationToken.None);
        totals.Add(source.Statistics, captures: 1);
        replay.Counters = [.. new CounterList(totals, pipeline.Counters, sightingsDropped: 0).All.Where(counter => counter.Value != 0)];
        replay._events.ForEach(found => replay.Lines.Add(Line(found with { CaptureFile = name })));
        return replay;
    }

    /// <summary>A capture that is not on disk.</summary>
    public static Replay Of(byte[] capture, string name)
    {
        var path = Path.Combine(Path.GetTempPath(), $"minerflow-golden-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.pcapng");
        File.WriteAllBytes(path, capture);
        try
        {
            return Of(path, name);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The events as records of the machine format.</summary>
    public List<string> Lines { get; } = [];

    public string CounterLine() => WriteLine(writer => writer.WriteCounters(Counters));

    public void OnEvent(MiningEvent miningEvent) => _events.Add(miningEvent);

    private static string Line(MiningEvent found) => WriteLine(writer => writer.Write(new EnrichedEvent(found)));

    private static string WriteLine(Action<FindingJsonWriter> write)
    {
        var stream = new MemoryStream();
        using var writer = new FindingJsonWriter(stream, Sensor, TimeSpan.Zero);
        write(writer);
        writer.Flush();
        return System.Text.Encoding.UTF8.GetString(stream.ToArray()).TrimEnd('\n');
    }

    private static RuleSet LoadRules()
    {
        var problems = new List<Problem>();
        var rules = RuleSet.Load(Repository.PathOf("rules"), Catalog, problems);
        return problems.Count == 0 ? rules : throw new InvalidOperationException(string.Join('\n', problems));
    }
}
