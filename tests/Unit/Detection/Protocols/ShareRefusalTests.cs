using System.Text;
using MinerFlow.Detection.Protocols;
using Xunit;

namespace MinerFlow.Unit.Detection.Protocols;

public class ShareRefusalTests
{
    /// <summary>As ckpool, node-stratum-pool, yiimp, btcpool, eloipool, nodejs-pool and open-ethereum-pool write them.</summary>
    [Theory]
    [InlineData("""{"reject-reason":"Stale","result":false,"error":null,"id":1}""", ShareOutcome.Stale)]
    [InlineData("""{"reject-reason":"Invalid JobID","result":false,"error":null,"id":1}""", ShareOutcome.Stale)]
    [InlineData("""{"reject-reason":"Above target","result":false,"error":null,"id":1}""", ShareOutcome.Rejected)]
    [InlineData("""{"id":1,"result":null,"error":[21,"Job not found (=stale)",null]}""", ShareOutcome.Stale)]
    [InlineData("""{"id":1,"result":null,"error":[21,"",null]}""", ShareOutcome.Stale)]
    [InlineData("""{"id":1,"result":false,"error":[21,"low difficulty",null]}""", ShareOutcome.Rejected)]
    [InlineData("""{"id":1,"result":false,"error":[21,"Invalid job id",null]}""", ShareOutcome.Stale)]
    [InlineData("""{"id":1,"result":null,"error":[20,"stale-prevblk",null]}""", ShareOutcome.Stale)]
    [InlineData("""{"id":1,"result":null,"error":[20,"unknown-work",null]}""", ShareOutcome.Stale)]
    [InlineData("""{"id":1,"result":null,"error":[20,"H-not-zero",null]}""", ShareOutcome.Rejected)]
    [InlineData("""{"id":1,"result":null,"error":[23,"Low difficulty share",null]}""", ShareOutcome.Rejected)]
    [InlineData("""{"id":1,"result":null,"error":[-2,"STALE",null]}""", ShareOutcome.Stale)]
    [InlineData("""{"id":1,"jsonrpc":"2.0","error":{"code":-1,"message":"Block outdated"}}""", ShareOutcome.Stale)]
    [InlineData("""{"id":1,"jsonrpc":"2.0","error":{"code":-1,"message":"Block expired"}}""", ShareOutcome.Stale)]
    [InlineData("""{"id":1,"jsonrpc":"2.0","error":{"code":-1,"message":"Invalid job id"}}""", ShareOutcome.Stale)]
    [InlineData("""{"id":1,"jsonrpc":"2.0","error":{"code":-1,"message":"Duplicate share"}}""", ShareOutcome.Rejected)]
    [InlineData("""{"id":1,"jsonrpc":"2.0","error":{"code":21,"message":"Stale share"}}""", ShareOutcome.Stale)]
    [InlineData("""{"id":1,"result":null,"error":"Worker mismatch"}""", ShareOutcome.Rejected)]
    [InlineData("""{"id":1,"result":false}""", ShareOutcome.Rejected)]
    public void TheReasonDecides(string answer, ShareOutcome expected)
    {
        JsonMessage.TryRead(Encoding.UTF8.GetBytes(answer), out var message);

        Assert.Equal(expected, ShareRefusal.OutcomeOf(in message));
    }

    [Theory]
    [InlineData("null", false)]
    [InlineData("false", false)]
    [InlineData("\"\"", false)]
    [InlineData("[]", false)]
    [InlineData("[ ]", false)]
    [InlineData("{}", false)]
    [InlineData("\"Worker mismatch\"", true)]
    [InlineData("[21,\"\",null]", true)]
    [InlineData("{\"code\":-1}", true)]
    [InlineData("-1", true)]
    public void AnEmptyErrorIsNone(string error, bool isOne)
    {
        JsonMessage.TryRead(Encoding.UTF8.GetBytes("{\"id\":1,\"result\":true,\"error\":" + error + "}"), out var message);

        Assert.Equal(isOne, message.HasError);
        Assert.Equal(isOne, StratumFamily.IsRefusal(in message));
    }
}
