using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Ingest;

/// <summary>What became of one file.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Format">What is in it.</param>
public sealed record FileReport(string Path, LogFormat Format)
{
    private readonly SortedDictionary<string, long> _rejected = new(StringComparer.Ordinal);

    /// <summary>Lines, records or datagrams that were read in this run.</summary>
    public long Read { get; set; }

    /// <summary>Datagrams of a capture that are no flow logs.</summary>
    public long Others { get; set; }

    /// <summary>All of it was in the store before.</summary>
    public bool WasKnown { get; set; }

    /// <summary>Bytes of a last line that has no end yet: it may still be written, and is left for the next time.</summary>
    public long Unfinished { get; set; }

    /// <summary>What is wrong with a capture, each sentence with its name; the first of them, for all are counted among <see cref="Rejected"/>.</summary>
    public IReadOnlyList<Sentence> Damage { get; set; } = [];

    /// <summary>What was not understood, by reason.</summary>
    public IReadOnlyDictionary<string, long> Rejected => _rejected;

    public void Reject(string reason, long count = 1)
    {
        if (count > 0)
        {
            _rejected[reason] = _rejected.GetValueOrDefault(reason) + count;
        }
    }
}
