using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>One accounting session as far as its records have proven it.</summary>
internal sealed class RadiusSession
{
    // A session takes ports on top of those it has without end when its server never names one twice; no subscriber has that many blocks.
    private const int MostHoldings = 256;

    private readonly List<RadiusHolding> _holdings;
    private bool _isNew = true;

    /// <param name="server">Whose session it is.</param>
    /// <param name="user">The account.</param>
    /// <param name="from">When it began.</param>
    /// <param name="allocations">How many addresses it is likely to have.</param>
    public RadiusSession(RadiusServer server, NameId user, PacketTime from, int allocations)
    {
        (Server, User, From, LastProof) = (server, user, from, from);
        _holdings = new List<RadiusHolding>(allocations);
    }

    public RadiusServer Server { get; }

    public NameId User { get; }

    public NameId NasPort { get; private set; }

    public NameId Realm { get; private set; }

    public int? InterimSeconds { get; private set; }

    public bool StartIsLogged { get; private set; }

    public PacketTime From { get; }

    public PacketTime LastProof { get; private set; }

    /// <summary>When a Stop closed it; none when none was logged.</summary>
    public PacketTime StoppedAt { get; private set; } = PacketTime.None;

    /// <summary>When the account's next session on the same port began, after the last proof of this one; none when there is none.</summary>
    public PacketTime Following { get; private set; } = PacketTime.None;

    public bool IsStopped => !StoppedAt.IsNone;

    public IReadOnlyList<RadiusHolding> Holdings => _holdings;

    /// <summary>When the session of a record began: it says so itself, or it is the first that is known of it.</summary>
    public static PacketTime StartOf(RadiusRecord record) =>
        record is { Status: not AccountingStatus.Start, SessionSeconds: { } seconds } ? new(record.Time.UnixNanoseconds - (seconds * PacketTime.NanosecondsPerSecond)) : record.Time;

    /// <summary>A record of this session that is not older than those before it: it was up at that time with these addresses.</summary>
    /// <param name="record">Of this session.</param>
    /// <param name="names">Keeps the names of port and realm.</param>
    /// <param name="taken">Told of each address that is new to the session.</param>
    public void Prove(RadiusRecord record, IIntervalSink names, Action<RadiusHolding> taken)
    {
        var isFirst = _isNew;
        var before = LastProof;
        _isNew = false;
        NasPort = record.NasPort is null ? NasPort : names.Intern(record.NasPort);
        Realm = record.Realm is null ? Realm : names.Intern(record.Realm);
        InterimSeconds = record.InterimSeconds ?? InterimSeconds;
        StartIsLogged |= record.Status == AccountingStatus.Start;
        Reach(record.Time);
        foreach (var allocation in record.Allocations)
        {
            if (_holdings.Count < MostHoldings && Find(allocation) is null)
            {
                // An address that only the Stop names was taken some time after the record before it.
                var isLate = !isFirst && record.Status == AccountingStatus.Stop;
                var holding = new RadiusHolding(this, allocation, isFirst ? From : isLate ? before : record.Time, record.Time, record.Digest) { StartIsEstimated = isLate };
                _holdings.Add(holding);
                taken(holding);
            }
        }

        foreach (var holding in _holdings)
        {
            Judge(holding, record);
        }

        if (record.Status == AccountingStatus.Stop)
        {
            StoppedAt = record.Time;
            foreach (var holding in _holdings)
            {
                if (!holding.IsEnded)
                {
                    holding.End(record.Time, isEstimated: false);
                }
            }
        }
    }

    /// <summary>A record older than others that came before it: it may prove addresses earlier than they did, and nothing else. True when it does.</summary>
    public bool ProveLate(RadiusRecord record)
    {
        if (IsStopped && record.Time > StoppedAt)
        {
            return false;
        }

        StartIsLogged |= record.Status == AccountingStatus.Start;
        var isNews = false;
        foreach (var holding in _holdings)
        {
            isNews |= record.Allocations.Contains(holding.Allocation) && holding.Prove(record);
        }

        return isNews;
    }

    /// <summary>The account began another session on this port: this one is over unless a record says another.</summary>
    public bool Follow(PacketTime time)
    {
        if (IsStopped || time < LastProof || (!Following.IsNone && Following <= time))
        {
            return false;
        }

        Following = time;
        return true;
    }

    /// <summary>Takes back an address of this session that a store kept.</summary>
    public void TakeBack(in AddressInterval interval)
    {
        (NasPort, Realm) = (interval.AccessPort, interval.Realm.IsNone ? Realm : interval.Realm);
        _isNew = false;
        StartIsLogged = true;
        var holding = new RadiusHolding(this, Allocation.Of(interval), interval.From, interval.FirstProof, interval.FirstLine)
        {
            StartIsEstimated = interval.Marks.HasFlag(IntervalMarks.StartIsEstimated),
        };
        holding.Prove(interval.LastProof, interval.LastLine);
        Reach(holding.LastProof);
        _holdings.Add(holding);
        if (!interval.Marks.HasFlag(IntervalMarks.EndIsEstimated))
        {
            StoppedAt = interval.To;
            holding.End(interval.To, isEstimated: false);
        }
    }

    /// <summary>Lets go what records have ended, once it was told.</summary>
    public void Drop(RadiusHolding holding) => _holdings.Remove(holding);

    private RadiusHolding? Find(Allocation allocation)
    {
        foreach (var holding in _holdings)
        {
            if (holding.Allocation == allocation && !holding.IsEnded)
            {
                return holding;
            }
        }

        return null;
    }

    private void Reach(PacketTime time)
    {
        LastProof = time > LastProof ? time : LastProof;
        Following = Following <= time ? PacketTime.None : Following;
    }

    /// <summary>
    /// A record that names other addresses of the same kind says that this one was given up some time before; one that names none of the kind proves
    /// the session and so the address. Further NAT blocks come on top of the first, so theirs is not an end.
    /// </summary>
    private static void Judge(RadiusHolding holding, RadiusRecord record)
    {
        if (holding.IsEnded)
        {
            return;
        }

        if (record.Released.Contains(holding.Allocation))
        {
            holding.Prove(record);
            holding.End(record.Time, isEstimated: false);
            return;
        }

        var namesKind = false;
        foreach (var allocation in record.Allocations)
        {
            if (allocation == holding.Allocation)
            {
                holding.Prove(record);
                return;
            }

            namesKind |= allocation.Kind == holding.Allocation.Kind
                && (allocation.Kind != AllocationKind.NatBlock || allocation.Range != holding.Allocation.Range);
        }

        var otherBlocks = holding.Allocation.Kind == AllocationKind.NatBlock && record.Allocations.Any(allocation => allocation.Kind == AllocationKind.NatBlock);
        if (namesKind)
        {
            holding.End(record.Time, isEstimated: true);
        }
        else if (!otherBlocks)
        {
            holding.Prove(record);
        }
    }
}
