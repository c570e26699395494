using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Connections.Decoding;
using Xunit;
using static MinerFlow.Unit.Connections.Bytes;

namespace MinerFlow.Unit.Connections.Decoding;

public sealed class PacketDecoderTests
{
    public static TheoryData<string> Names => [.. Encapsulations.All().Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheInnermostSegmentIsFoundInEveryWrapping(string name)
    {
        var (_, linkType, frame) = Encapsulations.All().Single(one => one.Name == name);
        using var decoded = Decode(frame, linkType);

        Assert.Equal(PacketRejection.None, decoded.Rejection);
        Assert.Equal(Encapsulations.Payload, decoded.Payload);
        Assert.Equal(Encapsulations.Payload.Length, decoded.Record.PayloadWireLength);
        Assert.Equal(1_000u, decoded.Record.Sequence);
        Assert.Equal(5_000u, decoded.Record.Acknowledgment);
        Assert.Equal(TcpFlags.Push | TcpFlags.Acknowledge, decoded.Record.TcpFlags);
        var key = decoded.Record.ToKey();
        Assert.Equal(Transport.Tcp, key.Transport);
        Assert.Contains(key[decoded.Record.Sender].ToString(), new[] { "192.0.2.10:40000", "[2001:db8::a]:40000" });
        Assert.Contains(key[decoded.Record.Sender.Opposite()].ToString(), new[] { "198.51.100.20:3333", "[2001:db8:1::14]:3333" });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void CutAnywhereItIsRejectedOrGivesTheBytesThatAreThere(string name)
    {
        var (_, linkType, frame) = Encapsulations.All().Single(one => one.Name == name);
        for (var length = 0; length < frame.Length; length++)
        {
            using var cut = Decode(frame[..length], linkType, wireLength: frame.Length);
            using var shortened = Decode(frame[..length], linkType);
            foreach (var decoded in new[] { cut, shortened })
            {
                Assert.True(decoded.Rejection != PacketRejection.None || decoded.Record.PayloadLength <= decoded.Record.PayloadWireLength);
            }

            if (cut.Rejection == PacketRejection.None && cut.Record.ToKey().Transport == Transport.Tcp && cut.Record.Sequence == 1_000)
            {
                Assert.Equal(Encapsulations.Payload[..cut.Record.PayloadLength], cut.Payload);
                Assert.Equal(Encapsulations.Payload.Length, cut.Record.PayloadWireLength);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ChangedBytesNeverThrowOrReachBeyondTheFrame(string name)
    {
        var (_, linkType, frame) = Encapsulations.All().Single(one => one.Name == name);
        var random = new Random(20_261_122);
        for (var round = 0; round < 400; round++)
        {
            var changed = frame[..random.Next(1, frame.Length + 1)];
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                changed[random.Next(Math.Min(changed.Length, 80))] = (byte)random.Next(256);
            }

            using var decoded = Decode(changed, linkType, changed.Length + random.Next(100));
            if (decoded.Rejection == PacketRejection.None)
            {
                Assert.InRange(decoded.PayloadOffset, 0, changed.Length);
                Assert.InRange(decoded.Record.PayloadLength, 0, changed.Length - (int)decoded.PayloadOffset);
                Assert.True(decoded.Record.PayloadLength <= decoded.Record.PayloadWireLength);
            }
        }
    }

    [Fact]
    public void BothDirectionsHaveOneKeyAndOneHash()
    {
        using var there = Decode(IPv4(Tcp, TcpSegment([1])), LinkType.Raw);
        using var back = Decode(IPv4(Tcp, TcpSegment([1], source: 3_333, destination: 40_000), source: "C6336414", destination: "C000020A"), LinkType.Raw);

        Assert.Equal(there.Record.ToKey(), back.Record.ToKey());
        Assert.Equal(there.Record.Hash, back.Record.Hash);
        Assert.Equal(there.Record.Sender, back.Record.Sender.Opposite());
    }

    [Fact]
    public void TheKeyIsTheOneOfFlowKeyCreate()
    {
        using var decoded = Decode(IPv4(Udp, UdpDatagram([1], 7, 5), source: "C0000201", destination: "C0000201"), LinkType.Raw);
        var address = IpAddress.FromIPv4(0xC000_0201);

        var expected = FlowKey.Create(new Endpoint(address, 7), new Endpoint(address, 5), Transport.Udp, out var side);

        Assert.Equal(expected, decoded.Record.ToKey());
        Assert.Equal(side, decoded.Record.Sender);
    }

    [Theory]
    [InlineData("GTP-U echo", 2152, "32 01 0004 00000000 0001 0000")]
    [InlineData("GTP-U with garbage", 2152, "30 FF 0010 00000001 00112233445566778899AABBCCDDEEFF")]
    [InlineData("VXLAN without its flag", 4789, "00000000 00002A00 00112233445566778899AABBCCDDEEFF")]
    [InlineData("Geneve of another version", 6081, "C0 00 6558 00002A00 00112233")]
    [InlineData("L2TP control", 1701, "C802 0014 0000 0000 0000 0000 8008 0000 0000 0001")]
    [InlineData("anything to Teredo's port", 3544, "7B22")]
    public void WhatIsNoTunnelIsADatagramOfItsOwn(string name, int port, string payload)
    {
        using var decoded = Decode(IPv4(Udp, UdpDatagram(Hex(payload), 50_000, port)), LinkType.Raw);

        Assert.True(decoded.Rejection == PacketRejection.None, name);
        Assert.Equal(Hex(payload), decoded.Payload);
        Assert.Equal(Transport.Udp, decoded.Record.ToKey().Transport);
    }

    public static TheoryData<string, PacketRejection, LinkType, string> Rejections => new()
    {
        { "empty", PacketRejection.TruncatedLink, LinkType.Ethernet, "" },
        { "ARP", PacketRejection.NotIp, LinkType.Ethernet, "FFFFFFFFFFFF 020000000001 0806 0001080006040001" },
        { "spanning tree", PacketRejection.LinkControl, LinkType.Ethernet, "0180C2000000 020000000001 0026 424203 0000000000" },
        { "PPPoE discovery", PacketRejection.LinkControl, LinkType.Ethernet, "FFFFFFFFFFFF 020000000001 8863 1109 0000 0000" },
        { "MACsec", PacketRejection.Encrypted, LinkType.Ethernet, "020000000001 020000000002 88E5 0000000000000000" },
        { "IPv4 header of 16 bytes", PacketRejection.BadIp, LinkType.Raw, "4400 0028 0001 0000 4006 0000 C000020A C6336414 00000000" },
        { "IPv4 shorter than its header", PacketRejection.BadIp, LinkType.Raw, "4500 0013 0001 0000 4006 0000 C000020A C6336414" },
        { "version 5", PacketRejection.BadIp, LinkType.Raw, "5500 0014 0001 0000 4006 0000 C000020A C6336414" },
        { "ICMP", PacketRejection.OtherTransport, LinkType.Raw, "4500 001C 0001 0000 4001 0000 C000020A C6336414 0800 0000 0001 0001" },
        { "ESP", PacketRejection.Encrypted, LinkType.Raw, "4500 001C 0001 0000 4032 0000 C000020A C6336414 00000001 00000001" },
        { "no next header", PacketRejection.OtherTransport, LinkType.IPv6, "60000000 0000 3B 40 20010DB8000000000000000000000001 20010DB8000000000000000000000002" },
        { "TCP header of 16 bytes", PacketRejection.BadTransport, LinkType.Raw, "4500 0028 0001 0000 4006 0000 C000020A C6336414 9C40 0D05 00000001 00000001 4018 FA00 0000 0000" },
        { "UDP length 7", PacketRejection.BadTransport, LinkType.Raw, "4500 001C 0001 0000 4011 0000 C000020A C6336414 9C40 0D05 0007 0000" },
        { "802.11 beacon", PacketRejection.LinkControl, LinkType.Ieee80211, "8000 0000 FFFFFFFFFFFF 020000000001 020000000001 0000 0000" },
        { "802.11 protected", PacketRejection.Encrypted, LinkType.Ieee80211, "0841 0000 020000000001 020000000002 020000000003 1000 0011223344556677" },
        { "802.11 without data", PacketRejection.LinkControl, LinkType.Ieee80211, "4801 0000 020000000001 020000000002 020000000003 1000" },
        { "PPP negotiation", PacketRejection.LinkControl, LinkType.Ppp, "FF03 C021 01010004" },
        { "PPP encrypted", PacketRejection.Encrypted, LinkType.Ppp, "FF03 00FD 10010004" },
        { "Bluetooth", PacketRejection.UnknownLinkType, (LinkType)201, "00000000" },
    };

    [Theory]
    [MemberData(nameof(Rejections))]
    public void WhatCannotBeAFlowIsRejectedByItsReason(string name, PacketRejection reason, LinkType linkType, string frame)
    {
        using var decoded = Decode(Hex(frame), linkType);

        Assert.True(reason == decoded.Rejection, $"{name}: {decoded.Rejection}");
    }

    [Fact]
    public void UnknownLinkTypesAreCountedByTheirNumber()
    {
        using var decoded = Decode([0], (LinkType)201);

        Assert.Equal(1, decoded.Counters.UnknownLinkTypes[201]);
    }

    [Fact]
    public void NineTunnelsInsideEachOtherAreTooMany()
    {
        var packet = IPv4(Tcp, TcpSegment([1]));
        for (var layer = 0; layer < PacketDecoder.MaximumLayers; layer++)
        {
            packet = IPv4(4, packet);
        }

        using var deepest = Decode(packet, LinkType.Raw);
        using var deeper = Decode(IPv4(4, packet), LinkType.Raw);

        Assert.Equal(PacketRejection.None, deepest.Rejection);
        Assert.Equal(PacketRejection.TooManyLayers, deeper.Rejection);
    }

    [Fact]
    public void TagsAndServicesWithoutEndAreRejectedWithoutExhaustingTheStack()
    {
        // VLAN, then 802.3 LLC SNAP that announces a VLAN again, to the end of a frame of 64 KiB.
        var turn = Hex("0000 0800 AAAA03 000000 8100");
        var frame = Join(Hex("020000000001 020000000002 8100"), [.. Enumerable.Repeat(turn, 5_000).SelectMany(bytes => bytes)]);
        for (var offset = 16; offset + 2 < frame.Length; offset += turn.Length)
        {
            frame[offset] = 0x05;
            frame[offset + 1] = 0xFF;
        }

        using var decoded = Decode(frame, LinkType.Ethernet);

        Assert.NotEqual(PacketRejection.None, decoded.Rejection);
    }

    [Fact]
    public void ASnapLengthInsideTheTcpHeaderStillGivesThePorts()
    {
        using var decoded = Decode(IPv4(Tcp, TcpSegment("abc"u8.ToArray()))[..34], LinkType.Raw, wireLength: 43);

        Assert.Equal(PacketRejection.None, decoded.Rejection);
        Assert.Equal(0, decoded.Record.PayloadLength);
        Assert.Equal(3, decoded.Record.PayloadWireLength);
    }

    private static Decoded Decode(byte[] frame, LinkType linkType, int? wireLength = null) => new(frame, linkType, wireLength ?? frame.Length);

    /// <summary>A decoded frame together with the memory that its record points at.</summary>
    private sealed unsafe class Decoded : IDisposable
    {
        private readonly FragmentCache _fragments;
        private readonly nint _memory;

        public Decoded(byte[] frame, LinkType linkType, int wireLength)
        {
            _memory = System.Runtime.InteropServices.Marshal.AllocHGlobal(Math.Max(frame.Length, 1));
            System.Runtime.InteropServices.Marshal.Copy(frame, 0, _memory, frame.Length);
            _fragments = new FragmentCache(new FlowOptions(), Counters);
            var header = new FrameHeader { Address = _memory, CapturedLength = frame.Length, WireLength = wireLength, UnixNanoseconds = 1, Number = 1, LinkType = linkType };
            Rejection = new PacketDecoder(Counters, _fragments).Decode(in header, ref Record);
        }

        public PacketRecord Record;

        public ConnectionCounters Counters { get; } = new();

        public PacketRejection Rejection { get; }

        public byte[] Payload => Record.PayloadBytes.ToArray();

        public long PayloadOffset => Record.Payload - _memory;

        public void Dispose()
        {
            _fragments.Dispose();
            System.Runtime.InteropServices.Marshal.FreeHGlobal(_memory);
        }
    }
}
