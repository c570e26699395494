using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Connections.Decoding;

namespace MinerFlow.SystemTests.Tshark;

/// <summary>Decodes captures with the product's own reader and decoder.</summary>
internal sealed class ProductReader : IFrameHandler, IDisposable
{
    private readonly DecodingSummary _summary = new();
    private readonly FragmentCache _fragments;
    private readonly PacketDecoder _decoder;

    private ProductReader()
    {
        var counters = new ConnectionCounters();
        _fragments = new FragmentCache(new FlowOptions(), counters);
        _decoder = new PacketDecoder(counters, _fragments);
    }

    /// <summary>Null when the capture cannot be read at all.</summary>
    public static DecodingSummary? Read(string capture)
    {
        using var reader = new ProductReader();
        try
        {
            using var source = CaptureSources.Open(capture, new CaptureInputOptions());
            source.Run(reader, CancellationToken.None);
        }
        catch (CaptureException)
        {
            return null;
        }

        return reader._summary;
    }

    public void OnFrames(FrameBatch frames)
    {
        foreach (ref readonly var frame in frames.Headers)
        {
            var record = default(PacketRecord);
            var rejection = _decoder.Decode(in frame, ref record);
            if (rejection == PacketRejection.None)
            {
                Add(in record);
            }
            else if (rejection == PacketRejection.FragmentHeld)
            {
                AddReassembled();
            }
        }
    }

    public void OnEnd(CaptureOrigin origin) => _fragments.Clear();

    public void Dispose() => _fragments.Dispose();

    private void AddReassembled()
    {
        while (_fragments.TryTakeCompleted(out var datagram))
        {
            var record = default(PacketRecord);
            if (_decoder.DecodeReassembled(datagram, ref record) == PacketRejection.None)
            {
                Add(in record);
            }

            _fragments.Return(datagram);
        }
    }

    private void Add(in PacketRecord record)
    {
        var key = record.ToKey();
        _summary.Add(!key.Low.Address.IsIPv4, key.Transport == Transport.Tcp, Name(key.Low), Name(key.High), record.PayloadWireLength);
    }

    private static string Name(Endpoint endpoint) => $"{endpoint.Address} {endpoint.Port}";
}
