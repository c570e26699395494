using System.Text;
using MinerFlow.Detection.Coins;
using Xunit;

namespace MinerFlow.Unit.Detection.Coins;

public class AddressTests
{
    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    public static TheoryData<string, string, string?> Shapes() => new()
    {
        { "kaspa:q" + Repeat("qp", 30), "OwnPrefix", "KAS" },
        { "karlsen:q" + Repeat("qp", 30), "OwnPrefix", "KLS" },
        { "ckb1" + Repeat("qy", 21), "OwnPrefix", "CKB" },
        { "aleo1" + Repeat("qz", 29), "OwnPrefix", "ALEO" },
        { "xel:" + Repeat("ys4p", 15), "OwnPrefix", "XEL" },
        { "bc1" + Repeat("qa", 20)[..39], "OwnPrefix", "BTC" },
        { "bitcoincash:" + Repeat("qp", 21), "OwnPrefix", "BCH" },
        { "q" + Repeat("p", 41), "OwnPrefix", "BCH" },
        { "9" + Repeat("f", 50), "OwnPrefix", "ERG" },
        { "Ds" + Repeat("f", 33), "OwnPrefix", "DCR" },
        { "k:" + Repeat("9a", 32), "OwnPrefix", "KDA" },
        { "Zx" + Repeat("C", 95), "OwnPrefix", "ZANO" },
        { "4" + Repeat("A", 94), "Monero", null },
        { "8" + Repeat("b", 94), "Monero", null },
        { "4" + Repeat("A", 105), "Monero", null },
        { "0x" + Repeat("0f", 20), "Ethereum", null },
        { "1" + Repeat("B", 33), "Base58", null },
        { "0x" + Repeat("0g", 20), "Other", null },
        { "kaspa:q" + Repeat("qb", 30), "Other", null }, // b is no letter of bech32
        { "kaspa:qqq", "Other", null },
        { "5" + Repeat("A", 94), "Other", null },
        { "1" + Repeat("0", 33), "Other", null }, // 0 is no digit of base58
        { "someaccount", "Other", null },
        { "", "Other", null },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AnAddressIsJudgedByPrefixLengthAndAlphabet(string account, string shape, string? coin)
    {
        var evidence = Address.Judge(Encoding.ASCII.GetBytes(account));
        Assert.Equal((shape, coin), (evidence.Shape.ToString(), evidence.Coin));
    }
}
