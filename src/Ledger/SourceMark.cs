namespace MinerFlow.Ledger;

/// <summary>How far a numbered source of sightings has been written.</summary>
/// <param name="Source">Name of the row of numbers.</param>
/// <param name="Sequence">Number of the last sighting that the ledger has; all before it too.</param>
public sealed record SourceMark(Guid Source, long Sequence);
