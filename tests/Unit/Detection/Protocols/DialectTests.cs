using System.Buffers;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Protocols;
using Xunit;

namespace MinerFlow.Unit.Detection.Protocols;

public class DialectTests
{
    private static readonly ProtocolCatalog Catalog = new();

    private static readonly DialectSample[] Samples = [.. DialectSamples.All];

    public static TheoryData<int, string> SpelledSamples()
    {
        var data = new TheoryData<int, string>();
        for (var index = 0; index < Samples.Length; index++)
        {
            foreach (var style in (string[])["compact", "spaced", "reordered", "reordered inside", "id as text", "slashes escaped"])
            {
                data.Add(index, style);
            }
        }

        return data;
    }

    public static TheoryData<int> SampleNumbers() => [.. Enumerable.Range(0, Samples.Length)];

    [Theory]
    [MemberData(nameof(SpelledSamples))]
    public void AWholeConversationIsReadHoweverItIsSpelled(int number, string style)
    {
        var sample = Samples[number];
        var found = DialectSample.EventOf(DialectSample.Read(sample.Lines, style: style));
        Assert.Equal(sample.Name, found.Dialect);
        Assert.Equal(40000, found.Client.Port);
        Assert.Equal(MiningState.Accepted, found.State);
        Assert.Equal(MiningRole.Miner, found.Role);
        Assert.Equal(sample.Coin, found.Coin);
        Assert.Equal(sample.Account, found.Login?.Clear);
        Assert.Equal(sample.Worker, found.Worker?.Clear);
        Assert.Equal(sample.Agent, found.Agent);
        Assert.Equal(sample.PoolHost, found.PoolHost);
        Assert.Equal(sample.Algorithm, found.Algorithm);
        Assert.Equal(sample.Height, found.Height);
        Assert.Equal((sample.Accepted, sample.Rejected, sample.Stale), (found.SharesAccepted, found.SharesRejected, found.SharesStale));
        Assert.Equal(sample.Work, found.AcceptedWork, sample.Work * 1e-9);
        Assert.Equal(sample.Work > 0 ? sample.Unit : null, found.Hashrate?.Unit);
        Assert.True(found.Confidence >= 0.99);
    }

    [Theory]
    [MemberData(nameof(SampleNumbers))]
    public void ThePoolsSideAloneTellsWhoIsWhoAndMostlyTheDialect(int number)
    {
        var sample = Samples[number];
        var session = DialectSample.Read(sample.Lines, "S");
        Assert.Equal(FlowSide.Low, session.Miner);
        Assert.True(session.IsReported);
        Assert.Equal(sample.CountsFromPool ? sample.Accepted : 0, session.SharesAccepted);
        if (sample.TellsFromPool)
        {
            Assert.Equal(sample.Name, session.Protocol?.Name);
        }
    }

    [Theory]
    [MemberData(nameof(SampleNumbers))]
    public void TheMinersSideAloneTellsWhoIsWhoAndMostlyTheDialect(int number)
    {
        var sample = Samples[number];
        var session = DialectSample.Read(sample.Lines, "C");
        Assert.Equal(FlowSide.Low, session.Miner);
        Assert.True(session.IsReported);
        Assert.Equal(sample.Lines.Count(line => line.StartsWith('C') && line.Contains("ubmit\"", StringComparison.Ordinal)
            | line.Contains("submitWork", StringComparison.Ordinal) | line.Contains("solution", StringComparison.Ordinal) | line.Contains("\"nonce\":", StringComparison.Ordinal)), session.SharesSubmitted);
        if (sample.TellsFromMiner)
        {
            Assert.Equal(sample.Name, session.Protocol?.Name);
        }
    }

    /// <summary>As two cards or taps whose clocks differ have it.</summary>
    [Theory]
    [MemberData(nameof(SampleNumbers))]
    public void AnAnswerThatOvertakesItsQuestionIsStillItsAnswer(int number)
    {
        var sample = Samples[number];
        var lines = sample.Lines.ToArray();
        for (var at = 3; at + 1 < lines.Length; at++)
        {
            if (lines[at][0] == 'C' && lines[at + 1][0] == 'S' && IdOf(lines[at]) == IdOf(lines[at + 1]))
            {
                (lines[at], lines[at + 1]) = (lines[at + 1], lines[at]);
                at++;
            }
        }

        var found = DialectSample.EventOf(DialectSample.Read(lines));
        Assert.Equal((sample.Accepted, sample.Rejected), (found.SharesAccepted, found.SharesRejected));
        Assert.Equal(sample.Work, found.AcceptedWork, sample.Work * 1e-9);
    }

    private static string IdOf(string line)
    {
        JsonMessage.TryRead(Encoding.UTF8.GetBytes(line[2..]), out var message);
        return Encoding.UTF8.GetString(message.Id.Raw).Trim('"');
    }

    [Theory]
    [MemberData(nameof(SampleNumbers))]
    public void MidStreamOneStructuralMessageIsEnough(int number)
    {
        var sample = Samples[number];
        foreach (var index in sample.Certain)
        {
            var session = DialectSample.Read([sample.Lines[index]]);
            Assert.Equal(sample.Name, session.Protocol?.Name);
            Assert.Equal(FlowSide.Low, session.Miner);
            Assert.True(session.IsReported);
        }
    }

    [Theory]
    [MemberData(nameof(SampleNumbers))]
    public void AStructuralMessageIsCertainForItsDialectAndForNoOther(int number)
    {
        var sample = Samples[number];
        foreach (var index in sample.Certain)
        {
            var line = sample.Lines[index];
            JsonMessage.TryRead(Encoding.UTF8.GetBytes(line[2..]), out var message);
            foreach (var dialect in Catalog.Dialects)
            {
                var match = dialect.Recognise(in message);
                Assert.True(
                    (match.Recognition == Recognition.Certain) == (dialect.Name == sample.Name), $"{dialect.Name} says {match.Recognition} of {line}");
                if (dialect.Name == sample.Name)
                {
                    Assert.Equal(line[0] == 'C' ? Speaker.Miner : Speaker.Pool, match.Speaker);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(SampleNumbers))]
    public void ACutLineIsNeverAnotherDialectForCertain(int number)
    {
        var sample = Samples[number];
        foreach (var line in sample.Lines)
        {
            var bytes = Encoding.UTF8.GetBytes(line[2..]);
            for (var length = 1; length < bytes.Length; length += 1 + (bytes.Length / 64))
            {
                Assert.Equal(OperationStatus.NeedMoreData, JsonMessage.TryRead(bytes.AsSpan(0, length), out var message, out _));
                foreach (var dialect in Catalog.Dialects)
                {
                    if (dialect.Recognise(in message).Recognition == Recognition.Certain)
                    {
                        Assert.True(IsKin(dialect.Name, sample.Name), $"{dialect.Name} of {sample.Name}: {Encoding.UTF8.GetString(bytes, 0, length)}");
                    }
                }
            }
        }
    }

    /// <summary>CodeChain's share begins with a hash where others name the user.</summary>
    [Fact]
    public void AShareWithoutAUserLeavesTheLogin()
    {
        var hash = "0x" + DialectSample.Repeat("1a2b3c4d", 8);
        var found = DialectSample.EventOf(DialectSample.Read(
        [
            """C {"jsonrpc":"2.0","id":1,"method":"mining.subscribe","params":[]}""",
            """S {"jsonrpc":"2.0","id":1,"result":[],"error":null}""",
            """C {"jsonrpc":"2.0","id":2,"method":"mining.authorize","params":["miner1","password"]}""",
            """S {"jsonrpc":"2.0","id":2,"result":true,"error":null}""",
            $$"""S {"jsonrpc":"2.0","id":3,"method":"mining.notify","params":["{{hash}}","100"]}""",
            $$"""C {"jsonrpc":"2.0","id":4,"method":"mining.submit","params":["{{hash}}",["{{hash}}"]]}""",
            """S {"jsonrpc":"2.0","id":4,"result":true,"error":null}""",
        ]));

        Assert.Equal("miner1", found.Login?.Clear);
        Assert.Equal((1, 1), (found.SharesSubmitted, found.SharesAccepted));
    }

    [Fact]
    public void ReadingAllocatesNothingOnceASessionKnowsItsTexts()
    {
        foreach (var sample in Samples)
        {
            var session = DialectSample.Read(sample.Lines);
            var lines = sample.Lines.Select(line => (Side: line[0] == 'C' ? FlowSide.Low : FlowSide.High, Bytes: Encoding.UTF8.GetBytes(line[2..]))).ToArray();
            ReadAll(session, lines);
            var before = GC.GetAllocatedBytesForCurrentThread();
            ReadAll(session, lines);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() == before, $"{sample} allocates");
        }
    }

    private static void ReadAll(MiningSession session, (FlowSide Side, byte[] Bytes)[] lines)
    {
        foreach (var (side, bytes) in lines)
        {
            JsonMessage.TryRead(bytes, out var message);
            session.Json.Read(in message, side);
        }
    }

    /// <summary>Dialects that share the message in full: it says nothing wrong of either.</summary>
    private static bool IsKin(string found, string sample) =>
        found == sample || (found is "stratum-v1" or "kawpow" or "eth-proxy" or "ethereum-stratum" && sample is "decred" or "warthog" or "zano" or "ckb" or "ergo" or "alephium");
}
