using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Feeds.Formats;

/// <summary>What the formats have in common that are JSON.</summary>
internal abstract class JsonFormat : IFeedFormat
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string ContentType => "application/json";

    public void Write(FeedRecord record, IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, Options);
        Write(json, record);
    }

    protected abstract void Write(Utf8JsonWriter json, FeedRecord record);

    /// <summary>Moments of JSON formats that want UTC.</summary>
    protected static string Utc(PacketTime time) => string.Concat(time.ToIso8601(TimeSpan.Zero).AsSpan(0, 26), "Z");

    protected static long Milliseconds(PacketTime time) => time.UnixNanoseconds / 1_000_000;
}
