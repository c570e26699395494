using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>Turns logins and workers into what may be kept of them: see <see cref="Identity"/>.</summary>
/// <remarks>HMAC (RFC 2104) and not a plain digest: wallet addresses are public, so whoever has a list of them could undo a plain one.</remarks>
internal sealed class IdentityKey(ReadOnlyMemory<byte> key)
{
    private const int DigestBytes = 16;

    /// <summary>Names shorter than this show one character only: three and two of nine would be most of the name.</summary>
    private const int ShortestShown = 10;

    private readonly byte[] _key = key.ToArray();

    public Identity? Of(ReadOnlySpan<byte> clear)
    {
        if (clear.IsEmpty)
        {
            return null;
        }

        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, clear, digest);
        var text = Encoding.UTF8.GetString(clear);
        return new Identity(Convert.ToHexStringLower(digest[..DigestBytes]), Mask(text), text);
    }

    private static string Mask(string text)
    {
        if (text.Length >= ShortestShown)
        {
            return $"{text[..3]}…{text[^2..]}";
        }

        return char.IsHighSurrogate(text[0]) ? "…" : $"{text[0]}…";
    }
}
