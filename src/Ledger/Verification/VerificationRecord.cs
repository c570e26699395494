using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Verification;

/// <summary>What was found for an entry, without what names somebody.</summary>
public sealed record VerificationRecord
{
    public required TaskEntry Entry { get; init; }

    /// <summary>Code of the region that the list names; null when it names none.</summary>
    public string? Region { get; init; }

    public required VerificationState State { get; init; }

    public required AttributionOutcome Outcome { get; init; }

    /// <summary>A to E; null when there was nothing to grade.</summary>
    public char? Grade { get; init; }

    /// <summary>SHA-256 of the answer's JSON, lower-case hexadecimal.</summary>
    public required string AnswerDigest { get; init; }

    /// <summary>The ledger's number of the subject; null when the answer names nobody.</summary>
    public long? Subject { get; init; }

    /// <summary>Sightings of mining in the row's window.</summary>
    public int Sightings { get; init; }

    public OwnView OwnView { get; init; }

    public Judgement Judgement { get; init; }

    /// <summary>Nothing but a visit to a web site or the look-up of a name was seen.</summary>
    public bool IsVisitOnly { get; init; }

    /// <summary>K1 区域集中式.</summary>
    public bool IsConcentrated { get; init; }

    /// <summary>K2 政府国企资源.</summary>
    public bool IsPublicResource { get; init; }

    /// <summary>K3 比特币.</summary>
    public bool IsBitcoin { get; init; }

    public SiteKind Site { get; init; }

    public required string RulesVersion { get; init; }

    public required DateTimeOffset ProposedAt { get; init; }

    public string? Verifier { get; init; }

    public DateTimeOffset? VerifiedAt { get; init; }

    public string? Reviewer { get; init; }

    public DateTimeOffset? ReviewedAt { get; init; }
}

/// <summary>What was found, with all it rests on. Sealed at rest.</summary>
public sealed record VerificationContent
{
    /// <summary>The resolver's answer, as it goes into the files: names nobody in clear.</summary>
    public required string Answer { get; init; }

    /// <summary>Keys of the sightings of mining in the row's window.</summary>
    public IReadOnlyList<string> Sightings { get; init; } = [];

    /// <summary>Coin, as the wire or else the list has it.</summary>
    public string? Coin { get; init; }

    /// <summary>Power of the sightings, in watts; null when none gives one.</summary>
    public double? Watts { get; init; }

    public IReadOnlyList<LabelEvidence> Labels { get; init; } = [];

    /// <summary>What would have to be known for a better answer, in English words.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>What the verifier said.</summary>
    public string? VerifierReason { get; init; }

    /// <summary>What the reviewer said.</summary>
    public string? ReviewerReason { get; init; }

    /// <summary>Key of what a finding rests on: what names somebody goes when that somebody's key goes.</summary>
    internal static string KeyOf(VerificationRecord record) => KeyOf(record.Subject, record.Entry.Batch);

    internal static string KeyOf(long? subject, long batch) => subject is { } known ? SubjectStore.KeyOf(known) : TaskStore.KeyOf(batch);

    internal static byte[] Seal(PersonalVault vault, VerificationRecord record, VerificationContent content) => vault.Seal(KeyOf(record), FieldOf(record), ListJson.Write(content));

    /// <summary>Null when its key was destroyed.</summary>
    internal static VerificationContent? Open(PersonalVault vault, VerificationRecord record, byte[] content) =>
        vault.Read(KeyOf(record), FieldOf(record), content) is { } json ? ListJson.Read<VerificationContent>(json) : null;

    private static string FieldOf(VerificationRecord record) => string.Create(CultureInfo.InvariantCulture, $"verification:{record.Entry.Id}");
}
