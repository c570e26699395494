using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections.Decoding;
using MinerFlow.Connections.Evidence;
using MinerFlow.Connections.Flows;

namespace MinerFlow.Connections;

/// <summary>
/// From frames to the ordered bytes of the connections that an inspector wants. One instance per worker, one thread.
/// A batch is decoded and hashed whole, and while that goes on its slots are fetched ahead.
/// </summary>
public sealed unsafe class PacketPipeline : IFrameHandler, IDisposable
{
    /// <summary>Records between asking for a flow's entry in the directory and reading it to ask for its slot.</summary>
    private const int EntryAhead = 8;

    private readonly PacketRecord[] _records = new PacketRecord[FrameBatch.Capacity];
    private readonly PacketDecoder _decoder;
    private readonly FragmentCache _fragments;
    private readonly FlowTracker _flows;
    private readonly EvidenceKeeper? _evidence;
    private readonly uint _sampleUpTo;
    private uint _followUpTo;

    /// <param name="options">Bounds.</param>
    /// <param name="inspector">Chooses connections and reads them.</param>
    /// <param name="evidence">Keeps frames of hits; null when nobody asked for them.</param>
    public PacketPipeline(FlowOptions options, IConnectionInspector inspector, EvidenceKeeper? evidence = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(inspector);
        _sampleUpTo = _followUpTo = uint.MaxValue / (uint)options.SampleOneFlowIn;
        _evidence = evidence;
        Counters = new ConnectionCounters();
        _fragments = new FragmentCache(options, Counters);
        _decoder = new PacketDecoder(Counters, _fragments);
        _flows = new FlowTracker(options, inspector, Counters, evidence);
    }

    public ConnectionCounters Counters { get; }

    public void OnFrames(FrameBatch frames)
    {
        _evidence?.Begin(frames.Headers);
        Counters.Frames += frames.Count;
        _followUpTo = frames.KeepOneFlowIn == 1 ? _sampleUpTo : _sampleUpTo / (uint)frames.KeepOneFlowIn;
        var count = 0;
        var (ahead, share) = ShareAhead(in frames);
        foreach (ref readonly var frame in frames.Headers)
        {
            MemoryHints.FetchRangeAfar((void*)ahead, share);
            ahead += share;
            if (count == _records.Length)
            {
                count = Flush(count, frames.Origin);
            }

            ref var record = ref _records[count];
            var rejection = _decoder.Decode(in frame, ref record);
            if (rejection == PacketRejection.None)
            {
                _flows.FetchEntry(record.Hash);
                if (count >= EntryAhead)
                {
                    _flows.FetchSlot(ref _records[count - EntryAhead]);
                }

                count++;
            }
            else
            {
                count = OnRejected(rejection, count, frames.Origin);
            }
        }

        Flush(count, frames.Origin);
        _flows.Sweep();
    }

    /// <summary>All periods that ended at or before this moment have been told; <see cref="PacketTime.None"/> without periods and before the first.</summary>
    public PacketTime PeriodsToldUpTo => _flows.PeriodsToldUpTo;

    /// <summary>From the next batch on new connections are chosen and read by this inspector; those that are open stay with their handlers.</summary>
    public void Use(IConnectionInspector inspector)
    {
        ArgumentNullException.ThrowIfNull(inspector);
        _flows.Use(inspector);
    }

    /// <summary>Lets time pass on a silent link: periods end and flows become idle. Without a moment only what is left to tell is told.</summary>
    public void OnIdle(PacketTime now) => _flows.OnIdle(now);

    public void OnEnd(CaptureOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        _fragments.Clear();
        _flows.End(origin);
    }

    public void Dispose()
    {
        _flows.Dispose();
        _fragments.Dispose();
    }

    /// <summary>
    /// What lies ahead of a batch is asked for in equal shares: asked for frame by frame, a loop would run for each as often as that is long, which no branch predictor
    /// knows (5 % of imix).
    /// </summary>
    /// <returns>Where the first share begins, and bytes of each: whole cache lines, 0 when the source sees to it.</returns>
    private static (nint Start, int Bytes) ShareAhead(in FrameBatch frames)
    {
        if (frames.BytesAhead == 0 || frames.Count == 0)
        {
            return default;
        }

        var first = frames.Headers[0].Address;
        ref readonly var last = ref frames.Headers[^1];
        var length = (long)last.Address + last.CapturedLength + frames.BytesBetween - first;
        return (first + frames.BytesAhead, MemoryHints.RoundUp((int)(Math.Min(length, frames.BytesAhead) / frames.Count)));
    }

    /// <summary>Hands the records so far to the flows.</summary>
    private int Flush(int count, CaptureOrigin origin)
    {
        if (_followUpTo != uint.MaxValue)
        {
            count = KeepFollowed(count);
        }

        Counters.Decoded += count;
        _flows.Process(_records.AsSpan(0, count), Math.Max(count - EntryAhead, 0), origin);
        return 0;
    }

    /// <summary>Leaves out the flows that the sample or an overloaded source does; a flow is in or out by its hash, so those that are in are whole.</summary>
    /// <returns>How many records are left.</returns>
    private int KeepFollowed(int count)
    {
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            ref readonly var record = ref _records[i];

            // The lower half of the hash says where in the table a flow lies.
            var draw = (uint)(record.Hash >> 32);
            if (draw <= _followUpTo || (draw <= _sampleUpTo && _flows.IsConnected(in record)))
            {
                _records[kept++] = record;
            }
            else if (draw <= _sampleUpTo)
            {
                Counters.FramesShed++;
            }
            else
            {
                Counters.FramesSampledOut++;
            }
        }

        return kept;
    }

    private int OnRejected(PacketRejection rejection, int count, CaptureOrigin origin)
    {
        if (rejection != PacketRejection.FragmentHeld)
        {
            Counters.CountRejected(rejection);
            return count;
        }

        if (!_fragments.TryTakeCompleted(out var datagram))
        {
            Counters.FragmentsHeld++;
            return count;
        }

        var last = _records[count];
        Flush(count, origin);
        OnReassembled(datagram, last.UnixNanoseconds, last.FrameNumber, origin);
        return 0;
    }

    /// <summary>A datagram goes alone, because its bytes are given back here. In a tunnel it may complete another.</summary>
    private void OnReassembled(FragmentedDatagram? datagram, long unixNanoseconds, long frameNumber, CaptureOrigin origin)
    {
        ref var record = ref _records[0];
        var rejection = PacketRejection.FragmentHeld;
        while (datagram is not null)
        {
            record.UnixNanoseconds = unixNanoseconds;
            record.FrameNumber = frameNumber;
            rejection = _decoder.DecodeReassembled(datagram, ref record);
            if (rejection == PacketRejection.None)
            {
                Flush(1, origin);
            }

            _fragments.Return(datagram);
            _fragments.TryTakeCompleted(out datagram);
        }

        if (rejection == PacketRejection.FragmentHeld)
        {
            Counters.FragmentsHeld++;
        }
        else if (rejection != PacketRejection.None)
        {
            Counters.CountRejected(rejection);
        }
    }
}
