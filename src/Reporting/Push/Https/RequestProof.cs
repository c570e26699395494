using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Push.Https;

/// <summary>
/// Shows that a request comes from who holds the key: HMAC over <c>timestamp LF nonce LF digest</c>, where the digest is that of the body in lower-case hexadecimal. The body holds the
/// manifest, and that the package's identity and number.
/// </summary>
/// <param name="keyId">Name of the key, as agreed with the far side.</param>
/// <param name="key">Shared with the far side.</param>
/// <param name="useSm3">HMAC-SM3 with SM3 digests; HMAC-SHA-256 otherwise.</param>
internal sealed class RequestProof(string keyId, ChannelSecret key, bool useSm3)
{
    public const string Scheme = "MinerFlow-HMAC";

    /// <summary>Bytes of a key that is not guessed (NIST SP 800-131A: 112 bits, rounded up).</summary>
    public const int ShortestKey = 16;

    private const int NonceBytes = 16;

    public string KeyId => keyId;

    public bool UsesSm3 => useSm3;

    /// <summary>Value of the Authorization header; each call has a nonce of its own.</summary>
    /// <param name="digests">Of the body.</param>
    /// <param name="now">Goes in as seconds since 1970.</param>
    public string Header(BodyDigests digests, DateTimeOffset now) => Header(digests, now, RandomNumberGenerator.GetHexString(2 * NonceBytes, lowercase: true));

    internal string Header(BodyDigests digests, DateTimeOffset now, string nonce)
    {
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var digest = Convert.ToHexStringLower(useSm3 ? digests.Sm3! : digests.Sha256);
        var signed = Encoding.ASCII.GetBytes($"{timestamp}\n{nonce}\n{digest}");
        var proof = Convert.ToHexStringLower(useSm3 ? HmacSm3.HashData(key.Bytes, signed) : HMACSHA256.HashData(key.Bytes, signed));
        return $"{Scheme} algorithm=\"{(useSm3 ? "hmac-sm3" : "hmac-sha-256")}\", key-id=\"{keyId}\", timestamp=\"{timestamp}\", nonce=\"{nonce}\", digest=\"{digest}\", proof=\"{proof}\"";
    }
}
