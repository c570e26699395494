using MinerFlow.Capture;
using static MinerFlow.Unit.Connections.Bytes;

namespace MinerFlow.Unit.Connections.Decoding;

/// <summary>One TCP segment in every wrapping that the decoder knows.</summary>
internal static class Encapsulations
{
    public static readonly byte[] Payload = "{\"method\":\"mining.subscribe\"}\n"u8.ToArray();

    private static readonly byte[] Inner = IPv4(Tcp, TcpSegment(Payload));
    private static readonly byte[] Inner6 = IPv6(Tcp, TcpSegment(Payload));
    private static readonly byte[] InnerFrame = Ethernet(0x0800, Inner);

    public static IEnumerable<(string Name, LinkType LinkType, byte[] Frame)> All() => [.. Links(), .. Wireless(), .. Tags(), .. Networks(), .. Tunnels(), .. UdpTunnels()];

    private static IEnumerable<(string Name, LinkType LinkType, byte[] Frame)> Links() =>
    [
        ("Ethernet", LinkType.Ethernet, InnerFrame),
        ("Ethernet with padding", LinkType.Ethernet, Join(InnerFrame, new byte[9])),
        ("Ethernet IPv6", LinkType.Ethernet, Ethernet(0x86DD, Inner6)),
        ("802.3 LLC SNAP", LinkType.Ethernet, Ethernet(8 + Inner.Length, Join(Hex("AAAA03 000000 0800"), Inner))),
        ("802.3 LLC IP", LinkType.Ethernet, Ethernet(3 + Inner.Length, Join(Hex("060603"), Inner))),
        ("raw", LinkType.Raw, Inner),
        ("raw of BSD", (LinkType)12, Inner),
        ("raw of OpenBSD", (LinkType)14, Inner6),
        ("IPV4", LinkType.IPv4, Inner),
        ("IPV6", LinkType.IPv6, Inner6),
        ("NULL little endian", LinkType.Null, Join(Hex("02000000"), Inner)),
        ("NULL big endian", LinkType.Null, Join(Hex("00000002"), Inner)),
        ("NULL IPv6 of Linux", LinkType.Null, Join(Hex("0A000000"), Inner6)),
        ("NULL IPv6 of NetBSD", LinkType.Null, Join(Hex("18000000"), Inner6)),
        ("NULL IPv6 of FreeBSD", LinkType.Null, Join(Hex("1C000000"), Inner6)),
        ("NULL IPv6 of Darwin", LinkType.Null, Join(Hex("1E000000"), Inner6)),
        ("NULL IPv6 of Windows", LinkType.Null, Join(Hex("17000000"), Inner6)),
        ("LOOP IPv6", LinkType.Loop, Join(Hex("0000001C"), Inner6)),
        ("SLL", LinkType.LinuxSll, Join(Hex("0000 0001 0006 020000000001 0000 0800"), Inner)),
        ("SLL VLAN", LinkType.LinuxSll, Join(Hex("0000 0001 0006 020000000001 0000 8100"), Vlan(7, 0x0800, Inner))),
        ("SLL LLC", LinkType.LinuxSll, Join(Hex("0000 0001 0006 020000000001 0000 0004 AAAA03 000000 0800"), Inner)),
        ("SLL2", LinkType.LinuxSll2, Join(Hex("86DD 0000 00000002 0001 00 06 020000000001 0000"), Inner6)),
        ("PPP", LinkType.Ppp, Join(Hex("FF03 0021"), Inner)),
        ("PPP without address", LinkType.Ppp, Join(Hex("0057"), Inner6)),
        ("PPP compressed protocol", LinkType.Ppp, Join(Hex("21"), Inner)),
        ("PPP HDLC", LinkType.PppHdlc, Join(Hex("FF03 0021"), Inner)),
        ("PPP HDLC of Cisco", LinkType.PppHdlc, Join(Hex("0F00 0800"), Inner)),
        ("PPP bridged", LinkType.Ppp, Join(Hex("FF03 0031 00 01"), InnerFrame)),
        ("PPP MPLS", LinkType.Ppp, Join(Hex("FF03 0281"), Label(17, true, Inner))),
        ("PPP with direction", LinkType.PppWithDirection, Join(Hex("01 FF03 0021"), Inner)),
        ("PPP of pppd", (LinkType)166, Join(Hex("00 03 0021"), Inner)),
        ("PPP of pppd with its address", (LinkType)166, Join(Hex("00 FF03 0021"), Inner)),
        ("PPPoE session", LinkType.PppEther, Join(Hex("11 00 0042"), U16(Inner.Length + 2), Hex("0021"), Inner)),
        ("Cisco HDLC", LinkType.CiscoHdlc, Join(Hex("0F 00 0800"), Inner)),
        ("Frame Relay", LinkType.FrameRelay, Join(Hex("1841 03 CC"), Inner)),
        ("Frame Relay IPv6", LinkType.FrameRelay, Join(Hex("1841 03 8E"), Inner6)),
        ("Frame Relay SNAP", LinkType.FrameRelay, Join(Hex("1841 03 00 80 000000 0800"), Inner)),
        ("Frame Relay, address of four bytes", LinkType.FrameRelay, Join(Hex("18100001 03 CC"), Inner)),
        ("Frame Relay of Cisco", LinkType.FrameRelay, Join(Hex("1841 0800"), Inner)),
        ("NFLOG", LinkType.NetfilterLog, Join(Hex("02 00 0005 0800 0100 08000101 0500 0A00 61000000"), [(byte)(Inner.Length + 4), 0, 9, 0], Inner)),
    ];

    private static IEnumerable<(string Name, LinkType LinkType, byte[] Frame)> Wireless()
    {
        var addresses = Hex("020000000001 020000000002 020000000003 1000");
        var snap = Join(Hex("AAAA03 000000 0800"), Inner);
        var data = Join(Hex("0801 0000"), addresses, snap);
        var quality = Join(Hex("8801 0000"), addresses, Hex("0000"), snap);
        return
        [
            ("802.11 data", LinkType.Ieee80211, data),
            ("802.11 QoS data", LinkType.Ieee80211, quality),
            ("802.11 QoS data with HT control", LinkType.Ieee80211, Join(Hex("8881 0000"), addresses, Hex("0000 00000000"), snap)),
            ("802.11 between access points", LinkType.Ieee80211, Join(Hex("0803 0000"), addresses, Hex("020000000004"), snap)),
            ("802.11 aggregated", LinkType.Ieee80211, Join(Hex("8801 0000"), addresses, Hex("8000"), Hex("020000000001 020000000002"), U16(snap.Length), snap)),
            ("radiotap", LinkType.Ieee80211Radiotap, Join(Hex("00 00 0900 02000000 00"), data)),
            ("radiotap with timer and padding", LinkType.Ieee80211Radiotap, Join(Hex("00 00 1900 03000080 00000000 00000000 0000000000000000 20"), Hex("8801 0000"), addresses, Hex("0000 0000"), snap)),
            ("Prism", LinkType.Ieee80211Prism, Join(Hex("44000000 90000000"), new byte[136], data)),
            ("AVS", LinkType.Ieee80211Avs, Join(Hex("80211001 00000040"), new byte[56], data)),
            ("PPI", LinkType.Ppi, Join(Hex("00 00 0800 69000000"), data)),
        ];
    }

    private static IEnumerable<(string Name, LinkType LinkType, byte[] Frame)> Tags()
    {
        var pppoe = Join(Hex("11 00 0042"), U16(Inner.Length + 2), Hex("0021"), Inner);
        return
        [
            ("VLAN", LinkType.Ethernet, Ethernet(0x8100, Vlan(100, 0x0800, Inner))),
            ("QinQ", LinkType.Ethernet, Ethernet(0x88A8, Vlan(100, 0x8100, Vlan(7, 0x86DD, Inner6)))),
            ("three tags", LinkType.Ethernet, Ethernet(0x9100, Vlan(1, 0x9100, Vlan(2, 0x8100, Vlan(3, 0x0800, Inner))))),
            ("VN-tag and VLAN", LinkType.Ethernet, Ethernet(0x8926, Join(Hex("00000001 8100"), Vlan(1, 0x0800, Inner)))),
            ("E-tag", LinkType.Ethernet, Ethernet(0x893F, Join(Hex("000000010000 0800"), Inner))),
            ("MPLS", LinkType.Ethernet, Ethernet(0x8847, Label(16, true, Inner))),
            ("three labels, IPv6", LinkType.Ethernet, Ethernet(0x8847, Label(16, false, Label(17, false, Label(2, true, Inner6))))),
            ("MPLS pseudowire with control word", LinkType.Ethernet, Ethernet(0x8847, Label(16, true, Join(Hex("00000000"), InnerFrame)))),
            ("MPLS pseudowire without control word", LinkType.Ethernet, Ethernet(0x8848, Label(16, true, InnerFrame))),
            ("MPLS pseudowire to a MAC that reads as the start of an IPv6 packet", LinkType.Ethernet, Ethernet(0x8847, Label(16, true, Join(Hex("60A44C4D0012 020000000002 0800"), Inner)))),
            ("MPLS pseudowire to a MAC that begins with 4", LinkType.Ethernet, Ethernet(0x8847, Label(16, true, Join(Hex("400000000001 020000000002 0800"), Inner)))),
            ("PPPoE", LinkType.Ethernet, Ethernet(0x8864, pppoe)),
            ("QinQ PPPoE", LinkType.Ethernet, Ethernet(0x88A8, Vlan(1, 0x8100, Vlan(2, 0x8864, pppoe)))),
            ("provider backbone bridge", LinkType.Ethernet, Ethernet(0x88A8, Vlan(1, 0x88E7, Join(Hex("00001234"), InnerFrame)))),
        ];
    }

    private static IEnumerable<(string Name, LinkType LinkType, byte[] Frame)> Networks()
    {
        var segment = TcpSegment(Payload);
        return
        [
            ("IPv4 options", LinkType.Raw, IPv4(Tcp, segment, options: "94040000 01010101")),
            ("IPv4 total length left to the card", LinkType.Raw, IPv4(Tcp, segment, totalLength: 0)),
            ("TCP options", LinkType.Raw, IPv4(Tcp, TcpSegment(Payload, options: "0101080A 00000001 00000002"))),
            ("IPv6 hop-by-hop", LinkType.Raw, IPv6(0, Join([Tcp, 0], Hex("010400000000"), segment))),
            ("IPv6 routing", LinkType.Raw, IPv6(43, Join([Tcp, 2], new byte[22], segment))),
            ("IPv6 destination options", LinkType.Raw, IPv6(60, Join([Tcp, 1], new byte[14], segment))),
            ("IPv6 authentication", LinkType.Raw, IPv6(51, Join([Tcp, 4], new byte[22], segment))),
            ("IPv6 atomic fragment", LinkType.Raw, IPv6(44, Join([Tcp, 0], Hex("0000 00000001"), segment))),
            ("IPv6 four headers", LinkType.Raw, IPv6(0, Join([60, 0], Hex("010400000000"), [43, 0], Hex("010400000000"), [44, 0], Hex("010400000000"), [Tcp, 0], Hex("0000 00000001"), segment))),
            ("IPv4 authentication", LinkType.Raw, IPv4(51, Join([Tcp, 4], new byte[22], segment))),
        ];
    }

    private static IEnumerable<(string Name, LinkType LinkType, byte[] Frame)> Tunnels() =>
    [
        ("IP in IP", LinkType.Raw, Outer(4, Inner)),
        ("6in4", LinkType.Raw, Outer(41, Inner6)),
        ("4in6", LinkType.Raw, IPv6(4, Inner)),
        ("GRE", LinkType.Raw, Outer(47, Join(Hex("0000 0800"), Inner))),
        ("GRE with checksum, key and sequence", LinkType.Raw, Outer(47, Join(Hex("B000 86DD 00000000 00000001 00000002"), Inner6))),
        ("GRE bridging", LinkType.Raw, Outer(47, Join(Hex("2000 6558 00000001"), InnerFrame))),
        ("GRE MPLS", LinkType.Raw, Outer(47, Join(Hex("0000 8847"), Label(16, true, Inner)))),
        ("PPTP", LinkType.Raw, Outer(47, Join(Hex("3081 880B 0040 0001 00000001 00000002 FF03 0021"), Inner))),
        ("PPTP without acknowledgment", LinkType.Raw, Outer(47, Join(Hex("3001 880B 0040 0001 00000001 21"), Inner))),
        ("ERSPAN I", LinkType.Raw, Outer(47, Join(Hex("0000 88BE"), InnerFrame))),
        ("ERSPAN II", LinkType.Raw, Outer(47, Join(Hex("1000 88BE 00000001 10010001 00000000"), InnerFrame))),
        ("ERSPAN III", LinkType.Raw, Outer(47, Join(Hex("1000 22EB 00000001 20010001 00000000 00000000"), InnerFrame))),
        ("ERSPAN III with platform header", LinkType.Raw, Outer(47, Join(Hex("1000 22EB 00000001 20010001 00000000 00000001 0000000000000000"), InnerFrame))),
        ("WCCP 1", LinkType.Raw, Outer(47, Join(Hex("0000 883E"), Inner))),
        ("WCCP 2", LinkType.Raw, Outer(47, Join(Hex("0000 883E 01000000"), Inner))),
        ("EtherIP", LinkType.Raw, Outer(97, Join(Hex("3000"), InnerFrame))),
        ("MPLS in IP", LinkType.Raw, Outer(137, Label(16, true, Inner))),
        ("L2TPv3", LinkType.Raw, Outer(115, Join(Hex("00000001"), InnerFrame))),
        ("L2TPv3 with cookie and sublayer", LinkType.Raw, Outer(115, Join(Hex("00000001 0102030405060708 00000000"), InnerFrame))),
    ];

    private static IEnumerable<(string Name, LinkType LinkType, byte[] Frame)> UdpTunnels() =>
    [
        ("GTP-U", LinkType.Raw, OuterUdp(2152, Join(Hex("30 FF"), U16(Inner.Length), Hex("00000001"), Inner))),
        ("GTP-U with sequence", LinkType.Raw, OuterUdp(2152, Join(Hex("32 FF"), U16(Inner.Length + 4), Hex("00000001 0001 00 00"), Inner))),
        ("GTP-U with two extension headers", LinkType.Raw, OuterUdp(2152, Join(Hex("34 FF"), U16(Inner6.Length + 16), Hex("00000001 0000 00 85 01 1009 C0 02 0000 000000 00 00"), Inner6))),
        ("VXLAN", LinkType.Raw, OuterUdp(4789, Join(Hex("08000000 00002A00"), InnerFrame))),
        ("VXLAN on the port before IANA's", LinkType.Raw, OuterUdp(8472, Join(Hex("08000000 00002A00"), InnerFrame))),
        ("VXLAN GPE", LinkType.Raw, OuterUdp(4790, Join(Hex("0C000002 00002A00"), Inner6))),
        ("Geneve", LinkType.Raw, OuterUdp(6081, Join(Hex("00 00 6558 00002A00"), InnerFrame))),
        ("Geneve with options", LinkType.Raw, OuterUdp(6081, Join(Hex("02 00 0800 00002A00 0102 80 01 00000000"), Inner))),
        ("L2TP", LinkType.Raw, OuterUdp(1701, Join(Hex("0002 0001 0002 FF03 0021"), Inner))),
        ("L2TP with length, sequence and offset", LinkType.Raw, OuterUdp(1701, Join(Hex("4A02"), U16(Inner.Length + 18), Hex("0001 0002 0001 0000 0002 0000 FF03 0021"), Inner))),
        ("L2TPv3 over UDP", LinkType.Raw, OuterUdp(1701, Join(Hex("0003 0000 00000001"), InnerFrame))),
        ("Teredo", LinkType.Raw, OuterUdp(3544, Inner6)),
        ("Teredo with authentication and origin", LinkType.Raw, OuterUdp(3544, Join(Hex("0001 00 00 0000000000000000 00 0000 1234 3FFFFDF5"), Inner6))),
        ("VXLAN in GTP-U in QinQ", LinkType.Ethernet, Ethernet(0x88A8, Vlan(1, 0x8100, Vlan(2, 0x0800, GtpOf(OuterUdp(4789, Join(Hex("08000000 00002A00"), InnerFrame))))))),
    ];

    private static byte[] GtpOf(byte[] inner) => OuterUdp(2152, Join(Hex("30 FF"), U16(inner.Length), Hex("00000001"), inner));

    /// <summary>From 203.0.113.1 to 203.0.113.2.</summary>
    private static byte[] Outer(byte protocol, byte[] payload) => IPv4(protocol, payload, source: "CB007101", destination: "CB007102");

    private static byte[] OuterUdp(int port, byte[] payload) => Outer(Udp, UdpDatagram(payload, 50_000, port));
}
