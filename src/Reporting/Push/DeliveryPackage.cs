namespace MinerFlow.Reporting.Push;

/// <summary>What one recipient gets at once. The same on every attempt, byte for byte.</summary>
/// <param name="Id">Its identity over all attempts, of letters, digits and hyphens: the far side drops what it has already.</param>
/// <param name="Destination">Name of the destination, from the file that describes it.</param>
/// <param name="Recipient">Who gets it, as the disclosure log names them.</param>
/// <param name="Sequence">Counted from 1 for each destination, without a gap.</param>
/// <param name="MadeAt">When it was queued.</param>
/// <param name="IsMasked">False when persons are in it in clear, under a release.</param>
/// <param name="Files">The documents; names without folders, no two alike.</param>
/// <param name="Manifest">JSON, UTF-8: identity, number, snapshot, each file's length and digests.</param>
/// <param name="Signature">Signature of <paramref name="Manifest"/> as JSON, with the key's name; null when no key was given.</param>
public sealed record DeliveryPackage(
    string Id,
    string Destination,
    string Recipient,
    long Sequence,
    DateTimeOffset MadeAt,
    bool IsMasked,
    IReadOnlyList<DeliveryFile> Files,
    ReadOnlyMemory<byte> Manifest,
    ReadOnlyMemory<byte>? Signature);

/// <summary>One document of a package.</summary>
/// <param name="Name">File name with its extension, Chinese as the forms have it.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Sha256">Digest of <paramref name="Content"/>, lower-case hexadecimal.</param>
/// <param name="Sm3">Digest of <paramref name="Content"/> (GB/T 32905), lower-case hexadecimal.</param>
public sealed record DeliveryFile(string Name, ReadOnlyMemory<byte> Content, string Sha256, string Sm3);
