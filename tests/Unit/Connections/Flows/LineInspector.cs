using System.Buffers;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Unit.Connections.Flows;

/// <summary>Consumes whole lines without allocating.</summary>
internal sealed class LineInspector : IConnectionInspector, IConnectionHandler
{
    private readonly bool[] _gate = Gate();

    public ReadOnlySpan<bool> FirstByteGate => _gate;

    public ReadOnlySpan<bool> DatagramFirstByteGate => _gate;

    public bool Wants(ReadOnlySpan<byte> payload, Transport transport) => true;

    public IConnectionHandler Open(Connection connection) => this;

    public long OnStream(FlowSide sender, in ReadOnlySequence<byte> bytes, in StreamMoment moment) => bytes.FirstSpan.LastIndexOf((byte)'\n') + 1;

    public void OnGap(FlowSide sender, long missing, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
    {
    }

    public void OnDatagram(FlowSide sender, ReadOnlySpan<byte> payload, in StreamMoment moment)
    {
    }

    public void OnClosed(ConnectionEnd end, in ReadOnlySequence<byte> unconsumedLow, in ReadOnlySequence<byte> unconsumedHigh)
    {
    }

    public void OnSilentFlow(in SilentFlow flow)
    {
    }

    private static bool[] Gate()
    {
        var gate = new bool[256];
        gate['{'] = true;
        return gate;
    }
}
