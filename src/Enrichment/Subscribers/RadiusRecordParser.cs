using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers;

/// <summary>Puts the lines of a detail file together to records. A record with something wrong in it is counted and named, never half used.</summary>
internal sealed class RadiusRecordParser(string file, RadiusSessionBuilder sessions, ICollection<Problem> problems, RadiusOptions options)
{
    // Deeper than request, Vendor-Specific, vendor and one group nothing nests.
    private const int MaxDepth = 8;

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly List<string> _groups = [];
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _pool =
        new Dictionary<string, string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly List<Allocation> _allocations = [];
    private char[] _text = new char[1024];
    private char[] _name = new char[256];
    private int _line;
    private int _named;
    private int _unnamed;

    // The record being read.
    private int _attributes;
    private int _badLine;
    private string? _bad;
    private AccountingStatus _status;
    private bool _otherKind;
    private string? _user;
    private string? _session;
    private string? _nasAddress;
    private string? _nasIdentifier;
    private string? _nasPort;
    private long? _received;
    private PacketTime? _event;
    private long _delay;
    private long? _sessionSeconds;
    private int? _interimSeconds;
    private IpAddress? _natAddress;
    private ushort? _natFirstPort;

    public void Line(ReadOnlySpan<byte> line)
    {
        _line++;
        if (line.Trim(" \t"u8).IsEmpty)
        {
            Finish();
            return;
        }

        var indented = line[0] is (byte)' ' or (byte)'\t';
        var text = Decode(line).Trim();
        if (text[0] == '#')
        {
            return;
        }

        var equals = text.IndexOf(" = ");
        if (!indented && equals < 0)
        {
            // A header: the record before it may lack its empty line.
            Finish();
            Hash(line);
            return;
        }

        Hash(line);
        _attributes++;
        if (text is "}")
        {
            CloseGroup();
        }
        else if (equals <= 0)
        {
            // An attribute with an empty value has nothing behind its sign.
            if (!text.EndsWith(" ="))
            {
                Malformed("a line is not of the form 'name = value'");
            }
        }
        else if (text[(equals + 3)..].Trim() is "{")
        {
            OpenGroup(text[..equals].Trim());
        }
        else
        {
            Attribute(text[..equals].Trim(), text[(equals + 3)..].Trim());
        }
    }

    public void LineTooLong(bool starts)
    {
        if (starts)
        {
            _line++;
            _attributes++;
            Malformed($"a line is longer than {options.MaxLineBytes} bytes");
        }
    }

    /// <summary>The end of the file; when its last line lacks the line feed, the last record was cut and is not used.</summary>
    public void End(bool cutOff)
    {
        if (cutOff)
        {
            _line++;
            _attributes++;
            Malformed("the file ends in the middle of the record");
        }

        Finish();
        if (_unnamed > 0)
        {
            problems.Add(new Problem(file, 0, 0, $"{_unnamed} more malformed records are not named one by one."));
        }

        _hash.Dispose();
    }

    private void OpenGroup(ReadOnlySpan<char> name)
    {
        if (_groups.Count >= MaxDepth)
        {
            Malformed($"groups are nested deeper than {MaxDepth}");
            return;
        }

        _groups.Add(name.ToString());
    }

    private void CloseGroup()
    {
        if (_groups.Count == 0)
        {
            Malformed("a group is closed that was not opened");
            return;
        }

        _groups.RemoveAt(_groups.Count - 1);
    }

    private void Attribute(ReadOnlySpan<char> path, ReadOnlySpan<char> value)
    {
        var attribute = RadiusAttributes.Find(path);
        if (attribute == RadiusAttribute.Unread)
        {
            attribute = FindNested(path);
        }

        if (attribute != RadiusAttribute.Unread && !Take(attribute, Unquote(value)))
        {
            Malformed($"the value of {attribute} cannot be read");
        }
    }

    private RadiusAttribute FindNested(ReadOnlySpan<char> path)
    {
        if (_groups.Count == 0 && path.IndexOfAny('.', '&') < 0)
        {
            return RadiusAttribute.Unread;
        }

        var full = _groups.Count == 0 ? path : string.Concat(string.Join('.', _groups), ".", path);
        if (_name.Length < full.Length)
        {
            _name = new char[full.Length];
        }

        return RadiusAttributes.Find(_name.AsSpan(0, RadiusAttributes.ToVersion3(full, _name)));
    }

    private bool Take(RadiusAttribute attribute, ReadOnlySpan<char> value)
    {
        switch (attribute)
        {
            case RadiusAttribute.UserName:
                _user = Pooled(value);
                return value.Length > 0;
            case RadiusAttribute.SessionId:
                _session = value.ToString();
                return value.Length > 0;
            case RadiusAttribute.NasAddress or RadiusAttribute.NasIPv6Address:
                _nasAddress ??= Pooled(value);
                return AddressText.TryParse(value, out _);
            case RadiusAttribute.NasIdentifier:
                _nasIdentifier = Pooled(value);
                return true;
            case RadiusAttribute.NasPortId:
                _nasPort = Pooled(value);
                return true;
            case RadiusAttribute.NasPort:
                _nasPort ??= Pooled(value);
                return true;
            case RadiusAttribute.StatusType:
                return TakeStatus(value);
            case RadiusAttribute.PacketType:
                _otherKind |= !value.StartsWith("Accounting", StringComparison.OrdinalIgnoreCase);
                return true;
            case RadiusAttribute.Timestamp or RadiusAttribute.EventTimestamp or RadiusAttribute.DelayTime or RadiusAttribute.SessionTime or RadiusAttribute.InterimInterval:
                return TakeTime(attribute, value);
            default:
                return TakeAddress(attribute, value);
        }
    }

    private bool TakeTime(RadiusAttribute attribute, ReadOnlySpan<char> value)
    {
        if (attribute == RadiusAttribute.EventTimestamp)
        {
            if (RadiusTimes.TryParse(value, options.CstOffset, out var time))
            {
                _event = time;
            }

            // A zone that is not known leaves the receive time to go by.
            return true;
        }

        if (!uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return false;
        }

        switch (attribute)
        {
            case RadiusAttribute.Timestamp:
                _received = seconds;
                break;
            case RadiusAttribute.DelayTime:
                _delay = seconds;
                break;
            case RadiusAttribute.SessionTime:
                _sessionSeconds = seconds;
                break;
            default:
                _interimSeconds = seconds is > 0 and <= 7 * 86400 ? (int)seconds : null;
                break;
        }

        return true;
    }

    private bool TakeStatus(ReadOnlySpan<char> value)
    {
        _status = value switch
        {
            "Start" or "1" => AccountingStatus.Start,
            "Stop" or "2" => AccountingStatus.Stop,
            "Interim-Update" or "Alive" or "3" => AccountingStatus.Interim,
            "Accounting-On" or "7" => AccountingStatus.On,
            "Accounting-Off" or "8" => AccountingStatus.Off,
            _ => AccountingStatus.None,
        };

        // Tunnel-Start, Failed and the like say nothing of addresses.
        _otherKind |= _status == AccountingStatus.None;
        return value.Length > 0;
    }

    private bool TakeAddress(RadiusAttribute attribute, ReadOnlySpan<char> value)
    {
        switch (attribute)
        {
            case RadiusAttribute.FramedAddress:
                return TakeFramedAddress(value);
            case RadiusAttribute.FramedIPv6Address:
                return TakeRange(AllocationKind.FramedIPv6, value);
            case RadiusAttribute.FramedIPv6Prefix:
                return TakeRange(AllocationKind.FramedPrefix, value);
            case RadiusAttribute.DelegatedIPv6Prefix:
                return TakeRange(AllocationKind.DelegatedPrefix, value);
            case RadiusAttribute.NatAddress:
                _natAddress = null;
                _natFirstPort = null;
                if (!RadiusOctets.TryParseAddress(value, out var address))
                {
                    return false;
                }

                _natAddress = address;
                return true;
            default:
                return TakeNatPort(attribute, value);
        }
    }

    private bool TakeNatPort(RadiusAttribute attribute, ReadOnlySpan<char> value)
    {
        if (!RadiusOctets.TryParsePort(value, out var port))
        {
            return false;
        }

        if (attribute == RadiusAttribute.NatStartPort)
        {
            _natFirstPort = port;
            return true;
        }

        if (_natAddress is not { } address || _natFirstPort is not { } first || port < first)
        {
            return false;
        }

        _allocations.Add(new Allocation(AllocationKind.NatBlock, IpRange.Single(address), first, port));
        _natFirstPort = null;
        return true;
    }

    private bool TakeFramedAddress(ReadOnlySpan<char> value)
    {
        if (!AddressText.TryParse(value, out var address) || !address.IsIPv4)
        {
            return false;
        }

        // RFC 2865 section 5.8: 255.255.255.255 and 255.255.255.254 ask for a choice and name no address; 0.0.0.0 is "none yet".
        if (address.IPv4Bits is not (0 or 0xFFFF_FFFF or 0xFFFF_FFFE))
        {
            _allocations.Add(new Allocation(AllocationKind.FramedIPv4, IpRange.Single(address), 0, ushort.MaxValue));
        }

        return true;
    }

    private bool TakeRange(AllocationKind kind, ReadOnlySpan<char> value)
    {
        if (!IpRange.TryParse(value, out var range) || range.First.IsIPv4)
        {
            return false;
        }

        // ::/0 and the like would make every address this account's.
        if (range.Span >> 96 != 0)
        {
            return false;
        }

        _allocations.Add(new Allocation(kind, range, 0, ushort.MaxValue));
        return true;
    }

    private void Finish()
    {
        var digest = _hash.GetHashAndReset();
        if (_groups.Count > 0)
        {
            Malformed("a group is not closed");
        }

        if (_attributes > 0)
        {
            Deliver(digest);
        }

        Reset();
    }

    private void Deliver(byte[] digest)
    {
        if (_bad is null && (_otherKind || (_status == AccountingStatus.None && _session is null)))
        {
            sessions.NotAccounting++;
            return;
        }

        var nas = _nasAddress ?? _nasIdentifier;
        PacketTime? time = _event ?? (_received is { } received ? PacketTime.FromSeconds(received - _delay) : null);
        var isSession = _status is not (AccountingStatus.On or AccountingStatus.Off);
        _bad ??= _status == AccountingStatus.None ? "there is no Acct-Status-Type"
            : time is null ? "there is neither Event-Timestamp nor Timestamp"
            : nas is null ? "there is no NAS-IP-Address, NAS-IPv6-Address or NAS-Identifier"
            : isSession && _session is null ? "there is no Acct-Session-Id"
            : isSession && _user is null ? "there is no User-Name"
            : null;
        if (_bad is not null)
        {
            Report();
            return;
        }

        sessions.Add(new RadiusRecord(_status, nas!, _session ?? "", _user ?? "", time!.Value)
        {
            NasPort = _nasPort,
            SessionSeconds = _sessionSeconds,
            InterimSeconds = _interimSeconds,
            Allocations = _allocations.Count == 0 ? [] : [.. _allocations],
            Digest = digest,
        });
    }

    private void Report()
    {
        sessions.Malformed++;
        if (_named < options.MaxNamedProblems)
        {
            _named++;
            problems.Add(new Problem(file, _badLine == 0 ? _line : _badLine, 0, $"the record is left out: {_bad}."));
        }
        else
        {
            _unnamed++;
        }
    }

    private void Reset()
    {
        _groups.Clear();
        _allocations.Clear();
        _attributes = _badLine = 0;
        _bad = _user = _session = _nasAddress = _nasIdentifier = _nasPort = null;
        _status = AccountingStatus.None;
        _otherKind = false;
        _received = _sessionSeconds = null;
        _event = null;
        _delay = 0;
        _interimSeconds = null;
        _natAddress = null;
        _natFirstPort = null;
    }

    private void Malformed(string reason)
    {
        if (_bad is null)
        {
            _bad = reason;
            _badLine = _line;
        }
    }

    private void Hash(ReadOnlySpan<byte> line)
    {
        _hash.AppendData(line);
        _hash.AppendData("\n"u8);
    }

    private Span<char> Decode(ReadOnlySpan<byte> line)
    {
        if (_text.Length < line.Length)
        {
            _text = new char[line.Length];
        }

        return _text.AsSpan(0, Encoding.UTF8.GetChars(line, _text));
    }

    /// <summary>Takes the quotes off; FreeRADIUS escapes quote and backslash with a backslash.</summary>
    private static ReadOnlySpan<char> Unquote(ReadOnlySpan<char> value)
    {
        if (value is not ([('"' or '\''), .., ('"' or '\'')]) || value[0] != value[^1])
        {
            return value;
        }

        var inner = value[1..^1];
        return inner.Contains('\\') ? inner.ToString().Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : inner;
    }

    private string Pooled(ReadOnlySpan<char> value)
    {
        if (_pool.TryGetValue(value, out var known))
        {
            return known;
        }

        var text = value.ToString();
        _pool[value] = text;
        return text;
    }
}
