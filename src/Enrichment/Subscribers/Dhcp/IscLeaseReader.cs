using System.Buffers;
using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>
/// Reads dhcpd.leases and dhcpd6.leases of ISC DHCP (dhcpd.leases(5)): declarations that are appended, of which the last one of an address is its present
/// state and the earlier ones are its history. Times are in UTC.
/// </summary>
internal sealed class IscLeaseReader(DhcpProblems problems, DhcpLogCounters counters, IDhcpEventHandler handler) : ILineHandler
{
    // A declaration with every option has some thirty lines; what is longer lost its closing brace.
    private const int MostBytes = 64 * 1024;

    private static readonly string[] TimeForms = ["yyyy/MM/dd HH:mm:ss"];

    private readonly ArrayBufferWriter<byte> _declaration = new();
    private int _line;
    private int _firstLine;
    private int _depth;

    public void Take(ReadOnlySpan<byte> line)
    {
        _line++;
        var text = line.Trim(" \t"u8);
        if (_depth == 0 && (text.IsEmpty || text[0] == '#' || !Opens(text)))
        {
            return;
        }

        if (_depth == 0)
        {
            _firstLine = _line;
            _declaration.ResetWrittenCount();
        }

        _declaration.Write(line);
        _declaration.Write("\n"u8);
        _depth += Nesting(text);
        if (_declaration.WrittenCount > MostBytes)
        {
            problems.Malformed(_firstLine, "the declaration is not closed");
            _depth = 0;
        }
        else if (_depth <= 0)
        {
            _depth = 0;
            Finish(_declaration.WrittenSpan);
        }
    }

    /// <summary>The end of the file: a declaration that the server is still writing is not used.</summary>
    public void End()
    {
        if (_depth > 0)
        {
            problems.Malformed(_firstLine, "the file ends in the middle of it");
        }
    }

    private static bool Opens(ReadOnlySpan<byte> text) =>
        text.Contains((byte)'{') && (text.StartsWith("lease "u8) || text.StartsWith("ia-na "u8) || text.StartsWith("ia-ta "u8) || text.StartsWith("ia-pd "u8));

    /// <summary>Braces that open less those that close, outside of quotes.</summary>
    private static int Nesting(ReadOnlySpan<byte> text)
    {
        var depth = 0;
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (isQuoted && text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted)
            {
                depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
            }
        }

        return depth;
    }

    private void Finish(ReadOnlySpan<byte> declaration)
    {
        counters.Records++;
        var words = IscWords.Of(Encoding.Latin1.GetString(declaration));
        var digest = LineDigest.Of(declaration);
        if (words.Count < 4)
        {
            problems.Malformed(_firstLine, "it says nothing");
        }
        else if (words[0] == "lease")
        {
            Lease(words, digest);
        }
        else
        {
            Association(words, digest);
        }
    }

    private void Lease(List<string> words, LineDigest digest)
    {
        if (!IpRange.TryParse(words[1], out var range) || !range.First.IsIPv4)
        {
            problems.Malformed(_firstLine, "it has no IPv4 address");
            return;
        }

        var fields = IscFields.Of(words, 2, words.Count);
        if (!fields.TimesAreGood)
        {
            problems.Malformed(_firstLine, "a time in it cannot be read");
            return;
        }

        var client = fields.Hardware ?? fields.Uid;
        if (client is null || fields.Starts is not { } starts)
        {
            // Addresses that were never given out, and those that a failover peer holds in reserve.
            counters.Ignored++;
            return;
        }

        Tell(range, fields, client, fields.ClientTransaction ?? starts, digest);
    }

    /// <summary>IPv6: one association may hold several addresses or prefixes.</summary>
    private void Association(List<string> words, LineDigest digest)
    {
        var duid = words[1].Length > 4 ? "duid " + Convert.ToHexStringLower(Encoding.Latin1.GetBytes(words[1][4..])) : null;
        var outer = IscFields.Of(words, 3, words.Count);
        for (var i = 3; i + 2 < words.Count; i++)
        {
            if (words[i] is not ("iaaddr" or "iaprefix") || words[i + 2] != "{")
            {
                continue;
            }

            var end = words.IndexOf("}", i);
            var fields = IscFields.Of(words, i + 3, end < 0 ? words.Count : end);
            if (duid is null || !IpRange.TryParse(words[i + 1], out var range) || range.First.IsIPv4 || !fields.TimesAreGood || !outer.TimesAreGood)
            {
                problems.Malformed(_firstLine, "an address, a prefix, a time or the client's DUID in it cannot be read");
            }
            else if (outer.ClientTransaction is not { } time)
            {
                counters.Ignored++;
            }
            else
            {
                Tell(range, fields, duid, time, digest);
            }
        }
    }

    private void Tell(IpRange range, IscFields fields, string client, PacketTime time, LineDigest digest)
    {
        var isHeld = fields.State is "active" or "bootp";
        handler.Take(new DhcpEvent
        {
            Kind = isHeld ? DhcpEventKind.Held : DhcpEventKind.Ended,
            Range = range,
            // A lease that ran out or was given back carries the moment as its end.
            Time = isHeld ? time : fields.Ends is { } ended && ended != AddressInterval.Open ? ended : time,
            Expires = fields.Ends ?? AddressInterval.Open,
            Client = client,
            AccessPort = fields.AccessPort,
            Digest = digest,
        });
    }

    /// <summary>Statements of a declaration that matter.</summary>
    private sealed class IscFields
    {
        public PacketTime? Starts;
        public PacketTime? Ends;
        public PacketTime? ClientTransaction;
        public string State = "active";
        public string? Hardware;
        public string? Uid;
        public bool TimesAreGood = true;
        private string _circuit = "";
        private string _remote = "";

        public string AccessPort => _circuit.Length > 0 && _remote.Length > 0 ? $"{_circuit} {_remote}" : _circuit + _remote;

        public static IscFields Of(List<string> words, int from, int to)
        {
            var fields = new IscFields();
            for (var i = from; i < to;)
            {
                var end = words.FindIndex(i, word => word is ";" or "{" or "}");
                end = end < 0 || end > to ? to : end;
                fields.Take(words.GetRange(i, end - i));
                i = end + 1;
            }

            return fields;
        }

        private void Take(List<string> statement)
        {
            switch (statement)
            {
                case ["starts", ..]:
                    Starts = Time(statement) ?? Starts;
                    break;
                case ["ends", ..]:
                    Ends = Time(statement) ?? Ends;
                    break;
                case ["cltt", ..]:
                    ClientTransaction = Time(statement) ?? ClientTransaction;
                    break;
                case ["binding", "state", var state]:
                    State = state;
                    break;
                case ["hardware", _, var address]:
                    Hardware = address.ToLowerInvariant();
                    break;
                case ["uid", var uid]:
                    Uid = "uid " + Convert.ToHexStringLower(Encoding.Latin1.GetBytes(uid));
                    break;
                case ["option", "agent.circuit-id", .. var circuit]:
                    _circuit = RelayText.Of(string.Concat(circuit));
                    break;
                case ["option", "agent.remote-id", .. var remote]:
                    _remote = RelayText.Of(string.Concat(remote));
                    break;
            }
        }

        /// <summary><c>W yyyy/mm/dd HH:MM:SS</c>, <c>epoch N</c> or <c>never</c>.</summary>
        private PacketTime? Time(List<string> statement)
        {
            if (statement is [_, "never"])
            {
                return AddressInterval.Open;
            }

            if (statement is [_, "epoch", var seconds] && long.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var epoch) && epoch < 4_102_444_800)
            {
                return PacketTime.FromSeconds(epoch);
            }

            if (statement is [_, _, var date, var time]
                && DateTime.TryParseExact($"{date} {time}", TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment))
            {
                return PacketTime.From(new DateTimeOffset(moment, TimeSpan.Zero));
            }

            TimesAreGood = false;
            return null;
        }
    }
}
