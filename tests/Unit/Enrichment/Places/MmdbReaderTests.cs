using System.Diagnostics;
using System.Globalization;
using MinerFlow.Enrichment.Places;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Places;

public sealed class MmdbReaderTests
{
    public static TheoryData<int, int> Shapes => new()
    {
        { 24, 4 }, { 28, 4 }, { 32, 4 }, { 24, 6 }, { 28, 6 }, { 32, 6 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EveryRecordSizeFindsTheLongestPrefix(int recordSize, int ipVersion)
    {
        var writer = new MmdbWriter(recordSize, ipVersion);
        writer.Add("203.0.113.0/24", "wide");
        writer.Add("203.0.113.8/29", "narrow");
        writer.Add("198.51.100.77/32", "one");
        if (ipVersion == 6)
        {
            writer.Add("2001:db8::/32", "six");
        }

        var reader = MmdbReader.Open(writer.Build());

        Assert.Equal("wide", Read(reader, "203.0.113.1"));
        Assert.Equal("narrow", Read(reader, "203.0.113.15"));
        Assert.Equal("wide", Read(reader, "203.0.113.16"));
        Assert.Equal("one", Read(reader, "198.51.100.77"));
        Assert.Null(Read(reader, "198.51.100.76"));
        Assert.Null(Read(reader, "192.0.2.1"));
        Assert.Equal(ipVersion == 6 ? "six" : null, Read(reader, "2001:db8::1"));
        Assert.Null(Read(reader, "2001:db9::1"));
    }

    [Fact]
    public void EveryTypeIsRead()
    {
        var record = new Dictionary<string, object>
        {
            ["text"] = "字",
            ["empty"] = "",
            ["u16"] = (ushort)65535,
            ["u32"] = 4_000_000_000u,
            ["zero"] = 0u,
            ["u64"] = ulong.MaxValue,
            ["u128"] = UInt128.MaxValue,
            ["i32"] = -5,
            ["double"] = 35.0267,
            ["float"] = 1.5f,
            ["yes"] = true,
            ["no"] = false,
            ["bytes"] = new byte[] { 1, 2, 3 },
            ["list"] = new object[] { "a", 1u, new Dictionary<string, object>() },
        };
        var writer = new MmdbWriter(24, 4);
        writer.Add("203.0.113.0/24", record);

        var read = Assert.IsType<Dictionary<string, object>>(ReadAny(MmdbReader.Open(writer.Build()), "203.0.113.1"));

        Assert.Equal(record.Keys, read.Keys);
        Assert.Equal("字", read["text"]);
        Assert.Equal("", read["empty"]);
        Assert.Equal(65535UL, read["u16"]);
        Assert.Equal(4_000_000_000UL, read["u32"]);
        Assert.Equal(0UL, read["zero"]);
        Assert.Equal(ulong.MaxValue, read["u64"]);
        Assert.Equal(UInt128.MaxValue, read["u128"]);
        Assert.Equal(-5L, read["i32"]);
        Assert.Equal(35.0267, read["double"]);
        Assert.Equal(1.5, read["float"]);
        Assert.Equal((true, false), (read["yes"], read["no"]));
        Assert.Equal(new byte[] { 1, 2, 3 }, read["bytes"]);
        Assert.Equal(["a", 1UL, new Dictionary<string, object>()], Assert.IsType<List<object>>(read["list"]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(28)]
    [InlineData(29)]
    [InlineData(284)]
    [InlineData(285)]
    [InlineData(65_820)]
    [InlineData(65_821)]
    [InlineData(100_000)]
    public void EveryFormOfLengthIsRead(int length)
    {
        var writer = new MmdbWriter(32, 4);
        writer.Add("203.0.113.0/24", new string('x', length));

        Assert.Equal(length, Read(MmdbReader.Open(writer.Build()), "203.0.113.1")?.Length);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(2_040, false)]
    [InlineData(2_048, false)]
    [InlineData(526_330, false)]
    [InlineData(526_336, false)]
    [InlineData(526_336, true)]
    public void EveryFormOfPointerIsRead(int before, bool wide)
    {
        var writer = new MmdbWriter(32, 4) { WidePointers = wide };
        writer.Skip(before);
        writer.Add("203.0.113.0/24", "shared text");
        writer.Add("198.51.100.0/24", new object[] { "shared text" });

        Assert.Equal(["shared text"], Assert.IsType<List<object>>(ReadAny(MmdbReader.Open(writer.Build()), "198.51.100.1")));
    }

    [Fact]
    public void AFileThatIsNoneIsRefusedByName()
    {
        using var folder = new TempFolder();

        foreach (var (name, bytes) in new[] { ("empty.mmdb", Array.Empty<byte>()), ("text.mmdb", "not a database"u8.ToArray()), ("zip.mmdb", new byte[300_000]) })
        {
            var path = folder.Write(name, bytes);
            var error = Assert.Throws<MmdbException>(() => MmdbReader.Open(path));
            Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
            Assert.Contains("is not a MaxMind DB file", error.Message, StringComparison.Ordinal);
        }

        Assert.Contains("cannot be read", Assert.Throws<MmdbException>(() => MmdbReader.Open(folder.PathOf("missing.mmdb"))).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<MmdbException>(() => MmdbReader.Open(folder.FullName)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("binary_format_major_version", (ushort)3, "version 3")]
    [InlineData("record_size", (ushort)20, "20 bits")]
    [InlineData("ip_version", (ushort)5, "IP version 5")]
    [InlineData("node_count", 1_000_000u, "cut short")]
    [InlineData("node_count", 0u, "cut short")]
    public void MetadataThatCannotBeIsRefused(string key, object value, string message)
    {
        var error = Assert.Throws<MmdbException>(() => MmdbReader.Open(Fixture().Build(change: metadata => metadata[key] = value)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MetadataThatLacksANumberIsRefused() =>
        Assert.Contains("node_count", Assert.Throws<MmdbException>(() => MmdbReader.Open(Fixture().Build(change: metadata => metadata.Remove("node_count")))).Message, StringComparison.Ordinal);

    [Fact]
    public void ACutFileIsRefusedWhereverItIsCut()
    {
        var whole = Fixture().Build();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<MmdbException>(() => MmdbReader.Open(whole[..length]));
        }
    }

    [Fact]
    public void RandomDamageEndsInTheDocumentedErrorOrAnAnswer()
    {
        var random = new Random(20220408);
        var fixtures = Shapes.Select(shape => Fixture(shape.Data.Item1, shape.Data.Item2).Build()).ToArray();
        var refused = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = fixtures[i % fixtures.Length].ToArray();
            for (var j = random.Next(1, 20); j > 0; j--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            try
            {
                var directory = PlaceDirectory.Of(MmdbReader.Open(damaged));
                foreach (var address in (string[])["203.0.113.1", "203.0.113.9", "198.51.100.1", "2001:db8::1", "0.0.0.0", "255.255.255.255"])
                {
                    directory.Find(Ip(address));
                }
            }
            catch (MmdbException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1, 19_999);
    }

    [Fact]
    public void RecordsThatMultiplyThroughPointersAreRefused()
    {
        // Each list points four times to the one before it: 4^12 values, not deeper than a record may be.
        var writer = new MmdbWriter(24, 4);
        writer.Add("203.0.113.0/24", "x");
        var bytes = writer.Build().ToList();
        var treeBytes = 24 * 6;
        var data = new List<byte> { 0x41, (byte)'x' };
        var before = 0;
        for (var level = 0; level < 12; level++)
        {
            var here = data.Count;
            data.AddRange([0x04, 0x04]);
            for (var i = 0; i < 4; i++)
            {
                data.AddRange([(byte)(0x20 | (before >> 8)), (byte)before]);
            }

            before = here;
        }

        var file = new List<byte>(bytes.Take(treeBytes + 16));
        file.AddRange(data);
        file.AddRange(bytes.Skip(treeBytes + 16 + 2));
        var reader = MmdbReader.Open([.. file]);
        Assert.Contains("too large", Assert.Throws<MmdbException>(() => reader.Read(before)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheWalkAllocatesNothing()
    {
        var reader = MmdbReader.Open(Fixture().Build());
        var address = Ip("203.0.113.9");
        var sum = 0;
        for (var i = 0; i < 100; i++)
        {
            sum += reader.TryFind(address, out var record) ? record : 0;
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            sum += reader.TryFind(address, out var record) ? record : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sum > 0);
    }

    [Fact]
    public void TheReferenceToolReadsTheSame()
    {
        using var folder = new TempFolder();
        if (!TryRun(["--version"], out _))
        {
            Assert.Skip("mmdblookup is not installed (Debian package mmdb-bin)");
        }

        foreach (var shape in Shapes)
        {
            var (size, version) = shape.Data;
            var path = folder.Write(string.Create(CultureInfo.InvariantCulture, $"{size}-{version}.mmdb"), Fixture(size, version).Build());
            var directory = PlaceDirectory.Open(path);
            foreach (var address in (string[])["203.0.113.1", "203.0.113.9", "203.0.113.16", "198.51.100.1", "192.0.2.1"])
            {
                TryRun(["--file", path, "--ip", address, "city", "names", "zh-CN"], out var output);
                var city = output.Split('"') is { Length: 3 } parts ? parts[1] : null;
                Assert.Equal(city, directory.Find(Ip(address))?.City);
            }
        }
    }

    internal static MmdbWriter Fixture(int recordSize = 28, int ipVersion = 6)
    {
        var writer = new MmdbWriter(recordSize, ipVersion);
        writer.Add("203.0.113.0/24", PlaceDirectoryTests.Nested("CN", "山西", "Shanxi", "运城", "Yuncheng"));
        writer.Add("203.0.113.8/29", PlaceDirectoryTests.Nested("CN", "江苏", "Jiangsu", "宿迁", "Suqian"));
        writer.Add("198.51.100.0/24", PlaceDirectoryTests.Nested("SG", "示例", "Example", "示例城", "Example City"));
        if (ipVersion == 6)
        {
            writer.Add("2001:db8::/32", PlaceDirectoryTests.Nested("CN", "浙江", "Zhejiang", "杭州", "Hangzhou"));
        }

        return writer;
    }

    private static string? Read(MmdbReader reader, string address) => ReadAny(reader, address) as string;

    private static object? ReadAny(MmdbReader reader, string address) => reader.TryFind(Ip(address), out var record) ? reader.Read(record) : null;

    private static bool TryRun(string[] arguments, out string output)
    {
        output = "";
        try
        {
            using var process = Process.Start(new ProcessStartInfo("mmdblookup", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false });
            output = process!.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return true;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
