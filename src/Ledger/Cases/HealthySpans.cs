using MinerFlow.Abstractions;
using MinerFlow.Ledger.Storage;

namespace MinerFlow.Ledger.Cases;

/// <summary>When some sensor or log was healthy, read once for many questions.</summary>
internal sealed class HealthySpans
{
    private readonly List<long> _from = [];

    /// <summary>For each span the latest end of those that begin no later.</summary>
    private readonly List<long> _latestEnd = [];

    public HealthySpans(LedgerSession session)
    {
        foreach (var (from, to) in session.Query("SELECT healthy_from, healthy_to FROM coverage ORDER BY healthy_from", row => (row.Number("healthy_from"), row.Number("healthy_to"))))
        {
            _from.Add(from);
            _latestEnd.Add(_latestEnd.Count > 0 ? Math.Max(_latestEnd[^1], to) : to);
        }
    }

    /// <summary>Whether some source was healthy without a break between two moments.</summary>
    public bool Cover(PacketTime from, PacketTime to)
    {
        // The last span that begins no later: a search for the next nanosecond finds its place, or the first of those that begin there.
        var next = _from.BinarySearch(from.UnixNanoseconds + 1);
        next = next < 0 ? ~next : _from.IndexOf(from.UnixNanoseconds + 1);
        return next > 0 && _latestEnd[next - 1] >= to.UnixNanoseconds;
    }
}
