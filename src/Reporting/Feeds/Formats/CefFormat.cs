using System.Buffers;
using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Reporting.Feeds.Formats;

/// <summary>
/// ArcSight's Common Event Format, version 0 ("Implementing ArcSight Common Event Format", version 23): a header of seven fields between bars, in which the bar and the
/// backslash are escaped, and an extension of keys from its dictionary, in which the equals sign and the backslash are.
/// </summary>
internal sealed class CefFormat(FeedOrigin origin) : IFeedFormat
{
    private readonly string _device = $"CEF:0|{FeedOrigin.Vendor}|{FeedOrigin.Product}|{Header(origin.Version)}|";

    public string ContentType => "text/plain";

    public void Write(FeedRecord record, IBufferWriter<byte> output)
    {
        var (finding, seen) = (record.Finding, record.Finding.Event);
        var text = new StringBuilder(_device).Append("mining-").Append(seen.Role.ToWord()).Append("|Cryptocurrency mining|").Append(SeverityOf(record.Severity)).Append('|');
        Add(text, "rt", Milliseconds(seen.LastSeen));
        Add(text, "start", Milliseconds(seen.FirstSeen));
        Add(text, "end", Milliseconds(seen.LastSeen));

        // Dictionary: src and dst hold IPv4 only; c6a2 and c6a3 are set aside for these two addresses of the other kind.
        Address(text, "src", "c6a2", "Source IPv6 Address", seen.Client.Address);
        Add(text, "spt", Number(seen.Client.Port));
        Address(text, "dst", "c6a3", "Destination IPv6 Address", seen.Server.Address);
        Add(text, "dpt", Number(seen.Server.Port));
        Add(text, "dhost", seen.PoolHost);
        Add(text, "proto", seen.Transport == Transport.Udp ? "UDP" : "TCP");
        Add(text, "app", seen.Dialect);
        Add(text, "cat", "mining");
        Add(text, "outcome", seen.State.ToWord());
        Add(text, "cnt", Number(record.Connections));
        Add(text, "dvchost", record.Sensor);
        Add(text, "requestClientApplication", seen.Agent);
        Custom(text, "cs1", "coin", seen.Coin);
        Custom(text, "cs2", "pool", finding.Pool?.Name ?? seen.PoolTag);
        Custom(text, "cs3", "role", seen.Role.ToWord());
        Custom(text, "cs4", "attribution", record.Outcome is { } outcome ? Findings.SubscriberJson.OutcomeWord(outcome) + record.Grade : null);
        Custom(text, "cs5", "rule", seen.Rule);
        Custom(text, "cs6", "sighting", record.Key);
        Custom(text, "cn1", "sharesAccepted", Number(seen.SharesAccepted));
        Custom(text, "cn2", "sharesSubmitted", Number(seen.SharesSubmitted));
        Custom(text, "cn3", "case", record.Case is { } number ? Number(number) : null);
        Custom(text, "cfp1", "confidence", seen.Confidence.ToString("0.####", CultureInfo.InvariantCulture));
        Custom(text, "cfp2", "hashesPerSecond", seen.Hashrate is { } rate && double.IsFinite(rate.PerSecond) ? rate.PerSecond.ToString("R", CultureInfo.InvariantCulture) : null);
        Add(text, "msg", record.Sentence);
        text.Length--;
        Encoding.UTF8.GetBytes(text.ToString(), output);
    }

    /// <summary>0 to 10: 4 to 6 is medium, 7 and 8 high.</summary>
    private static int SeverityOf(FeedSeverity severity) => severity switch
    {
        FeedSeverity.High => 7,
        FeedSeverity.Medium => 5,
        _ => 3,
    };

    private static void Address(StringBuilder text, string key, string sixthKey, string label, IpAddress address)
    {
        if (address.IsIPv4)
        {
            Add(text, key, address.ToString());
        }
        else
        {
            Custom(text, sixthKey, label, address.ToString());
        }
    }

    private static void Custom(StringBuilder text, string key, string label, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Add(text, key, value);
            Add(text, key + "Label", label);
        }
    }

    private static void Add(StringBuilder text, string key, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append(key).Append('=').Append(Value(value)).Append(' ');
        }
    }

    /// <summary>Text of the wire is cleaned of line breaks first: a reader that splits lines would take the rest for another event.</summary>
    private static string Value(string text) =>
        CellGuard.Printable(text).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("=", @"\=", StringComparison.Ordinal);

    private static string Header(string text) =>
        CellGuard.Printable(text).Replace(@"\", @"\\", StringComparison.Ordinal).Replace("|", @"\|", StringComparison.Ordinal);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(PacketTime time) => Number(time.UnixNanoseconds / 1_000_000);
}
