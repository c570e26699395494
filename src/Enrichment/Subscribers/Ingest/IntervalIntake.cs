using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Dhcp;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Enrichment.Subscribers.Ingest;

/// <summary>
/// Everything that logs say of subscribers, on its way into an interval store: records of every kind, as they come, are joined to intervals, also with
/// what was opened in an earlier run. One thread at a time; the only writer of its store.
/// </summary>
/// <remarks>
/// <para>What has begun and not ended stands in the store as an open interval and is told again with each commit after it was proven again. Nothing else is kept of
/// the joining: after a restart, or when more is open than memory is given, an address that is spoken of is looked up (<see cref="IntervalStore.FindOpen"/>).
/// So a crash at any moment leaves a state from which the same lines go on to the same intervals.</para>
/// <para>What no line ends (a lost Stop, a lost release) stays open here. Answers end it by what the source shows of itself: <see cref="LogSource.LatestEnd"/>.</para>
/// </remarks>
public sealed class IntervalIntake
{
    private readonly IntervalStore _store;
    private readonly IntakeOptions _options;
    private readonly NatIntervalBuilder _nat;
    private readonly List<AddressInterval> _kept = [];
    private readonly List<DhcpIntervals> _leases = [];
    private readonly List<(string File, long Read)> _inputs = [("", 0)];

    public IntervalIntake(IntervalStore store, IntakeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        _store = store;
        _options = options ?? new IntakeOptions();
        _nat = new NatIntervalBuilder(new NatIntervalOptions { ReorderWindow = _options.ReorderWindow, MaxWaiting = _options.MostWaiting }, store, store);
        Radius = new RadiusSessionBuilder(new RadiusSessionOptions { TellsOpen = true }, store, Kept);
    }

    public IntervalStore Store => _store;

    /// <summary>Takes translation events of any device. Those of one device should come in order, give or take <see cref="IntakeOptions.ReorderWindow"/>.</summary>
    internal INatEventHandler Nat => _nat;

    /// <summary>What became of the translation events.</summary>
    internal NatIntervalCounters Translations => _nat.Counters;

    /// <summary>Translation events of a time that had been dealt with: those that were joined with what the store has of it, and those there was no room for.</summary>
    public (long Joined, long Passed) LateEvents => (_nat.Counters.Late, _nat.Counters.TooLate);

    /// <summary>Takes accounting records of any server, in any order. A record counts as kept when the next <see cref="Commit"/> has returned.</summary>
    internal RadiusSessionBuilder Radius { get; }

    /// <summary>Takes what a DHCP server writes as it goes on.</summary>
    /// <param name="server">Its name.</param>
    /// <param name="counters">Counted on.</param>
    internal DhcpIntervals LeasesOf(string server, DhcpLogCounters counters)
    {
        var leases = new DhcpIntervals(_store, _store.SourceOf(LogKind.Dhcp, server), counters);
        _leases.Add(leases);
        return leases;
    }

    /// <summary>Takes up a file where the store has it; nothing of it is taken twice.</summary>
    /// <param name="file">Its name among positions: the same for the same content, wherever it lies.</param>
    /// <param name="position">Where to go on reading: at <see cref="LogPosition.Joined"/>.</param>
    /// <returns>Its number for <see cref="Line"/> and <see cref="Reached"/>.</returns>
    internal int Begin(string file, out LogPosition position)
    {
        position = _store.PositionOf(file);
        _inputs.Add((file, position.Read));
        return _inputs.Count - 1;
    }

    /// <summary>The line whose events come next.</summary>
    /// <param name="input">Number of the file.</param>
    /// <param name="offset">First byte of the line.</param>
    /// <param name="wasRead">It lies before <see cref="LogPosition.Read"/>: what an earlier run joined of it is passed over.</param>
    internal void Line(int input, long offset, bool wasRead) => _nat.Place = new LinePlace(input, offset, wasRead);

    /// <summary>The file has been read, and all its events taken, up to this byte.</summary>
    internal void Reached(int input, long read) => _inputs[input] = (_inputs[input].File, Math.Max(read, _inputs[input].Read));

    /// <summary>Makes durable what was taken, and how far the files have been read. What still waits for its turn is read again after a crash.</summary>
    public void Commit()
    {
        _nat.TellOpen();
        _leases.ForEach(leases => leases.TellOpen());
        var waiting = new Dictionary<int, long>();
        _nat.FirstWaiting(waiting);
        var positions = new List<KeyValuePair<string, LogPosition>>();
        for (var input = 1; input < _inputs.Count; input++)
        {
            var (file, read) = _inputs[input];
            positions.Add(new(file, new LogPosition(waiting.TryGetValue(input, out var first) ? Math.Min(first, read) : read, read)));
        }

        if (_nat.HasLate)
        {
            // First without positions: whatever is cut off from here on is read again, and says nothing new where it was joined.
            _store.Commit();
            _nat.JoinLate();
        }

        _store.Commit(positions);
        if (_nat.Held > _options.MostHeld)
        {
            _nat.Forget();
        }
    }

    /// <summary>For live logs, once in every <see cref="IntakeOptions.ReorderWindow"/> of our own time: joins what waits of devices that said nothing since the last time.</summary>
    public void JoinQuiet()
    {
        _nat.Place = default;
        _nat.JoinQuiet();
    }

    /// <summary>Nothing more comes for now: joins what waits, and commits. Lines that come later and are of before count as late, and are joined with what is kept.</summary>
    public void Finish()
    {
        _nat.Place = default;
        _nat.Drain();
        Commit();
    }

    /// <summary>Compares the clocks of translators of which nothing is known with the accounting; call it when the logs of both are in the store.</summary>
    /// <returns>Whether one was learnt; it is committed.</returns>
    public bool LearnClocks()
    {
        _store.Flush();
        if (!ClockComparison.Learn(_store, source => _store.SourceOf(source.Kind, source.Device).Clock))
        {
            return false;
        }

        Commit();
        return true;
    }

    /// <summary>What accounting says of a range, whatever run it was told in.</summary>
    private List<AddressInterval> Kept(IpRange range, PacketTime from, PacketTime to)
    {
        _kept.Clear();
        _store.Find(range.First, null, from, to, _kept);
        _kept.RemoveAll(interval => interval.Range != range);
        return _kept;
    }
}
