using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Reporting.Findings;

/// <summary>
/// Writes one JSON object a line, shaped like Suricata's EVE log, for every connection that said something about mining.
/// The same finding gives the same bytes; neither language nor culture changes them.
/// </summary>
public sealed class FindingJsonWriter : IDisposable
{
    /// <summary>Written out at this size: one system call for some hundred records.</summary>
    private const int FlushBytes = 128 * 1024;

    /// <summary>Bytes of an evidence that are put together without a string; most have less than 100.</summary>
    private const int LongestOnStack = 256;

    private readonly Stream _output;
    private readonly string _sensor;
    private readonly TimeSpan _offset;
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushBytes + 16_384);
    private Utf8JsonWriter? _json;

    /// <param name="output">Stays open; <see cref="Flush"/> before it is closed.</param>
    /// <param name="sensor">Name of the sensor in every record.</param>
    /// <param name="offset">Offset from UTC in which moments are written.</param>
    public FindingJsonWriter(Stream output, string sensor, TimeSpan offset)
    {
        _output = output;
        _sensor = sensor;
        _offset = offset;
    }

    /// <summary>Made for the first record: its tables cost more than the whole start of a run that finds nothing.</summary>
    private Utf8JsonWriter Json =>
        _json ??= new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    public void Write(EnrichedEvent finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        var seen = finding.Event;
        Json.WriteStartObject();
        Span<byte> first = stackalloc byte[PacketTime.Iso8601Length];
        seen.FirstSeen.WriteIso8601(first, _offset);
        Json.WriteString("timestamp"u8, first);
        Json.WriteString("event_type"u8, "mining"u8);
        WriteAddress("src_ip"u8, seen.Client.Address);
        Json.WriteNumber("src_port"u8, seen.Client.Port);
        WriteAddress("dest_ip"u8, seen.Server.Address);
        Json.WriteNumber("dest_port"u8, seen.Server.Port);
        Json.WriteString("proto"u8, seen.Transport == Transport.Udp ? "UDP"u8 : "TCP"u8);
        Json.WriteNumber("flow_id"u8, FlowIds.Shown(seen.FlowId));
        WriteMining(finding, first);
        if (finding.Attribution is { } attribution)
        {
            SubscriberJson.Write(Json, attribution, _offset);
        }

        Json.WriteString("sensor"u8, _sensor);
        Json.WriteStartObject("capture"u8);
        Json.WriteString("file"u8, seen.CaptureFile);
        Json.WriteNumber("frame_first"u8, seen.FirstFrame);
        Json.WriteNumber("frame_last"u8, seen.LastFrame);
        Json.WriteEndObject();
        EndRecord();
    }

    /// <summary>One record of counters, in EVE's type <c>stats</c>.</summary>
    public void WriteCounters(IEnumerable<NamedCount> counters)
    {
        ArgumentNullException.ThrowIfNull(counters);
        Json.WriteStartObject();
        Json.WriteString("event_type"u8, "stats"u8);
        Json.WriteStartObject("stats"u8);
        foreach (var counter in counters)
        {
            Json.WriteNumber(counter.Name, counter.Value);
        }

        Json.WriteEndObject();
        Json.WriteString("sensor"u8, _sensor);
        EndRecord();
    }

    /// <summary>Hands what is buffered to the output.</summary>
    public void Flush()
    {
        if (_buffer.WrittenCount > 0)
        {
            _output.Write(_buffer.WrittenSpan);
            _buffer.ResetWrittenCount();
        }

        _output.Flush();
    }

    public void Dispose() => _json?.Dispose();

    private void EndRecord()
    {
        Json.WriteEndObject();
        Json.Flush();
        Json.Reset();
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount >= FlushBytes)
        {
            Flush();
        }
    }

    private void WriteMining(EnrichedEvent finding, ReadOnlySpan<byte> firstSeen)
    {
        var seen = finding.Event;
        Json.WriteStartObject("mining"u8);
        Json.WriteString("role"u8, seen.Role.ToWord());
        Json.WriteString("state"u8, seen.State.ToWord());
        Json.WriteString("dialect"u8, seen.Dialect);
        Json.WriteString("coin"u8, seen.Coin);
        WriteOptional("algorithm"u8, seen.Algorithm);
        WriteOptional("agent"u8, seen.Agent);
        WriteIdentity("login"u8, "login_digest"u8, seen.Login);
        WriteIdentity("worker"u8, "worker_digest"u8, seen.Worker);
        if (seen.Workers > 0)
        {
            Json.WriteNumber("workers"u8, seen.Workers);
        }

        WritePool(finding);
        Json.WriteNumber("shares_submitted"u8, seen.SharesSubmitted);
        Json.WriteNumber("shares_accepted"u8, seen.SharesAccepted);
        Json.WriteNumber("shares_rejected"u8, seen.SharesRejected);
        Json.WriteNumber("shares_stale"u8, seen.SharesStale);
        Json.WriteNumber("jobs"u8, seen.Jobs);
        WriteNumber("difficulty"u8, seen.Difficulty);
        WriteHashrate(seen);
        if (seen.Height is { } height)
        {
            Json.WriteNumber("height"u8, height);
        }

        WriteDevice(finding);
        Json.WriteNumber("confidence"u8, Math.Round(seen.Confidence, 4));
        Json.WriteBoolean("encrypted"u8, seen.Encrypted);
        Json.WriteString("first_seen"u8, firstSeen);
        Span<byte> last = stackalloc byte[PacketTime.Iso8601Length];
        seen.LastSeen.WriteIso8601(last, _offset);
        Json.WriteString("last_seen"u8, last);
        Json.WriteBoolean("final"u8, seen.IsFinal);
        Json.WriteString("rule"u8, seen.Rule);
        Json.WriteStartArray("evidence"u8);
        foreach (var evidence in seen.Evidence)
        {
            WriteEvidence(evidence);
        }

        Json.WriteEndArray();
        Json.WriteEndObject();
    }

    private void WriteAddress(ReadOnlySpan<byte> name, IpAddress address)
    {
        Span<byte> text = stackalloc byte[IpAddress.LongestText];
        Json.WriteString(name, text[..address.Write(text)]);
    }

    private void WriteEvidence(Evidence evidence)
    {
        Span<byte> text = stackalloc byte[LongestOnStack];
        if (Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{evidence.Rule}: {evidence.Seen} (frame {evidence.FrameNumber})", out var length))
        {
            Json.WriteStringValue(text[..length]);
        }
        else
        {
            Json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{evidence.Rule}: {evidence.Seen} (frame {evidence.FrameNumber})"));
        }
    }

    private void WriteIdentity(ReadOnlySpan<byte> name, ReadOnlySpan<byte> digestName, Identity? identity)
    {
        if (identity is not null)
        {
            Json.WriteString(name, identity.Masked);
            Json.WriteString(digestName, identity.Digest);
        }
    }

    private void WritePool(EnrichedEvent finding)
    {
        var seen = finding.Event;
        if (finding.Pool is null && seen.PoolHost is null && seen.PoolTag is null && finding.PoolPlace is null)
        {
            return;
        }

        Json.WriteStartObject("pool"u8);
        WriteOptional("name"u8, finding.Pool?.Name);
        WriteOptional("by"u8, finding.Pool?.By);
        WriteOptional("host"u8, seen.PoolHost);
        WriteOptional("tag"u8, seen.PoolTag);
        if (finding.PoolPlace is { } place)
        {
            WriteOptional("country"u8, place.CountryCode);
            WriteOptional("province"u8, place.Province);
            WriteOptional("city"u8, place.City);
            WriteOptional("organisation"u8, place.Organisation);
            if (place.AutonomousSystem is { } number)
            {
                Json.WriteNumber("asn"u8, number);
            }
        }

        Json.WriteEndObject();
    }

    private void WriteHashrate(MiningEvent seen)
    {
        if (seen.Hashrate is { } rate && double.IsFinite(rate.PerSecond))
        {
            Json.WriteNumber("hashrate_hs"u8, Significant(rate.PerSecond, 6));
            Json.WriteString("hashrate_unit"u8, rate.Unit);
            WriteNumber("hashrate_error"u8, Significant(rate.RelativeStandardError, 3));
            Json.WriteNumber("hashrate_shares"u8, rate.Shares);
            WriteNumber("hashrate_window_s"u8, Math.Round(rate.WindowSeconds, 3));
        }

        WriteNumber("hashrate_stated_hs"u8, seen.StatedHashrate);
    }

    private void WriteDevice(EnrichedEvent finding)
    {
        if (finding.Device is { } device)
        {
            Json.WriteStartObject("device"u8);
            Json.WriteString("name"u8, device.Name);
            Json.WriteString("by"u8, device.By);
            Json.WriteEndObject();
        }

        if (finding.Power is { } power)
        {
            Json.WriteStartObject("power_w"u8);
            WriteNumber("low"u8, Significant(power.LowWatts, 4));
            WriteNumber("typical"u8, Significant(power.Watts, 4));
            WriteNumber("high"u8, Significant(power.HighWatts, 4));
            Json.WriteString("assumption"u8, power.Assumption);
            Json.WriteEndObject();
        }
    }

    private void WriteOptional(ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            Json.WriteString(name, text);
        }
    }

    /// <summary>JSON has no infinity: what is not finite is not said.</summary>
    private void WriteNumber(ReadOnlySpan<byte> name, double? number)
    {
        if (number is { } value && double.IsFinite(value))
        {
            Json.WriteNumber(name, value);
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
