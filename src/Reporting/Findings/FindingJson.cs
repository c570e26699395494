using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.Feeds;

namespace MinerFlow.Reporting.Findings;

/// <summary>The one machine format of findings: an object shaped like a record of Suricata's EVE log, in files as in feeds.</summary>
internal static class FindingJson
{
    /// <summary>Bytes of an evidence that are put together without a string; most have less than 100.</summary>
    private const int LongestOnStack = 256;

    /// <summary>What one connection proved.</summary>
    public static void Write(Utf8JsonWriter json, EnrichedEvent finding, string sensor, TimeSpan offset) => Write(json, finding, sensor, offset, feed: null);

    /// <summary>What a feed says: the same members, and what a sighting has beyond one connection.</summary>
    public static void Write(Utf8JsonWriter json, FeedRecord record, TimeSpan offset) => Write(json, record.Finding, record.Sensor, offset, record);

    private static void Write(Utf8JsonWriter json, EnrichedEvent finding, string sensor, TimeSpan offset, FeedRecord? feed)
    {
        ArgumentNullException.ThrowIfNull(finding);
        var seen = finding.Event;
        json.WriteStartObject();
        Span<byte> first = stackalloc byte[PacketTime.Iso8601Length];
        seen.FirstSeen.WriteIso8601(first, offset);
        json.WriteString("timestamp"u8, first);
        json.WriteString("event_type"u8, "mining"u8);
        WriteAddress(json, "src_ip"u8, seen.Client.Address);
        json.WriteNumber("src_port"u8, seen.Client.Port);
        WriteAddress(json, "dest_ip"u8, seen.Server.Address);
        json.WriteNumber("dest_port"u8, seen.Server.Port);
        json.WriteString("proto"u8, seen.Transport == Transport.Udp ? "UDP"u8 : "TCP"u8);
        json.WriteNumber("flow_id"u8, FlowIds.Shown(seen.FlowId));
        WriteMining(json, finding, first, offset, feed);
        if (finding.Attribution is { } attribution)
        {
            SubscriberJson.Write(json, attribution, offset);
        }

        json.WriteString("sensor"u8, sensor);
        json.WriteStartObject("capture"u8);
        json.WriteString("file"u8, seen.CaptureFile);
        json.WriteNumber("frame_first"u8, seen.FirstFrame);
        json.WriteNumber("frame_last"u8, seen.LastFrame);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMining(Utf8JsonWriter json, EnrichedEvent finding, ReadOnlySpan<byte> firstSeen, TimeSpan offset, FeedRecord? feed)
    {
        var seen = finding.Event;
        json.WriteStartObject("mining"u8);
        json.WriteString("role"u8, seen.Role.ToWord());
        json.WriteString("state"u8, seen.State.ToWord());
        json.WriteString("dialect"u8, seen.Dialect);
        json.WriteString("coin"u8, seen.Coin);
        WriteOptional(json, "algorithm"u8, seen.Algorithm);
        WriteOptional(json, "agent"u8, seen.Agent);
        WriteIdentity(json, "login"u8, "login_digest"u8, seen.Login);
        WriteIdentity(json, "worker"u8, "worker_digest"u8, seen.Worker);
        if (seen.Workers > 0)
        {
            json.WriteNumber("workers"u8, seen.Workers);
        }

        WritePool(json, finding);
        json.WriteNumber("shares_submitted"u8, seen.SharesSubmitted);
        json.WriteNumber("shares_accepted"u8, seen.SharesAccepted);
        json.WriteNumber("shares_rejected"u8, seen.SharesRejected);
        json.WriteNumber("shares_stale"u8, seen.SharesStale);
        json.WriteNumber("jobs"u8, seen.Jobs);
        WriteNumber(json, "difficulty"u8, seen.Difficulty);
        WriteHashrate(json, seen);
        if (seen.Height is { } height)
        {
            json.WriteNumber("height"u8, height);
        }

        WriteDevice(json, finding);
        json.WriteNumber("confidence"u8, Math.Round(seen.Confidence, 4));
        json.WriteBoolean("encrypted"u8, seen.Encrypted);
        json.WriteString("first_seen"u8, firstSeen);
        Span<byte> last = stackalloc byte[PacketTime.Iso8601Length];
        seen.LastSeen.WriteIso8601(last, offset);
        json.WriteString("last_seen"u8, last);
        json.WriteBoolean("final"u8, seen.IsFinal);
        json.WriteString("rule"u8, seen.Rule);
        json.WriteStartArray("evidence"u8);
        foreach (var evidence in seen.Evidence)
        {
            WriteEvidence(json, evidence);
        }

        json.WriteEndArray();
        if (feed is not null)
        {
            WriteSighting(json, feed, offset);
        }

        json.WriteEndObject();
    }

    private static void WriteSighting(Utf8JsonWriter json, FeedRecord feed, TimeSpan offset)
    {
        json.WriteString("key"u8, feed.Key);
        json.WriteBoolean("again"u8, feed.IsAgain);
        json.WriteNumber("connections"u8, feed.Connections);
        json.WriteStartArray("src_ports"u8);
        foreach (var port in feed.ClientPorts)
        {
            json.WriteNumberValue(port);
        }

        json.WriteEndArray();
        json.WriteString("window_start"u8, feed.WindowStart.ToIso8601(offset));
        json.WriteString("window_end"u8, feed.WindowEnd.ToIso8601(offset));
        if (feed.Case is { } number)
        {
            json.WriteNumber("case"u8, number);
        }

        if (feed.Outcome is { } outcome)
        {
            json.WriteString("attribution"u8, SubscriberJson.OutcomeWord(outcome));
            json.WriteOptional("attribution_grade", feed.Grade?.ToString());
        }
    }

    private static void WriteAddress(Utf8JsonWriter json, ReadOnlySpan<byte> name, IpAddress address)
    {
        Span<byte> text = stackalloc byte[IpAddress.LongestText];
        json.WriteString(name, text[..address.Write(text)]);
    }

    private static void WriteEvidence(Utf8JsonWriter json, Evidence evidence)
    {
        Span<byte> text = stackalloc byte[LongestOnStack];
        if (Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{evidence.Rule}: {evidence.Seen} (frame {evidence.FrameNumber})", out var length))
        {
            json.WriteStringValue(text[..length]);
        }
        else
        {
            json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{evidence.Rule}: {evidence.Seen} (frame {evidence.FrameNumber})"));
        }
    }

    private static void WriteIdentity(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<byte> digestName, Identity? identity)
    {
        if (identity is not null)
        {
            json.WriteString(name, identity.Masked);
            json.WriteString(digestName, identity.Digest);
        }
    }

    private static void WritePool(Utf8JsonWriter json, EnrichedEvent finding)
    {
        var seen = finding.Event;
        if (finding.Pool is null && seen.PoolHost is null && seen.PoolTag is null && finding.PoolPlace is null)
        {
            return;
        }

        json.WriteStartObject("pool"u8);
        WriteOptional(json, "name"u8, finding.Pool?.Name);
        WriteOptional(json, "by"u8, finding.Pool?.By);
        WriteOptional(json, "host"u8, seen.PoolHost);
        WriteOptional(json, "tag"u8, seen.PoolTag);
        if (finding.PoolPlace is { } place)
        {
            WriteOptional(json, "country"u8, place.CountryCode);
            WriteOptional(json, "province"u8, place.Province);
            WriteOptional(json, "city"u8, place.City);
            WriteOptional(json, "organisation"u8, place.Organisation);
            if (place.AutonomousSystem is { } number)
            {
                json.WriteNumber("asn"u8, number);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteHashrate(Utf8JsonWriter json, MiningEvent seen)
    {
        if (seen.Hashrate is { } rate && double.IsFinite(rate.PerSecond))
        {
            json.WriteNumber("hashrate_hs"u8, Significant(rate.PerSecond, 6));
            json.WriteString("hashrate_unit"u8, rate.Unit);
            WriteNumber(json, "hashrate_error"u8, Significant(rate.RelativeStandardError, 3));
            json.WriteNumber("hashrate_shares"u8, rate.Shares);
            WriteNumber(json, "hashrate_window_s"u8, Math.Round(rate.WindowSeconds, 3));
        }

        WriteNumber(json, "hashrate_stated_hs"u8, seen.StatedHashrate);
    }

    private static void WriteDevice(Utf8JsonWriter json, EnrichedEvent finding)
    {
        if (finding.Device is { } device)
        {
            json.WriteStartObject("device"u8);
            json.WriteString("name"u8, device.Name);
            json.WriteString("by"u8, device.By);
            json.WriteEndObject();
        }

        if (finding.Power is { } power)
        {
            json.WriteStartObject("power_w"u8);
            WriteNumber(json, "low"u8, Significant(power.LowWatts, 4));
            WriteNumber(json, "typical"u8, Significant(power.Watts, 4));
            WriteNumber(json, "high"u8, Significant(power.HighWatts, 4));
            json.WriteString("assumption"u8, power.Assumption);
            json.WriteEndObject();
        }
    }

    private static void WriteOptional(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    /// <summary>JSON has no infinity: what is not finite is not said.</summary>
    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, double? number)
    {
        if (number is { } value && double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
    }

    /// <summary>An estimate carries no more digits than its error allows.</summary>
    private static double Significant(double value, int digits)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value;
        }

        var scale = digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        var factor = Math.Pow(10, Math.Abs(scale));
        return scale >= 0 ? Math.Round(value * factor) / factor : Math.Round(value / factor) * factor;
    }
}
