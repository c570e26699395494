using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using MinerFlow.Ledger.Deliveries;

namespace MinerFlow.Reporting.Push;

/// <summary>
/// What a package says of itself: identity, number, recipient, what it answers, and of each document length and digests. JSON, UTF-8, format
/// <c>minerflow-package/1</c>; what is signed are these bytes as they are.
/// </summary>
public sealed record PackageManifest
{
    /// <summary>First word of each manifest; another format has another.</summary>
    public const string Format = "minerflow-package/1";

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public required string Id { get; init; }

    public required string Destination { get; init; }

    public required long Sequence { get; init; }

    public required string Recipient { get; init; }

    public required DateTimeOffset MadeAt { get; init; }

    public required bool IsMasked { get; init; }

    public required IReadOnlyList<ManifestFile> Files { get; init; }

    /// <summary>Writes the manifest of a package that is being queued.</summary>
    /// <param name="delivery">The package.</param>
    /// <param name="documents">Its documents.</param>
    /// <param name="snapshotSha256">Digest of the snapshot that they were made of; null for other documents.</param>
    public static byte[] Write(Delivery delivery, IReadOnlyList<DeliveryDocument> documents, string? snapshotSha256)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        ArgumentNullException.ThrowIfNull(documents);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            Begin(json, delivery, delivery.Id, delivery.IsMasked);
            Optional(json, "snapshot", delivery.Snapshot);
            if (snapshotSha256 is not null)
            {
                json.WriteString("snapshot_sha256", snapshotSha256);
            }

            Optional(json, "release", delivery.Release);
            Optional(json, "corrects", delivery.Correction);
            json.WriteStartArray("files");
            foreach (var document in documents)
            {
                json.WriteStartObject();
                json.WriteString("name", document.Name);
                json.WriteNumber("bytes", document.Content.Length);
                json.WriteString("sha256", document.Sha256);
                json.WriteString("sm3", document.Sm3);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes the manifest of the word that a package will not come.</summary>
    public static byte[] WriteWithdrawal(Delivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            Begin(json, delivery, delivery.WithdrawalId, isMasked: true);
            json.WriteString("withdraws", delivery.Id);
            json.WriteStartArray("files");
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <returns>Null when the bytes are no manifest of this format.</returns>
    public static PackageManifest? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            return Text(root, "format") != Format ? null : new PackageManifest
            {
                Id = Text(root, "id"),
                Destination = Text(root, "destination"),
                Sequence = root.GetProperty("sequence").GetInt64(),
                Recipient = Text(root, "recipient"),
                MadeAt = root.GetProperty("made_at").GetDateTimeOffset(),
                IsMasked = root.GetProperty("masked").GetBoolean(),
                Files = [.. root.GetProperty("files").EnumerateArray().Select(file => new ManifestFile(Text(file, "name"), file.GetProperty("bytes").GetInt64(), Text(file, "sha256"), Text(file, "sm3")))],
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static void Begin(Utf8JsonWriter json, Delivery delivery, string id, bool isMasked)
    {
        json.WriteString("format", Format);
        json.WriteString("id", id);
        json.WriteString("destination", delivery.Destination);
        json.WriteNumber("sequence", delivery.Sequence);
        json.WriteString("recipient", delivery.Recipient);
        json.WriteString("made_at", Moment(delivery.MadeAt));
        if (delivery.LedgerRestoredAt is { } restored)
        {
            json.WriteString("restored_at", Moment(restored));
        }

        json.WriteBoolean("masked", isMasked);
        json.WriteNumber("batch", delivery.Batch);
    }

    private static string Moment(DateTimeOffset moment) => moment.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Text(JsonElement parent, string name) => parent.GetProperty(name).GetString() ?? throw new FormatException(name);

    private static void Optional(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }
}

/// <summary>A document, as the manifest describes it.</summary>
public sealed record ManifestFile(string Name, long Bytes, string Sha256, string Sm3);
