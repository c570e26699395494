namespace MinerFlow.Ledger.Snapshots;

/// <summary>Somebody whom cases and answers of the snapshot name.</summary>
/// <param name="Id">The ledger's number; names nobody.</param>
/// <param name="Identity">Who it is.</param>
public sealed record SubjectLine(long Id, SealedText Identity);
