namespace MinerFlow.Ledger.Snapshots;

/// <summary>A row of a register that people keep as a CSV file: contacts, web sites, corrections, referrals.</summary>
/// <param name="Register">Name of the register: <c>contacts</c>.</param>
/// <param name="Fields">JSON object of column and value; registers name people.</param>
public sealed record RegisterLine(string Register, SealedText Fields);
