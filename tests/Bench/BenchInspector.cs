using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using MinerFlow.Abstractions;
using MinerFlow.Connections;
using MinerFlow.Detection;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;

namespace MinerFlow.Bench;

/// <summary>The least that an inspector can do: nothing, or the question that the C loop in limits.c asks.</summary>
internal sealed class BenchInspector(bool asks, bool reads) : IConnectionInspector, IConnectionHandler
{
    private readonly bool[] _gate = Gate(asks);

    public long Lines { get; private set; }

    public ReadOnlySpan<bool> FirstByteGate => _gate;

    public ReadOnlySpan<bool> DatagramFirstByteGate => _gate;

    public static bool TryCreate(string mode, [NotNullWhen(true)] out Func<IConnectionInspector?>? create)
    {
        create = mode switch
        {
            "read" => () => null,
            "null" => () => new BenchInspector(asks: false, reads: false),
            "prefilter" => () => new BenchInspector(asks: true, reads: false),
            "lines" => () => new BenchInspector(asks: true, reads: true),
            "detect" => () => new MiningDetector(RuleSet.Default, new ProtocolCatalog(), new DetectionOptions(), new ForgettingSink()),
            _ => null,
        };
        return create is not null;
    }

    public bool Wants(ReadOnlySpan<byte> payload, Transport transport) =>
        asks && payload[..Math.Min(payload.Length, 256)].IndexOf("mining."u8) >= 0;

    public IConnectionHandler Open(Connection connection)
    {
        if (!reads)
        {
            connection.Abandon();
        }

        return this;
    }

    public long OnStream(FlowSide sender, in ReadOnlySequence<byte> bytes, in StreamMoment moment)
    {
        var reader = new SequenceReader<byte>(bytes);
        while (reader.TryReadTo(out ReadOnlySpan<byte> _, (byte)'\n'))
        {
            Lines++;
        }

        return reader.Consumed;
    }

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

    private sealed class ForgettingSink : IMiningEventSink
    {
        public void OnEvent(MiningEvent miningEvent)
        {
        }
    }

    private static bool[] Gate(bool asks)
    {
        var gate = new bool[256];
        gate['{'] = asks;
        return gate;
    }
}
