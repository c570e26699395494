using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Reporting.Findings;

/// <summary>
/// Writes one JSON object a line, shaped like Suricata's EVE log, for every connection that said something about mining.
/// The same finding gives the same bytes; neither language nor culture changes them.
/// </summary>
public sealed class FindingJsonWriter : IDisposable
{
    /// <summary>Written out at this size: one system call for some hundred records.</summary>
    private const int FlushBytes = 128 * 1024;

    /// <summary>Largest integer that a reader which keeps numbers as doubles takes exactly: 2^53 - 1 (RFC 8259 section 6).</summary>
    private const ulong ExactInDoubles = (1UL << 53) - 1;

    private readonly Stream _output;
    private readonly string _sensor;
    private readonly TimeSpan _offset;
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushBytes + 16_384);
    private readonly Utf8JsonWriter _json;

    /// <param name="output">Stays open; <see cref="Flush"/> before it is closed.</param>
    /// <param name="sensor">Name of the sensor in every record.</param>
    /// <param name="offset">Offset from UTC in which moments are written.</param>
    public FindingJsonWriter(Stream output, string sensor, TimeSpan offset)
    {
        _output = output;
        _sensor = sensor;
        _offset = offset;
        _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public void Write(EnrichedEvent finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        var seen = finding.Event;
        _json.WriteStartObject();
        _json.WriteString("timestamp"u8, seen.FirstSeen.ToIso8601(_offset));
        _json.WriteString("event_type"u8, "mining"u8);
        _json.WriteString("src_ip"u8, seen.Client.Address.ToString());
        _json.WriteNumber("src_port"u8, seen.Client.Port);
        _json.WriteString("dest_ip"u8, seen.Server.Address.ToString());
        _json.WriteNumber("dest_port"u8, seen.Server.Port);
        _json.WriteString("proto"u8, seen.Transport == Transport.Udp ? "UDP"u8 : "TCP"u8);
        _json.WriteNumber("flow_id"u8, seen.FlowId & ExactInDoubles);
        WriteMining(finding);
        if (finding.Attribution is { } attribution)
        {
            SubscriberJson.Write(_json, attribution, _offset);
        }

        _json.WriteString("sensor"u8, _sensor);
        _json.WriteStartObject("capture"u8);
        _json.WriteString("file"u8, seen.CaptureFile);
        _json.WriteNumber("frame_first"u8, seen.FirstFrame);
        _json.WriteNumber("frame_last"u8, seen.LastFrame);
        _json.WriteEndObject();
        EndRecord();
    }

    /// <summary>One record of counters, in EVE's type <c>stats</c>.</summary>
    public void WriteCounters(IEnumerable<KeyValuePair<string, long>> counters)
    {
        ArgumentNullException.ThrowIfNull(counters);
        _json.WriteStartObject();
        _json.WriteString("event_type"u8, "stats"u8);
        _json.WriteStartObject("stats"u8);
        foreach (var (name, value) in counters)
        {
            _json.WriteNumber(name, value);
        }

        _json.WriteEndObject();
        _json.WriteString("sensor"u8, _sensor);
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

    public void Dispose() => _json.Dispose();

    private void EndRecord()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount >= FlushBytes)
        {
            Flush();
        }
    }

    private void WriteMining(EnrichedEvent finding)
    {
        var seen = finding.Event;
        _json.WriteStartObject("mining"u8);
        _json.WriteString("role"u8, seen.Role.ToWord());
        _json.WriteString("state"u8, seen.State.ToWord());
        _json.WriteString("dialect"u8, seen.Dialect);
        _json.WriteString("coin"u8, seen.Coin);
        WriteOptional("algorithm"u8, seen.Algorithm);
        WriteOptional("agent"u8, seen.Agent);
        WriteIdentity("login"u8, "login_digest"u8, seen.Login);
        WriteIdentity("worker"u8, "worker_digest"u8, seen.Worker);
        if (seen.Workers > 0)
        {
            _json.WriteNumber("workers"u8, seen.Workers);
        }

        WritePool(finding);
        _json.WriteNumber("shares_submitted"u8, seen.SharesSubmitted);
        _json.WriteNumber("shares_accepted"u8, seen.SharesAccepted);
        _json.WriteNumber("shares_rejected"u8, seen.SharesRejected);
        _json.WriteNumber("shares_stale"u8, seen.SharesStale);
        _json.WriteNumber("jobs"u8, seen.Jobs);
        WriteNumber("difficulty"u8, seen.Difficulty);
        WriteHashrate(seen);
        if (seen.Height is { } height)
        {
            _json.WriteNumber("height"u8, height);
        }

        WriteDevice(finding);
        _json.WriteNumber("confidence"u8, Math.Round(seen.Confidence, 4));
        _json.WriteBoolean("encrypted"u8, seen.Encrypted);
        _json.WriteString("first_seen"u8, seen.FirstSeen.ToIso8601(_offset));
        _json.WriteString("last_seen"u8, seen.LastSeen.ToIso8601(_offset));
        _json.WriteBoolean("final"u8, seen.IsFinal);
        _json.WriteString("rule"u8, seen.Rule);
        _json.WriteStartArray("evidence"u8);
        foreach (var evidence in seen.Evidence)
        {
            _json.WriteStringValue($"{evidence.Rule}: {evidence.Seen} (frame {evidence.FrameNumber})");
        }

        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void WriteIdentity(ReadOnlySpan<byte> name, ReadOnlySpan<byte> digestName, Identity? identity)
    {
        if (identity is not null)
        {
            _json.WriteString(name, identity.Masked);
            _json.WriteString(digestName, identity.Digest);
        }
    }

    private void WritePool(EnrichedEvent finding)
    {
        var seen = finding.Event;
        if (finding.Pool is null && seen.PoolHost is null && seen.PoolTag is null && finding.PoolPlace is null)
        {
            return;
        }

        _json.WriteStartObject("pool"u8);
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
                _json.WriteNumber("asn"u8, number);
            }
        }

        _json.WriteEndObject();
    }

    private void WriteHashrate(MiningEvent seen)
    {
        if (seen.Hashrate is { } rate && double.IsFinite(rate.PerSecond))
        {
            _json.WriteNumber("hashrate_hs"u8, Significant(rate.PerSecond, 6));
            _json.WriteString("hashrate_unit"u8, rate.Unit);
            WriteNumber("hashrate_error"u8, Significant(rate.RelativeStandardError, 3));
            _json.WriteNumber("hashrate_shares"u8, rate.Shares);
            WriteNumber("hashrate_window_s"u8, Math.Round(rate.WindowSeconds, 3));
        }

        WriteNumber("hashrate_stated_hs"u8, seen.StatedHashrate);
    }

    private void WriteDevice(EnrichedEvent finding)
    {
        if (finding.Device is { } device)
        {
            _json.WriteStartObject("device"u8);
            _json.WriteString("name"u8, device.Name);
            _json.WriteString("by"u8, device.By);
            _json.WriteEndObject();
        }

        if (finding.Power is { } power)
        {
            _json.WriteStartObject("power_w"u8);
            WriteNumber("low"u8, Significant(power.LowWatts, 4));
            WriteNumber("typical"u8, Significant(power.Watts, 4));
            WriteNumber("high"u8, Significant(power.HighWatts, 4));
            _json.WriteString("assumption"u8, power.Assumption);
            _json.WriteEndObject();
        }
    }

    private void WriteOptional(ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            _json.WriteString(name, text);
        }
    }

    /// <summary>JSON has no infinity: what is not finite is not said.</summary>
    private void WriteNumber(ReadOnlySpan<byte> name, double? number)
    {
        if (number is { } value && double.IsFinite(value))
        {
            _json.WriteNumber(name, value);
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
