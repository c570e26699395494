using System.Buffers.Text;
using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.Json;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// What the store consists of: replaced whole with every flush and merge, so that a crash leaves the old one or the new one. JSON for the eye, and behind it
/// a line with the CRC-32C of all before in eight hexadecimal digits.
/// </summary>
internal sealed record StoreManifest
{
    public const string FileName = "manifest.json";
    private const int CurrentFormat = 1;
    private const int TailLength = 9;

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Names the store's own folder of keys, so that two stores never share one.</summary>
    public required string Id { get; init; }

    /// <summary>Number of the next file; no number is used twice.</summary>
    public long NextFile { get; init; } = 1;

    /// <summary>Flushes until now: the next table's rows are told with this number.</summary>
    public long Told { get; init; }

    /// <summary>The first write-ahead log whose rows are not in segments.</summary>
    public long FirstLog { get; init; } = 1;

    /// <summary>First day since 1970-01-01 that is kept; intervals of earlier ones are deleted.</summary>
    public int FirstDay { get; init; }

    public List<SegmentEntry> Segments { get; init; } = [];

    public StoreState State { get; init; } = new();

    /// <summary>Null when the folder holds no store yet.</summary>
    public static StoreManifest? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < TailLength
            || !Utf8Parser.TryParse(bytes.AsSpan(bytes.Length - TailLength, 8), out uint checksum, out var digits, 'x') || digits != 8
            || checksum != Crc32C.Of(bytes.AsSpan(0, bytes.Length - TailLength)))
        {
            throw new IntervalStoreException(path, Math.Max(0, bytes.Length - TailLength), "the checksum of the manifest does not fit: it is damaged; restore the store from its backup.");
        }

        StoreManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize(bytes.AsSpan(0, bytes.Length - TailLength), StoreJson.Default.StoreManifest);
        }
        catch (JsonException exception)
        {
            throw new IntervalStoreException($"{path}: {exception.Message}", exception);
        }

        return manifest is { Format: CurrentFormat }
            ? manifest
            : throw new IntervalStoreException(path, 0, $"format {manifest?.Format} of the store; this program reads format {CurrentFormat}.");
    }

    public void Write(string folder)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, StoreJson.Default.StoreManifest);
        byte[] bytes = [.. json, .. Encoding.ASCII.GetBytes(Crc32C.Of(json).ToString("x8", CultureInfo.InvariantCulture) + "\n")];
        DurableFiles.Replace(Path.Combine(folder, FileName), bytes);
    }
}

/// <summary>A segment that belongs to the store.</summary>
/// <param name="Number">Names its file.</param>
/// <param name="Partition">See <see cref="StorePartition"/>.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Rows">Intervals in it.</param>
internal sealed record SegmentEntry(long Number, int Partition, long Bytes, long Rows)
{
    [JsonIgnore]
    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{StorePartition.NameOf(Partition)}-{Number:d10}.intervals");

    /// <summary>A day has one key; each segment of open intervals has its own, so that merging it away deletes what is in it.</summary>
    [JsonIgnore]
    public string KeyName => Partition == StorePartition.Open ? string.Create(CultureInfo.InvariantCulture, $"open-{Number:d10}") : StorePartition.NameOf(Partition);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoreManifest))]
[JsonSerializable(typeof(StoreState))]
internal sealed partial class StoreJson : JsonSerializerContext;
