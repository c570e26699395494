using System.Buffers.Binary;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Nat.Flows;
using MinerFlow.Traffic;
using Xunit;
using static MinerFlow.Traffic.FlowDatagram;

namespace MinerFlow.Unit.Enrichment.Subscribers.Nat.Flows;

public sealed class FlowLogReaderTests
{
    private const string Exporter = "192.0.2.1";
    private const ulong Milliseconds = 1_649_293_091_250;

    private static readonly (int, int)[] Block = [(323, 8), (230, 1), (8, 4), (225, 4), (361, 2), (362, 2), (234, 4)];
    private static readonly (int, int)[] Session = [(323, 8), (230, 1), (4, 1), (8, 4), (225, 4), (7, 2), (227, 2), (12, 4), (11, 2)];

    private readonly EventList _events = new();
    private readonly FlowLogReader _reader;

    public FlowLogReaderTests() => _reader = new FlowLogReader(new FlowLogOptions(), _events);

    private FlowLogCounters Counters => _reader.Exporters[Exporter];

    [Fact]
    public void APortBlockOfRfc8158HasEveryFieldOfItsRecord()
    {
        Read(Ipfix().Template(256, Block).Data(256, BlockRecord(16)));

        var found = _events.Single;
        Assert.Equal(NatEventKind.BlockAllocated, found.Kind);
        Assert.Equal((Times.Ip("100.64.0.5"), Times.Ip("203.0.113.9"), 1024, 2047), (found.Inner, found.Outer, found.FirstPort, found.LastPort));
        Assert.Equal(Times.At("2022-04-07T00:58:11.250Z"), found.Time);
        Assert.Equal(("7", Exporter), (found.Vrf, found.Device));
    }

    // RFC 8158 numbers port blocks 16 and 17, the draft that Junos follows 14 and 15.
    [Theory]
    [InlineData(16, NatEventKind.BlockAllocated)]
    [InlineData(17, NatEventKind.BlockReleased)]
    [InlineData(14, NatEventKind.BlockAllocated)]
    [InlineData(15, NatEventKind.BlockReleased)]
    public void BothNumberingsOfPortBlocksAreRead(int natEvent, NatEventKind expected)
    {
        Read(Ipfix().Template(256, Block).Data(256, BlockRecord(natEvent)));

        Assert.Equal(expected, _events.Single.Kind);
    }

    [Theory]
    [InlineData(1, NatEventKind.SessionCreated)]
    [InlineData(2, NatEventKind.SessionDeleted)]
    [InlineData(4, NatEventKind.SessionCreated)]
    [InlineData(5, NatEventKind.SessionDeleted)]
    [InlineData(8, NatEventKind.SessionCreated)]
    [InlineData(11, NatEventKind.SessionDeleted)]
    public void SessionsAndBindingsAreRead(int natEvent, NatEventKind expected)
    {
        Read(NetFlow9().Template(300, Session).Data(300, SessionRecord(natEvent)));

        var found = _events.Single;
        Assert.Equal(expected, found.Kind);
        Assert.Equal((6, 40_000, 2_000, 3_333), (found.Protocol, found.InnerPort, found.FirstPort, found.DestinationPort));
        Assert.Equal(Times.Ip("198.51.100.7"), found.Destination);
    }

    [Fact]
    public void ExhaustedPoolsAreIgnoredInBothNumberings()
    {
        Read(Ipfix().Template(256, (323, 8), (230, 1), (225, 4), (4, 1)).Data(256, Number(Milliseconds, 8), [12], Ip("203.0.113.9"), [6]));

        Assert.Empty(_events.Events);
        Assert.Equal(1, Counters.Ignored);
    }

    [Fact]
    public void ABlockMayBeGivenByItsSize()
    {
        Read(Ipfix().Template(256, (230, 1), (8, 4), (225, 4), (361, 2), (364, 2)).Data(256, [16], Ip("100.64.0.5"), Ip("203.0.113.9"), Number(1024, 2), Number(512, 2)));

        Assert.Equal((1024, 1535), (_events.Single.FirstPort, _events.Single.LastPort));
        Assert.Equal(Times.At("2022-04-07T01:00:00Z"), _events.Single.Time);
    }

    [Fact]
    public void HuaweiSaysByTheTemplatesNumberWhatHappened()
    {
        (int, int)[] fields = [(323, 8), (58, 2), (8, 4), (225, 4), (4, 1), (7, 2), (227, 2), (12, 4), (11, 2)];
        byte[][] values = [Number(Milliseconds, 8), Number(12, 2), Ip("100.64.0.5"), Ip("203.0.113.9"), [17], Number(4_000, 2), Number(1_025, 2), Ip("198.51.100.7"), Number(53, 2)];

        Read(NetFlow9().Template(259, fields).Template(260, fields).Data(259, values).Data(260, values));

        Assert.Equal([NatEventKind.SessionCreated, NatEventKind.SessionDeleted], _events.Events.Select(found => found.Kind));
        Assert.All(_events.Events, found => Assert.Equal("12", found.Vrf));
    }

    [Fact]
    public void SystemUptimeOfNetFlow9IsATime()
    {
        Read(NetFlow9().Template(300, (22, 4), (230, 1), (8, 4), (225, 4), (7, 2), (227, 2)).Data(300, Number(3_599_000, 4), [4], Ip("100.64.0.5"), Ip("203.0.113.9"), Number(1, 2), Number(2, 2)));

        Assert.Equal(Times.At("2022-04-07T00:59:59Z"), _events.Single.Time);
    }

    [Fact]
    public void DataBeforeItsTemplateWaitsForIt()
    {
        Read(Ipfix().Data(256, BlockRecord(16)));
        Assert.Empty(_events.Events);
        Assert.True(_reader.PendingBytes > 0);

        Read(Ipfix(domain: 2).Template(256, Block));
        Assert.Empty(_events.Events);

        Read(Ipfix().Template(256, Block));
        Assert.Equal(NatEventKind.BlockAllocated, _events.Single.Kind);
        Assert.Equal(0, _reader.PendingBytes);
    }

    [Fact]
    public void WhatWaitsIsBoundedAndTheLossIsCounted()
    {
        var reader = new FlowLogReader(new FlowLogOptions { MaxPendingBytes = 100 }, _events);
        for (var i = 0; i < 10; i++)
        {
            reader.Read(Ipfix().Data(256, BlockRecord(16)).ToBytes(), Exporter, PacketTime.None);
        }

        Assert.InRange(reader.PendingBytes, 1, 100);
        reader.Read(Ipfix().Template(256, Block).ToBytes(), Exporter, PacketTime.None);
        Assert.Equal(10, _events.Events.Count + reader.Exporters[Exporter][FlowRejection.NoTemplate]);
        Assert.Equal(0, reader.PendingBytes);
    }

    [Fact]
    public void OptionsAreReadPast()
    {
        Read(Ipfix().OptionsTemplate(400, (149, 4), (160, 8)).Template(256, Block).Data(400, Number(1, 4), Number(5, 8)).Data(256, BlockRecord(16)));
        Read(NetFlow9().OptionsTemplate(400, (1, 4), (34, 4)).Template(256, Block).Data(400, Number(1, 4), Number(5, 4)).Data(256, BlockRecord(16)));

        Assert.Equal(2, _events.Events.Count);
        Assert.Equal(2, Counters.Ignored);
        Assert.Equal(0, Counters.Rejected);
    }

    [Fact]
    public void ATemplateIsReplacedAndWithdrawn()
    {
        Read(Ipfix().Template(256, Session));
        Read(Ipfix().Template(256, Block).Data(256, BlockRecord(16)));
        Assert.Single(_events.Events);

        Read(Ipfix().Set(2, set => set.Add(256, 2).Add(0, 2)).Data(256, BlockRecord(16)));
        Assert.Single(_events.Events);
        Assert.True(_reader.PendingBytes > 0);
    }

    [Fact]
    public void EnterpriseFieldsAndTextsOfAnyLengthAreReadPast()
    {
        var name = Encoding.UTF8.GetBytes("user-0042@example");
        Read(Ipfix()
            .Set(2, set => set.Add(256, 2).Add(5, 2).Add(230, 2).Add(1, 2).Add(0x8000 | 7, 2).Add(4, 2).Add(22610, 4).Add(371, 2).Add(65535, 2).Add(225, 2).Add(4, 2).Add(227, 2).Add(2, 2))
            .Data(256, [4], Number(99, 4), [(byte)name.Length, .. name], Ip("203.0.113.9"), Number(2_000, 2)));

        Assert.Equal("user-0042@example", _events.Single.Account);
    }

    [Fact]
    public void TemplatesLiveOnInTheirFile()
    {
        using var folder = new TempFolder();
        var path = folder.PathOf("templates.txt");
        Read(Ipfix().Template(256, Block).OptionsTemplate(400, (149, 4), (160, 8)));
        Assert.True(_reader.Templates.IsChanged);
        _reader.Templates.Save(path);
        File.AppendAllText(path, "damaged\n");

        var problems = new List<Problem>();
        var restarted = new FlowLogReader(new FlowLogOptions(), _events);
        restarted.Templates.Load(path, problems);
        restarted.Read(Ipfix().Data(256, BlockRecord(16)).ToBytes(), Exporter, PacketTime.None);

        Assert.Equal(NatEventKind.BlockAllocated, _events.Single.Kind);
        Assert.Equal(3, Assert.Single(problems).Line);
    }

    [Fact]
    public void MissingSequenceNumbersAreCounted()
    {
        Read(Ipfix(sequence: 100).Template(256, Block).Data(256, BlockRecord(16)));
        Read(Ipfix(sequence: 101).Data(256, BlockRecord(17)));
        Read(Ipfix(sequence: 112).Data(256, BlockRecord(16)));
        Read(Ipfix(sequence: 3).Data(256, BlockRecord(16)));

        Assert.Equal(10, Counters.Lost);
    }

    [Fact]
    public void TheBinaryLogOfComwareIsRead()
    {
        var datagram = new byte[16 + (2 * 64)];
        datagram[0] = 3;
        datagram[1] = 4;
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), 2);
        BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(4), 1_649_293_200);
        Comware(datagram.AsSpan(16, 64), 8, 1_649_293_100, 0);
        Comware(datagram.AsSpan(80, 64), 2, 1_649_293_100, 1_649_293_190);

        _reader.Read(datagram, Exporter, PacketTime.None);

        Assert.Equal([NatEventKind.SessionCreated, NatEventKind.SessionDeleted], _events.Events.Select(found => found.Kind));
        Assert.Equal([Times.At("2022-04-07T00:58:20Z"), Times.At("2022-04-07T00:59:50Z")], _events.Events.Select(found => found.Time));
        Assert.All(_events.Events, found => Assert.Equal((6, 2_000, 3_333), (found.Protocol, found.FirstPort, found.DestinationPort)));
    }

    [Fact]
    public void NoPrefixOfAMessageThrowsAndEachIsCounted()
    {
        var whole = Ipfix().Template(256, Block).OptionsTemplate(400, (149, 4), (160, 8)).Data(256, BlockRecord(16)).ToBytes();
        for (var length = 0; length < whole.Length; length++)
        {
            var reader = new FlowLogReader(new FlowLogOptions(), _events);
            reader.Read(whole.AsSpan(0, length), Exporter, PacketTime.None);
            Assert.True(reader.Exporters[Exporter].Rejected > 0, $"{length}");
        }

        Assert.Empty(_events.Events);
    }

    [Fact]
    public void ExportersAreBounded()
    {
        var reader = new FlowLogReader(new FlowLogOptions { MaxExporters = 2 }, _events);
        for (var i = 0; i < 5; i++)
        {
            reader.Read(Ipfix().Template(256, Block).Data(256, BlockRecord(16)).ToBytes(), $"192.0.2.{i}", PacketTime.None);
        }

        Assert.Equal(2, _events.Events.Count);
        Assert.Equal(3, reader.Others[FlowRejection.TooManyExporters]);
    }

    private void Read(FlowDatagram datagram) => _reader.Read(datagram.ToBytes(), Exporter, PacketTime.None);

    private static byte[][] BlockRecord(int natEvent) =>
        [Number(Milliseconds, 8), [(byte)natEvent], Ip("100.64.0.5"), Ip("203.0.113.9"), Number(1024, 2), Number(2047, 2), Number(7, 4)];

    private static byte[][] SessionRecord(int natEvent) =>
        [Number(Milliseconds, 8), [(byte)natEvent], [6], Ip("100.64.0.5"), Ip("203.0.113.9"), Number(40_000, 2), Number(2_000, 2), Ip("198.51.100.7"), Number(3_333, 2)];

    private static void Comware(Span<byte> record, byte happened, uint start, uint end)
    {
        record[0] = 6;
        record[1] = happened;
        record[2] = 4;
        Ip("100.64.0.5").CopyTo(record[4..]);
        Ip("203.0.113.9").CopyTo(record[8..]);
        Ip("198.51.100.7").CopyTo(record[12..]);
        BinaryPrimitives.WriteUInt16BigEndian(record[20..], 40_000);
        BinaryPrimitives.WriteUInt16BigEndian(record[22..], 2_000);
        BinaryPrimitives.WriteUInt16BigEndian(record[24..], 3_333);
        BinaryPrimitives.WriteUInt32BigEndian(record[28..], start);
        BinaryPrimitives.WriteUInt32BigEndian(record[32..], end);
    }
}
