using MinerFlow.Reporting.Workbooks;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Reporting.Workbooks;

public sealed class CompoundFileTests
{
    [Fact]
    public void StreamsComeBackFromStoragesAsTheyWere()
    {
        var random = new SeededRandom(1);
        var contents = new[] { 0, 1, 63, 64, 65, 4_095, 4_096, 4_097, 100_000 }.Select(length => random.Bytes(length)).ToList();
        var file = new MemoryStream();

        CompoundFile.Write(
            file,
            Of("ä", contents[8]),
            new CompoundStorage("box", Of("b", contents[0]), Of("a", contents[1]), new CompoundStorage("inner", Of("c", contents[6]), Of("longer", contents[2])), Of("B2", contents[3])),
            Of("z", contents[4]),
            new CompoundStorage("empty"),
            Of("\u0006first", contents[5]),
            Of("y", contents[7]));

        var streams = CompoundFileReader.Streams(file.ToArray());
        Assert.Equal(["y", "z", "ä", "box/a", "box/b", "box/B2", "box/inner/c", "box/inner/longer", "\u0006first"], streams.Keys);
        Assert.Equal(
            [contents[7], contents[4], contents[8], contents[1], contents[0], contents[3], contents[6], contents[2], contents[5]],
            streams.Values);
        Assert.Equal(0, file.Length % 512);
    }

    // 109 sectors of the table are named in the header, 127 more by each sector of the index.
    [Theory]
    [InlineData(109 * 128 * 512, -200)]
    [InlineData(109 * 128 * 512, 0)]
    [InlineData((109 + 127) * 128 * 512, -200)]
    [InlineData((109 + 127) * 128 * 512, 0)]
    public void TableReachesAsFarAsTheFile(int reach, int sectors)
    {
        var content = new SeededRandom(2).Bytes(1_000);
        var length = reach + (sectors * 512);
        var file = new MemoryStream();

        CompoundFile.Write(file, new CompoundStream("long", length, output => output.Write(new byte[length])), Of("tail", content));

        var streams = CompoundFileReader.Streams(file.ToArray());
        Assert.Equal(length, streams["long"].Length);
        Assert.Equal(content, streams["tail"]);
    }

    [Fact]
    public void StreamThatIsNotAsLongAsItSaidIsAnError() =>
        Assert.Throws<InvalidOperationException>(() => CompoundFile.Write(Stream.Null, new CompoundStream("s", 5, output => output.WriteByte(1))));

    private static CompoundStream Of(string name, byte[] content) => new(name, content.Length, output => output.Write(content));
}
