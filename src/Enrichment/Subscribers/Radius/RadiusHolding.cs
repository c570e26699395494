using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>One address, prefix or port block of a session.</summary>
internal sealed class RadiusHolding(RadiusSession session, Allocation allocation, PacketTime from, PacketTime firstProof, LineDigest firstLine)
{
    public RadiusSession Session { get; } = session;

    public Allocation Allocation { get; } = allocation;

    public PacketTime From { get; } = from;

    public PacketTime FirstProof { get; private set; } = firstProof;

    public PacketTime LastProof { get; private set; } = firstProof;

    public LineDigest FirstLine { get; private set; } = firstLine;

    public LineDigest LastLine { get; private set; } = firstLine;

    public bool StartIsEstimated { get; init; }

    /// <summary>When a record ended it; none while nothing has.</summary>
    public PacketTime To { get; private set; } = PacketTime.None;

    public bool EndIsEstimated { get; private set; }

    /// <summary>When somebody else was given it, after its last proof; none while nobody was.</summary>
    public PacketTime Next { get; private set; } = PacketTime.None;

    /// <summary>The one before in the chain of those who hold or held the same, see <see cref="RadiusHolders"/>.</summary>
    public RadiusHolding? Other { get; set; }

    public bool IsEnded => !To.IsNone;

    /// <summary>A record says that it was held at that time; false when that was known.</summary>
    public bool Prove(RadiusRecord record) => Prove(record.Time, record.Digest);

    public bool Prove(PacketTime time, LineDigest line)
    {
        if (time > LastProof)
        {
            (LastProof, LastLine) = (time, line);
            Next = Next <= time ? PacketTime.None : Next;
            return true;
        }

        if (time < FirstProof && time >= From)
        {
            (FirstProof, FirstLine) = (time, line);
            return true;
        }

        return false;
    }

    public void End(PacketTime time, bool isEstimated) => (To, EndIsEstimated) = (time, isEstimated);

    /// <summary>Somebody else was given it: that is its end unless a record says another.</summary>
    public bool PassOn(PacketTime time)
    {
        if (time < LastProof || (!Next.IsNone && Next <= time))
        {
            return false;
        }

        Next = time;
        return true;
    }
}
