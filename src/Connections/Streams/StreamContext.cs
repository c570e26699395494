namespace MinerFlow.Connections.Streams;

/// <summary>What all streams of one worker share.</summary>
internal sealed class StreamContext(FlowOptions options, ConnectionCounters counters)
{
    private readonly Stack<SegmentsAhead> _spare = [];

    public FlowOptions Options { get; } = options;

    public ConnectionCounters Counters { get; } = counters;

    public ChunkPool Pool { get; } = new(options.StreamBytesTotal);

    public FrameMemory Frame { get; } = new();

    public void Return(byte[]? chunk)
    {
        if (chunk is not null)
        {
            Pool.Return(chunk);
        }
    }

    public SegmentsAhead RentAhead() => _spare.TryPop(out var spare) ? spare : new SegmentsAhead(this);

    public void Return(SegmentsAhead ahead)
    {
        ahead.Clear();
        _spare.Push(ahead);
    }
}
