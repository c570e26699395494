using System.Text;
using System.Text.Json.Nodes;
using MinerFlow.Detection.Protocols;
using MinerFlow.Unit.Detection.Protocols;
using Xunit;

namespace MinerFlow.Unit.Detection.Sessions;

public sealed class DialectTableTests
{
    private static readonly IReadOnlyList<IJsonDialect> Dialects = new ProtocolCatalog().Dialects;

    private static readonly DialectTable Table = new(Dialects);

    private static readonly string[] Methods =
        [.. Dialects.SelectMany(dialect => dialect.Methods).Select(method => method.Replace("*", "ctxc", StringComparison.Ordinal)).Distinct(StringComparer.Ordinal)];

    public static TheoryData<int> SampleNumbers() => [.. Enumerable.Range(0, DialectSamples.All.Count())];

    /// <summary>Every message of every dialect, under every method and as an answer: whoever would know it must be asked.</summary>
    [Theory]
    [MemberData(nameof(SampleNumbers))]
    public void NoDialectKnowsAMessageThatItIsNotAskedAbout(int number)
    {
        foreach (var line in DialectSamples.All.ElementAt(number).Lines)
        {
            var message = JsonNode.Parse(line[2..])!.AsObject();
            AssertAsked(message);
            foreach (var method in Methods)
            {
                message["method"] = method;
                AssertAsked(message);
            }

            message.Remove("method");
            AssertAsked(message);
            foreach (var member in (string[])["params", "body"])
            {
                if (message.Remove(member, out var value))
                {
                    message["result"] = value;
                    AssertAsked(message);
                }
            }
        }
    }

    [Theory]
    [InlineData("""{"id":1,"method":"state.get","params":{"k":"1"}}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"eth_getBlockByNumber","params":["latest",false],"id":1}""")]
    [InlineData("""{"id":1,"method":"mining","params":[]}""")]
    public void NobodyIsAskedAboutAMethodThatNobodyDeclares(string json) => Assert.Equal([], AskedAbout(json));

    [Fact]
    public void AMethodIsAskedAboutByItsEndWhateverItsPrefix()
    {
        Assert.Equal(["eth-proxy"], AskedAbout("""{"id":1,"method":"ctxc_submitLogin","params":["a"]}"""));
        Assert.Equal(["eth-proxy", "zano"], AskedAbout("""{"id":1,"method":"eth_submitLogin","params":["a"]}"""));
        Assert.Equal(["ckb", "eth-proxy"], AskedAbout("""{"id":1,"method":"ckb_getWork","params":[]}"""));
    }

    [Fact]
    public void EveryDialectIsAskedAboutAMessageThatIsCut() => Assert.Equal(Dialects.Count, AskedAbout("""{"id":1,"meth""").Length);

    private static void AssertAsked(JsonObject node)
    {
        var json = node.ToJsonString();
        var asked = AskedAbout(json);
        JsonMessage.TryRead(Encoding.UTF8.GetBytes(json), out var message);
        foreach (var dialect in Dialects)
        {
            Assert.True(dialect.Recognise(in message) == Match.None || asked.Contains(dialect.Name, StringComparer.Ordinal), $"{dialect.Name} knows {json}");
        }
    }

    private static string[] AskedAbout(string json)
    {
        JsonMessage.TryRead(Encoding.UTF8.GetBytes(json), out var message);
        return [.. Table.For(in message).ToArray().Select(i => Dialects[i].Name)];
    }
}
