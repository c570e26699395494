using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;

namespace MinerFlow.Enrichment.Subscribers.Resolution;

/// <summary>One question on its way to its answer, with what every answer states of itself.</summary>
internal sealed class Inquiry(AttributionQuestion question, List<AddressPool> pools)
{
    public AttributionQuestion Question { get; } = question;

    public List<AddressPool> Pools { get; } = pools;

    /// <summary>Several subscribers have the address at one time.</summary>
    public bool IsShared { get; set; }

    public PoolKind Kind { get; set; }

    /// <summary>The logs that the answer rests on.</summary>
    public HashSet<LogSource> Asked { get; } = [];

    public Attribution Insufficient(params MissingPiece[] missing) => Finish(new Attribution(AttributionOutcome.Insufficient, []), missing);

    public Attribution Finish(Attribution answer, params MissingPiece[] missing)
    {
        var window = new TimeWindow(Question.From, Question.To);
        return answer with
        {
            AddressKind = Kind.Word(),
            PortRequired = IsShared,
            PortOrigin = Question.Port is null ? PortOrigin.None : PortOrigin.Question,
            Missing = [.. missing.Select(piece => piece.ToString())],
            MissingPieces = missing,
            Sources = [.. Asked.OrderBy(source => source.Device, StringComparer.Ordinal).Select(source => CoverageCheck.State(source, window))],
        };
    }
}
