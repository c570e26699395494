using System.Globalization;
using System.Security.Cryptography;

namespace MinerFlow.Ledger.Deliveries;

/// <summary>How far a package is.</summary>
public enum DeliveryState
{
    /// <summary>It goes as soon as those before it have gone and its time has come.</summary>
    Waiting,

    /// <summary>The far side has it.</summary>
    Delivered,

    /// <summary>No attempt is made any more; it waits for a person, and those behind it wait with it.</summary>
    Dead,

    /// <summary>It may not go any more: its release was taken back or is over, or what it holds was deleted.</summary>
    Stopped,

    /// <summary>A person decided that it does not go.</summary>
    GivenUp,
}

/// <summary>How far the word is that a package will not come, whose number the far side misses.</summary>
public enum WithdrawalState
{
    /// <summary>The far side asked for the number: the word goes in the package's place.</summary>
    Asked,

    /// <summary>The far side has it.</summary>
    Told,

    /// <summary>The far side does not take it: a person has to tell the recipient.</summary>
    Refused,
}

/// <summary>A package on its way to one recipient.</summary>
/// <param name="Number">The ledger's number of it, over all destinations.</param>
/// <param name="Id">Its identity for the recipient, the same on every attempt.</param>
/// <param name="Destination">Name of the destination.</param>
/// <param name="Sequence">Counted from 1 for each destination, without a gap.</param>
/// <param name="Recipient">To whom.</param>
/// <param name="Batch">Number of the batch it answers.</param>
/// <param name="Snapshot">What its documents were made of; null for other documents.</param>
/// <param name="Release">Under which release people stand in it in clear; null when it is masked.</param>
/// <param name="Correction">Which correction it tells of; null for an answer.</param>
/// <param name="MadeAt">When it was queued.</param>
/// <param name="MadeBy">By whom.</param>
/// <param name="State">How far it is.</param>
/// <param name="StateAt">Since when.</param>
/// <param name="Attempts">Attempts since it was queued, retried or asked for again.</param>
/// <param name="NextAttempt">Not before then.</param>
/// <param name="Problem">What went wrong last, or why it does not go; null when nothing did.</param>
public sealed record Delivery(
    long Number,
    string Id,
    string Destination,
    long Sequence,
    string Recipient,
    long Batch,
    long? Snapshot,
    long? Release,
    long? Correction,
    DateTimeOffset MadeAt,
    string MadeBy,
    DeliveryState State,
    DateTimeOffset StateAt,
    long Attempts,
    DateTimeOffset NextAttempt,
    string? Problem)
{
    private const string WithdrawalSuffix = "-withdrawn";

    /// <summary>What became of the word that it will not come; null while nobody asked for it.</summary>
    public WithdrawalState? Withdrawal { get; init; }

    /// <summary>When the ledger that numbers it had last been put back from a backup, for its manifest; null when it never was, and of packages that are read back.</summary>
    public DateTimeOffset? LedgerRestoredAt { get; init; }

    public bool IsMasked => Release is null;

    /// <summary>Identity of the word that takes the number of this package when it will not come.</summary>
    public string WithdrawalId => Id + WithdrawalSuffix;

    /// <summary>Identity of the package that an identity speaks of: its own, or that of its withdrawal.</summary>
    public static string IdIn(string identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity.EndsWith(WithdrawalSuffix, StringComparison.Ordinal) ? identity[..^WithdrawalSuffix.Length] : identity;
    }

    /// <summary>The ledger's name of a package in the audit chain.</summary>
    public static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"delivery:{number}");
}

/// <summary>One document of a package.</summary>
/// <param name="Name">File name, without folders.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Sm3">Lower-case hexadecimal.</param>
public sealed record DeliveryDocument(string Name, ReadOnlyMemory<byte> Content, string Sha256, string Sm3)
{
    public static DeliveryDocument Of(string name, ReadOnlyMemory<byte> content) =>
        new(name, content, Convert.ToHexStringLower(SHA256.HashData(content.Span)), Convert.ToHexStringLower(Abstractions.Sm3.HashData(content.Span)));
}

/// <summary>What is to be queued.</summary>
public sealed record DeliveryRequest
{
    public required string Destination { get; init; }

    /// <summary>To whom the destination leads; a release must name the same.</summary>
    public required string Recipient { get; init; }

    public required long Batch { get; init; }

    public long? Snapshot { get; init; }

    /// <summary>Under which release it goes.</summary>
    public long? Release { get; init; }

    public long? Correction { get; init; }

    /// <summary>Whether the destination takes masked packages without a release.</summary>
    public required bool MayGoWithoutRelease { get; init; }

    /// <summary>Names no two alike.</summary>
    public required IReadOnlyList<DeliveryDocument> Documents { get; init; }
}

/// <summary>What goes with the documents: the manifest, and its signature where there is a key.</summary>
public sealed record DeliverySeal(ReadOnlyMemory<byte> Manifest, ReadOnlyMemory<byte>? Signature)
{
    /// <summary>The documents as they are sent, in their order, where that is not as they were handed in: encrypted. The disclosure log names them as they were handed in.</summary>
    public IReadOnlyList<DeliveryDocument>? Sent { get; init; }

    /// <summary>What goes under <see cref="Delivery.WithdrawalId"/>, without documents, should the package not come and the far side miss its number; null for nothing.</summary>
    public DeliverySeal? Withdrawal { get; init; }
}

/// <summary>An attempt to deliver.</summary>
/// <param name="At">When it began.</param>
/// <param name="MadeBy">By whom.</param>
/// <param name="Outcome">Word for what became of it; null when it is under way or was cut off.</param>
/// <param name="Detail">What was seen.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, string MadeBy, string? Outcome, string? Detail);

/// <summary>What a recipient said.</summary>
/// <param name="Destination">Where it came from.</param>
/// <param name="Package">Identity of the package it names.</param>
/// <param name="Source">Where it stood.</param>
/// <param name="Delivery">The package, if there is one of that identity for the destination.</param>
/// <param name="IsAccepted">Whether the recipient could use it.</param>
/// <param name="Text">Its words.</param>
/// <param name="ReceivedAt">When it was taken into the ledger.</param>
public sealed record RecipientReceipt(string Destination, string Package, string Source, long? Delivery, bool IsAccepted, string Text, DateTimeOffset ReceivedAt);

/// <summary>How a destination stands.</summary>
/// <param name="Destination">Its name.</param>
/// <param name="Waiting">Packages that wait.</param>
/// <param name="OldestMadeAt">When the oldest of them was queued.</param>
/// <param name="Dead">Packages that wait for a person.</param>
/// <param name="Attempts">All attempts ever made.</param>
/// <param name="Delivered">Packages that arrived, each time that the recipient asked for it again counted.</param>
public sealed record DeliveryFigures(string Destination, long Waiting, DateTimeOffset? OldestMadeAt, long Dead, long Attempts, long Delivered);
