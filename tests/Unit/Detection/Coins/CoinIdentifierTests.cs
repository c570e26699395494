using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Coins;
using Xunit;

namespace MinerFlow.Unit.Detection.Coins;

public class CoinIdentifierTests
{
    // Heights, difficulties and hash shapes that pools sent on 2018-05-19 (shared notes on the public nesfit captures).
    private const string May2018 = "2018-05-19T06:18:31Z";
    private const string SmallHash = "4d3a1f2b5566778899aabbccddeeff0011223344556677889900112200000000";
    private const string RandomHash = "60b9ac6a00112233445566778899aabbccddeeff102030405060708097d904a8";
    private const string LongHash = RandomHash + "00000000";

    private static readonly CoinIdentifier Shipped = new(RuleFiles.Coins, RuleFiles.Tags);

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static PacketTime At(string utc) => PacketTime.From(DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture));

    private static string Zeros(int bytes) => new('0', 2 * bytes);

    /// <summary>64 digits whose most significant end has so many zero bytes, in the order of mining.notify.</summary>
    private static string PreviousHash(int zeroBytes)
    {
        var digits = Enumerable.Repeat("7b", 32).ToArray();
        for (var index = 0; index < zeroBytes; index++)
        {
            digits[((7 - (index / 4)) * 4) + (index % 4)] = "00";
        }

        return string.Concat(digits);
    }

    private static string Coinb1(string script, string version = "01000000", string time = "") =>
        version + time + "01" + Zeros(32) + "ffffffff" + "60" + script;

    private static JobFinding Find(string height, string nbits, string utc, int zeroBytes, string tag = "", string coinb2 = "ffffffff01", string time = "") =>
        Find(Shipped, Coinb1(height + Convert.ToHexString(Encoding.UTF8.GetBytes(tag)), time: time), coinb2, nbits, utc, PreviousHash(zeroBytes));

    private static JobFinding Find(CoinIdentifier identifier, string coinb1, string coinb2, string nbits, string utc, string previousHash)
    {
        var ntime = DateTimeOffset.Parse(utc, CultureInfo.InvariantCulture).ToUnixTimeSeconds().ToString("x8", CultureInfo.InvariantCulture);
        return identifier.OfBitcoinJob(Bytes(previousHash), Bytes(coinb1), Bytes(coinb2), Bytes(nbits), Bytes(ntime));
    }

    [Theory]
    [InlineData("0353fc07", "1743eca9", May2018, 9, "BTC", "sha256d", 523347)]
    [InlineData("039c1908", "1801f136", May2018, 8, "BCH", "sha256d", 530844)]
    [InlineData("031abb15", "1a0193d4", May2018, 0, "LTC", "scrypt", 1424154)]
    [InlineData("03f74f0d", "193c1cbd", May2018, 7, "DASH", "x11", 872439)]
    [InlineData("03ea2908", "172f4f7b", "2018-08-03T14:19:34Z", 9, "BTC", "sha256d", 535018)]
    [InlineData("0340d10c", "17034219", "2024-04-20T00:09:27Z", 10, "BTC", "sha256d", 840000)]
    [InlineData("0340480e", "17021369", "2026-02-10T00:00:00Z", 10, "BTC", "sha256d", 936000)]
    [InlineData("03a0860e", "17021369", "2026-02-10T00:00:00Z", 10, null, null, 951968)]
    public void TheCoinIsNamedWhenHeightTimeAndDifficultyAgreeWithOne(
        string height, string nbits, string utc, int zeroBytes, string? coin, string? algorithm, long number)
    {
        var finding = Find(height, nbits, utc, zeroBytes);
        Assert.Equal(number, finding.Height);
        Assert.Equal(coin, finding.Coin);
        Assert.Equal(algorithm, finding.Algorithm);
    }

    [Theory]
    [InlineData("0353fc07", "1743eca9", "2020-05-19T06:18:31Z", 9)] // right height, two years late
    [InlineData("0353fc07", "1743eca9", "2016-05-19T06:18:31Z", 9)] // and two years early
    [InlineData("0353fc07", "1801f136", May2018, 8)] // Bitcoin's height, not its difficulty
    [InlineData("039c1908", "1743eca9", May2018, 9)] // Bitcoin Cash's height at Bitcoin's difficulty
    [InlineData("031abb15", "1a0193d4", May2018, 6)] // Litecoin's height, but the block hash is the proof
    [InlineData("0353fc07", "1743eca9", May2018, 0)] // Bitcoin's height, but it is not
    [InlineData("031c8e26", "1d017064", "2014-05-27T08:12:23Z", 0)] // a small scrypt coin
    [InlineData("03a95204", "1d7b5889", "2014-05-27T10:18:51Z", 0)] // Litecoin's test network
    public void ACoinIsNeverGuessed(string height, string nbits, string utc, int zeroBytes)
    {
        Assert.Null(Find(height, nbits, utc, zeroBytes).Coin);
        Assert.Null(Find(height, nbits, utc, zeroBytes).Algorithm);
    }

    [Fact]
    public void TwoCoinsThatFitAreNoneUnlessTheAddressIsOfOne()
    {
        // 881,700: Bitcoin Cash and Bitcoin SV keep the same pace and difficulty range.
        var coinb1 = Bytes(Coinb1("0324740d"));
        Assert.Equal("BCH", Shipped.OfBitcoinJob(Bytes(PreviousHash(8)), coinb1, [], Bytes("18021369"), Bytes("678d9300"), "BCH").Coin);
        Assert.Null(Shipped.OfBitcoinJob(Bytes(PreviousHash(8)), coinb1, [], Bytes("18021369"), Bytes("678d9300"), "BTC").Coin);
        Assert.Null(Find("0324740d", "18021369", "2025-01-20T00:00:00Z", 8).Coin);
    }

    [Theory]
    [InlineData("/ViaBTC/Mined by someone/,", "ViaBTC")]
    [InlineData("Mined by AntPool sz0", "AntPool")]
    [InlineData("/slush/", "Braiins Pool")]
    [InlineData("BitMinter,", "BitMinter")]
    [InlineData("七彩神仙鱼", "F2Pool")]
    [InlineData("/slus", null)]
    [InlineData("", null)]
    public void TheTextInTheCoinbaseNamesThePool(string tag, string? pool)
    {
        Assert.Equal(pool, Find("0353fc07", "1743eca9", May2018, 9, tag).PoolTag);
    }

    [Fact]
    public void ThePoolsTextMayStandBehindTheExtraNonce()
    {
        var coinb2 = Convert.ToHexString(Encoding.ASCII.GetBytes("/nodeStratum/")) + "00000000";
        Assert.Equal("NOMP software", Find("03a95204", "1d7b5889", "2014-05-27T10:18:51Z", 0, coinb2: coinb2).PoolTag);
    }

    [Fact]
    public void MergedMiningIsToldByItsMark()
    {
        Assert.True(Find("0353fc07" + "fabe6d6d" + Zeros(32), "1743eca9", May2018, 9).IsMergedMining);
        Assert.False(Find("0353fc07", "1743eca9", May2018, 9).IsMergedMining);
    }

    [Fact]
    public void AHeightIsReadBehindATransactionTimeToo()
    {
        Assert.Equal(365919, Find("035f9505", "19010845", May2018, 0, time: "5affc2f0").Height);
    }

    [Theory]
    [InlineData(9, "1743eca9", "HashIsProof", 4294967296d)]
    [InlineData(7, "193c1cbd", "HashIsProof", 4294967296d)]
    [InlineData(0, "1a0193d4", "HashIsNotProof", 65536d)]
    [InlineData(0, "1d7b5889", "HashIsNotProof", 65536d)] // easier than Bitcoin's difficulty 1: its two zero bytes are missing
    [InlineData(2, "1d7b5889", "Unknown", 4294967296d)] // and if they were there, that would prove nothing
    [InlineData(4, "1a0193d4", "Unknown", 4294967296d)] // a block of difficulty 1 on a test network
    public void ThePreviousHashTellsWhetherItIsTheProof(int zeroBytes, string nbits, string shape, double work)
    {
        var finding = Find("0353fc07", nbits, May2018, zeroBytes);
        Assert.Equal(shape, finding.Shape.ToString());
        Assert.Equal(work, finding.WorkPerDifficulty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("not hexadecimal at all")]
    [InlineData("0100000001")]
    [InlineData("01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff")]
    [InlineData("01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff60")]
    [InlineData("01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff6004")]
    [InlineData("01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff60ff")]
    [InlineData("01000000010000000000000000000000000000000000000000000000000000000000000001ffffffff600353fc07")]
    public void ACoinbaseThatIsNoneSaysNothing(string coinb1)
    {
        var finding = Find(Shipped, coinb1, "", "1743eca9", May2018, SmallHash);
        Assert.Null(finding.Coin);
        Assert.Null(finding.PoolTag);
        Assert.Equal(0, finding.Height);
        Assert.False(CoinIdentifier.TryReadHeight(Bytes(coinb1), out _));
    }

    [Theory]
    [InlineData(RandomHash, "HashIsNotProof")]
    [InlineData(LongHash, "Unknown")] // 72 digits are no hash
    public void OnlyAHashOf64DigitsIsCompared(string previousHash, string shape)
    {
        Assert.Equal(shape, Find(Shipped, Coinb1("0353fc07"), "", "1743eca9", May2018, previousHash).Shape.ToString());
    }

    [Theory]
    [InlineData("rx/0", 2294253, "2021-02-11T00:00:00Z", "XMR")]
    [InlineData("cn/r", 1800000, "2019-03-26T00:00:00Z", "XMR")]
    [InlineData("", 1564965, "2018-05-03T00:00:00Z", "XMR")]
    [InlineData("rx/0", 2294253, "2023-02-11T00:00:00Z", null)]
    [InlineData("rx/0", 410000, "2026-02-11T00:00:00Z", null)]
    [InlineData("rx/0", 0, "2021-02-11T00:00:00Z", null)]
    [InlineData("rx/wow", 0, "2021-02-11T00:00:00Z", "WOW")]
    [InlineData("cn-heavy/xhv", 5, "2021-02-11T00:00:00Z", "XHV")]
    [InlineData("ghostrider", 2294253, "2021-02-11T00:00:00Z", null)]
    public void ACryptonoteJobNamesItsCoinByAlgorithmOrHeight(string algorithm, long height, string utc, string? coin)
    {
        Assert.Equal(coin, Shipped.OfCryptonoteJob(Bytes(algorithm), height, [], At(utc)));
    }

    [Fact]
    public void TheTimeInACryptonoteBlobGoesBeforeTheCapturesTime()
    {
        // 0e 0e, then 1,613,001,600 (2021-02-11) in groups of seven bits.
        Assert.True(CoinIdentifier.TryReadBlobTime(Bytes("0e0e80bf928106aabbccdd"), out var time));
        Assert.Equal(1_613_012_864, time);
        Assert.Equal("XMR", Shipped.OfCryptonoteJob(Bytes("rx/0"), 2294253, Bytes("0e0e80bf928106aabbccdd"), At("2026-02-11T00:00:00Z")));
        Assert.False(CoinIdentifier.TryReadBlobTime(Bytes("0e0e00aabbccdd"), out _));
        Assert.False(CoinIdentifier.TryReadBlobTime(Bytes("0e0effffffffffff"), out _));
        Assert.False(CoinIdentifier.TryReadBlobTime([], out _));
    }

    [Theory]
    [InlineData("ethash", 4793865, "2017-12-25T00:00:00Z", "ETH")]
    [InlineData("ethash", 5900000, "2018-05-29T00:00:00Z", "ETC")]
    [InlineData("ethash", 19250000, "2024-02-05T00:00:00Z", "ETC")]
    [InlineData("ethash", 15537393, "2022-11-15T00:00:00Z", null)]
    [InlineData("ethash", 15600000, "2022-12-01T00:00:00Z", null)]
    [InlineData("kawpow", 2100000, "2022-01-11T12:00:00Z", "RVN")]
    [InlineData("kawpow", 900000, "2024-06-11T12:00:00Z", null)]
    [InlineData("bitcoin", 2100000, "2022-01-11T12:00:00Z", null)]
    public void AHeightNamesTheCoinOfItsFamilyOnlyWhenTheTimeFits(string family, long height, string utc, string? coin)
    {
        Assert.Equal(coin, Shipped.OfHeight(family, height, At(utc)));
    }

    [Fact]
    public void MoneroHeightsOfAYearAllAgreeWithTheTable()
    {
        var file = Path.Combine(RuleFiles.Root, "..", "shared", "datasets", "monero_blocks.csv");
        Assert.SkipUnless(File.Exists(file), "../shared/datasets/monero_blocks.csv is missing");
        var (rows, agreed) = (0, 0);
        foreach (var line in File.ReadLines(file).Skip(1).Where((_, index) => index % 100 == 0))
        {
            var fields = line.Split(',');
            var seen = PacketTime.FromSeconds(long.Parse(fields[0], CultureInfo.InvariantCulture));
            agreed += Shipped.OfCryptonoteJob(Bytes("rx/0"), long.Parse(fields[1], CultureInfo.InvariantCulture), [], seen) == "XMR" ? 1 : 0;
            rows++;
        }

        Assert.True(rows > 500);
        Assert.Equal(rows, agreed);
    }

    [Fact]
    public void NamingACoinAllocatesNothing()
    {
        var coinb1 = Bytes(Coinb1("0353fc07" + Convert.ToHexString(Encoding.ASCII.GetBytes("/ViaBTC/"))));
        var (hash, bits, time) = (Bytes(PreviousHash(9)), Bytes("1743eca9"), Bytes("5affc177"));
        Assert.Equal("BTC", Shipped.OfBitcoinJob(hash, coinb1, [], bits, time).Coin);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
        {
            Shipped.OfBitcoinJob(hash, coinb1, [], bits, time);
            Shipped.OfCryptonoteJob("rx/0"u8, 2294253, "0e0e80bf928106"u8, PacketTime.None);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
