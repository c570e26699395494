using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>
/// Makes records of packets. Values are brought to the text that FreeRADIUS writes into its detail files and read by the same code, so that a session tells the same
/// whichever way it comes. For one thread.
/// </summary>
internal sealed class RadiusPacketReader(TimeSpan cstOffset)
{
    // An octet of a text takes at most four characters, as \ooo.
    private const int MostCharacters = 4 * 253;

    // RFC 8045 section 3.1.2: the extended type 241.6, IP-Port-Range, and of its parts those that say which ports of which address.
    private const byte Extended = 241;
    private const byte PortRange = 6;
    private const byte OuterAddress = 3;
    private const byte Allocated = 8;
    private const byte FirstPort = 9;
    private const byte LastPort = 10;
    private const uint Deallocation = 2;

    private readonly RadiusRecordFields _fields = new(cstOffset);
    private readonly char[] _text = new char[MostCharacters];

    /// <summary>Reads an Accounting-Request whose authenticator was right.</summary>
    /// <param name="packet">The request.</param>
    /// <param name="received">When it came.</param>
    /// <param name="record">Null when it tells nothing of a subscriber's session, or when it is rejected.</param>
    public RadiusRejection Read(in RadiusPacket packet, PacketTime received, out RadiusRecord? record)
    {
        record = null;
        _fields.Clear();
        if (!Take(RadiusAttribute.Timestamp, received.UnixNanoseconds / PacketTime.NanosecondsPerSecond))
        {
            return RadiusRejection.BadValue;
        }

        var rest = packet.Attributes;
        while (RadiusPacket.TryNext(ref rest, out var type, out var value))
        {
            var isGood = type switch
            {
                RadiusNumbers.VendorSpecific => TakeVendors(value),
                Extended => TakeExtended(value),
                _ => Take(RadiusNumbers.NoVendor, type, value),
            };
            if (!isGood)
            {
                return RadiusRejection.BadValue;
            }
        }

        if (!_fields.IsAccounting)
        {
            return RadiusRejection.None;
        }

        if (_fields.Missing() is not null)
        {
            return RadiusRejection.Incomplete;
        }

        record = _fields.ToRecord(LineDigest.Of(packet.Bytes));
        return RadiusRejection.None;
    }

    /// <summary>RFC 2865 section 5.26: the vendor's number, then attributes of its own; vendors that are not read may do as they like.</summary>
    private bool TakeVendors(ReadOnlySpan<byte> value)
    {
        if (value.Length < 4)
        {
            return false;
        }

        var vendor = BinaryPrimitives.ReadUInt32BigEndian(value);
        for (var rest = value[4..]; RadiusPacket.TryNext(ref rest, out var type, out var part);)
        {
            if (!Take(vendor, type, part))
            {
                return false;
            }
        }

        return true;
    }

    private bool TakeExtended(ReadOnlySpan<byte> value)
    {
        if (value is not [PortRange, ..])
        {
            return true;
        }

        IpAddress? address = null;
        uint first = 0;
        uint last = 0;
        var isReleased = false;
        for (var rest = value[1..]; RadiusPacket.TryNext(ref rest, out var type, out var part);)
        {
            if (type is not (OuterAddress or Allocated or FirstPort or LastPort))
            {
                continue;
            }

            if (part.Length != 4)
            {
                return false;
            }

            var number = BinaryPrimitives.ReadUInt32BigEndian(part);
            address = type == OuterAddress ? IpAddress.FromIPv4(number) : address;
            first = type == FirstPort ? number : first;
            last = type == LastPort ? number : last;
            isReleased |= type == Allocated && number == Deallocation;
        }

        // Without an outer address it is a limit or a mapping of ports only.
        return address is not { } outer || _fields.TakeBlock(outer, first, last, isReleased);
    }

    private bool Take(uint vendor, byte type, ReadOnlySpan<byte> value)
    {
        if (!RadiusNumbers.TryFind(vendor, type, out var attribute, out var format))
        {
            return true;
        }

        switch (format)
        {
            case RadiusFormat.Number:
                return value.Length == 4 && Take(attribute, BinaryPrimitives.ReadUInt32BigEndian(value));
            case RadiusFormat.IPv4Address:
                return value.Length == 4 && Take(attribute, IpAddress.Read(value), []);
            case RadiusFormat.IPv6Address:
                return value.Length == 16 && Take(attribute, IpAddress.Read(value), []);
            case RadiusFormat.IPv6Prefix:
                return TakePrefix(attribute, value);
            case RadiusFormat.Octets when value.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E):
                return _fields.Take(attribute, "0x" + Convert.ToHexStringLower(value));
            default:
                return _fields.Take(attribute, Text(value));
        }
    }

    /// <summary>RFC 3162 section 2.3: a reserved octet, the prefix length, and as many octets as hold it.</summary>
    private bool TakePrefix(RadiusAttribute attribute, ReadOnlySpan<byte> value)
    {
        if (value.Length is < 2 or > 18 || value[1] > 128 || (value.Length - 2) * 8 < value[1])
        {
            return false;
        }

        Span<byte> address = stackalloc byte[16];
        address.Clear();
        value[2..].CopyTo(address);
        Span<char> length = stackalloc char[4];
        length[0] = '/';
        value[1].TryFormat(length[1..], out var digits, provider: CultureInfo.InvariantCulture);
        return Take(attribute, IpAddress.Read(address), length[..(digits + 1)]);
    }

    private bool Take(RadiusAttribute attribute, IpAddress address, ReadOnlySpan<char> suffix)
    {
        Span<byte> ascii = stackalloc byte[IpAddress.LongestText];
        var length = Encoding.ASCII.GetChars(ascii[..address.Write(ascii)], _text);
        suffix.CopyTo(_text.AsSpan(length));
        return _fields.Take(attribute, _text.AsSpan(0, length + suffix.Length));
    }

    private bool Take(RadiusAttribute attribute, long number)
    {
        number.TryFormat(_text, out var length, provider: CultureInfo.InvariantCulture);
        return _fields.Take(attribute, _text.AsSpan(0, length));
    }

    /// <summary>UTF-8 as it is, anything else octet by octet as FreeRADIUS prints it: names in other encodings must not fall together.</summary>
    private ReadOnlySpan<char> Text(ReadOnlySpan<byte> value)
    {
        var length = 0;
        while (!value.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(value, out var rune, out var bytes) == System.Buffers.OperationStatus.Done && !Rune.IsControl(rune);
            if (isText)
            {
                length += rune.EncodeToUtf16(_text.AsSpan(length));
                value = value[bytes..];
                continue;
            }

            var escape = value[0] switch { (byte)'\r' => 'r', (byte)'\n' => 'n', (byte)'\t' => 't', _ => '\0' };
            _text[length++] = '\\';
            if (escape != '\0')
            {
                _text[length++] = escape;
            }
            else
            {
                _text[length++] = (char)('0' + (value[0] >> 6));
                _text[length++] = (char)('0' + ((value[0] >> 3) & 7));
                _text[length++] = (char)('0' + (value[0] & 7));
            }

            value = value[1..];
        }

        return _text.AsSpan(0, length);
    }
}
