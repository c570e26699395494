using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MinerFlow.Abstractions;

/// <summary>
/// An IPv4 or IPv6 address as a 16-byte value. IPv4 is held in its mapped form ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2),
/// so both kinds compare and sort as one number.
/// </summary>
/// <param name="Upper">The first eight bytes of the address, big endian.</param>
/// <param name="Lower">The last eight bytes of the address, big endian.</param>
public readonly record struct IpAddress(ulong Upper, ulong Lower) : IComparable<IpAddress>
{
    /// <summary>Characters of the longest text: six groups of four digits and a dotted decimal (RFC 4291 section 2.2).</summary>
    public const int LongestText = 45;

    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    public bool IsIPv4 => Upper == 0 && (Lower & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>The IPv4 address as a number; only meaningful when <see cref="IsIPv4"/>.</summary>
    public uint IPv4Bits => (uint)Lower;

    public static IpAddress FromIPv4(uint bits) => new(0, MappedPrefix | bits);

    /// <summary>Reads 4 or 16 bytes in network order.</summary>
    public static IpAddress Read(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        4 => FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        16 => new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..])),
        _ => throw new ArgumentException("An address has 4 or 16 bytes.", nameof(bytes)),
    };

    public static IpAddress From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        return Read(bytes[..length]);
    }

    /// <summary>Strict text form: four decimal parts without leading zeros, or RFC 4291 without a zone.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out IpAddress address)
    {
        address = default;
        if (text is null || !IPAddress.TryParse(text, out var parsed))
        {
            return false;
        }

        if (parsed.AddressFamily == AddressFamily.InterNetwork ? parsed.ToString() != text : text.AsSpan().ContainsAny('%', '[', '/'))
        {
            return false;
        }

        address = From(parsed);
        return true;
    }

    /// <summary>The address in the family's own byte length: 4 or 16.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Upper);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), Lower);
        return IsIPv4 ? bytes[12..] : bytes;
    }

    public int CompareTo(IpAddress other) => Upper != other.Upper ? Upper.CompareTo(other.Upper) : Lower.CompareTo(other.Lower);

    public static bool operator <(IpAddress left, IpAddress right) => left.CompareTo(right) < 0;

    public static bool operator >(IpAddress left, IpAddress right) => left.CompareTo(right) > 0;

    public static bool operator <=(IpAddress left, IpAddress right) => left.CompareTo(right) <= 0;

    public static bool operator >=(IpAddress left, IpAddress right) => left.CompareTo(right) >= 0;

    /// <summary>Canonical text: dotted decimal, or RFC 5952.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[LongestText];
        return Encoding.ASCII.GetString(text[..Write(text)]);
    }

    /// <summary>The bytes of <see cref="ToString"/>, without a string: every finding writes two of them.</summary>
    /// <param name="destination">Takes <see cref="LongestText"/> bytes.</param>
    /// <returns>Bytes written.</returns>
    public int Write(Span<byte> destination)
    {
        int length;
        if (!IsIPv4)
        {
            new IPAddress(ToBytes()).TryFormat(destination, out length);
            return length;
        }

        length = 0;
        for (var shift = 24; shift >= 0; shift -= 8)
        {
            Utf8Formatter.TryFormat((byte)(IPv4Bits >> shift), destination[length..], out var digits);
            length += digits;
            if (shift > 0)
            {
                destination[length++] = (byte)'.';
            }
        }

        return length;
    }
}
