namespace MinerFlow.Capture.Live;

/// <summary>One worker of a live capture: its thread, its share of an interface, its processor.</summary>
public sealed class LiveMember
{
    private readonly ILiveSource _source;

    internal LiveMember(string device, int number, int? processor, ILiveSource source)
    {
        Interface = device;
        Number = number;
        Processor = processor;
        _source = source;
    }

    /// <summary>Name of the interface as the options give it.</summary>
    public string Interface { get; }

    /// <summary>Number among the workers of its interface, from 0.</summary>
    public int Number { get; }

    /// <summary>The processor that the worker is kept on; null when the scheduler decides.</summary>
    public int? Processor { get; }

    /// <summary>Counted by the worker's thread; may be read by others one number at a time. A whole that adds up is copied on that thread, between batches.</summary>
    public CaptureStatistics Statistics => _source.Statistics;

    /// <summary>First step, on the worker's thread: what it allocates from here on lies near its processor.</summary>
    internal void Pin()
    {
        if (Processor is { } processor && !NativeCalls.PinThread(processor))
        {
            throw new CaptureException($"{Interface}: worker {Number} cannot be kept on processor {processor}: this machine has no such processor, or this process may not use it");
        }
    }

    internal void Open() => _source.Open();

    internal void Admit() => _source.Admit();

    internal void Run(IFrameHandler handler, CancellationToken cancellationToken) => _source.Run(handler, cancellationToken);

    internal void Close() => _source.Dispose();
}
