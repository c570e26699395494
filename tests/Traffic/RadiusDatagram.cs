using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace MinerFlow.Traffic;

/// <summary>Writes RADIUS packets attribute by attribute (RFC 2865, RFC 2866).</summary>
public sealed class RadiusDatagram(byte code = 4, byte identifier = 1)
{
    private const int HeaderLength = 20;

    private readonly List<byte> _attributes = [];

    /// <summary>An Accounting-Request of one session: what every session's record needs.</summary>
    /// <param name="status">Acct-Status-Type: 1 Start, 2 Stop, 3 Interim-Update.</param>
    /// <param name="session">Acct-Session-Id.</param>
    /// <param name="user">User-Name.</param>
    /// <param name="eventSeconds">Event-Timestamp, seconds since 1970.</param>
    /// <param name="identifier">Of the packet.</param>
    public static RadiusDatagram Session(uint status, string session, string user, uint eventSeconds, byte identifier = 1) =>
        new RadiusDatagram(4, identifier).Number(40, status).Text(44, session).Text(1, user).Address(4, "192.0.2.250").Number(55, eventSeconds);

    public RadiusDatagram Text(byte type, string value) => Octets(type, Encoding.UTF8.GetBytes(value));

    public RadiusDatagram Number(byte type, uint value) => Octets(type, Big(value));

    public RadiusDatagram Address(byte type, string value) => Octets(type, IPAddress.Parse(value).GetAddressBytes());

    /// <summary>A prefix with as many octets as hold it.</summary>
    public RadiusDatagram Prefix(byte type, string address, byte length) =>
        Octets(type, [0, length, .. IPAddress.Parse(address).GetAddressBytes().AsSpan(0, (length + 7) / 8)]);

    public RadiusDatagram Octets(byte type, params ReadOnlySpan<byte> value)
    {
        _attributes.AddRange([type, (byte)(value.Length + 2), .. value]);
        return this;
    }

    /// <summary>A Vendor-Specific attribute that holds one attribute of the vendor.</summary>
    public RadiusDatagram Vendor(uint vendor, byte type, params ReadOnlySpan<byte> value) =>
        Octets(26, [.. Big(vendor), type, (byte)(value.Length + 2), .. value]);

    /// <summary>An attribute of RFC 6929's first extended space with parts in it.</summary>
    public RadiusDatagram Extended(byte type, params (byte Type, uint Value)[] parts) =>
        Octets(241, [type, .. parts.SelectMany(part => (byte[])[part.Type, 6, .. Big(part.Value)])]);

    public static byte[] Big(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>The packet with the Request Authenticator of an Accounting-Request (RFC 2866 section 3).</summary>
    public byte[] ToBytes(string secret)
    {
        var bytes = Unsigned();
        Hash(bytes, secret).CopyTo(bytes.AsSpan(4));
        return bytes;
    }

    /// <summary>The packet with a random authenticator and, at its end, a Message-Authenticator (RFC 5997).</summary>
    public byte[] ToProbe(string secret)
    {
        Octets(80, new byte[16]);
        var bytes = Unsigned();
        Encoding.ASCII.GetBytes("sixteen octets..").CopyTo(bytes.AsSpan(4));
#pragma warning disable CA5351 // RFC 5997 knows no other.
        HMACMD5.HashData(Encoding.UTF8.GetBytes(secret), bytes).CopyTo(bytes.AsSpan(bytes.Length - 16));
#pragma warning restore CA5351
        return bytes;
    }

    /// <summary>Whether the bytes answer a request: code, identifier, and the Response Authenticator that its secret makes.</summary>
    public static bool IsAnswer(byte[] response, byte[] request, string secret)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(request);
        var expected = (byte[])[.. response.AsSpan(0, 4), .. request.AsSpan(4, 16), .. response.AsSpan(HeaderLength)];
        return response[0] == 5 && response[1] == request[1] && Hash(expected, secret).AsSpan().SequenceEqual(response.AsSpan(4, 16));
    }

    private byte[] Unsigned()
    {
        var bytes = (byte[])[code, identifier, 0, 0, .. new byte[16], .. _attributes];
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)bytes.Length);
        return bytes;
    }

    private static byte[] Hash(byte[] packet, string secret)
    {
#pragma warning disable CA5351 // RFC 2866 knows no other.
        return MD5.HashData([.. packet, .. Encoding.UTF8.GetBytes(secret)]);
#pragma warning restore CA5351
    }
}
