using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Nat.Flows;
using MinerFlow.SystemTests.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.System.Subscribers;

/// <summary>Translation events in IPFIX and NetFlow 9: nfdump reads what we do and says the same, and what softflowd exports we read without an error.</summary>
public sealed class FlowPeerTests : IDisposable
{
    private const ulong Milliseconds = 1_649_293_200_000;
    private const string Device = "192.0.2.1";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly (int, int)[] Session = [(323, 8), (230, 1), (4, 1), (8, 4), (225, 4), (7, 2), (227, 2), (12, 4), (11, 2)];
    private static readonly (int, int)[] Block = [(323, 8), (230, 1), (8, 4), (225, 4), (361, 2), (362, 2), (234, 4)];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-flows-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NfdumpSaysOfEveryEventWhatWeSay(bool isIpfix)
    {
        Assert.SkipUnless(Tool.Exists("nfcapd") && Tool.Exists("nfdump"), "nfdump is not installed");
        var datagrams = Datagrams(isIpfix);
        var events = new Events();
        var reader = new FlowLogReader(new FlowLogOptions(), events);
        datagrams.ForEach(datagram => reader.Read(datagram, Device, PacketTime.None));
        Assert.Equal(0, reader.Exporters[Device].Rejected);

        Collect(datagrams);

        // nfdump 1.7.1 does not take the ports of blocks out of IPFIX.
        var theirs = Nfdump("fmt:%sa %sp %nsa %nsp %da %dp %pbstart %pbend %ivrf %tevt");
        Assert.Equal(events.Found.Select(found => Text(found, hasBlockPorts: !isIpfix)), theirs);
        Assert.Equal(
            events.Found.Select(found => found.Kind switch { NatEventKind.SessionCreated => "4", NatEventKind.SessionDeleted => "5", NatEventKind.BlockAllocated => "16", _ => "17" }),
            Nfdump("raw").Where(line => line.StartsWith("nat event", StringComparison.Ordinal)).Select(line => line.Split('=', ':')[1].Trim()));
    }

    [Theory]
    [InlineData("9")]
    [InlineData("10")]
    public void WhatSoftflowdExportsIsReadWithoutAnError(string version)
    {
        Assert.SkipUnless(Tool.Exists("softflowd"), "softflowd is not installed");
        using var receiver = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        receiver.ReceiveTimeout = (int)Patience.TotalMilliseconds;
        var capture = Path.Combine(_folder.FullName, "traffic.pcap");
        File.WriteAllBytes(capture, DatagramCapture.Write(Enumerable.Range(0, 40).Select(i => (1_649_293_200L + i, new byte[] { 198, 51, 100, (byte)(i % 8) }, new byte[] { 203, 0, 113, 9 }, (ushort)(4000 + (i % 8)), new byte[100]))));

        Tool.Run("softflowd", "-d", "-r", capture, "-n", $"127.0.0.1:{((IPEndPoint)receiver.LocalEndPoint!).Port}", "-v", version, "-c", "none", "-p", "none");

        var reader = new FlowLogReader(new FlowLogOptions(), new Events());
        var datagram = new byte[65_535];
        do
        {
            reader.Read(datagram.AsSpan(0, receiver.Receive(datagram)), Device, PacketTime.None);
        }
        while (receiver.Available > 0);

        var counters = reader.Exporters[Device];
        Assert.True(counters.Templates > 0 && counters.Records >= 8, $"{counters.Templates} templates, {counters.Records} records");
        Assert.Equal((0, 0), (counters.Lost, reader.PendingBytes));

        // Flows are no translations: that is all that is said against them.
        Assert.Equal(counters[FlowRejection.NotNat], counters.Rejected);
        Assert.Equal(counters.Records, counters.Ignored + counters.Rejected);
    }

    private static List<byte[]> Datagrams(bool isIpfix) =>
    [
        Datagram(isIpfix, 0).Template(256, Session).Template(257, Block).Data(256, SessionRecord(4, 0)).Data(257, BlockRecord(16, 5)).ToBytes(),
        Datagram(isIpfix, isIpfix ? 2u : 1u).Data(256, SessionRecord(5, 60_000)).Data(257, BlockRecord(17, 70_000)).ToBytes(),
    ];

    private static FlowDatagram Datagram(bool isIpfix, uint sequence) => isIpfix ? FlowDatagram.Ipfix(sequence: sequence) : FlowDatagram.NetFlow9(sequence: sequence);

    private static byte[][] SessionRecord(int natEvent, ulong after) =>
    [
        FlowDatagram.Number(Milliseconds + after, 8), [(byte)natEvent], [6], FlowDatagram.Ip("100.64.0.5"), FlowDatagram.Ip("203.0.113.9"),
        FlowDatagram.Number(40_000, 2), FlowDatagram.Number(2_048, 2), FlowDatagram.Ip("198.51.100.7"), FlowDatagram.Number(3_333, 2),
    ];

    private static byte[][] BlockRecord(int natEvent, ulong after) =>
    [
        FlowDatagram.Number(Milliseconds + after, 8), [(byte)natEvent], FlowDatagram.Ip("100.64.0.6"), FlowDatagram.Ip("203.0.113.9"),
        FlowDatagram.Number(4_096, 2), FlowDatagram.Number(5_119, 2), FlowDatagram.Number(7, 4),
    ];

    /// <summary>Sends the datagrams to an nfcapd, which leaves them in files of its own.</summary>
    private void Collect(List<byte[]> datagrams)
    {
        using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        sender.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = FreePort();
        using var nfcapd = Tool.Start("nfcapd", "-b", "127.0.0.1", "-p", $"{port}", "-w", _folder.FullName, "-t", "3600");
        try
        {
            Assert.True(SpinWait.SpinUntil(() => IsBound(port), Patience), "nfcapd does not listen");
            datagrams.ForEach(datagram => sender.SendTo(datagram, new IPEndPoint(IPAddress.Loopback, port)));
            Assert.True(SpinWait.SpinUntil(() => QueueOf(port) == 0, Patience), "nfcapd does not read");
        }
        finally
        {
            Tool.Run("kill", "-TERM", $"{nfcapd.Id}");
            Assert.True(nfcapd.WaitForExit(Patience), "nfcapd does not end");
        }
    }

    private List<string> Nfdump(string format) =>
        [.. Tool.Run("env", "TZ=UTC", "nfdump", "-R", _folder.FullName, "-q", "-o", format).Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Where(line => line.Length > 0)];

    private static string Text(NatEvent found, bool hasBlockPorts)
    {
        var isSession = found.Kind.IsSession();
        var block = isSession || !hasBlockPorts ? "0 0" : $"{found.FirstPort} {found.LastPort}";
        var (outerPort, destination) = isSession ? (found.FirstPort, $"{found.Destination} {found.DestinationPort}") : ((ushort)0, "0.0.0.0 0");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{found.Inner} {found.InnerPort} {found.Outer} {outerPort} {destination} {block} {found.Vrf ?? "0"} {found.Time.ToDateTimeOffset():yyyy-MM-dd HH:mm:ss.fff}");
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static bool IsBound(int port) => QueueOf(port) >= 0;

    /// <summary>Bytes that wait at a UDP port of the loopback; -1 when nobody listens there.</summary>
    private static long QueueOf(int port)
    {
        var line = File.ReadLines("/proc/net/udp").FirstOrDefault(line => line.Contains($"0100007F:{port:X4} ", StringComparison.Ordinal));
        return line is null ? -1 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    private sealed class Events : INatEventHandler
    {
        public List<NatEvent> Found { get; } = [];

        public void Take(in NatEvent happened) => Found.Add(happened);
    }
}
