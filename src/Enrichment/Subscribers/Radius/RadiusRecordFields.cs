using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>The values of one accounting record as its lines bring them, used again for the next.</summary>
internal sealed class RadiusRecordFields(TimeSpan cstOffset)
{
    // Names of servers and realms, most of all; accounts and ports of subscribers come and go.
    private const int MostPooled = 65_536;

    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _pool =
        new Dictionary<string, string>(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    private readonly List<Allocation> _allocations = [];
    private readonly List<Allocation> _released = [];
    private AccountingStatus _status;
    private bool _otherKind;
    private string? _user;
    private string? _session;
    private string? _nasAddress;
    private string? _nasIdentifier;
    private string? _nasPort;
    private string? _realm;
    private string? _circuit;
    private long? _received;
    private PacketTime? _event;
    private long _delay;
    private long? _sessionSeconds;
    private int? _interimSeconds;
    private IpAddress? _natAddress;
    private ushort? _natFirstPort;

    /// <summary>False for records of authentication, tunnels and other kinds.</summary>
    public bool IsAccounting => !_otherKind && (_status != AccountingStatus.None || _session is not null);

    private PacketTime? Received => _received is { } received ? PacketTime.FromSeconds(received - _delay) : null;

    private PacketTime? Time => _event ?? Received;

    private bool IsOfSession => _status is not (AccountingStatus.On or AccountingStatus.Off);

    /// <summary>What a record of its kind needs and this one lacks; null when nothing.</summary>
    public Sentence? Missing() => _status == AccountingStatus.None ? "there is no Acct-Status-Type"
        : Time is null ? "there is neither Event-Timestamp nor Timestamp"
        : (_nasAddress ?? _nasIdentifier) is null ? "there is no NAS-IP-Address, NAS-IPv6-Address or NAS-Identifier"
        : IsOfSession && _session is null ? "there is no Acct-Session-Id"
        : IsOfSession && _user is null ? "there is no User-Name"
        : null;

    /// <summary>The record, once nothing is <see cref="Missing"/>.</summary>
    public RadiusRecord ToRecord(LineDigest digest) => new(_status, (_nasAddress ?? _nasIdentifier)!, _session ?? "", _user ?? "", Time!.Value)
    {
        Received = _event is null ? null : Received,
        // The access node's own name of the line says more than the server's port.
        NasPort = _nasPort ?? _circuit,
        Realm = _realm,
        SessionSeconds = _sessionSeconds,
        InterimSeconds = _interimSeconds,
        Allocations = _allocations.Count == 0 ? [] : [.. _allocations],
        Released = _released.Count == 0 ? [] : [.. _released],
        Digest = digest,
    };

    public void Clear()
    {
        _allocations.Clear();
        _released.Clear();
        _user = _session = _nasAddress = _nasIdentifier = _nasPort = _realm = _circuit = null;
        _status = AccountingStatus.None;
        _otherKind = false;
        _received = _sessionSeconds = null;
        _event = null;
        _delay = 0;
        _interimSeconds = null;
        _natAddress = null;
        _natFirstPort = null;
    }

    /// <summary>Takes one value; false when it cannot be read.</summary>
    public bool Take(RadiusAttribute attribute, ReadOnlySpan<char> value)
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
            case RadiusAttribute.VpnInstance:
                _realm = Pooled(value);
                return true;
            case RadiusAttribute.AgentCircuitId:
                _circuit = Pooled(RadiusOctets.Text(value));
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

    /// <summary>Takes ports of a public address whole, given out or given back; false when they are no ports.</summary>
    public bool TakeBlock(IpAddress address, uint first, uint last, bool isReleased)
    {
        if (first > last || last > ushort.MaxValue)
        {
            return false;
        }

        (isReleased ? _released : _allocations).Add(new Allocation(AllocationKind.NatBlock, IpRange.Single(address), (ushort)first, (ushort)last));
        return true;
    }

    private bool TakeTime(RadiusAttribute attribute, ReadOnlySpan<char> value)
    {
        if (attribute == RadiusAttribute.EventTimestamp)
        {
            if (RadiusTimes.TryParse(value, cstOffset, out var time))
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
            case RadiusAttribute.NatPortRange:
                return TakeNatPortRange(value);
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

    /// <summary>Nokia 7750 RADIUS attributes guide, attribute 26.6527.121: <c>198.51.100.7 1024..1279 router base nat-pool</c>.</summary>
    private bool TakeNatPortRange(ReadOnlySpan<char> value)
    {
        var space = value.IndexOf(' ');
        var rest = space < 0 ? default : value[(space + 1)..].TrimStart();
        var dots = rest.IndexOf("..");
        var end = dots < 0 ? -1 : rest[(dots + 2)..].IndexOf(' ');
        if (dots < 0
            || !RadiusOctets.TryParseAddress(value[..space], out var address)
            || !RadiusOctets.TryParsePort(rest[..dots], out var first)
            || !RadiusOctets.TryParsePort(end < 0 ? rest[(dots + 2)..] : rest.Slice(dots + 2, end), out var last)
            || last < first)
        {
            return false;
        }

        _allocations.Add(new Allocation(AllocationKind.NatBlock, IpRange.Single(address), first, last));
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

    private string Pooled(ReadOnlySpan<char> value)
    {
        if (_pool.TryGetValue(value, out var known))
        {
            return known;
        }

        if (_pool.Dictionary.Count == MostPooled)
        {
            _pool.Dictionary.Clear();
        }

        var text = value.ToString();
        _pool[value] = text;
        return text;
    }
}
