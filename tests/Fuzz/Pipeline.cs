using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Detection;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;

namespace MinerFlow.Fuzz;

/// <summary>Frames through flow table, streams and detection; bounds are small, so that rounds reach them.</summary>
internal sealed class Pipeline : IMiningEventSink, IDisposable
{
    private static readonly ProtocolCatalog Catalog = new();
    private static readonly CaptureOrigin Origin = new("fuzz");

    private static readonly FlowOptions Bounds = new() { FlowSlots = 1_024, Connections = 256, StreamBytesTotal = 8 << 20 };

    private readonly List<MiningEvent> _events = [];
    private readonly PacketPipeline _pipeline;
    private readonly GuardedMemory _memory = new(1 << 16);
    private long _number;

    public Pipeline() => _pipeline = new PacketPipeline(Bounds, new MiningDetector(RuleSet.Default, Catalog, new DetectionOptions(), this));

    /// <summary>What a replay finds, without where in the capture it was seen.</summary>
    public static List<string> Facts(IEnumerable<(TimeSpan At, byte[] Bytes)> frames)
    {
        using var pipeline = new Pipeline();
        foreach (var (at, bytes) in frames)
        {
            pipeline.OnFrame(at, bytes);
        }

        return pipeline.End();
    }

    public void OnFrame(TimeSpan at, byte[] bytes)
    {
        var header = new FrameHeader
        {
            Address = _memory.PlaceAt(bytes),
            CapturedLength = bytes.Length,
            WireLength = bytes.Length,
            UnixNanoseconds = 1_772_438_400_000_000_000 + (long)(at.TotalNanoseconds),
            Number = ++_number,
            LinkType = LinkType.Ethernet,
        };
        _pipeline.OnFrames(new FrameBatch([header], Origin));
    }

    /// <summary>Ends the capture.</summary>
    public List<string> End()
    {
        _pipeline.OnEnd(Origin);
        var counters = _pipeline.Counters;
        var rejected = 0L;
        foreach (var count in counters.Rejected)
        {
            rejected += count;
        }

        if (counters.Frames != counters.Decoded + rejected + counters.FragmentsHeld)
        {
            throw new InvalidOperationException($"{counters.Frames} frames, {counters.Decoded} decoded, {rejected} rejected, {counters.FragmentsHeld} held");
        }

        return [.. _events.Select(Fact).Order(StringComparer.Ordinal)];
    }

    public void OnEvent(MiningEvent miningEvent) => _events.Add(miningEvent);

    public void Dispose()
    {
        _pipeline.Dispose();
        _memory.Dispose();
    }

    private static string Fact(MiningEvent found) => string.Join(
        ' ',
        found.Client,
        found.Server,
        found.Role,
        found.State,
        found.Dialect,
        found.Coin,
        found.Algorithm,
        found.Agent,
        found.Login?.Digest,
        found.Worker?.Digest,
        found.PoolHost,
        found.PoolTag,
        found.SharesSubmitted,
        found.SharesAccepted,
        found.SharesRejected,
        found.SharesStale,
        found.Difficulty,
        found.AcceptedWork,
        found.Jobs,
        found.Confidence,
        string.Join('|', found.Evidence.Select(evidence => evidence.Seen)));
}
