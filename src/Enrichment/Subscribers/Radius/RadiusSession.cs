using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>One accounting session as its records prove it, in the order of their event times.</summary>
internal sealed class RadiusSession
{
    private readonly List<Holding> _open = [];

    public RadiusSession(RadiusRecord first)
    {
        Nas = first.Nas;
        User = first.User;
        StartIsLogged = first.Status == AccountingStatus.Start;
        From = first is { Status: not AccountingStatus.Start, SessionSeconds: { } seconds } ? Back(first.Time, seconds) : first.Time;
        LastProof = From;
        Prove(first, isFirst: true);
    }

    public string Nas { get; }

    public string User { get; }

    public string? NasPort { get; private set; }

    public string? Realm { get; private set; }

    public int? InterimSeconds { get; private set; }

    public bool StartIsLogged { get; private set; }

    public PacketTime From { get; }

    public PacketTime LastProof { get; private set; }

    /// <summary>When a Stop closed it; null when none was logged.</summary>
    public PacketTime? StoppedAt { get; private set; }

    public List<Holding> Holdings { get; } = [];

    /// <summary>When a record's session began, as far as it says.</summary>
    public static PacketTime Back(PacketTime time, long seconds) => new(time.UnixNanoseconds - (seconds * PacketTime.NanosecondsPerSecond));

    /// <summary>A record of this session: it was up at that time with these addresses.</summary>
    public void Prove(RadiusRecord record, bool isFirst = false)
    {
        var before = LastProof;
        NasPort = record.NasPort ?? NasPort;
        Realm = record.Realm ?? Realm;
        InterimSeconds = record.InterimSeconds ?? InterimSeconds;
        StartIsLogged |= record.Status == AccountingStatus.Start;
        LastProof = record.Time > LastProof ? record.Time : LastProof;
        foreach (var allocation in record.Allocations)
        {
            if (!_open.Exists(holding => holding.Allocation == allocation))
            {
                // An address that only the Stop names was taken some time after the record before it.
                var isLate = !isFirst && record.Status == AccountingStatus.Stop;
                Take(allocation, isFirst ? From : isLate ? before : record.Time, isLate, record);
            }
        }

        foreach (var holding in _open)
        {
            Judge(holding, record);
        }

        _open.RemoveAll(holding => holding.To is not null);
        if (record.Status == AccountingStatus.Stop)
        {
            StoppedAt = record.Time;
            _open.ForEach(holding => holding.To = record.Time);
            _open.Clear();
        }
    }

    private void Take(Allocation allocation, PacketTime from, bool startIsEstimated, RadiusRecord record)
    {
        var holding = new Holding(allocation, from, record.Time, record.Digest) { StartIsEstimated = startIsEstimated };
        _open.Add(holding);
        Holdings.Add(holding);
    }

    /// <summary>
    /// A record that names other addresses of the same kind says that this one was given up some time before; one that names none of the kind proves
    /// the session and so the address. Further NAT blocks come on top of the first, so theirs is not an end.
    /// </summary>
    private static void Judge(Holding holding, RadiusRecord record)
    {
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
            holding.To = record.Time;
            holding.EndIsEstimated = true;
        }
        else if (!otherBlocks)
        {
            holding.Prove(record);
        }
    }

    /// <summary>One address, prefix or port block within the session.</summary>
    public sealed class Holding(Allocation allocation, PacketTime from, PacketTime firstProof, LineDigest firstLine)
    {
        public Allocation Allocation { get; } = allocation;

        public PacketTime From { get; } = from;

        public PacketTime FirstProof { get; } = firstProof;

        public PacketTime LastProof { get; private set; } = firstProof;

        /// <summary>Null while nothing has ended it.</summary>
        public PacketTime? To { get; set; }

        public bool StartIsEstimated { get; init; }

        public bool EndIsEstimated { get; set; }

        public LineDigest FirstLine { get; } = firstLine;

        public LineDigest LastLine { get; private set; } = firstLine;

        public void Prove(RadiusRecord record)
        {
            LastProof = record.Time > LastProof ? record.Time : LastProof;
            LastLine = record.Digest;
        }
    }
}
