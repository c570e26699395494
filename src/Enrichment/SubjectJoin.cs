using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment;

/// <summary>
/// The answers for the connections of one sighting as one answer. Behind a shared address connections on different ports belong to different subscribers:
/// one name stands only when every connection has it.
/// </summary>
internal sealed class SubjectJoin
{
    // As many as the grades tell apart (D: up to 20 candidates), and as many again.
    private const int MaxCandidates = 40;

    private readonly Dictionary<string, AttributionCandidate> _candidates = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _missing = new(StringComparer.Ordinal);
    private Attribution? _first;
    private bool _differs;
    private char? _grade;

    public void Add(Attribution answer)
    {
        _differs |= _first is not null && _first.Outcome != answer.Outcome;
        _first ??= answer;
        _missing.UnionWith(answer.Missing);
        _grade = answer.Grade > _grade || _grade is null ? answer.Grade : _grade;
        foreach (var candidate in answer.Candidates)
        {
            if (_candidates.TryGetValue(candidate.Account, out var known))
            {
                _candidates[candidate.Account] = Join(known, candidate);
            }
            else if (_candidates.Count < MaxCandidates)
            {
                _candidates.Add(candidate.Account, candidate);
            }
        }
    }

    /// <summary>The one answer, once there is any.</summary>
    public Attribution Join()
    {
        var candidates = _candidates.Values.OrderBy(candidate => candidate.ValidFrom.UnixNanoseconds).ThenBy(candidate => candidate.Account, StringComparer.Ordinal).ToList();
        if (!_differs && (_first!.Outcome != AttributionOutcome.Unique || candidates.Count == 1))
        {
            return new Attribution(_first.Outcome, candidates) { Grade = _grade, Missing = [.. _missing] };
        }

        if (candidates.Count > 1)
        {
            return new Attribution(AttributionOutcome.Ambiguous, candidates) { Grade = candidates.Count <= 20 ? 'D' : 'E', Missing = [.. _missing] };
        }

        // Some connections have a name, others have none: the sighting as a whole cannot carry it.
        _missing.Add("a name for every connection: some could not be attributed");
        return new Attribution(AttributionOutcome.Insufficient, candidates) { Missing = [.. _missing] };
    }

    private static AttributionCandidate Join(AttributionCandidate left, AttributionCandidate right)
    {
        var later = left.ValidTo is null || (right.ValidTo is { } end && left.ValidTo >= end) ? left : right;
        return later with
        {
            ValidFrom = left.ValidFrom < right.ValidFrom ? left.ValidFrom : right.ValidFrom,
            Evidence = [.. left.Evidence.Union(right.Evidence, StringComparer.Ordinal)],
            Subscriber = left.Subscriber ?? right.Subscriber,
        };
    }
}
