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

    private IncrementalHash? _hmac;

    /// <summary>The identity behind a text; made once for each, since connections share their texts.</summary>
    public Identity? Of(SessionText? text) => text is null ? null : text.Identity ??= Make(text.Bytes);

    private Identity Make(ReadOnlySpan<byte> clear)
    {
        Span<char> characters = stackalloc char[MiningSession.LongestText];
        var text = characters[..Encoding.UTF8.GetChars(clear, characters)];
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];

        // Made for the first identity: a run that meets none does not load the system's cryptography.
        _hmac ??= IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key.Span);
        _hmac.AppendData(clear);
        _hmac.GetHashAndReset(digest);
        return new Identity(Convert.ToHexStringLower(digest[..DigestBytes]), Mask(text), text.ToString());
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
