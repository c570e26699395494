using MinerFlow.Enrichment;
using MinerFlow.Enrichment.Places;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Places;

public sealed class PlaceDirectoryTests
{
    internal static Dictionary<string, object> Nested(string country, string provinceZh, string provinceEn, string cityZh, string cityEn) => new()
    {
        ["country"] = new Dictionary<string, object> { ["iso_code"] = country, ["geoname_id"] = 1u, ["names"] = Names("国", "Country") },
        ["subdivisions"] = new object[] { new Dictionary<string, object> { ["iso_code"] = "14", ["names"] = Names(provinceZh, provinceEn) } },
        ["city"] = new Dictionary<string, object> { ["names"] = Names(cityZh, cityEn) },
        ["location"] = new Dictionary<string, object> { ["latitude"] = 35.0267, ["longitude"] = 111.0 },
    };

    [Fact]
    public void TheNestedSchemaIsReadInChineseBeforeEnglish()
    {
        var record = Nested("CN", "山西", "Shanxi", "运城", "Yuncheng");
        Assert.Equal(new Place("CN", "山西", "运城"), Find(record));

        record["city"] = new Dictionary<string, object> { ["names"] = new Dictionary<string, object> { ["en"] = "Yuncheng" } };
        Assert.Equal(new Place("CN", "山西", "Yuncheng"), Find(record));
    }

    [Fact]
    public void TheFlatSchemasAreRead()
    {
        Assert.Equal(new Place("CN", "Shanxi", "Yuncheng"), Find(new() { ["country_code"] = "CN", ["state1"] = "Shanxi", ["state2"] = "", ["city"] = "Yuncheng" }));
        Assert.Equal(
            new Place(null, null, null) { AutonomousSystem = 64500, Organisation = "Example Net" },
            Find(new() { ["autonomous_system_number"] = 64500u, ["autonomous_system_organization"] = "Example Net" }));
        Assert.Equal(
            new Place("CN", "Shanxi", "Yuncheng") { AutonomousSystem = 64500, Organisation = "Example Net" },
            Find(new() { ["country"] = "CN", ["region"] = "Shanxi", ["city"] = "Yuncheng", ["asn"] = "AS64500", ["as_name"] = "Example Net" }));
    }

    [Fact]
    public void SeveralDatabasesCompleteEachOther()
    {
        var directory = PlaceDirectory.Of(
            Database(new() { ["autonomous_system_number"] = 64500u, ["country_code"] = "SG" }),
            Database(Nested("CN", "山西", "Shanxi", "运城", "Yuncheng")));

        Assert.Equal(new Place("SG", "山西", "运城") { AutonomousSystem = 64500 }, directory.Find(Ip("203.0.113.1")));
        Assert.Null(directory.Find(Ip("192.0.2.1")));
    }

    [Fact]
    public void ADamagedRecordIsCountedAndFindsNothing()
    {
        var writer = new MmdbWriter(24, 4);
        writer.Add("203.0.113.0/24", "a record that is longer than what is left of it");
        var bytes = writer.Build();
        // The control byte of the record becomes a map of 28 pairs.
        bytes[Array.LastIndexOf(bytes, (byte)'a', bytes.AsSpan().IndexOf("a record"u8)) - 2] = 0xFC;
        var directory = PlaceDirectory.Of(MmdbReader.Open(bytes));

        Assert.Null(directory.Find(Ip("203.0.113.1")));
        Assert.Equal(1, directory.Damaged);
    }

    private static Dictionary<string, object> Names(string chinese, string english) => new() { ["en"] = english, ["zh-CN"] = chinese };

    private static Place? Find(Dictionary<string, object> record) => PlaceDirectory.Of(Database(record)).Find(Ip("203.0.113.1"));

    private static MmdbReader Database(Dictionary<string, object> record)
    {
        var writer = new MmdbWriter(24, 6);
        writer.Add("203.0.113.0/24", record);
        return MmdbReader.Open(writer.Build());
    }
}
