using System.Net;
using System.Net.Sockets;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Nat.Flows;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Traffic;
using MinerFlow.Unit.Enrichment.Subscribers.Nat;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Receivers;

public sealed class ReceiverTests
{
    private static readonly IPEndPoint Anywhere = new(IPAddress.Loopback, 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void EveryMessageOfTheRingComesOutOnceAndInOrder()
    {
        var ring = new MessageRing(4_096);
        var peer = ring.AddPeer("192.0.2.1");
        var handler = new Collector();
        var reader = new Thread(() => ring.Drain(handler)) { IsBackground = true };
        reader.Start();
        var refused = 0L;
        for (var i = 0; i < 20_000; i++)
        {
            var message = Encoding.ASCII.GetBytes($"{i}{new string('.', i % 97)}");
            while (!ring.TryAdd(message, From(peer) with { Received = PacketTime.FromSeconds(i) }))
            {
                refused++;
                Thread.Yield();
            }
        }

        ring.Close();
        reader.Join();

        Assert.Equal(Enumerable.Range(0, 20_000), handler.Messages.Select(message => int.Parse(message.TrimEnd('.'))));
        Assert.Equal(0, ring.Used);
        Assert.InRange(handler.Rests, 1, 20_000);
        Assert.False(ring.TryAdd([1], From(peer)));
    }

    [Fact]
    public void AFullRingRefuses()
    {
        var ring = new MessageRing(256);
        var peer = ring.AddPeer("192.0.2.1");
        var taken = 0;
        while (ring.TryAdd(new byte[20], From(peer)))
        {
            taken++;
        }

        Assert.Equal(256 / (20 + 34), taken);
    }

    [Fact]
    public void DatagramsReachTheirReaderWithSenderAndTime()
    {
        var ring = new MessageRing(1 << 20);
        var handler = new Collector();
        var reader = new Thread(() => ring.Drain(handler)) { IsBackground = true };
        reader.Start();
        using (var receiver = new UdpReceiver(Anywhere, ring, new ReceiverOptions(), TimeProvider.System))
        {
            using var sender = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            sender.Connect(receiver.Endpoint);
            for (var i = 0; i < 500; i++)
            {
                sender.Send(Encoding.ASCII.GetBytes($"message {i}"));
            }

            Assert.True(SpinWait.SpinUntil(() => receiver.Peers.All.Sum(peer => peer.Messages) + receiver.KernelDrops() == 500, Patience));
            Assert.Equal("127.0.0.1", Assert.Single(receiver.Peers.All).Name);
        }

        ring.Close();
        reader.Join();
        Assert.Equal(500, handler.Messages.Count);
        Assert.False(handler.LastTime.IsNone);
    }

    [Fact]
    public async Task AStreamWaitsForASlowReaderAndLosesNothing()
    {
        var ring = new MessageRing(2_048);
        await using var receiver = new StreamReceiver(Anywhere, ring, new ReceiverOptions { Patience = TimeSpan.FromMilliseconds(1) }, tls: null, TimeProvider.System);
        var handler = new Collector();
        var reader = new Thread(() => ring.Drain(handler)) { IsBackground = true };
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(receiver.Endpoint, TestContext.Current.CancellationToken);
            await using var stream = client.GetStream();
            for (var i = 0; i < 500; i++)
            {
                var message = $"<134>message {i}";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(i % 2 == 0 ? $"{message.Length} {message}" : message + "\n"), TestContext.Current.CancellationToken);
            }
        }

        reader.Start();
        Assert.True(SpinWait.SpinUntil(() => handler.Count == 500, Patience));
        ring.Close();
        reader.Join();
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"<134>message {i}"), handler.Messages);
    }

    [Fact]
    public void TheIntakeTellsFlowLogsFromLines()
    {
        var events = new EventList();
        var ring = new MessageRing(4_096);
        var intake = new NatLogIntake(_ => TestProfiles.Shipped("nat444"), new NatLineOptions(), new FlowLogReader(new FlowLogOptions(), events), events);
        var peer = ring.AddPeer("192.0.2.1");
        var line = "1 2022 Apr 7 09:58:11 - - - NAT444:UserbasedA [- 100.64.12.34 - 203.0.113.9 - 20480 24575]";

        intake.Take(Encoding.ASCII.GetBytes($"{line}\n{line}\n"), From(peer));
        intake.Take(
            FlowDatagram.Ipfix()
                .Template(256, (230, 1), (8, 4), (225, 4), (361, 2), (362, 2))
                .Data(256, [16], FlowDatagram.Ip("100.64.0.5"), FlowDatagram.Ip("203.0.113.9"), FlowDatagram.Number(1024, 2), FlowDatagram.Number(2047, 2))
                .ToBytes(),
            From(peer));

        Assert.Equal(3, events.Events.Count);
        Assert.All(events.Events, found => Assert.Equal("192.0.2.1", found.Device));
        Assert.Equal(2, Assert.Single(intake.Lines).Counters.Events);
    }

    private static MessageOrigin From(LogPeer peer) => new(peer, Times.Ip("192.0.2.1"), 514, Times.At("2022-04-07T02:00:00Z"));

    private sealed class Collector : IMessageHandler
    {
        private int _count;

        public List<string> Messages { get; } = [];

        public int Count => Volatile.Read(ref _count);

        public PacketTime LastTime { get; private set; } = PacketTime.None;

        public int Rests { get; private set; }

        public void Rest() => Rests++;

        public void Take(ReadOnlySpan<byte> message, in MessageOrigin origin)
        {
            Messages.Add(Encoding.UTF8.GetString(message));
            LastTime = origin.Received;
            Volatile.Write(ref _count, Messages.Count);
        }
    }
}
