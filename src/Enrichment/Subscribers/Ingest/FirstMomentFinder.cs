using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat;

namespace MinerFlow.Enrichment.Subscribers.Ingest;

/// <summary>When a translation log begins, by its first line that is understood.</summary>
internal sealed class FirstMomentFinder : INatEventHandler
{
    /// <summary>What is looked at of each file.</summary>
    public const int Bytes = 64 * 1024;

    private long _first = long.MaxValue;

    /// <summary>Nanoseconds since 1970; the largest number when no line says.</summary>
    public static long Find(ReadOnlySpan<byte> start, NatProfile profile, NatLineOptions options)
    {
        var finder = new FirstMomentFinder();
        var parser = new NatLineParser(profile, options, finder);
        while (finder._first == long.MaxValue && start.IndexOf((byte)'\n') is >= 0 and var end)
        {
            parser.Parse(start[..end].TrimEnd((byte)'\r'), PacketTime.None);
            start = start[(end + 1)..];
        }

        return finder._first;
    }

    public void Take(in NatEvent happened) => _first = Math.Min(_first, happened.Time.UnixNanoseconds);
}
