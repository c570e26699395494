using System.Text;
using MinerFlow.Detection.Protocols;
using Xunit;

namespace MinerFlow.Unit.Detection.Carriers;

public class JsonTextTests
{
    [Theory]
    [InlineData("0xab\\/rig", "0xab/rig")]
    [InlineData("\\\"pro\\\"", "\"pro\"")]
    [InlineData("a\\\\b", "a\\b")]
    [InlineData("\\u77ff\\u5de5-1", "矿工-1")]
    [InlineData("\\u77FF", "矿")]
    [InlineData("\\ud83d\\ude80", "\U0001F680")]
    [InlineData("\\ud83d", "\\ud83d")]
    [InlineData("\\ud83d\\u0041", "\\ud83dA")]
    [InlineData("\\u77f", "\\u77f")]
    [InlineData("\\u 7ff", "\\u 7ff")]
    [InlineData("tab\\t", "tab\\t")]
    [InlineData("cut\\", "cut\\")]
    [InlineData("", "")]
    public void EscapesAreTakenOut(string text, string expected)
    {
        var plain = new byte[Encoding.UTF8.GetByteCount(text)];

        Assert.Equal(expected, Encoding.UTF8.GetString(plain, 0, JsonText.Unescape(Encoding.UTF8.GetBytes(text), plain)));
    }

    [Fact]
    public void AWorkerIsTheSameHoweverItsNameIsWritten()
    {
        var escaped = Worker("0xab\\/\\u77ff\\u5de5");
        var plain = Worker("0xab/矿工");

        Assert.NotNull(plain.Worker);
        Assert.Equal((plain.Login, plain.Worker), (escaped.Login, escaped.Worker));
    }

    private static MinerFlow.Abstractions.MiningEvent Worker(string login) => Protocols.DialectSample.EventOf(
        Protocols.DialectSample.Read([$$"""C {"id":1,"method":"mining.authorize","params":["{{login}}","x"]}"""]));
}
