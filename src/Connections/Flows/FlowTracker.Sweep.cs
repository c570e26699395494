using MinerFlow.Abstractions;

namespace MinerFlow.Connections.Flows;

/// <summary>Expiry and silent flows.</summary>
internal sealed unsafe partial class FlowTracker
{
    /// <summary>
    /// Slots and connections looked at after each batch of 32. A full table is passed once in 16 million packets; meanwhile a flow
    /// that speaks again after its idle time is recognised at once, and a full neighbourhood gives up its oldest.
    /// </summary>
    private const int SlotsPerSweep = 4;
    private const int ConnectionsPerSweep = 4;

    /// <summary>A pass over the connections begins once a second of packet time: few of them are not looked at again with each batch.</summary>
    private const ulong NanosecondsBetweenPasses = PacketTime.NanosecondsPerSecond;

    /// <summary>Silent flows that ended before their capture did wait here; 65,536 take 8 MiB.</summary>
    private const int MaximumSilentWaiting = 65_536;

    /// <summary>
    /// Share of the table and of the connections that is looked at when the link is silent: told so ten times a second, all of them are passed in 26 s, well within
    /// any idle time that makes sense. A table of two million slots costs 0.1 ms a time.
    /// </summary>
    private const int IdlesToPass = 256;

    private readonly List<SilentFlow> _silent = [];
    private int _slotHand = FlowTable.First;
    private int _connectionHand;
    private long _connectionPassStart;

    /// <summary>A slow hand over the table and the connections.</summary>
    public void Sweep()
    {
        SweepConnections(ConnectionsPerSweep);
        SweepPeriods(PeriodsPerSweep);
        SweepSlots(SlotsPerSweep);
        MemoryHints.FetchRange(_table[_slotHand], SlotsPerSweep * sizeof(FlowSlot));
    }

    private void SweepSlots(int steps)
    {
        // Slots behind the end hold what a former capture left there.
        for (; steps > 0 && _slotHand < _table.End; steps--)
        {
            var slot = _table[_slotHand];
            if (slot->Transport != Transport.None && (slot->Marks & FlowMarks.Connected) == FlowMarks.None && IsIdle(slot))
            {
                Finish(slot, ConnectionEnd.Idle);
                CountEnd(slot);
                _table.Remove(_slotHand);
                _counters.FlowsActive = _table.Count;
            }

            _slotHand = _slotHand + 1 < _table.End ? _slotHand + 1 : FlowTable.First;
        }
    }

    private void SweepConnections(int steps)
    {
        var shortest = Math.Min(_options.ClosedLingerSeconds, _options.UdpIdleSeconds) * PacketTime.NanosecondsPerSecond;
        for (; steps > 0 && _connections.Used > 0; steps--)
        {
            if (_connectionHand >= _connections.Used)
            {
                // Unsigned: a clock that was set back is no reason to wait.
                if ((ulong)(_now - _connectionPassStart) < NanosecondsBetweenPasses)
                {
                    return;
                }

                (_connectionHand, _connectionPassStart) = (0, _now);
            }

            if (_connections[_connectionHand++] is not { } connection
                || (!connection.IsAbandoned && _now - connection.LastSeen.UnixNanoseconds <= shortest))
            {
                continue;
            }

            var slot = _table[connection.Slot];
            if (connection.IsAbandoned)
            {
                slot->Marks |= FlowMarks.GivenUp;
                Close(connection, slot, ConnectionEnd.Abandoned);
            }
            else if (IsIdle(slot))
            {
                Close(connection, slot, IsClosed(slot) ? ConnectionEnd.Closed : ConnectionEnd.Idle);
                slot->Marks |= FlowMarks.GivenUp;
            }
        }
    }

    private static bool IsSilent(FlowSlot* slot) =>
        slot->Transport == Transport.Tcp
        && slot->DataPackets == 0
        && (slot->Marks & (FlowMarks.LowOpened | FlowMarks.HighOpened | FlowMarks.Connected | FlowMarks.GivenUp)) == FlowMarks.None;

    private SilentFlow ToSilentFlow(FlowSlot* slot)
    {
        var firstFrame = FrameNumber(slot->FirstFrameOrConnection);
        return new SilentFlow(
            slot->ToKey(),
            FlowId(slot, firstFrame),
            new PacketTime(slot->FirstUnixNanoseconds),
            new PacketTime(slot->LastUnixNanoseconds),
            firstFrame,
            FrameNumber(slot->LastFrame),
            _origin.Name);
    }

    private void KeepSilent(FlowSlot* slot)
    {
        if (_period != 0)
        {
            // A capture that is told of by periods may have no end: what waited for it would only fill the list.
            _counters.SilentFlows++;
            _inspector.OnSilentFlow(ToSilentFlow(slot));
        }
        else if (_silent.Count < MaximumSilentWaiting)
        {
            _silent.Add(ToSilentFlow(slot));
        }
        else
        {
            _counters.SilentFlowsDropped++;
        }
    }

    /// <summary>Those that ended earlier in the order of their ends, then those in the table in the order of their first frames.</summary>
    private void TellSilentFlows()
    {
        foreach (var flow in _silent)
        {
            _counters.SilentFlows++;
            _inspector.OnSilentFlow(in flow);
        }

        _silent.Clear();
        if (_table.Count == 0)
        {
            return;
        }

        var indices = new List<(long FirstFrame, int Index)>();
        for (var index = FlowTable.First; index < _table.End; index++)
        {
            if (IsSilent(_table[index]))
            {
                indices.Add((FrameNumber(_table[index]->FirstFrameOrConnection), index));
            }
        }

        indices.Sort();
        foreach (var (_, index) in indices)
        {
            var flow = ToSilentFlow(_table[index]);
            _counters.SilentFlows++;
            _inspector.OnSilentFlow(in flow);
        }
    }
}
