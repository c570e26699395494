using System.Collections.Concurrent;
using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Places;

/// <summary>
/// Places by address out of one or several geo databases; the first that knows a part gives it. Understands the nested schema of MaxMind City, Country
/// and ASN and the flat ones of ip-location-db and ipinfo; names in Chinese before English ones.
/// </summary>
public sealed class PlaceDirectory
{
    // Databases share records between networks; this many places are kept decoded in each.
    private const int MaxKept = 64 * 1024;

    private readonly (MmdbReader Reader, ConcurrentDictionary<int, Place> Kept)[] _databases;
    private long _damaged;

    private PlaceDirectory(IEnumerable<MmdbReader> readers) =>
        _databases = [.. readers.Select(reader => (reader, new ConcurrentDictionary<int, Place>()))];

    /// <summary>Look-ups that met a damaged record; they found nothing.</summary>
    public long Damaged => Interlocked.Read(ref _damaged);

    /// <exception cref="MmdbException">A file cannot be read or is not such a database; the message names it.</exception>
    public static PlaceDirectory Open(params IReadOnlyList<string> paths) => new(paths.Select(MmdbReader.Open).ToList());

    internal static PlaceDirectory Of(params IReadOnlyList<MmdbReader> readers) => new(readers);

    /// <summary>Null when no database has the address.</summary>
    public Place? Find(IpAddress address)
    {
        Place? place = null;
        foreach (var (reader, kept) in _databases)
        {
            try
            {
                if (reader.TryFind(address, out var record))
                {
                    place = Join(place, Read(reader, kept, record));
                }
            }
            catch (MmdbException)
            {
                Interlocked.Increment(ref _damaged);
            }
        }

        return place;
    }

    private static Place Read(MmdbReader reader, ConcurrentDictionary<int, Place> kept, int record)
    {
        if (kept.TryGetValue(record, out var place))
        {
            return place;
        }

        place = ToPlace(reader.Read(record));
        if (kept.Count < MaxKept)
        {
            kept.TryAdd(record, place);
        }

        return place;
    }

    private static Place ToPlace(object record)
    {
        var fields = record as Dictionary<string, object> ?? [];
        var province = fields.GetValueOrDefault("subdivisions") is List<object> { Count: > 0 } subdivisions ? Name(subdivisions[0]) : null;
        return new Place(
            Text(fields, "country_code") ?? Code(fields.GetValueOrDefault("country")),
            province ?? Text(fields, "state1") ?? Text(fields, "region"),
            Name(fields.GetValueOrDefault("city")))
        {
            AutonomousSystem = Number(fields.GetValueOrDefault("autonomous_system_number")) ?? Number(fields.GetValueOrDefault("asn")),
            Organisation = Text(fields, "autonomous_system_organization") ?? Text(fields, "as_name"),
        };
    }

    private static Place Join(Place? first, Place second) => first is null
        ? second
        : new Place(first.CountryCode ?? second.CountryCode, first.Province ?? second.Province, first.City ?? second.City)
        {
            AutonomousSystem = first.AutonomousSystem ?? second.AutonomousSystem,
            Organisation = first.Organisation ?? second.Organisation,
        };

    private static string? Code(object? country) =>
        country is Dictionary<string, object> map ? Text(map, "iso_code") : country is string { Length: 2 } code ? code : null;

    /// <summary>Nested: <c>{"names": {"zh-CN": …, "en": …}}</c>; flat: the name itself.</summary>
    private static string? Name(object? place) => place switch
    {
        Dictionary<string, object> map when map.GetValueOrDefault("names") is Dictionary<string, object> names => Text(names, "zh-CN") ?? Text(names, "en"),
        string { Length: > 0 } name => name,
        _ => null,
    };

    private static string? Text(Dictionary<string, object> map, string key) => map.GetValueOrDefault(key) is string { Length: > 0 } text ? text : null;

    /// <summary>A number, or text such as <c>AS64500</c>.</summary>
    private static uint? Number(object? value) => value switch
    {
        ulong number and <= uint.MaxValue => (uint)number,
        string text when uint.TryParse(text.StartsWith("AS", StringComparison.OrdinalIgnoreCase) ? text[2..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };
}
