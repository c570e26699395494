using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat.Flows;

/// <summary>
/// The binary flow log of H3C and HPE Comware, version 3: a header of 16 bytes, then records of 64 bytes (H3C VSR Configuration Guide, "Flow log
/// configuration", appendix; field list as kept in bg6cq/h3cflowd).
/// </summary>
internal static class ComwareFlowLog
{
    public const byte Version = 3;

    private const byte NatLog = 4;
    private const int HeaderBytes = 16;
    private const int RecordBytes = 64;

    public static FlowRejection Read(ReadOnlySpan<byte> datagram, string exporter, PacketTime received, FlowLogCounters counters, INatEventHandler handler)
    {
        if (datagram.Length < HeaderBytes)
        {
            return FlowRejection.Cut;
        }

        if (datagram[1] != NatLog)
        {
            return FlowRejection.UnknownVersion;
        }

        int count = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        var sent = PacketTime.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]));
        var rest = datagram[HeaderBytes..];
        for (; count > 0 && rest.Length >= RecordBytes; count--)
        {
            counters.Records++;
            ReadRecord(rest[..RecordBytes], exporter, sent, received, counters, handler);
            rest = rest[RecordBytes..];
        }

        return count > 0 ? FlowRejection.Cut : FlowRejection.None;
    }

    private static void ReadRecord(ReadOnlySpan<byte> record, string exporter, PacketTime sent, PacketTime received, FlowLogCounters counters, INatEventHandler handler)
    {
        var inner = IpAddress.Read(record.Slice(4, 4));
        var outer = IpAddress.Read(record.Slice(8, 4));
        if (inner == outer)
        {
            counters.Ignored++;
            return;
        }

        // Operator: 8 created, 6 still active, all others some kind of end.
        var kind = record[1] switch { 8 => NatEventKind.SessionCreated, 6 => NatEventKind.SessionAlive, _ => NatEventKind.SessionDeleted };
        var start = Moment(record[28..]);
        var end = Moment(record[32..]);
        var port = BinaryPrimitives.ReadUInt16BigEndian(record[22..]);
        counters.Events++;
        handler.Take(new NatEvent
        {
            Kind = kind,
            Protocol = record[0],
            Inner = inner,
            Outer = outer,
            Destination = IpAddress.Read(record.Slice(12, 4)),
            InnerPort = BinaryPrimitives.ReadUInt16BigEndian(record[20..]),
            FirstPort = port,
            LastPort = port,
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(record[24..]),
            Time = kind == NatEventKind.SessionCreated && !start.IsNone ? start : kind == NatEventKind.SessionDeleted && !end.IsNone ? end : sent,
            Precision = TimeSpan.FromSeconds(1),
            Started = kind == NatEventKind.SessionCreated ? PacketTime.None : start,
            Received = received,
            Device = exporter,
            Digest = LineDigest.Of(record),
        });
    }

    private static PacketTime Moment(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadUInt32BigEndian(bytes) is var seconds and not 0 ? PacketTime.FromSeconds(seconds) : PacketTime.None;
}
