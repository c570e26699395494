using System.Buffers.Binary;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>Packet codes (RFC 2866 section 4, RFC 5997).</summary>
internal enum RadiusCode : byte
{
    AccountingRequest = 4,
    AccountingResponse = 5,
    StatusServer = 12,
}

/// <summary>A RADIUS packet whose lengths are right, on loan from the datagram it came in.</summary>
internal readonly ref struct RadiusPacket
{
    public const int HeaderLength = 20;
    public const int AuthenticatorLength = 16;
    public const int MostBytes = 4_096;

    private RadiusPacket(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    /// <summary>The packet as it came, without padding behind it.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    public RadiusCode Code => (RadiusCode)Bytes[0];

    public byte Identifier => Bytes[1];

    public ReadOnlySpan<byte> Authenticator => Bytes.Slice(4, AuthenticatorLength);

    public ReadOnlySpan<byte> Attributes => Bytes[HeaderLength..];

    /// <summary>Takes a datagram apart as far as lengths go.</summary>
    public static RadiusRejection Read(ReadOnlySpan<byte> datagram, out RadiusPacket packet)
    {
        packet = default;
        if (datagram.Length < HeaderLength)
        {
            return RadiusRejection.BadLength;
        }

        // RFC 2866 section 3: octets beyond Length are padding, a datagram shorter than Length is discarded.
        var length = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        if (length < HeaderLength || length > MostBytes || length > datagram.Length)
        {
            return RadiusRejection.BadLength;
        }

        packet = new RadiusPacket(datagram[..length]);
        var rest = packet.Attributes;
        while (TryNext(ref rest, out _, out _))
        {
        }

        return rest.IsEmpty ? RadiusRejection.None : RadiusRejection.BadAttribute;
    }

    /// <summary>Takes the next attribute, or the next part of one that holds several: a type, a length that counts both, and a value. False at the end and at what is none.</summary>
    public static bool TryNext(ref ReadOnlySpan<byte> rest, out byte type, out ReadOnlySpan<byte> value)
    {
        if (rest.Length < 2 || rest[1] < 2 || rest[1] > rest.Length)
        {
            type = 0;
            value = default;
            return false;
        }

        type = rest[0];
        value = rest[2..rest[1]];
        rest = rest[rest[1]..];
        return true;
    }
}
