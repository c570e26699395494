using System.Runtime.CompilerServices;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections.Decoding;
using MinerFlow.Connections.Evidence;
using MinerFlow.Connections.Streams;

namespace MinerFlow.Connections.Flows;

/// <summary>
/// What happens to a decoded packet: its flow is found or begun, the first data packets of each direction are shown to the inspector,
/// and flows that it wants are read as connections. All times are packet times, so a replay repeats every decision.
/// </summary>
internal sealed unsafe partial class FlowTracker : IDisposable
{
    /// <summary>From this many packets of connections in a batch on, fetching ahead is worth a second look-up for each packet.</summary>
    private const int ConnectedWorthFetching = 8;

    /// <summary>Cache lines of a connection, its handler and the session behind them, as Detection has them: 1.2 KB that may begin anywhere in a line. Two lines less cost 4 %.</summary>
    private const int LinesOfConnection = 20;

    /// <summary>8 KiB: the longest first messages are those of CryptoNote miners with all their algorithms, about 1 KiB.</summary>
    private const uint LongestFirstMessage = 8 << 10;

    /// <summary>Connections asked for ahead of the one that is closed when a capture ends: closing one takes a microsecond or more.</summary>
    private const int EndsFetched = 2;

    private readonly FlowOptions _options;
    private readonly ConnectionCounters _counters;
    private readonly EvidenceKeeper? _evidence;
    private readonly FlowTable _table;
    private readonly ConnectionTable _connections = new();
    private readonly StreamContext _streams;
    private readonly OvertakingSegments _overtaking = new();
    private readonly int _probed;
    private readonly long _shortestIdle;
    private readonly long _period;
    private IConnectionInspector _inspector;
    private bool[] _tcpGate;
    private bool[] _udpGate;
    private int _shortestDatagram;
    private CaptureOrigin _origin = new(string.Empty);
    private long _now;
    private long _lastFrame;
    private int _connectedInBatch;

    public FlowTracker(FlowOptions options, IConnectionInspector inspector, ConnectionCounters counters, EvidenceKeeper? evidence)
    {
        _options = options;
        _inspector = inspector;
        _counters = counters;
        _evidence = evidence;
        _table = new FlowTable(options.FlowSlots);
        _streams = new StreamContext(options, counters);
        _tcpGate = Copy(inspector.FirstByteGate);
        _udpGate = Copy(inspector.DatagramFirstByteGate);
        _shortestDatagram = inspector.ShortestDatagram;
        _probed = options.ProbedDataPackets;
        _period = options.PeriodSeconds * PacketTime.NanosecondsPerSecond;
        _shortestIdle = Math.Min(options.ClosedLingerSeconds, Math.Min(options.TcpIdleSeconds, options.UdpIdleSeconds)) * PacketTime.NanosecondsPerSecond >> 20;
    }

    /// <summary>New connections are chosen and read by this inspector from now on.</summary>
    public void Use(IConnectionInspector inspector)
    {
        _inspector = inspector;
        _tcpGate = Copy(inspector.FirstByteGate);
        _udpGate = Copy(inspector.DatagramFirstByteGate);
        _shortestDatagram = inspector.ShortestDatagram;
    }

    /// <summary>Whether a packet belongs to a connection that is being read.</summary>
    public bool IsConnected(in PacketRecord record)
    {
        var slot = _connections.Count > 0 ? _table.Find(in record) : null;
        return slot is not null && (slot->Marks & FlowMarks.Connected) != FlowMarks.None;
    }

    /// <summary>Asks for the directory's line of a packet that will be processed with its batch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchEntry(ulong hash) => _table.FetchEntry(hash);

    /// <summary>Asks for the slot of such a packet, when its line has come.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FetchSlot(ref PacketRecord record) => record.LikelySlot = (nint)_table.FetchSlot(record.Hash);

    /// <param name="records">A batch.</param>
    /// <param name="fetched">So many of them had <see cref="FetchSlot"/>. The others have it here, behind the work on the first ones: their lines are still on the way.</param>
    /// <param name="origin">Where they come from.</param>
    public void Process(Span<PacketRecord> records, int fetched, CaptureOrigin origin)
    {
        _origin = origin;
        if (_connectedInBatch >= ConnectedWorthFetching)
        {
            while (fetched < records.Length)
            {
                FetchSlot(ref records[fetched++]);
            }

            FetchConnections(records);
        }

        _connectedInBatch = 0;
        long ipv6 = 0, tcp = 0, payload = 0, cut = 0;
        var shortestIdle = (ulong)_shortestIdle;
        var probed = _probed;
        foreach (ref readonly var record in records)
        {
            if (fetched < records.Length)
            {
                FetchSlot(ref records[fetched++]);
            }

            _now = record.UnixNanoseconds;
            _lastFrame = record.FrameNumber;
            ipv6 += Unsafe.BitCast<bool, byte>((record.LowUpper | ((record.LowLower >> 32) ^ 0xFFFF)) != 0);
            tcp += Unsafe.BitCast<bool, byte>(record.Transport == Transport.Tcp);
            payload += record.PayloadWireLength;
            cut += record.PayloadWireLength - record.PayloadLength;
            var slot = (FlowSlot*)record.LikelySlot;
            if (slot is null || !slot->IsOf(in record))
            {
                slot = FindOrBegin(in record);
            }

            // One comparison for a packet that is older than the last one and for one that comes after a pause.
            var ticks = (record.UnixNanoseconds - slot->FirstUnixNanoseconds) >> 20;
            if ((ulong)(ticks - slot->LastTicks) > shortestIdle || ticks > uint.MaxValue)
            {
                OnOutOfStep(slot, in record);
            }
            else
            {
                slot->LastTicks = (uint)ticks;
            }

            slot->LastFrame = (uint)record.FrameNumber;
            if ((record.TcpFlags & (TcpFlags.Syn | TcpFlags.Fin | TcpFlags.Reset)) != TcpFlags.None)
            {
                OnControl(slot, in record);
            }

            // Four bits of the count for each direction.
            var shift = (int)record.Sender * 4;
            if ((slot->Marks & FlowMarks.Connected) != FlowMarks.None)
            {
                _connectedInBatch++;
                OnConnected(slot, in record);
            }
            else if ((record.PayloadWireLength > 0) & (((slot->DataPackets >> shift) & 15) < probed))
            {
                Probe(slot, in record, shift);
            }
        }

        _counters.IPv6Packets += ipv6;
        _counters.TcpPackets += tcp;
        _counters.PayloadBytes += payload;
        _counters.PayloadBytesCut += cut;
    }

    /// <summary>
    /// Among many connections each cache line of theirs is a miss, one behind the other. Asked for in steps over the whole batch, the misses overlap.
    /// </summary>
    private void FetchConnections(ReadOnlySpan<PacketRecord> records)
    {
        Span<int> indices = stackalloc int[FrameBatch.Capacity];
        var count = 0;
        foreach (ref readonly var record in records)
        {
            var slot = (FlowSlot*)record.LikelySlot;
            if (slot is not null && (slot->Marks & FlowMarks.Connected) != FlowMarks.None && slot->IsOf(in record))
            {
                indices[count++] = (int)slot->FirstFrameOrConnection;
                _connections.FetchReference(indices[count - 1]);
            }
        }

        // What the handler keeps was made right after its connection, and so lies right behind it.
        foreach (var index in indices[..count])
        {
            MemoryHints.Fetch(_connections[index], LinesOfConnection);
        }
    }

    /// <summary>The capture is over: connections end in the order of their first frames, then silent flows are told, then the table is empty.</summary>
    public void End(CaptureOrigin origin)
    {
        _origin = origin;
        var connections = _connections.InOrder();
        for (var i = 0; i < connections.Length; i++)
        {
            var connection = connections[i];
            MemoryHints.Fetch(connections[Math.Min(i + EndsFetched, connections.Length - 1)], LinesOfConnection);
            var slot = _table[connection.Slot];
            Close(connection, slot, IsClosed(slot) ? ConnectionEnd.Closed : ConnectionEnd.EndOfCapture);
        }

        _connections.Clear();
        TellSilentFlows();
        _table.Reset();
        _slotHand = FlowTable.First;
        _connectionHand = 0;
        EndPass();
        _counters.FlowsActive = 0;
        _counters.ConnectionsActive = 0;
    }

    public void Dispose()
    {
        _table.Dispose();
        ((IDisposable)_streams.Frame).Dispose();
    }

    private static bool[] Copy(ReadOnlySpan<bool> gate)
    {
        var copy = new bool[256];
        gate[..Math.Min(gate.Length, 256)].CopyTo(copy);
        return copy;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private FlowSlot* FindOrBegin(in PacketRecord record)
    {
        var slot = _table.Find(in record);
        return slot is null ? Begin(in record) : slot;
    }

    private FlowSlot* Begin(in PacketRecord record)
    {
        if (_table.IsFull)
        {
            var oldest = _table.OldestOfSome(record.Hash);
            Finish(_table[oldest], ConnectionEnd.Evicted);
            _table.Remove(oldest);
            _counters.FlowsEvicted++;
        }

        var slot = _table.Insert(in record);
        Restart(slot, in record);
        return slot;
    }

    /// <summary>A flow of the same key begins in this slot.</summary>
    private void Restart(FlowSlot* slot, in PacketRecord record)
    {
        slot->Marks = FlowMarks.None;
        slot->DataPackets = 0;
        slot->FirstUnixNanoseconds = record.UnixNanoseconds;
        slot->LastTicks = 0;
        slot->FirstFrameOrConnection = (uint)record.FrameNumber;
        slot->OpenerSequence = 0;
        _counters.FlowsCreated++;
        _counters.FlowsActive = _table.Count;
    }

    /// <summary>A packet that is older than the last one of its flow, or comes after a pause in which the flow may have ended.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void OnOutOfStep(FlowSlot* slot, in PacketRecord record)
    {
        if (IsIdle(slot))
        {
            Finish(slot, IsClosed(slot) ? ConnectionEnd.Closed : ConnectionEnd.Idle);
            CountEnd(slot);
            Restart(slot, in record);
        }

        slot->LastTicks = Math.Max(slot->LastTicks, FlowSlot.Ticks(record.UnixNanoseconds - slot->FirstUnixNanoseconds));
    }

    private bool IsIdle(FlowSlot* slot)
    {
        var limit = slot->Transport != Transport.Tcp ? _options.UdpIdleSeconds
            : IsClosed(slot) ? _options.ClosedLingerSeconds
            : _options.TcpIdleSeconds;
        return _now - slot->LastUnixNanoseconds > limit * PacketTime.NanosecondsPerSecond;
    }

    private static bool IsClosed(FlowSlot* slot)
    {
        const FlowMarks BothFinished = FlowMarks.LowFinished | FlowMarks.HighFinished;
        return (slot->Marks & FlowMarks.Reset) != FlowMarks.None || (slot->Marks & BothFinished) == BothFinished;
    }

    private void CountEnd(FlowSlot* slot)
    {
        if (IsClosed(slot))
        {
            _counters.FlowsClosed++;
        }
        else
        {
            _counters.FlowsExpired++;
        }
    }

    /// <summary>SYN, FIN and RST.</summary>
    private void OnControl(FlowSlot* slot, in PacketRecord record)
    {
        if ((record.TcpFlags & TcpFlags.Syn) != TcpFlags.None)
        {
            _evidence?.OnOpening(in record);
            var isAnswer = (record.TcpFlags & TcpFlags.Acknowledge) != TcpFlags.None;
            OnOpen(slot, in record, OpenedBy(isAnswer ? record.Sender.Opposite() : record.Sender), isAnswer ? record.Acknowledgment : record.Sequence + 1);
            if (isAnswer && ConnectionOf(slot) is { } connection)
            {
                Stream(connection, record.Sender).StartAt(record.Sequence + 1);
            }
        }

        if ((record.TcpFlags & TcpFlags.Fin) != TcpFlags.None)
        {
            slot->Marks |= record.Sender == FlowSide.Low ? FlowMarks.LowFinished : FlowMarks.HighFinished;
        }

        if ((record.TcpFlags & TcpFlags.Reset) != TcpFlags.None)
        {
            slot->Marks |= FlowMarks.Reset;
        }
    }

    /// <summary>A SYN, or the answer that tells of one. Another number than before, on a flow that has moved on, is a new connection with the same ports.</summary>
    private void OnOpen(FlowSlot* slot, in PacketRecord record, FlowMarks opened, uint firstByte)
    {
        var isKnown = (slot->Marks & opened) != FlowMarks.None && slot->OpenerSequence == firstByte;
        if (!isKnown)
        {
            var hasMovedOn = slot->DataPackets != 0 || IsClosed(slot) || (slot->Marks & opened) != FlowMarks.None;
            if (hasMovedOn && !ContinuesAt(slot, in record))
            {
                Finish(slot, ConnectionEnd.Replaced);
                _counters.FlowsClosed++;
                Restart(slot, in record);
                slot->LastFrame = (uint)record.FrameNumber;
            }
        }

        if ((slot->Marks & (FlowMarks.LowOpened | FlowMarks.HighOpened)) == FlowMarks.None)
        {
            slot->Marks |= opened;
            slot->OpenerSequence = firstByte;
        }
    }

    /// <summary>A late copy of the SYN of the connection that is being read: its number lies just before the data.</summary>
    private bool ContinuesAt(FlowSlot* slot, in PacketRecord record) =>
        !IsClosed(slot)
        && ConnectionOf(slot) is { HasStreams: true } connection
        && Stream(connection, record.Sender) is { IsStarted: true } stream
        && stream.Next - (record.Sequence + 1) < 1 << 16;

    /// <summary>The gate and then the question, for the first data packets of a direction.</summary>
    private void Probe(FlowSlot* slot, in PacketRecord record, int shift)
    {
        var isFirst = ((slot->DataPackets >> shift) & 15) == 0;
        var payload = record.PayloadBytes;
        var isTcp = record.Transport == Transport.Tcp;

        // A keep-alive with one byte of garbage (RFC 9293 section 3.8.4) is not data.
        if (isTcp && record.PayloadWireLength == 1 && (payload.IsEmpty || payload[0] == 0))
        {
            return;
        }

        slot->DataPackets += (byte)(1 << shift);
        if (payload.Length < (isTcp ? 1 : _shortestDatagram) || (slot->Marks & FlowMarks.GivenUp) != FlowMarks.None)
        {
            return;
        }

        if (!(isTcp ? _tcpGate : _udpGate)[payload[0]] && !(isTcp && isFirst && MayOpenEncrypted(payload, record.PayloadWireLength)))
        {
            if (isTcp && isFirst && IsOvertaking(slot, in record))
            {
                _overtaking.Keep(_table.IndexOf(slot), in record);
            }

            return;
        }

        // A web server answers whatever it is sent with a frame: what the other side sends is judged by itself.
        var framed = FramedBy(record.Sender);
        if ((slot->Marks & framed) != FlowMarks.None && !_inspector.IsFramed(payload))
        {
            return;
        }

        _counters.Probes++;
        if (_inspector.Wants(payload, record.Transport))
        {
            Open(slot, in record, record.ToKey(), isFirst);
            OnConnected(slot, in record);
        }
        else if (isFirst && isTcp && _inspector.IsFramed(payload))
        {
            slot->Marks |= framed;
        }
    }

    private static FlowMarks OpenedBy(FlowSide opener) => opener == FlowSide.Low ? FlowMarks.LowOpened : FlowMarks.HighOpened;

    private static FlowMarks FramedBy(FlowSide sender) => sender == FlowSide.Low ? FlowMarks.LowFramed : FlowMarks.HighFramed;

    /// <summary>Data of the side that opened the flow which begins behind its first byte, by less than the longest first message.</summary>
    private static bool IsOvertaking(FlowSlot* slot, in PacketRecord record) =>
        (slot->Marks & OpenedBy(record.Sender)) != FlowMarks.None
        && record.Sequence - slot->OpenerSequence - 1 < LongestFirstMessage;

    /// <summary>The two openings of pools that have no first byte of their own: see <see cref="IConnectionInspector.FirstByteGate"/>.</summary>
    private static bool MayOpenEncrypted(ReadOnlySpan<byte> payload, int wireLength) =>
        wireLength == 64 || (payload.Length >= 4 && payload[2] == 0x87 && payload[3] == 0xD7);
}
