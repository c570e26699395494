using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>Turns logins and workers into what may be kept of them: see <see cref="Identity"/>. Used on one thread.</summary>
/// <remarks>
/// HMAC (RFC 2104) and not a plain digest: wallet addresses are public, so whoever has a list of them could undo a plain one.
/// </remarks>
internal sealed class IdentityKey(ReadOnlyMemory<byte> key)
{
    private const int DigestBytes = 16;

    /// <summary>Names shorter than this show one character only: three and two of nine would be most of the name.</summary>
    private const int ShortestShown = 10;

    /// <summary>Identities kept for the next connection of the same name. 1,024: the accounts of a busy link; 200 kB.</summary>
    private const int Kept = 1_024;

    private readonly Dictionary<string, Identity> _kept = new(StringComparer.Ordinal);
    private IncrementalHash? _hmac;

    public Identity? Of(ReadOnlySpan<byte> clear)
    {
        if (clear.IsEmpty)
        {
            return null;
        }

        Span<char> characters = stackalloc char[MiningSession.LongestText];
        var text = characters[..Encoding.UTF8.GetChars(clear, characters)];
        var kept = _kept.GetAlternateLookup<ReadOnlySpan<char>>();
        if (kept.TryGetValue(text, out var identity))
        {
            return identity;
        }

        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        // Made for the first identity: a run that meets none does not load the system's cryptography.
        _hmac ??= IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Span);
        _hmac.AppendData(clear);
        _hmac.GetHashAndReset(digest);
        identity = new Identity(Convert.ToHexStringLower(digest[..DigestBytes]), Mask(text), text.ToString());
        if (_kept.Count == Kept)
        {
            _kept.Clear();
        }

        _kept.Add(identity.Clear, identity);
        return identity;
    }

    private static string Mask(ReadOnlySpan<char> text)
    {
        if (text.Length >= ShortestShown)
        {
            return $"{text[..3]}…{text[^2..]}";
        }

        return char.IsHighSurrogate(text[0]) ? "…" : $"{text[0]}…";
    }
}
