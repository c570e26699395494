using MinerFlow.Abstractions;
using MinerFlow.Connections.Decoding;
using MinerFlow.Connections.Streams;

namespace MinerFlow.Connections.Flows;

/// <summary>Flows that are read: opened, fed, closed.</summary>
internal sealed unsafe partial class FlowTracker
{
    /// <summary>Connections looked at for the oldest when there are too many.</summary>
    private const int EvictionSample = 16;

    /// <summary>Data that begins this far behind the SYN is not its first.</summary>
    private const uint FirstWindow = 1 << 20;

    private Connection? ConnectionOf(FlowSlot* slot) =>
        (slot->Marks & FlowMarks.Connected) != FlowMarks.None ? _connections[(int)slot->FirstFrameOrConnection] : null;

    private void Open(FlowSlot* slot, in PacketRecord record, FlowKey key, bool isFirstData)
    {
        if (_connections.Count >= _options.Connections)
        {
            EvictConnection();
        }

        var firstFrame = FrameNumber(slot->FirstFrameOrConnection);
        var connection = new Connection(key, FlowId(slot, firstFrame), _origin.Name)
        {
            Opener = (slot->Marks & FlowMarks.LowOpened) != FlowMarks.None ? FlowSide.Low : (slot->Marks & FlowMarks.HighOpened) != FlowMarks.None ? FlowSide.High : null,
            FirstSeen = new PacketTime(slot->FirstUnixNanoseconds),
            LastSeen = new PacketTime(slot->FirstUnixNanoseconds),
            FirstFrame = firstFrame,
            BeganOtherwise = BeganOtherwise(slot, in record),
            Slot = _table.IndexOf(slot),
        };
        if (record.Transport == Transport.Tcp)
        {
            BeginStreams(connection, slot, in record, isFirstData);
        }

        slot->FirstFrameOrConnection = (uint)_connections.Add(connection);
        slot->Marks |= FlowMarks.Connected;
        connection.LastFrame = record.FrameNumber;
        connection.PeriodEnd = PeriodStart(record.UnixNanoseconds) + _period;
        connection.Handler = _inspector.Open(connection);
        if (!isFirstData && record.Sequence == slot->OpenerSequence && connection.Opener == record.Sender)
        {
            AddOvertaking(connection, slot, in record);
        }

        _counters.ConnectionsOpened++;
        _counters.ConnectionsActive = _connections.Count;
    }

    /// <summary>
    /// Whether both sides have sent something else before, or the opener twice: a preamble of one packet may be a load balancer's. A later message of a framed protocol
    /// is a start of its own, and so is the opener's first byte, whatever overtook it.
    /// </summary>
    private static bool BeganOtherwise(FlowSlot* slot, in PacketRecord record)
    {
        var isLow = record.Sender == FlowSide.Low;
        var own = (slot->DataPackets >> (isLow ? 0 : 4) & 15) - 1;
        var others = slot->DataPackets >> (isLow ? 4 : 0) & 15;
        var isOpener = (slot->Marks & OpenedBy(record.Sender)) != FlowMarks.None;
        return own > 0 && (others > 0 || (isOpener && own > 1))
            && (slot->Marks & (FlowMarks.LowOpened | FlowMarks.HighOpened)) != FlowMarks.None
            && (slot->Marks & FramedBy(record.Sender)) == FlowMarks.None
            && record.Sequence != slot->OpenerSequence;
    }

    /// <summary>What overtook this start of its stream waits in it, as it would have, had the connection been known.</summary>
    private void AddOvertaking(Connection connection, FlowSlot* slot, in PacketRecord record)
    {
        if (_overtaking.TryTake(_table.IndexOf(slot), in record, slot->FirstUnixNanoseconds, out var segment))
        {
            Stream(connection, record.Sender).Add(segment);
        }
    }

    private void BeginStreams(Connection connection, FlowSlot* slot, in PacketRecord record, bool isFirstData)
    {
        var sequence = record.Sequence + ((record.TcpFlags & TcpFlags.Syn) != TcpFlags.None ? 1u : 0);

        // After a SYN the first data may have been overtaken by what follows it.
        var isFromStart = isFirstData && connection.Opener == record.Sender && sequence - slot->OpenerSequence < FirstWindow;
        Stream(connection, record.Sender).StartAt(isFromStart ? slot->OpenerSequence : sequence);
        if ((record.TcpFlags & TcpFlags.Acknowledge) != TcpFlags.None)
        {
            Stream(connection, record.Sender.Opposite()).ExpectAt(record.Acknowledgment);
        }
    }

    private void OnConnected(FlowSlot* slot, in PacketRecord record)
    {
        var connection = _connections[(int)slot->FirstFrameOrConnection]!;
        if (_period != 0)
        {
            KeepPeriod(connection, record.UnixNanoseconds);
        }

        if (record.UnixNanoseconds > connection.LastSeen.UnixNanoseconds)
        {
            connection.LastSeen = new PacketTime(record.UnixNanoseconds);
        }

        connection.LastFrame = record.FrameNumber;
        if (!connection.IsAbandoned)
        {
            Feed(connection, slot, in record);
            _evidence?.OnPacket(connection, in record);
        }

        if (connection.IsAbandoned)
        {
            slot->Marks |= FlowMarks.GivenUp;
            Close(connection, slot, ConnectionEnd.Abandoned);
        }
    }

    private StreamAssembler Stream(Connection connection, FlowSide sender) => new(connection, sender, _streams);

    private void Feed(Connection connection, FlowSlot* slot, in PacketRecord record)
    {
        if (!connection.HasStreams)
        {
            if (record.PayloadLength > 0)
            {
                connection.Handler.OnDatagram(record.Sender, record.PayloadBytes, new StreamMoment(new PacketTime(record.UnixNanoseconds), record.FrameNumber));
            }

            return;
        }

        if ((record.TcpFlags & (TcpFlags.Acknowledge | TcpFlags.Reset)) == TcpFlags.Acknowledge)
        {
            Stream(connection, record.Sender.Opposite()).OnAcknowledged(record.Acknowledgment);
        }

        if (record.PayloadWireLength > 0 && !connection.IsAbandoned)
        {
            // Data after a reset says that the reset was not the receiver's: injected ones are common.
            slot->Marks &= ~FlowMarks.Reset;
            Stream(connection, record.Sender).Add(StreamSegment.From(in record));
        }
    }

    /// <summary>Ends the flow in a slot: its connection is closed, or it is told as silent.</summary>
    private void Finish(FlowSlot* slot, ConnectionEnd end)
    {
        if (ConnectionOf(slot) is { } connection)
        {
            Close(connection, slot, end);
        }
        else if (IsSilent(slot))
        {
            KeepSilent(slot);
        }
    }

    private void Close(Connection connection, FlowSlot* slot, ConnectionEnd end)
    {
        if (connection.HasStreams)
        {
            var low = Stream(connection, FlowSide.Low);
            var high = Stream(connection, FlowSide.High);
            low.Finish();
            high.Finish();
            connection.Handler.OnClosed(connection.IsAbandoned ? ConnectionEnd.Abandoned : end, low.Kept, high.Kept);
            low.Release();
            high.Release();
        }
        else
        {
            connection.Handler.OnClosed(connection.IsAbandoned ? ConnectionEnd.Abandoned : end, default, default);
        }

        _evidence?.OnClosed(connection);
        _counters.CountClosed(connection.IsAbandoned ? ConnectionEnd.Abandoned : end);
        _connections.Remove((int)slot->FirstFrameOrConnection);
        slot->FirstFrameOrConnection = (uint)connection.FirstFrame;
        slot->Marks &= ~FlowMarks.Connected;
        _counters.ConnectionsActive = _connections.Count;
    }

    /// <summary>
    /// Closes the one of some that has been silent longest. Hits go last: a flood of beginnings must not take away who is known to mine.
    /// </summary>
    private void EvictConnection()
    {
        Connection? oldest = null;
        for (int step = 0, seen = 0; step < _connections.Used && seen < EvictionSample; step++)
        {
            _connectionHand = _connectionHand + 1 < _connections.Used ? _connectionHand + 1 : 0;
            if (_connections[_connectionHand] is { } candidate)
            {
                seen++;
                oldest = oldest is null || GoesBefore(candidate, oldest) ? candidate : oldest;
            }
        }

        if (oldest is not null)
        {
            var slot = _table[oldest.Slot];
            slot->Marks |= FlowMarks.GivenUp;
            Close(oldest, slot, ConnectionEnd.Evicted);
        }
    }

    private static bool GoesBefore(Connection left, Connection right)
    {
        var isHit = left.Handler.Rule is not null;
        return isHit == right.Handler.Rule is not null ? left.LastFrame < right.LastFrame : !isHit;
    }

    /// <summary>Frame numbers are kept in 32 bits and read back as the nearest at or before the current one.</summary>
    private long FrameNumber(uint low) => _lastFrame - (long)unchecked((uint)_lastFrame - low);

    private static ulong FlowId(FlowSlot* slot, long firstFrame) =>
        PacketRecord.Fold(
            FlowTable.HashOf(slot) ^ (ulong)slot->FirstUnixNanoseconds,
            ((ulong)firstFrame * 0x9E37_79B9_7F4A_7C15) ^ 0xA076_1D64_78BD_642F);
}
