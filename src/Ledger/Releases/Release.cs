namespace MinerFlow.Ledger.Releases;

/// <summary>Leave to show or send clear data of a batch.</summary>
/// <param name="Id">The ledger's number.</param>
/// <param name="Batch">Number of the batch.</param>
/// <param name="Purpose">What for.</param>
/// <param name="LegalBasis">The ground, chosen by the people who answer for it and not by this program.</param>
/// <param name="Recipient">To whom.</param>
/// <param name="AskedBy">Who asked for it.</param>
/// <param name="AskedAt">When.</param>
/// <param name="ValidUntil">When it ends.</param>
/// <param name="ApprovedBy">The second person; null while there is none.</param>
/// <param name="ApprovedAt">When that person approved.</param>
/// <param name="WithdrawnAt">When it was taken back; null when it was not.</param>
public sealed record Release(
    long Id,
    long Batch,
    string Purpose,
    string LegalBasis,
    string Recipient,
    string AskedBy,
    DateTimeOffset AskedAt,
    DateTimeOffset ValidUntil,
    string? ApprovedBy,
    DateTimeOffset? ApprovedAt,
    DateTimeOffset? WithdrawnAt)
{
    public bool HoldsAt(DateTimeOffset moment) => ApprovedBy is not null && WithdrawnAt is null && moment < ValidUntil;
}

/// <summary>Something that left the house.</summary>
/// <param name="Id">The ledger's number.</param>
/// <param name="Batch">Number of the batch.</param>
/// <param name="Release">Under which release clear data was in it; null when it was masked.</param>
/// <param name="Recipient">To whom.</param>
/// <param name="Document">File name.</param>
/// <param name="Sha256">Of the file, lower-case hexadecimal.</param>
/// <param name="SentBy">By whom.</param>
/// <param name="SentAt">When.</param>
public sealed record Disclosure(long Id, long Batch, long? Release, string Recipient, string Document, string Sha256, string SentBy, DateTimeOffset SentAt);

/// <summary>How far a correction is.</summary>
public enum CorrectionState
{
    /// <summary>For the second person.</summary>
    Waiting,

    /// <summary>The entry was put right.</summary>
    Approved,

    /// <summary>The entry stayed as it was.</summary>
    Refused,
}

/// <summary>What was said about an entry, and was wrong.</summary>
/// <param name="Id">The ledger's number.</param>
/// <param name="Batch">Number of the batch.</param>
/// <param name="Entry">Number of the entry.</param>
/// <param name="Before">What was said.</param>
/// <param name="Judgement">What is right.</param>
/// <param name="Reason">Why, in the words of whoever asked; null when its key was destroyed.</param>
/// <param name="AskedBy">Who asked for it.</param>
/// <param name="AskedAt">When.</param>
/// <param name="DecidedBy">The second person; null while it waits.</param>
/// <param name="DecidedAt">When that person decided.</param>
public sealed record Correction(
    long Id,
    long Batch,
    long Entry,
    Verification.Judgement Before,
    Verification.Judgement Judgement,
    string? Reason,
    string AskedBy,
    DateTimeOffset AskedAt,
    string? DecidedBy,
    DateTimeOffset? DecidedAt)
{
    public required CorrectionState State { get; init; }

    /// <summary>Why the second person refused it; null when nobody did, or its key was destroyed.</summary>
    public string? Refusal { get; init; }
}

/// <summary>A notice that something sent earlier was wrong.</summary>
/// <param name="Correction">Number of the correction.</param>
/// <param name="Entry">Number of the entry it is about.</param>
/// <param name="Judgement">What is right.</param>
/// <param name="Disclosure">What had been sent, and to whom.</param>
/// <param name="SentAt">When the notice went; null while it is due.</param>
public sealed record CorrectionNotice(long Correction, long Entry, Verification.Judgement Judgement, Disclosure Disclosure, DateTimeOffset? SentAt)
{
    /// <summary>What was said before; null when nothing was, or an earlier program did not keep it.</summary>
    public Verification.Judgement? Before { get; init; }

    /// <summary>Why, as the letter says it; null when its key was destroyed, or an earlier program took it for the house alone.</summary>
    public string? Reason { get; init; }
}
