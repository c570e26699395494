using MinerFlow.Abstractions;

namespace MinerFlow.Connections.Flows;

/// <summary>
/// Ends of periods: a connection that speaks again is told of before the packet is read; those that fell silent are met by a pass over all connections
/// that begins with each period. So nobody stalls at a boundary, and yet it is known when all have been told.
/// </summary>
internal sealed unsafe partial class FlowTracker
{
    /// <summary>Connections looked at after each batch of 32 while a pass goes on: 100,000 are passed within 200,000 packets.</summary>
    private const int PeriodsPerSweep = 16;

    /// <summary>Connections looked at while the link is silent: a millisecond or so when each has something to tell.</summary>
    private const int PeriodsPerIdle = 1_024;

    private long _passStart = long.MinValue;
    private int _passHand;
    private bool _passing;

    public PacketTime PeriodsToldUpTo { get; private set; } = PacketTime.None;

    /// <summary>The source found no frame; with a moment, time has passed all the same.</summary>
    public void OnIdle(PacketTime now)
    {
        if (!now.IsNone && now.UnixNanoseconds > _now)
        {
            _now = now.UnixNanoseconds;
        }

        SweepConnections((_connections.Used / IdlesToPass) + 1);
        SweepSlots((_table.End / IdlesToPass) + 1);
        SweepPeriods(PeriodsPerIdle);
    }

    private long PeriodStart(long time)
    {
        if (_period == 0)
        {
            return 0;
        }

        var into = time % _period;
        return time - (into < 0 ? into + _period : into);
    }

    /// <summary>Called before a packet of the connection is read.</summary>
    private void KeepPeriod(Connection connection, long time)
    {
        // One comparison for both ways to leave the period.
        if ((ulong)(connection.PeriodEnd - 1 - time) < (ulong)_period)
        {
            return;
        }

        var wentBack = time < connection.PeriodEnd;
        TellPeriod(connection, PeriodStart(time));
        if (wentBack && connection.PeriodEnd <= connection.LastSeen.UnixNanoseconds)
        {
            // The clock of the capture was set back: what comes now belongs to the time that it shows now.
            connection.LastSeen = new PacketTime(time);
        }
    }

    private void TellPeriod(Connection connection, long newPeriod)
    {
        connection.PeriodEnd = newPeriod + _period;
        if (connection.LastFrame != connection.LastFrameTold && !connection.IsAbandoned)
        {
            connection.LastFrameTold = connection.LastFrame;
            connection.Handler.OnPeriodEnd();
        }
    }

    private void SweepPeriods(int most)
    {
        if (_period == 0 || _now == 0)
        {
            return;
        }

        var start = PeriodStart(_now);
        if (!_passing)
        {
            if (start == _passStart)
            {
                return;
            }

            (_passStart, _passHand, _passing) = (start, 0, true);
        }

        for (; most > 0 && _passHand < _connections.Used; most--, _passHand++)
        {
            if (_connections[_passHand] is { } connection && connection.PeriodEnd <= _passStart)
            {
                TellPeriod(connection, _passStart);
            }
        }

        if (_passHand >= _connections.Used)
        {
            PeriodsToldUpTo = new PacketTime(_passStart);
            _passing = false;
        }
    }

    /// <summary>The capture is over, and with it all that was to be told.</summary>
    private void EndPass()
    {
        _passing = false;
        _passStart = long.MinValue;
    }
}
