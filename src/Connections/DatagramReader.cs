using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections.Decoding;

namespace MinerFlow.Connections;

/// <summary>Takes the payload of a UDP datagram, on loan.</summary>
public interface IDatagramHandler
{
    /// <param name="payload">All of it; datagrams that the capture cut are not handed on.</param>
    /// <param name="sender">Who sent it.</param>
    /// <param name="time">When the capture saw it.</param>
    /// <param name="frame">Number of its frame.</param>
    void Take(ReadOnlySpan<byte> payload, IpAddress sender, PacketTime time, long frame);
}

/// <summary>UDP datagrams out of frames, whatever stands around them: for logs that were captured on their way to a collector.</summary>
public sealed class DatagramReader : IFrameHandler, IDisposable
{
    private readonly IDatagramHandler _handler;
    private readonly FragmentCache _fragments;
    private readonly PacketDecoder _decoder;

    public DatagramReader(IDatagramHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        _handler = handler;
        _fragments = new FragmentCache(new FlowOptions(), Counters);
        _decoder = new PacketDecoder(Counters, _fragments);
    }

    /// <summary>What became of the frames.</summary>
    public ConnectionCounters Counters { get; } = new();

    /// <summary>Datagrams of which the capture holds a part only.</summary>
    public long Cut { get; private set; }

    public void OnFrames(FrameBatch frames)
    {
        Counters.Frames += frames.Count;
        foreach (ref readonly var frame in frames.Headers)
        {
            var record = default(PacketRecord);
            var rejection = _decoder.Decode(in frame, ref record);
            if (rejection == PacketRejection.None)
            {
                Deliver(in record);
            }
            else if (rejection != PacketRejection.FragmentHeld)
            {
                Counters.CountRejected(rejection);
            }
            else if (_fragments.TryTakeCompleted(out var datagram))
            {
                rejection = _decoder.DecodeReassembled(datagram, ref record);
                if (rejection == PacketRejection.None)
                {
                    (record.UnixNanoseconds, record.FrameNumber) = (frame.UnixNanoseconds, frame.Number);
                    Deliver(in record);
                }
                else
                {
                    Counters.CountRejected(rejection);
                }

                _fragments.Return(datagram);
            }
            else
            {
                Counters.FragmentsHeld++;
            }
        }
    }

    public void OnEnd(CaptureOrigin origin) => _fragments.Clear();

    public void Dispose() => _fragments.Dispose();

    private void Deliver(in PacketRecord record)
    {
        Counters.Decoded++;
        if (record.Transport != Transport.Udp)
        {
            return;
        }

        if (record.PayloadLength < record.PayloadWireLength)
        {
            Cut++;
            return;
        }

        var sender = record.Sender == FlowSide.Low ? new IpAddress(record.LowUpper, record.LowLower) : new IpAddress(record.HighUpper, record.HighLower);
        _handler.Take(record.PayloadBytes, sender, new PacketTime(record.UnixNanoseconds), record.FrameNumber);
    }
}
