using System.Net;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Traffic;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Receivers;

public sealed class RadiusIntakeTests
{
    private const string Secret = "invented secret";
    private const uint Seconds = 1_649_405_400;

    private readonly MessageRing _ring = new(65_536);
    private readonly Journal _journal = new();
    private readonly RadiusIntake _intake;

    public RadiusIntakeTests()
    {
        var clients = new RadiusClients(
        [
            new RadiusClient(Range("192.0.2.0/24"), Encoding.UTF8.GetBytes("another secret"), IsAnswered: false),
            new RadiusClient(Range("192.0.2.250"), Encoding.UTF8.GetBytes(Secret), IsAnswered: true),
        ]);
        _intake = new RadiusIntake(clients, new RadiusPacketReader(TimeSpan.FromHours(8)), _journal, _journal.Send);
    }

    private RadiusClientCounters Counters => _intake.Clients.All[0].Counters;

    [Fact]
    public void ARequestIsAnsweredAfterWhatItSaysIsDurable()
    {
        var request = Start(7).Octets(33, [1, 2]).ToBytes(Secret);

        Send(request);
        Assert.Equal(["s7"], _journal.Steps);
        _intake.Rest();
        Assert.Equal(["s7", "durable", "answer to 192.0.2.250:3000"], _journal.Steps);
        Assert.True(RadiusDatagram.IsAnswer(Assert.Single(_journal.Answers), request, Secret));
        Assert.Equal((1, 1), (Counters.Accepted, Counters.Answered));
    }

    [Fact]
    public void WhatCannotBeMadeDurableIsNotAnswered()
    {
        _journal.IsFull = true;
        Send(Start(7).ToBytes(Secret));

        Assert.Throws<IOException>(_intake.Rest);
        Assert.Empty(_journal.Answers);
    }

    [Fact]
    public void ARequestThatComesAgainIsReadOnceAndAnsweredAgain()
    {
        Send(Start(7).ToBytes(Secret));
        _intake.Rest();
        Send(Start(7).ToBytes(Secret));
        Send(Start(8).ToBytes(Secret));
        _intake.Rest();

        Assert.Equal(["s7", "s8"], _journal.Steps.Where(step => step[0] == 's'));
        Assert.Equal((3, 1, 2), (_journal.Answers.Count, Counters.Duplicates, Counters.Accepted));
    }

    [Fact]
    public void ACopyOfAnotherServersAccountingIsReadInSilence()
    {
        Send(Start(7).ToBytes("another secret"), "192.0.2.7");
        _intake.Rest();

        // Nobody waits for it: it is made durable with everything else.
        Assert.Equal(["s7"], _journal.Steps);
    }

    [Fact]
    public void WhateverIsWrongIsCountedByKindAndClientAndNeitherReadNorAnswered()
    {
        Send(Start(7).ToBytes(Secret), "198.51.100.1");
        Send(Start(7).ToBytes("another secret"));
        Send(Start(7).ToBytes(Secret)[..30]);
        Send(new RadiusDatagram(1).Text(1, "u1").ToBytes(Secret));
        Send(new RadiusDatagram().Number(40, 1).ToBytes(Secret));
        Send(Start(7).Octets(8, [1]).ToBytes(Secret));
        Send(new RadiusDatagram(12).ToBytes(Secret));
        _intake.Rest();

        Assert.Empty(_journal.Steps);
        Assert.Equal(1, _intake.Clients.Unknown[RadiusRejection.UnknownClient]);
        Assert.Equal(
            [(RadiusRejection.BadLength, 1), (RadiusRejection.BadAuthenticator, 2), (RadiusRejection.OtherCode, 1), (RadiusRejection.BadValue, 1), (RadiusRejection.Incomplete, 1)],
            Enum.GetValues<RadiusRejection>().Where(kind => Counters[kind] > 0).Select(kind => (kind, (int)Counters[kind])));
    }

    [Fact]
    public void AStatusServerIsAnsweredWithoutACommit()
    {
        var probe = new RadiusDatagram(12, 9).ToProbe(Secret);

        Send(probe);
        _intake.Rest();

        Assert.Equal(["answer to 192.0.2.250:3000"], _journal.Steps);
        Assert.True(RadiusDatagram.IsAnswer(_journal.Answers[0], probe, Secret));
    }

    [Fact]
    public void AFloodIsAnsweredInPartsAndEachAfterItsCommit()
    {
        for (var i = 0; i < 5_000; i++)
        {
            Send(RadiusDatagram.Session(1, $"s{i}", "u1", Seconds, (byte)i).Octets(33, new byte[100]).ToBytes(Secret), port: (ushort)(3_000 + (i / 256)));
        }

        _intake.Rest();

        Assert.Equal((5_000, 5_000), (_journal.Answers.Count, (int)Counters.Answered));
        var durable = 0;
        for (var i = 0; i < _journal.Steps.Count; i++)
        {
            durable = _journal.Steps[i] == "durable" ? _journal.Steps.Take(i).Count(step => step[0] == 's') : durable;
            Assert.True(_journal.Steps[i][0] != 'a' || _journal.Steps.Take(i).Count(step => step[0] == 'a') < durable);
        }
    }

    [Fact]
    public void AnswersReachTheirClientThroughTheSocket()
    {
        var clients = new RadiusClients([new RadiusClient(Range("127.0.0.1"), Encoding.UTF8.GetBytes(Secret), IsAnswered: true)]);
        using var receiver = new UdpReceiver(new IPEndPoint(IPAddress.Loopback, 0), _ring, new ReceiverOptions(), TimeProvider.System);
        var intake = new RadiusIntake(clients, new RadiusPacketReader(TimeSpan.FromHours(8)), _journal, receiver.Send);
        var reader = new Thread(() => _ring.Drain(intake)) { IsBackground = true };
        reader.Start();
        using var client = new global::System.Net.Sockets.UdpClient();
        client.Connect(receiver.Endpoint);
        client.Client.ReceiveTimeout = 60_000;
        var request = Start(7).ToBytes(Secret);

        client.Send(request);
        IPEndPoint? from = null;
        var answer = client.Receive(ref from);

        Assert.True(RadiusDatagram.IsAnswer(answer, request, Secret));
        Assert.Equal(receiver.Endpoint, from);
        _ring.Close();
        reader.Join();
    }

    private static RadiusDatagram Start(byte number) => RadiusDatagram.Session(1, $"s{number}", "u1", Seconds, number).Address(8, "203.0.113.9");

    private void Send(byte[] datagram, string from = "192.0.2.250", ushort port = 3_000) =>
        _intake.Take(datagram, new MessageOrigin(_ring.AddPeer(from), Ip(from), port, PacketTime.FromSeconds(Seconds)));

    /// <summary>Writes down what happened, in its order.</summary>
    private sealed class Journal : IRadiusRecordIntake
    {
        public List<string> Steps { get; } = [];

        public List<byte[]> Answers { get; } = [];

        public bool IsFull { get; set; }

        public void Take(RadiusRecord record) => Steps.Add(record.SessionId);

        public void Commit()
        {
            if (IsFull)
            {
                throw new IOException("No space left on device");
            }

            Steps.Add("durable");
        }

        public bool Send(ReadOnlySpan<byte> answer, IpAddress address, ushort port)
        {
            Steps.Add($"answer to {address}:{port}");
            Answers.Add(answer.ToArray());
            return true;
        }
    }
}
