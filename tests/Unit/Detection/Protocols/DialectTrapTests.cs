using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Protocols;
using Xunit;

namespace MinerFlow.Unit.Detection.Protocols;

public class DialectTrapTests
{
    private static readonly ProtocolCatalog Catalog = new();

    /// <summary>JSON lines of other trades; hashes as long as mining's where the trade has them.</summary>
    [Theory]
    [InlineData("""{"jsonrpc":"2.0","method":"server.version","params":["electrum/4.4.5",["1.4","1.4"]],"id":0}""")]
    [InlineData("""{"id":0,"jsonrpc":"2.0","result":["ElectrumX 1.16.0","1.4"]}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"blockchain.headers.subscribe","params":[{"height":938991,"hex":"00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f00e0ff3f"}]}""")]
    [InlineData("""{"jsonrpc":"2.0","method":"blockchain.scripthash.subscribe","params":["1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d"],"id":2}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":412,"rootUri":"file:///srv","capabilities":{}}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search","arguments":{"query":"mining.notify"}}}""")]
    [InlineData("""{"id":1,"jsonrpc":"2.0","method":"job","params":{"job_id":"print-771","document":"receipt","copies":1}}""")]
    [InlineData("""{"id":2,"jsonrpc":"2.0","method":"submit","params":{"id":"8812","job_id":"print-771","result":"printed"}}""")]
    [InlineData("""{"id":3,"method":"result","code":1}""")]
    [InlineData("""{"method":"job","id":"9","input":"a form","difficulty":"easy"}""")]
    [InlineData("""{"method":"solution","id":"9","nonce":"none","output":"42"}""")]
    [InlineData("""{"id":4,"method":"submit","params":{"job_id":1,"nonce":5,"pow":[1,2,3]}}""")]
    [InlineData("""{"id":5,"method":"status","params":null}""")]
    [InlineData("""{"worker":"celery@host1","event":"heartbeat","active":3}""")]
    [InlineData("""{"ok":true}""")]
    [InlineData("""{"type":"chat","room":"miners","text":"mining.submit 0x0011223344556677"}""")]
    [InlineData("""{"id":6,"result":{"height":5,"target":"west","pow_hash":"none"}}""")]
    [InlineData("""{"id":7,"result":["a","b","c","d"],"error":null}""")]
    [InlineData("""{"id":8,"result":[true,"done"],"error":null}""")]
    [InlineData("""{"id":9,"result":["x","y","not an address"],"error":null}""")]
    [InlineData("""{"jsonrpc":"2.0","id":10,"method":"eth_call","params":[{"to":"0x00112233445566778899aabbccddeeff00112233"},"latest"]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":11,"result":"0x1527a10"}""")]
    [InlineData("""{"method":"subscribe","body":{"publicAddress":"12 Main Street"}}""")]
    [InlineData("""{"id":12,"method":"notify","params":["a","1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d",true]}""")]
    [InlineData("""{"id":13,"result":["0000000000000000000172a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5","0000000000000000000172a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e6","0000000000000000000172a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e7"],"error":null}""")]
    [InlineData("""{"identifier":"handshake","login":"bob","version":2}""")]
    [InlineData("""{"jsonrpc":"2.0","id":14,"method":"agent.submit","params":["host1","cpu",0.5,"mem",0.2,"disk",0.9]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":15,"method":"agent.submit","params":{"input":"hello","target":"coding"}}""")]
    [InlineData("""{"id":1,"method":"subscribe","params":{"address":"H street 12, 3rd floor, left, at back"}}""")]
    [InlineData("""{"id":1,"method":"job","params":{"job_id":"5e6f7a8b5e6f7a8b5e6f7a8b5e6f7a8b","data":"payroll","weight":3}}""")]
    [InlineData("""{"id":1,"method":"submit","params":{"job_id":"5e6f7a8b5e6f7a8b5e6f7a8b5e6f7a8b","printer":"upstairs"}}""")]
    [InlineData("""{"id":1,"wallet":"cash and cards","worker":"anna"}""")]
    [InlineData("""{"id":3,"seed":"1a2b3c4d","isEmpty":false}""")]
    [InlineData("""{"id":5,"computorId":"HAL","hashrate":1}""")]
    [InlineData("""{}""")]
    public void OtherTradesAreNoDialect(string json)
    {
        JsonMessage.TryRead(Encoding.UTF8.GetBytes(json), out var message);
        foreach (var dialect in Catalog.Dialects)
        {
            Assert.True(dialect.Recognise(in message).Recognition == Recognition.None, $"{dialect.Name} knows {json}");
        }
    }

    /// <summary>What it asks a template for is behind the cut: anything.</summary>
    [Fact]
    public void AWordWhoseObjectIsCutOffIsNoVerdict()
    {
        var session = DialectSample.Read([]);
        JsonMessage.TryRead("""{"jsonrpc":"2.0","id":2,"method":"getjobtemplate","params":{"algorithm":"fi"""u8, out var message, out _);

        session.Json.Read(in message, FlowSide.Low);

        Assert.False(session.IsReported);
    }

    /// <summary>What it is about was in segments that overtook the start of the line, or behind the snap length: anything.</summary>
    [Theory]
    [InlineData("mining.submit", """{"dataset":"iris","model":"tree"}""")]
    [InlineData("mining.subscribe", """{"topic":"ore.prices"}""")]
    [InlineData("mining.authorize", """{"user":"surveyor","site":"pit 4"}""")]
    [InlineData("mining.notify", """{"text":"blasting at noon"}""")]
    [InlineData("mining.configure", """{"drill":7}""")]
    public void ARequestThatIsCutOffBeforeItsFirstParameterIsNoVerdict(string method, string parameters)
    {
        var line = Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":2,"method":"{{method}}","params":{{parameters}}}""");
        for (var length = line.AsSpan().IndexOf("mining"u8); length < line.Length; length++)
        {
            var session = DialectSample.Read([]);
            JsonMessage.TryRead(line.AsSpan(0, length), out var message, out _);

            session.Json.Read(in message, FlowSide.Low);

            Assert.False(session.IsReported);
        }
    }

    /// <summary>A snap length cuts every line.</summary>
    [Theory]
    [InlineData("mining.submit", FlowSide.Low, "mining.submit", FlowSide.Low)]
    [InlineData("mining.subscribe", FlowSide.Low, "mining.authorize", FlowSide.Low)]
    [InlineData("mining.authorize", FlowSide.High, "mining.notify", FlowSide.Low)]
    [InlineData("mining.notify", FlowSide.High, "mining.notify", FlowSide.High)]
    public void RequestsThatAreAllCutOffBeforeTheirFirstParameterAreOne(string first, FlowSide from, string second, FlowSide next)
    {
        var session = DialectSample.Read([]);
        foreach (var (method, sender) in ((string, FlowSide)[])[(first, from), (second, next)])
        {
            JsonMessage.TryRead(Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","method":"{{method}}","""), out var message, out _);
            session.Json.Read(in message, sender);
        }

        Assert.True(session.IsReported);
    }

    /// <summary>A person or a program that tries what a node can do asks once; a miner asks for work until it gets some.</summary>
    [Theory]
    [InlineData("eth_getWork", 2, false)]
    [InlineData("eth_getWork", 3, true)]
    [InlineData("etl_getWork", 40, false)]
    public void AskingForWorkAgainAndAgainIsAMiners(string method, int times, bool isMiner)
    {
        var line = $$"""{"id":1,"jsonrpc":"2.0","method":"{{method}}","params":[]}""";
        Assert.Equal(isMiner, DialectSample.Read(Enumerable.Repeat("C " + line, times)).IsReported);

        var talk = new Talk();
        for (var asked = 0; asked < times; asked++)
        {
            talk.Client(CarrierScenarios.Post("", line));
        }

        Assert.Equal(isMiner, talk.Event() is not null);
    }

    /// <summary>A collector lays the members of a pool's log beside the date of its own.</summary>
    [Theory]
    [InlineData("\"date\":1772438400.5,")]
    [InlineData("\"@timestamp\":\"2026-03-02T08:00:00Z\",")]
    [InlineData("\"@version\":\"1\",")]
    public void LinesOfALogThatIsForwardedAreNoVerdict(string ofCollector)
    {
        const string share = "\"id\":4,\"method\":\"mining.submit\",\"params\":[\"a.b\",\"j1\",\"00000000\",\"69a4f600\",\"0011aabb\"]}";
        Assert.False(DialectSample.Read(["C {" + ofCollector + share, "C {" + ofCollector + share]).IsReported);
        Assert.True(DialectSample.Read(["C {" + share]).IsReported);
    }

    /// <summary>Words that everyone uses: worth waiting for more, never a verdict.</summary>
    [Theory]
    [InlineData("""{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"till-4","pass":"secret","agent":"PosTerminal/2.1"}}""")]
    [InlineData("""{"id":1,"jsonrpc":"2.0","result":{"id":"8812","status":"OK"},"error":null}""")]
    [InlineData("""{"id":2,"method":"result","code":0,"description":"saved"}""")]
    [InlineData("""{"id":2,"jsonrpc":"2.0","method":"login","result":"ok"}""")]
    [InlineData("""{"id": 1, "result": true, "error": null}""")]
    [InlineData("""{"id":1,"result":null,"error":[21,"Is a directory",null]}""")]
    [InlineData("""{"id":1,"result":null,"error":[23,"Too many open files in system",null]}""")]
    [InlineData("""{"id":1,"result":["anna","42",7],"error":null}""")]
    [InlineData("""{"id":1,"result":[[],"2024",5],"error":null}""")]
    [InlineData("""{"id":1,"method":"login","api_key":"k-123","secret":"s"}""")]
    [InlineData("""{"level":"info","method":"mining.authorize","text":"seen at the gate"}""")]
    [InlineData("""{"level":"info","method":"mining.set_difficulty","value":3}""")]
    [InlineData("""{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"bob","pass":"secret","agent":"Mozilla/5.0","algo":["HS256","RS256"]}}""")]
    [InlineData("""{"id":1,"jsonrpc":"2.0","method":"getjobtemplate","params":{"id":7}}""")]
    [InlineData("""{"id":1,"jsonrpc":"2.0","method":"getjobtemplate","result":{"id":7,"name":"deploy"}}""")]
    [InlineData("""{"type":"auth","params":{"site_key":"6LexampleexampleexampleexampleexampleAAAA","action":"login"}}""")]
    [InlineData("""{"id":1,"jsonrpc":"2.0","method":"user_submitLogin","params":["bob","pw"]}""")]
    [InlineData("""{"id":1,"jsonrpc":"2.0","method":"user_getWork","params":[]}""")]
    [InlineData("""{"id":1,"jsonrpc":"2.0","method":"agent.subscribe","params":["host1"]}""")]
    [InlineData("""{"id":1,"jsonrpc":"2.0","method":"mining.submit","params":{"dataset":"iris","model":"tree"}}""")]
    [InlineData("""{"id":1,"jsonrpc":"2.0","method":"mining.notify","params":{"progress":0.5}}""")]
    [InlineData("""{"id":6,"difficulty":2}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"discover_1","method":"agent.get_capabilities","params":{}}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"agent.subscribe","params":[7,"cpu"]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"agent.sync","params":[[["host1",3,"deadbeef00"]]]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"client.reconnect","params":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"client.show_message","params":["welcome"]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"client.get_version","params":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"mining.configure","params":["alpha"]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"getjobtemplate","params":[]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"etl_getWork","params":["queue-1"]}""")]
    [InlineData("""{"type":"authed","params":{"hashes":["1a2b3c4d"],"user":"bob"}}""")]
    [InlineData("""{"type":"auth","params":{"site_key":"6Lc","type":"invisible"}}""")]
    [InlineData("""{"id":1,"result":null,"error":[22,"unknown user bob",null]}""")]
    [InlineData("""{"id":1,"result":null,"error":[20,"mount: target is not a directory","/x"]}""")]
    [InlineData("""{"jsonrpc":"2.0","id":"login","method":"login","api_key":"k123"}""")]
    [InlineData("""{"jsonrpc":"2.0","id":1,"method":"submit","params":{"job_id":"c1","nonce":"0011aabb","result":"1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d"}}""")]
    [InlineData("""{"id":1,"result":["0x1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d","0x1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d","0x1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d1a2b3c4d"]}""")]
    public void WordsAloneAreNoVerdict(string json)
    {
        JsonMessage.TryRead(Encoding.UTF8.GetBytes(json), out var message);
        foreach (var dialect in Catalog.Dialects)
        {
            Assert.True(dialect.Recognise(in message).Recognition <= Recognition.Possible, $"{dialect.Name} is sure of {json}");
        }

        Assert.False(DialectSample.Read(Enumerable.Repeat("C " + json, 40)).IsReported);
    }
}
