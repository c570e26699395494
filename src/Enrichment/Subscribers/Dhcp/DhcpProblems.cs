using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>Names the first malformed records of a file, without what stands in them, and counts the rest.</summary>
internal sealed class DhcpProblems(string file, ICollection<Problem> problems, DhcpLogCounters counters)
{
    private const int MostNamed = 100;

    private int _named;

    public void Malformed(int line, Sentence reason)
    {
        counters.Malformed++;
        if (++_named <= MostNamed)
        {
            problems.Add(new Problem(file, line, 0, $"the record is left out: {reason}."));
        }
    }

    public void End()
    {
        if (_named > MostNamed)
        {
            problems.Add(new Problem(file, 0, 0, $"{_named - MostNamed} more malformed records are not named one by one."));
        }
    }
}
