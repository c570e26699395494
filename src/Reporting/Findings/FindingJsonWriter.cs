using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
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
        FindingJson.Write(Json, finding, _sensor, _offset);
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
        Json.WriteEndObject();
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
        Json.Flush();
        Json.Reset();
        _buffer.Write("\n"u8);
        if (_buffer.WrittenCount >= FlushBytes)
        {
            Flush();
        }
    }
}
