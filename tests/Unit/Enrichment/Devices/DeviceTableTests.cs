using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Enrichment.Devices;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Devices;

public sealed class DeviceTableTests : IDisposable
{
    private const string Rows =
        """
        pattern,device,algorithm,low,typical,high,unit,note
        Antminer S21,Antminer S21,sha256d,15,17.5,20,J/TH,data sheet
        Antminer,ASIC (Antminer),sha256d,15,30,100,J/TH,
        xmrig,CPU,rx/0,5,10,20,J/kH,
        xmrig,CPU,,,,,,
        *NerdMiner*ESP32,NerdMiner,,0.5,1,2,W,
        *osminer,Braiins OS,,,,,,
        ,ASIC,sha256d,15,35,100,J/TH,modern to old
        ,GPU,equihash-192-7,1.5,3,6,J/Sol,
        """;

    private readonly TempFolder _folder = new();
    private readonly List<Problem> _problems = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bmminer/Antminer S21/1.0", "sha256d", "Antminer S21", "agent")]
    [InlineData("Antminer L7", null, "ASIC (Antminer)", "class")]
    [InlineData("XMRig/6.21.0 (Linux x86_64)", "rx/0", "CPU", "class")]
    [InlineData("XMRig/6.21.0", "kawpow", "CPU", "class")]
    [InlineData("my NerdMiner v2 on ESP32", null, "NerdMiner", "agent")]
    [InlineData("NerdMiner", null, null, null)]
    [InlineData("my-bOSminer/1", null, "Braiins OS", "agent")]
    [InlineData("superxmrig/1.0", null, null, null)]
    [InlineData("super-xmrig/1.0", null, "CPU", "class")]
    [InlineData("cgminer/4.11.1", "sha256d", "ASIC", "class")]
    [InlineData("cgminer/4.11.1", null, null, null)]
    [InlineData(null, "equihash-192-7", "GPU", "class")]
    [InlineData(null, null, null, null)]
    public void TheLongestPatternNamesTheDevice(string? agent, string? algorithm, string? device, string? by) =>
        Assert.Equal(device is null ? null : new DeviceGuess(device, by!), Load(Rows).Guess(agent, algorithm));

    [Fact]
    public void PowerIsRateTimesEnergyPerWorkWithItsAssumption()
    {
        var table = Load(Rows);

        var named = table.Estimate("Antminer S21", "sha256d", new Hashrate(200e12, "H/s", 100, 600))!;
        Assert.Equal((3000, 3500, 4000), (named.LowWatts, named.Watts, named.HighWatts));
        Assert.Equal("Antminer S21 at 15 to 20 J/TH, sha256d; data sheet", named.Assumption);
        Assert.Equal(7000, table.Estimate("cgminer", "sha256d", new Hashrate(200e12, "H/s", 100, 600))!.Watts, 6);
        Assert.Equal(100, table.Estimate("xmrig", "rx/0", new Hashrate(10_000, "H/s", 100, 600))!.Watts, 6);
        Assert.Equal(300, table.Estimate(null, "equihash-192-7", new Hashrate(100, "Sol/s", 100, 600))!.Watts, 6);
        Assert.Equal(1, table.Estimate("NerdMiner ESP32", "sha256d", new Hashrate(78_000, "H/s", 1, 600))!.Watts, 6);
    }

    [Fact]
    public void WithoutAFigureForTheAlgorithmNothingIsEstimated()
    {
        var table = Load(Rows);

        Assert.Null(table.Estimate("xmrig", "kawpow", new Hashrate(10_000, "H/s", 100, 600)));
        Assert.Null(table.Estimate("Antminer", null, new Hashrate(200e12, "H/s", 100, 600)));
        Assert.Null(table.Estimate("cgminer", null, new Hashrate(200e12, "H/s", 100, 600)));
        Assert.Null(table.Estimate(null, "equihash-192-7", new Hashrate(100, "H/s", 100, 600)));
        Assert.Null(table.Estimate("Antminer S21", "sha256d", null));
        Assert.Null(table.Estimate("Antminer S21", "sha256d", new Hashrate(double.NaN, "H/s", 0, 0)));
        // A device for one algorithm only brings it along.
        Assert.NotNull(table.Estimate("Antminer S21", null, new Hashrate(200e12, "H/s", 100, 600)));
        Assert.Empty(_problems);
    }

    [Theory]
    [InlineData("x,,sha256d,1,2,3,J/TH,", 3)]
    [InlineData(",GPU,,1,2,3,J/TH,", 1)]
    [InlineData("x,GPU,a,1,2,,J/TH,", 13)]
    [InlineData("x,GPU,a,3,2,1,J/TH,", 11)]
    [InlineData("x,GPU,a,-1,2,3,J/TH,", 9)]
    [InlineData("x,GPU,a,1,2,3,J/PH,", 15)]
    [InlineData("x,GPU,a,1,2,3,,", 15)]
    [InlineData("x,GPU,a,,,,J/TH,", 9)]
    public void EveryBadRowIsNamedAndTheRestIsLoaded(string row, int column)
    {
        var table = Load($"pattern,device,algorithm,low,typical,high,unit,note\n{row}\ngood,GPU,a,1,2,3,J/MH,\n");

        Assert.Equal((2, column), (Assert.Single(_problems).Line, _problems[0].Column));
        Assert.Equal(1, table.Count);
    }

    private DeviceTable Load(string text)
    {
        _folder.Write(DeviceTable.FileName, text);
        return DeviceTable.Load(_folder.FullName, _problems);
    }
}
