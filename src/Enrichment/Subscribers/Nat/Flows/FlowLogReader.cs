using System.Buffers.Binary;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Nat.Flows;

/// <summary>Times that a datagram states for all its records.</summary>
/// <param name="Exported">When it was sent, by the exporter's clock.</param>
/// <param name="Started">When the exporter was started, for times that count from there (NetFlow 9); else <see cref="PacketTime.None"/>.</param>
/// <param name="Received">When it reached us; <see cref="PacketTime.None"/> from captures without it.</param>
internal readonly record struct FlowMoment(PacketTime Exported, PacketTime Started, PacketTime Received);

/// <summary>
/// Reads translation events out of IPFIX messages (RFC 7011), NetFlow 9 datagrams (RFC 3954) and flow logs of Comware. Templates are kept for each
/// exporter and observation domain; data that comes before its template waits for it. Not for several threads at a time.
/// </summary>
internal sealed class FlowLogReader(FlowLogOptions options, INatEventHandler handler)
{
    private const int SetHeader = 4;
    private const int IpfixHeader = 16;
    private const int NetFlowHeader = 20;
    private const byte Ipfix = 10;
    private const byte NetFlow9 = 9;

    private readonly FlowPending _pending = new(options.MaxPendingBytes);
    private readonly FlowRecordReader _records = new(options, handler);
    private readonly Dictionary<string, FlowLogCounters> _exporters = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Exporter, uint Domain, byte Version), uint> _sequences = [];

    public FlowTemplateCache Templates { get; } = new(options.MaxTemplates);

    /// <summary>What became of each exporter's datagrams.</summary>
    public IReadOnlyDictionary<string, FlowLogCounters> Exporters => _exporters;

    /// <summary>What came from more exporters than are taken.</summary>
    public FlowLogCounters Others { get; } = new();

    /// <summary>Bytes that wait for their template.</summary>
    public int PendingBytes => _pending.Bytes;

    /// <param name="datagram">Payload of one UDP datagram.</param>
    /// <param name="exporter">Who sent it: with the domain it is whose templates hold.</param>
    /// <param name="received">When it came; <see cref="PacketTime.None"/> when not known.</param>
    public void Read(ReadOnlySpan<byte> datagram, string exporter, PacketTime received)
    {
        if (!_exporters.TryGetValue(exporter, out var counters))
        {
            if (_exporters.Count >= options.MaxExporters)
            {
                Others.Datagrams++;
                Others.Reject(FlowRejection.TooManyExporters);
                return;
            }

            _exporters.Add(exporter, counters = new FlowLogCounters());
        }

        counters.Datagrams++;
        var reason = datagram switch
        {
            [0, Ipfix, ..] => ReadIpfix(datagram, exporter, received, counters),
            [0, NetFlow9, ..] => ReadNetFlow9(datagram, exporter, received, counters),
            [ComwareFlowLog.Version, ..] => ComwareFlowLog.Read(datagram, exporter, received, counters, handler),
            _ => FlowRejection.UnknownVersion,
        };
        if (reason != FlowRejection.None)
        {
            counters.Reject(reason);
        }
    }

    private FlowRejection ReadIpfix(ReadOnlySpan<byte> message, string exporter, PacketTime received, FlowLogCounters counters)
    {
        if (message.Length < IpfixHeader)
        {
            return FlowRejection.Cut;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(message[2..]);
        if (length < IpfixHeader)
        {
            return FlowRejection.BadLength;
        }

        var domain = BinaryPrimitives.ReadUInt32BigEndian(message[12..]);
        var moment = new FlowMoment(PacketTime.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(message[4..])), PacketTime.None, received);
        var before = counters.Records;
        var reason = ReadSets(message[IpfixHeader..Math.Min(length, message.Length)], new FlowTemplateKey(exporter, domain, Ipfix, 0), moment, counters);

        // The number counts data records, and says how many came before this message (RFC 7011 section 3.1).
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(message[8..]);
        CountLost((exporter, domain, Ipfix), sequence, sequence + (uint)(counters.Records - before), counters);
        return length > message.Length ? FlowRejection.Cut : reason;
    }

    private FlowRejection ReadNetFlow9(ReadOnlySpan<byte> datagram, string exporter, PacketTime received, FlowLogCounters counters)
    {
        if (datagram.Length < NetFlowHeader)
        {
            return FlowRejection.Cut;
        }

        var uptime = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]);
        var exported = PacketTime.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]));
        var domain = BinaryPrimitives.ReadUInt32BigEndian(datagram[16..]);
        var moment = new FlowMoment(exported, new PacketTime(exported.UnixNanoseconds - (uptime * 1_000_000L)), received);
        var sequence = BinaryPrimitives.ReadUInt32BigEndian(datagram[12..]);
        CountLost((exporter, domain, NetFlow9), sequence, sequence + 1, counters);
        return ReadSets(datagram[NetFlowHeader..], new FlowTemplateKey(exporter, domain, NetFlow9, 0), moment, counters);
    }

    private void CountLost((string Exporter, uint Domain, byte Version) stream, uint sequence, uint next, FlowLogCounters counters)
    {
        if (_sequences.TryGetValue(stream, out var expected))
        {
            // A number that goes back is a datagram out of order, or an exporter that began anew.
            var missing = sequence - expected;
            counters.Lost += missing < int.MaxValue / 1_024 ? missing : 0;
        }

        if (_sequences.Count >= options.MaxTemplates)
        {
            _sequences.Clear();
        }

        _sequences[stream] = next;
    }

    private FlowRejection ReadSets(ReadOnlySpan<byte> sets, in FlowTemplateKey stream, in FlowMoment moment, FlowLogCounters counters)
    {
        while (sets.Length >= SetHeader)
        {
            var number = BinaryPrimitives.ReadUInt16BigEndian(sets);
            var length = BinaryPrimitives.ReadUInt16BigEndian(sets[2..]);
            if (length < SetHeader)
            {
                // Four zero bytes at the end are padding that some exporters add.
                return length == 0 && !sets.ContainsAnyExcept((byte)0) ? FlowRejection.None : FlowRejection.BadLength;
            }

            if (length > sets.Length)
            {
                return FlowRejection.Cut;
            }

            var reason = ReadSet(number, sets[SetHeader..length], stream, moment, counters);
            if (reason != FlowRejection.None)
            {
                counters.Reject(reason);
            }

            sets = sets[length..];
        }

        return sets.ContainsAnyExcept((byte)0) ? FlowRejection.Cut : FlowRejection.None;
    }

    private FlowRejection ReadSet(ushort number, ReadOnlySpan<byte> set, in FlowTemplateKey stream, in FlowMoment moment, FlowLogCounters counters)
    {
        var isIpfix = stream.Version == Ipfix;
        var (template, optionsTemplate) = isIpfix ? (2, 3) : (0, 1);
        if (number == template || number == optionsTemplate)
        {
            return ReadTemplates(set, stream, number == optionsTemplate, counters);
        }

        if (number < 256)
        {
            return FlowRejection.BadLength;
        }

        var key = stream with { Template = number };
        if (Templates.Find(key) is { } known)
        {
            _records.ReadSet(set, known, key, moment, counters);
            return FlowRejection.None;
        }

        for (var gone = _pending.Keep(key, set, moment); gone > 0; gone--)
        {
            counters.Reject(FlowRejection.NoTemplate);
        }

        return FlowRejection.None;
    }

    private FlowRejection ReadTemplates(ReadOnlySpan<byte> set, in FlowTemplateKey stream, bool isOptions, FlowLogCounters counters)
    {
        while (set.Length >= 4)
        {
            var number = BinaryPrimitives.ReadUInt16BigEndian(set);
            var count = (int)BinaryPrimitives.ReadUInt16BigEndian(set[2..]);
            var key = stream with { Template = number };
            if (number < 256 && !(count == 0 && stream.Version == Ipfix))
            {
                // Padding behind the last template.
                return set.ContainsAnyExcept((byte)0) ? FlowRejection.BadTemplate : FlowRejection.None;
            }

            set = set[4..];
            if (count == 0 && stream.Version == Ipfix)
            {
                Templates.Withdraw(key);
                continue;
            }

            if (isOptions)
            {
                if (set.Length < 2)
                {
                    return FlowRejection.Cut;
                }

                // RFC 3954 section 6.1 counts bytes of scopes and options, RFC 7011 section 3.4.2.2 fields, the scopes among them.
                count = stream.Version == Ipfix ? count : (count + BinaryPrimitives.ReadUInt16BigEndian(set)) / 4;
                set = set[2..];
            }

            if (count == 0 || count > options.MaxFields || !TryReadFields(ref set, count, stream.Version == Ipfix, out var fields))
            {
                return FlowRejection.BadTemplate;
            }

            var template = new FlowTemplate(fields, isOptions);
            if (template.LeastBytes == 0)
            {
                return FlowRejection.BadTemplate;
            }

            if (!Templates.Put(key, template))
            {
                return FlowRejection.TooManyTemplates;
            }

            counters.Templates++;
            foreach (var waiting in _pending.Take(key))
            {
                _records.ReadSet(waiting.Bytes, template, key, waiting.Moment, counters);
            }
        }

        return FlowRejection.None;
    }

    private static bool TryReadFields(ref ReadOnlySpan<byte> set, int count, bool hasEnterprises, out FlowField[] fields)
    {
        fields = new FlowField[count];
        for (var i = 0; i < count; i++)
        {
            if (set.Length < 4)
            {
                return false;
            }

            var element = BinaryPrimitives.ReadUInt16BigEndian(set);
            var length = BinaryPrimitives.ReadUInt16BigEndian(set[2..]);
            set = set[4..];
            uint enterprise = 0;
            if (hasEnterprises && (element & 0x8000) != 0)
            {
                if (set.Length < 4)
                {
                    return false;
                }

                enterprise = BinaryPrimitives.ReadUInt32BigEndian(set);
                element &= 0x7FFF;
                set = set[4..];
            }

            fields[i] = new FlowField(enterprise, element, hasEnterprises || length != FlowField.VariableLength ? length : (ushort)0);
        }

        return true;
    }
}
