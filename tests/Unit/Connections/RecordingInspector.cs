using System.Buffers;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Unit.Connections;

/// <summary>Wants what its question says, consumes what its reader says, and writes down every call.</summary>
internal sealed class RecordingInspector : IConnectionInspector
{
    private readonly bool[] _gate = new bool[256];

    public RecordingInspector(string firstBytes = "{")
    {
        foreach (var letter in firstBytes)
        {
            _gate[(byte)letter] = true;
        }
    }

    public static RecordingInspector OfEverything()
    {
        var inspector = new RecordingInspector();
        Array.Fill(inspector._gate, true);
        return inspector;
    }

    public RecordingInspector WithReader(Func<byte[], long> reader)
    {
        Reader = reader;
        return this;
    }

    /// <summary>Answers <see cref="IConnectionInspector.Wants"/>.</summary>
    public Func<byte[], bool> Question { get; init; } = _ => true;

    /// <summary>Answers <see cref="IConnectionInspector.IsFramed"/>.</summary>
    public Func<byte[], bool> Frames { get; init; } = _ => false;

    /// <summary>Says how many of the bytes on show are consumed.</summary>
    public Func<byte[], long> Reader { get; private set; } = bytes => bytes.Length;

    /// <summary>Says after which number of calls to a handler it gives its connection up.</summary>
    public int AbandonAfter { get; init; } = int.MaxValue;

    /// <summary>Names the rule by which a connection is a hit, from the bytes read of it so far.</summary>
    public Func<long, string?> Verdict { get; init; } = _ => null;

    public List<Recording> Connections { get; } = [];

    public List<SilentFlow> Silent { get; } = [];

    public List<string> Calls { get; } = [];

    public int Questions { get; private set; }

    public ReadOnlySpan<bool> FirstByteGate => _gate;

    public ReadOnlySpan<bool> DatagramFirstByteGate => _gate;

    public int ShortestDatagram { get; init; } = 1;

    public Recording Only => Xunit.Assert.Single(Connections);

    public bool Wants(ReadOnlySpan<byte> payload, Transport transport)
    {
        Questions++;
        return Question(payload.ToArray());
    }

    public bool IsFramed(ReadOnlySpan<byte> payload) => Frames(payload.ToArray());

    public IConnectionHandler Open(Connection connection)
    {
        var recording = new Recording(this, connection);
        Connections.Add(recording);
        return recording;
    }

    public void OnSilentFlow(in SilentFlow flow)
    {
        Silent.Add(flow);
        Calls.Add($"silent {flow.Key.Low.Port}");
    }

    internal sealed class Recording(RecordingInspector owner, Connection connection) : IConnectionHandler
    {
        private readonly MemoryStream[] _consumed = [new(), new()];
        private int _calls;

        public Connection Connection { get; } = connection;

        public string? Rule => owner.Verdict(_consumed[0].Length + _consumed[1].Length);

        public List<byte[]> Datagrams { get; } = [];

        public List<(FlowSide Sender, long Missing, string Unconsumed)> Gaps { get; } = [];

        public List<StreamMoment> Moments { get; } = [];

        public ConnectionEnd? End { get; private set; }

        /// <summary>For each period told of: the last packet until then, and what had been read.</summary>
        public List<(PacketTime LastSeen, int BytesRead)> Periods { get; } = [];

        public string? UnconsumedAtEnd { get; private set; }

        /// <summary>Bytes consumed of one direction.</summary>
        public byte[] Of(FlowSide sender) => _consumed[(int)sender].ToArray();

        public string TextOf(FlowSide sender) => Encoding.Latin1.GetString(Of(sender));

        public long OnStream(FlowSide sender, in ReadOnlySequence<byte> bytes, in StreamMoment moment)
        {
            var shown = bytes.ToArray();
            var consumed = owner.Reader(shown);
            _consumed[(int)sender].Write(shown, 0, (int)consumed);
            Moments.Add(moment);
            CountCall();
            return consumed;
        }

        public void OnGap(FlowSide sender, long missing, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
        {
            Gaps.Add((sender, missing, Encoding.Latin1.GetString(unconsumed.ToArray())));
            Moments.Add(moment);
            CountCall();
        }

        public void OnDatagram(FlowSide sender, ReadOnlySpan<byte> payload, in StreamMoment moment)
        {
            Datagrams.Add(payload.ToArray());
            CountCall();
        }

        public void OnPeriodEnd() => Periods.Add((Connection.LastSeen, (int)(_consumed[0].Length + _consumed[1].Length)));

        public void OnClosed(ConnectionEnd end, in ReadOnlySequence<byte> unconsumedLow, in ReadOnlySequence<byte> unconsumedHigh)
        {
            Xunit.Assert.Null(End);
            End = end;
            UnconsumedAtEnd = Encoding.Latin1.GetString([.. unconsumedLow.ToArray(), .. unconsumedHigh.ToArray()]);
            owner.Calls.Add($"closed {Connection.FirstFrame} {end}");
        }

        private void CountCall()
        {
            if (++_calls >= owner.AbandonAfter)
            {
                Connection.Abandon();
            }
        }
    }
}
