using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Intervals;

/// <summary>What kind of log a device writes.</summary>
public enum LogKind : byte
{
    Radius = 1,
    Nat = 2,
    Dhcp = 3,
    Line = 4,

    /// <summary>No log: a rule of the inventory that says what follows from what.</summary>
    Rule = 5,
}

/// <summary>
/// The log of one device: from when to when it speaks, when it was silent though it usually speaks, and how far its clock is off. Every line that is
/// read is told here by its time, also those that say nothing of addresses.
/// </summary>
public sealed class LogSource(ushort number, LogKind kind, string device)
{
    /// <summary>Number of a source beyond the last that can be told apart: what it says is not kept, for whose it is could not be said.</summary>
    public const ushort NoNumber = ushort.MaxValue;

    // Restarts come in pairs of Off and On, some sent again; what an older one would end has ended otherwise.
    private const int MostRestarts = 256;

    private readonly SortedSet<PacketTime> _restarts = new(Comparer<PacketTime>.Create((left, right) => left.UnixNanoseconds.CompareTo(right.UnixNanoseconds)));

    /// <summary>Place in <see cref="IAddressIntervals.Sources"/>.</summary>
    public ushort Number { get; } = number;

    public LogKind Kind { get; } = kind;

    /// <summary>Name or address of the access server, NAT or DHCP server, as its own lines give it.</summary>
    public string Device { get; } = device;

    /// <summary>The step of the times in its lines; a moment is meant somewhere within. One second: syslog and RADIUS.</summary>
    public TimeSpan Precision { get; init; } = TimeSpan.FromSeconds(1);

    public LogCoverage Coverage { get; init; } = new();

    public LogClock Clock { get; init; } = new();

    public ProofRhythm Rhythm { get; init; } = new();

    public HoldLengths Holds { get; init; } = new();

    /// <summary>When the device lost all that it had given out, in the order of time.</summary>
    public IReadOnlyCollection<PacketTime> Restarts => _restarts;

    /// <summary>Everything of before this moment has been joined to intervals: a line that comes later than it should is not joined any more.</summary>
    public PacketTime JoinedUntil { get; set; } = PacketTime.None;

    /// <summary>One line of the log.</summary>
    /// <param name="time">When the device says it happened.</param>
    /// <param name="received">When it reached us, less the delay the device itself states; null when not known, as in most files.</param>
    public void Saw(PacketTime time, PacketTime? received = null)
    {
        Coverage.Saw(time);
        if (received is { } moment)
        {
            Clock.Compare(time, moment);
        }
    }

    /// <summary>The device says that it starts, or is about to stop; false when that was known.</summary>
    public bool Restarted(PacketTime time)
    {
        lock (_restarts)
        {
            if (!_restarts.Add(time))
            {
                return false;
            }

            if (_restarts.Count > MostRestarts)
            {
                _restarts.Remove(_restarts.Min);
            }

            return true;
        }
    }

    /// <summary>
    /// The latest moment until which something can be thought held that was proven last at <paramref name="proof"/> and whose end is not logged: a restart of the
    /// device, or one and a half of the usual times between proofs. <see cref="AddressInterval.Open"/> when neither is known.
    /// </summary>
    /// <param name="proof">The last line that says so.</param>
    /// <param name="rhythm">What the session itself says of its proofs; null for what was learnt of the device.</param>
    public PacketTime LatestEnd(PacketTime proof, TimeSpan? rhythm = null)
    {
        if (proof.IsNone || proof == AddressInterval.Open)
        {
            return AddressInterval.Open;
        }

        var end = (rhythm ?? Rhythm.Interval) is { } interval ? new PacketTime(proof.UnixNanoseconds + (interval.Ticks * 150)) : AddressInterval.Open;
        lock (_restarts)
        {
            foreach (var restart in _restarts)
            {
                if (restart > proof)
                {
                    return restart < end ? restart : end;
                }
            }
        }

        return end;
    }
}
