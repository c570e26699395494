using System.Buffers;
using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Reporting.Feeds.Formats;

/// <summary>RFC 5424 with one element of structured data, and a sentence behind it.</summary>
internal sealed class SyslogFormat(FeedOrigin origin) : IFeedFormat
{
    private readonly SyslogHeader _header = new(origin);

    public string ContentType => "text/plain";

    public void Write(FeedRecord record, IBufferWriter<byte> output)
    {
        var (finding, seen) = (record.Finding, record.Finding.Event);
        var text = _header.Begin(record).Append(CultureInfo.InvariantCulture, $"[minerflow@{origin.EnterpriseNumber}");
        Add(text, "key", record.Key);
        Add(text, "sensor", record.Sensor);
        Add(text, "role", seen.Role.ToWord());
        Add(text, "state", seen.State.ToWord());
        Add(text, "dialect", seen.Dialect);
        Add(text, "coin", seen.Coin);
        Add(text, "src_ip", seen.Client.Address.ToString());
        Add(text, "src_port", Number(seen.Client.Port));
        Add(text, "dest_ip", seen.Server.Address.ToString());
        Add(text, "dest_port", Number(seen.Server.Port));
        Add(text, "proto", seen.Transport == Transport.Udp ? "UDP" : "TCP");
        Add(text, "pool", finding.Pool?.Name);
        Add(text, "pool_host", seen.PoolHost);
        Add(text, "agent", seen.Agent);
        Add(text, "connections", Number(record.Connections));
        Add(text, "shares_accepted", Number(seen.SharesAccepted));
        Add(text, "shares_rejected", Number(seen.SharesRejected));
        Add(text, "hashrate", seen.Hashrate is { } rate && double.IsFinite(rate.PerSecond) ? $"{rate.PerSecond.ToString("G6", CultureInfo.InvariantCulture)} {rate.Unit}" : null);
        Add(text, "confidence", seen.Confidence.ToString("0.####", CultureInfo.InvariantCulture));
        Add(text, "first_seen", seen.FirstSeen.ToIso8601(origin.Offset));
        Add(text, "last_seen", seen.LastSeen.ToIso8601(origin.Offset));
        Add(text, "rule", seen.Rule);
        Add(text, "attribution", record.Outcome is { } outcome ? Findings.SubscriberJson.OutcomeWord(outcome) : null);
        Add(text, "grade", record.Grade?.ToString());
        Add(text, "case", record.Case is { } number ? Number(number) : null);
        text.Append("] ").Append(record.Sentence);
        Encoding.UTF8.GetBytes(text.ToString(), output);
    }

    /// <summary>A parameter of section 6.3.3: quote, backslash and closing bracket are escaped. What breaks lines is cleaned out before, although it would be allowed.</summary>
    private static void Add(StringBuilder text, string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        text.Append(' ').Append(name).Append("=\"");
        foreach (var each in CellGuard.Printable(value))
        {
            if (each is '"' or '\\' or ']')
            {
                text.Append('\\');
            }

            text.Append(each);
        }

        text.Append('"');
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
