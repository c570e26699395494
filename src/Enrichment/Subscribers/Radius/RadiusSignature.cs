using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>What the shared secret proves and makes. MD5 is what the protocol says (RFC 2866 section 3, RFC 3579 section 3.2); it is trusted no further than the secret's network.</summary>
[SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "RFC 2866 knows no other.")]
[SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "RFC 3579 knows no other.")]
internal static class RadiusSignature
{
    private const byte ProxyState = 33;
    private const byte MessageAuthenticator = 80;
    private const int Md5Length = 16;

    private static ReadOnlySpan<byte> NoAuthenticator => new byte[RadiusPacket.AuthenticatorLength];

    /// <summary>Whether the Request Authenticator of an Accounting-Request was made with the secret.</summary>
    public static bool IsSigned(in RadiusPacket packet, ReadOnlySpan<byte> secret)
    {
        Span<byte> hash = stackalloc byte[Md5Length];
        Sign(packet.Bytes[..4], NoAuthenticator, packet.Attributes, secret, hash);
        return CryptographicOperations.FixedTimeEquals(hash, packet.Authenticator);
    }

    /// <summary>Whether a Status-Server has a Message-Authenticator that was made with the secret (RFC 5997 section 3): its own authenticator is random.</summary>
    public static bool IsProbe(in RadiusPacket packet, ReadOnlySpan<byte> secret)
    {
        var rest = packet.Attributes;
        while (RadiusPacket.TryNext(ref rest, out var type, out var value))
        {
            if (type != MessageAuthenticator || value.Length != Md5Length)
            {
                continue;
            }

            Span<byte> zeroed = stackalloc byte[packet.Bytes.Length];
            packet.Bytes.CopyTo(zeroed);
            zeroed.Slice(packet.Bytes.Length - rest.Length - Md5Length, Md5Length).Clear();
            Span<byte> hash = stackalloc byte[Md5Length];
            HMACMD5.HashData(secret, zeroed, hash);
            return CryptographicOperations.FixedTimeEquals(hash, value);
        }

        return false;
    }

    /// <summary>Writes the Accounting-Response to a request: its Proxy-State attributes in their order, and the Response Authenticator.</summary>
    /// <param name="request">What is answered.</param>
    /// <param name="secret">Shared with the client.</param>
    /// <param name="response">Takes as many bytes as the request has.</param>
    /// <returns>Bytes written.</returns>
    public static int Answer(in RadiusPacket request, ReadOnlySpan<byte> secret, Span<byte> response)
    {
        var length = RadiusPacket.HeaderLength;
        var rest = request.Attributes;
        while (RadiusPacket.TryNext(ref rest, out var type, out var value))
        {
            if (type == ProxyState)
            {
                response[length] = type;
                response[length + 1] = (byte)(value.Length + 2);
                value.CopyTo(response[(length + 2)..]);
                length += value.Length + 2;
            }
        }

        response[0] = (byte)RadiusCode.AccountingResponse;
        response[1] = request.Identifier;
        BinaryPrimitives.WriteUInt16BigEndian(response[2..], (ushort)length);
        Sign(response[..4], request.Authenticator, response[RadiusPacket.HeaderLength..length], secret, response.Slice(4, RadiusPacket.AuthenticatorLength));
        return length;
    }

    private static void Sign(ReadOnlySpan<byte> head, ReadOnlySpan<byte> authenticator, ReadOnlySpan<byte> attributes, ReadOnlySpan<byte> secret, Span<byte> hash)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(head);
        md5.AppendData(authenticator);
        md5.AppendData(attributes);
        md5.AppendData(secret);
        md5.GetHashAndReset(hash);
    }
}
