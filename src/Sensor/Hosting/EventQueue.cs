using System.Threading.Channels;
using MinerFlow.Abstractions;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// Events on their way from the capture threads to the one that names, writes and keeps them. Bounded, and it never makes a capture thread wait: what finds it
/// full is counted and lost, unless the capture may wait: a file does, and so does a link that is no longer listened to.
/// </summary>
internal sealed class EventQueue : IMiningEventSink
{
    /// <summary>65,536: an interim event of each of a hundred thousand miners within a minute leaves room for a reader that rests for half of it.</summary>
    public const int DefaultCapacity = 65_536;

    private readonly Channel<MiningEvent> _events;
    private long _dropped;
    private bool _waits;

    public EventQueue(int capacity = DefaultCapacity) =>
        _events = Channel.CreateBounded<MiningEvent>(new BoundedChannelOptions(capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    public ChannelReader<MiningEvent> Reader => _events.Reader;

    /// <summary>Makes those who bring events wait for room.</summary>
    public bool Waits
    {
        get => Volatile.Read(ref _waits);
        set => Volatile.Write(ref _waits, value);
    }

    /// <summary>Events lost because the reader was too slow.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void OnEvent(MiningEvent miningEvent)
    {
        while (!_events.Writer.TryWrite(miningEvent))
        {
            if (!Waits || !_events.Writer.WaitToWriteAsync().AsTask().GetAwaiter().GetResult())
            {
                Interlocked.Increment(ref _dropped);
                return;
            }
        }
    }

    /// <summary>No more will come: the reader ends when it has read what there is.</summary>
    public void Complete() => _events.Writer.TryComplete();
}
