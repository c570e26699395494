using System.Buffers;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Connections;
using MinerFlow.Detection;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;
using MinerFlow.Traffic;

namespace MinerFlow.Unit.Detection;

/// <summary>One segment of one side.</summary>
public readonly record struct Said(bool ByClient, byte[] Bytes);

/// <summary>
/// What client and server of one connection say, segment by segment, handed to detection as the flow table would: gate, probes of the first four
/// data packets of each direction, then ordered bytes with what was left unconsumed before them.
/// </summary>
public sealed class Talk
{
    private const int ProbedPackets = 4;

    private static readonly FlowKey Key = FlowKey.Create(
        new Endpoint(IpAddress.FromIPv4(0xC000_0205), 50_000), new Endpoint(IpAddress.FromIPv4(0xC633_6407), 8_332), Transport.Tcp, out _);

    private static readonly FlowKey DatagramKey = Key with { Transport = Transport.Udp };

    [ThreadStatic]
    private static MiningDetector? _detector;

    [ThreadStatic]
    private static Talk? _asking;

    private readonly List<Said> _said = [];
    private readonly List<MiningEvent> _events = [];

    public IReadOnlyList<Said> Segments => _said;

    public bool IsUdp { get; init; }

    public static Talk Of(IEnumerable<Said> said, bool isUdp = false)
    {
        var talk = new Talk { IsUdp = isUdp };
        talk._said.AddRange(said);
        return talk;
    }

    /// <summary>The first connection of a shipped dialogue.</summary>
    public static Talk Scenario(string name)
    {
        var dialogue = Repository.ReadScenario(name);
        return Of(dialogue.Writes.Where(write => write.Flow == 0).Select(write => new Said(write.FromClient, write.Bytes)), dialogue.Flows[0].IsUdp);
    }

    public Talk Client(string text) => Client(Encoding.Latin1.GetBytes(text));

    public Talk Server(string text) => Server(Encoding.Latin1.GetBytes(text));

    public Talk Client(params byte[] bytes)
    {
        _said.Add(new Said(true, bytes));
        return this;
    }

    public Talk Server(params byte[] bytes)
    {
        _said.Add(new Said(false, bytes));
        return this;
    }

    public Talk OnlyClient() => Of(_said.Where(said => said.ByClient), IsUdp);

    public Talk OnlyServer() => Of(_said.Where(said => !said.ByClient), IsUdp);

    public Talk From(int segment) => Of(_said.Skip(segment), IsUdp);

    /// <summary>The segment cut in two at this byte.</summary>
    public Talk Cut(int segment, int at)
    {
        var whole = _said[segment];
        return Of([.. _said.Take(segment), new Said(whole.ByClient, whole.Bytes[..at]), new Said(whole.ByClient, whole.Bytes[at..]), .. _said.Skip(segment + 1)], IsUdp);
    }

    /// <summary>The same, and nothing after the cut.</summary>
    public Talk Until(int segment, int at) => Of([.. _said.Take(segment), new Said(_said[segment].ByClient, _said[segment].Bytes[..at])], IsUdp);

    /// <summary>The event of the connection; null when there is none.</summary>
    public MiningEvent? Event()
    {
        _asking = this;
        _events.Clear();
        new Feed(Detector, IsUdp).Run(_said);
        return _events.SingleOrDefault();
    }

    /// <summary>What is told when a period ends after that many segments, and at the end.</summary>
    public IReadOnlyList<MiningEvent> Periods(int segments)
    {
        _asking = this;
        _events.Clear();
        var feed = new Feed(Detector, IsUdp);
        _said.Take(segments).ToList().ForEach(feed.Next);
        feed.Handler?.OnPeriodEnd();
        feed.Run(_said.Skip(segments));
        return _events;
    }

    /// <summary>One for all talks of a thread: making one asks every protocol for its first bytes.</summary>
    private static MiningDetector Detector => _detector ??= new(RuleSet.Default, new ProtocolCatalog(), new DetectionOptions(), new Ear());

    /// <summary>A handler that has read all this and is still open, to be fed further.</summary>
    internal IConnectionHandler Open()
    {
        var feed = new Feed(Detector, IsUdp);
        foreach (var said in _said)
        {
            feed.Next(said);
        }

        return feed.Handler ?? throw new InvalidOperationException("Detection did not want this connection.");
    }

    /// <summary>True when detection wants no more of the connection after all this.</summary>
    public bool IsLetGo()
    {
        _asking = this;
        var feed = new Feed(Detector, IsUdp);
        _said.ForEach(feed.Next);
        return feed.IsAbandoned;
    }

    private sealed class Ear : IMiningEventSink
    {
        public void OnEvent(MiningEvent miningEvent) => _asking!._events.Add(miningEvent);
    }

    private sealed class Feed(MiningDetector detector, bool isUdp)
    {
        private readonly byte[][] _kept = [[], []];
        private readonly int[] _probed = new int[2];
        private readonly FlowKey _key = isUdp ? DatagramKey : Key;
        private Connection? _connection;
        private readonly bool[] _isFramed = new bool[2];
        private int _frame;

        public IConnectionHandler? Handler { get; private set; }

        public bool IsAbandoned => _connection is { IsAbandoned: true };

        public void Run(IEnumerable<Said> said)
        {
            foreach (var segment in said)
            {
                Next(segment);
            }

            Handler?.OnClosed(ConnectionEnd.EndOfCapture, new ReadOnlySequence<byte>(_kept[0]), new ReadOnlySequence<byte>(_kept[1]));
        }

        public void Next(Said said)
        {
            if (said.Bytes.Length == 0)
            {
                return;
            }

            var side = said.ByClient ? FlowSide.Low : FlowSide.High;
            var moment = new StreamMoment(PacketTime.FromSeconds(1_700_000_000 + ++_frame), _frame);
            Probe(said.Bytes, side, moment);
            if (_connection is null or { IsAbandoned: true })
            {
                return;
            }

            _connection.LastSeen = moment.Time;
            _connection.LastFrame = moment.FrameNumber;
            if (isUdp)
            {
                Handler!.OnDatagram(side, said.Bytes, moment);
                return;
            }

            byte[] bytes = [.. _kept[(int)side], .. said.Bytes];
            var consumed = Handler!.OnStream(side, Segmented(bytes), moment);
            _kept[(int)side] = bytes[(int)consumed..];
        }

        /// <summary>Every second time in two pieces of memory, as streams of several chunks are.</summary>
        private ReadOnlySequence<byte> Segmented(byte[] bytes)
        {
            if (_frame % 2 == 0 || bytes.Length < 2)
            {
                return new ReadOnlySequence<byte>(bytes);
            }

            var second = new Piece(bytes.AsMemory(bytes.Length / 2), bytes.Length / 2, null);
            return new ReadOnlySequence<byte>(new Piece(bytes.AsMemory(0, bytes.Length / 2), 0, second), 0, second, second.Memory.Length);
        }

        private void Probe(byte[] bytes, FlowSide side, StreamMoment moment)
        {
            var isFirst = _probed[(int)side] == 0;
            if (_connection is not null || _probed[(int)side]++ >= ProbedPackets)
            {
                return;
            }

            var gate = isUdp ? detector.DatagramFirstByteGate : detector.FirstByteGate;
            var mayOpen = isFirst && (bytes.Length == 64 || bytes is [_, _, 0x87, 0xD7, ..]);
            if (!(gate[bytes[0]] || mayOpen) || (isUdp && bytes.Length < detector.ShortestDatagram) || (_isFramed[(int)side] && !detector.IsFramed(bytes)))
            {
                return;
            }

            if (detector.Wants(bytes, isUdp ? Transport.Udp : Transport.Tcp))
            {
                _connection = new Connection(_key, 1, "talk") { FirstSeen = moment.Time, FirstFrame = moment.FrameNumber };
                Handler = detector.Open(_connection);
            }
            else
            {
                _isFramed[(int)side] |= isFirst && detector.IsFramed(bytes);
            }
        }
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long start, Piece? next)
        {
            Memory = memory;
            RunningIndex = start;
            Next = next;
        }
    }
}
