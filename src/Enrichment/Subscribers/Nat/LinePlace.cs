namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>Where the line of an event stands, so that a reader can be told from where on its lines are not joined yet.</summary>
/// <param name="Input">Number of the file among those of this run; 0 for what is in no file.</param>
/// <param name="Offset">First byte of the line.</param>
/// <param name="WasRead">An earlier run has read the line: what it joined is in the store, what it left waiting is not.</param>
internal readonly record struct LinePlace(int Input, long Offset, bool WasRead);
