using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat.Flows;

/// <summary>Turns data records into translation events by their information elements.</summary>
/// <remarks>
/// IANA IPFIX registry and RFC 8158. natEvent is numbered in two ways: as in RFC 8158, and as in draft-ietf-behave-ipfix-nat-logging-02, which Junos
/// follows; there a port block is 14 and 15 instead of 16 and 17, an address binding 12 and 13 instead of 14 and 15. Which fields a record has
/// tells the two apart.
/// </remarks>
internal sealed class FlowRecordReader(FlowLogOptions options, INatEventHandler handler)
{
    private readonly ByteNames _names = new();
    private readonly Dictionary<uint, string> _vrfs = [];

    private ref struct Values
    {
        public IpAddress Inner;
        public IpAddress Outer;
        public IpAddress Destination;
        public bool HasInner;
        public bool HasOuter;
        public int FirstPort;
        public int LastPort;
        public int PortCount;
        public int OuterPort;
        public ushort InnerPort;
        public ushort DestinationPort;
        public byte Protocol;
        public int NatEvent;
        public int FirewallEvent;
        public uint Vrf;
        public bool HasVrf;
        public ReadOnlySpan<byte> User;
        public PacketTime Observed;
        public PacketTime Start;
        public PacketTime End;
    }

    public void ReadSet(ReadOnlySpan<byte> set, FlowTemplate template, in FlowTemplateKey key, in FlowMoment moment, FlowLogCounters counters)
    {
        // What is shorter than a record is padding.
        while (set.Length >= template.LeastBytes)
        {
            var values = new Values
            {
                FirstPort = -1,
                LastPort = -1,
                OuterPort = -1,
                NatEvent = -1,
                FirewallEvent = -1,
                Observed = PacketTime.None,
                Start = PacketTime.None,
                End = PacketTime.None,
            };
            if (!TryRead(set, template, moment, ref values, out var length))
            {
                counters.Reject(FlowRejection.Cut);
                return;
            }

            counters.Records++;
            if (template.IsOptions)
            {
                counters.Ignored++;
            }
            else
            {
                Deliver(values, set[..length], key, moment, counters);
            }

            set = set[length..];
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> set, FlowTemplate template, in FlowMoment moment, ref Values values, out int length)
    {
        length = 0;
        foreach (var field in template.Fields)
        {
            int bytes = field.Length;
            if (bytes == FlowField.VariableLength && !TryReadLength(set, ref length, out bytes))
            {
                return false;
            }

            if (length + bytes > set.Length)
            {
                return false;
            }

            if (field.Enterprise == 0)
            {
                Take(field.Element, set.Slice(length, bytes), moment, ref values);
            }

            length += bytes;
        }

        return length > 0;
    }

    /// <summary>RFC 7011 section 7: one byte, or 255 and two bytes.</summary>
    private static bool TryReadLength(ReadOnlySpan<byte> set, ref int at, out int bytes)
    {
        bytes = 0;
        if (at >= set.Length)
        {
            return false;
        }

        bytes = set[at++];
        if (bytes < 255)
        {
            return true;
        }

        if (at + 2 > set.Length)
        {
            return false;
        }

        bytes = BinaryPrimitives.ReadUInt16BigEndian(set[at..]);
        at += 2;
        return true;
    }

    private static void Take(ushort element, ReadOnlySpan<byte> value, in FlowMoment moment, ref Values values)
    {
        switch (element)
        {
            // sourceIPv4Address, sourceIPv6Address
            case 8 or 27 when value.Length is 4 or 16:
                (values.Inner, values.HasInner) = (IpAddress.Read(value), true);
                break;
            // destinationIPv4Address, destinationIPv6Address
            case 12 or 28 when value.Length is 4 or 16:
                values.Destination = IpAddress.Read(value);
                break;
            // postNATSourceIPv4Address, postNATSourceIPv6Address, Cisco ASA's older NF_F_XLATE_SRC_ADDR_IPV4
            case 225 or 281 or 40001 when value.Length is 4 or 16:
                (values.Outer, values.HasOuter) = (IpAddress.Read(value), true);
                break;
            case 7:
                values.InnerPort = (ushort)Number(value);
                break;
            case 11:
                values.DestinationPort = (ushort)Number(value);
                break;
            // postNAPTSourceTransportPort, Cisco ASA's older NF_F_XLATE_SRC_PORT
            case 227 or 40003:
                values.OuterPort = (ushort)Number(value);
                break;
            case 4:
                values.Protocol = (byte)Number(value);
                break;
            case 230:
                values.NatEvent = (int)Number(value);
                break;
            // firewallEvent: sessions of devices that log no natEvent
            case 233:
                values.FirewallEvent = (int)Number(value);
                break;
            // portRangeStart, portRangeEnd, portRangeNumPorts
            case 361:
                values.FirstPort = (ushort)Number(value);
                break;
            case 362:
                values.LastPort = (ushort)Number(value);
                break;
            case 364:
                values.PortCount = (int)Number(value);
                break;
            // ingressVRFID; Huawei puts the VPN into vlanId
            case 234 or 58:
                (values.Vrf, values.HasVrf) = ((uint)Number(value), true);
                break;
            case 371:
                values.User = value;
                break;
            default:
                TakeTime(element, value, moment, ref values);
                break;
        }
    }

    private static void TakeTime(ushort element, ReadOnlySpan<byte> value, in FlowMoment moment, ref Values values)
    {
        switch (element)
        {
            // observationTimeSeconds, -Milliseconds, -Microseconds, -Nanoseconds
            case 322:
                values.Observed = Seconds(value);
                break;
            case 323:
                values.Observed = Milliseconds(value);
                break;
            case 324 or 325:
                values.Observed = Ntp(value);
                break;
            // flowStartSeconds, -Milliseconds, -SysUpTime
            case 150:
                values.Start = Seconds(value);
                break;
            case 152:
                values.Start = Milliseconds(value);
                break;
            case 22:
                values.Start = SinceStart(value, moment);
                break;
            // flowEndSeconds, -Milliseconds, -SysUpTime
            case 151:
                values.End = Seconds(value);
                break;
            case 153:
                values.End = Milliseconds(value);
                break;
            case 21:
                values.End = SinceStart(value, moment);
                break;
        }
    }

    private void Deliver(in Values values, ReadOnlySpan<byte> record, in FlowTemplateKey key, in FlowMoment moment, FlowLogCounters counters)
    {
        if (KindOf(values, key.Template) is not { } kind)
        {
            counters.Reject(FlowRejection.NotNat);
            return;
        }

        if (kind == NatEventKind.Ignored || values.Inner == values.Outer)
        {
            counters.Ignored++;
            return;
        }

        if (!values.HasOuter || !(values.HasInner || !values.User.IsEmpty))
        {
            counters.Reject(FlowRejection.NotNat);
            return;
        }

        var (first, last) = Ports(values);
        if (last < first || last > ushort.MaxValue)
        {
            counters.Reject(FlowRejection.ReversedPorts);
            return;
        }

        counters.Events++;
        handler.Take(new NatEvent
        {
            Kind = kind,
            Protocol = values.Protocol,
            FirstPort = (ushort)first,
            LastPort = (ushort)last,
            InnerPort = values.InnerPort,
            DestinationPort = values.DestinationPort,
            Outer = values.Outer,
            Inner = values.Inner,
            Destination = values.Destination,
            Time = TimeOf(values, kind, moment),
            Precision = TimeSpan.FromMilliseconds(1),
            Started = kind.Opens() ? PacketTime.None : values.Start,
            Received = moment.Received,
            Device = key.Exporter,
            Vrf = values.HasVrf ? Vrf(values.Vrf) : null,
            Account = _names.Get(values.User.TrimEnd((byte)0)),
            Digest = LineDigest.Of(record),
        });
    }

    private static PacketTime TimeOf(in Values values, NatEventKind kind, in FlowMoment moment) =>
        !values.Observed.IsNone ? values.Observed
        : kind.Opens() && !values.Start.IsNone ? values.Start
        : !kind.Opens() && !values.End.IsNone ? values.End
        : moment.Exported;

    private static (int First, int Last) Ports(in Values values)
    {
        if (values.FirstPort < 0)
        {
            return values.OuterPort < 0 ? (0, ushort.MaxValue) : (values.OuterPort, values.OuterPort);
        }

        return (values.FirstPort, values.LastPort > 0 ? values.LastPort : values.FirstPort + Math.Max(1, values.PortCount) - 1);
    }

    /// <summary>Null when nothing says what happened.</summary>
    private NatEventKind? KindOf(in Values values, ushort template)
    {
        if (values.NatEvent < 0)
        {
            return values.FirewallEvent switch
            {
                1 => NatEventKind.SessionCreated,
                2 => NatEventKind.SessionDeleted,
                5 => NatEventKind.SessionAlive,
                >= 0 => NatEventKind.Ignored,
                _ => options.EventOfTemplate.TryGetValue(template, out var kind) ? kind : null,
            };
        }

        if (values.FirstPort >= 0)
        {
            return values.NatEvent switch
            {
                1 or 14 or 16 => NatEventKind.BlockAllocated,
                2 or 15 or 17 => NatEventKind.BlockReleased,
                _ => NatEventKind.Ignored,
            };
        }

        if (values.OuterPort >= 0)
        {
            return values.NatEvent switch
            {
                1 or 4 or 6 or 8 or 10 => NatEventKind.SessionCreated,
                2 or 5 or 7 or 9 or 11 => NatEventKind.SessionDeleted,
                _ => NatEventKind.Ignored,
            };
        }

        // Without ports: the whole address. Exhausted pools and quotas name no inner or no public address.
        return values is { HasInner: true, HasOuter: true }
            ? values.NatEvent switch
            {
                1 or 12 or 14 => NatEventKind.BlockAllocated,
                2 or 13 or 15 => NatEventKind.BlockReleased,
                _ => NatEventKind.Ignored,
            }
            : NatEventKind.Ignored;
    }

    private string Vrf(uint number)
    {
        if (!_vrfs.TryGetValue(number, out var name))
        {
            _vrfs.Add(number, name = number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return name;
    }

    /// <summary>RFC 7011 section 6.2: numbers may be sent in fewer bytes than their type has.</summary>
    private static ulong Number(ReadOnlySpan<byte> value)
    {
        ulong number = 0;
        foreach (var c in value)
        {
            number = (number << 8) | c;
        }

        return number;
    }

    private static PacketTime Seconds(ReadOnlySpan<byte> value) => value.Length > 4 ? PacketTime.None : PacketTime.FromSeconds((long)Number(value));

    // Beyond 2262 nanoseconds no longer fit: no clock of today.
    private static PacketTime Milliseconds(ReadOnlySpan<byte> value) =>
        Number(value) is var number && number <= (ulong)(long.MaxValue / 1_000_000) ? new PacketTime((long)number * 1_000_000) : PacketTime.None;

    /// <summary>Seconds since 1900 and a fraction of 2^32 (RFC 5905).</summary>
    private static PacketTime Ntp(ReadOnlySpan<byte> value)
    {
        const long secondsFrom1900To1970 = 2_208_988_800;
        if (value.Length != 8)
        {
            return PacketTime.None;
        }

        var fraction = BinaryPrimitives.ReadUInt32BigEndian(value[4..]);
        return PacketTime.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(value) - secondsFrom1900To1970, (long)(((ulong)fraction * PacketTime.NanosecondsPerSecond) >> 32));
    }

    private static PacketTime SinceStart(ReadOnlySpan<byte> value, in FlowMoment moment) =>
        moment.Started.IsNone ? PacketTime.None : new PacketTime(moment.Started.UnixNanoseconds + ((long)(uint)Number(value) * 1_000_000));
}
