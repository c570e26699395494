using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Connections;
using MinerFlow.Detection;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;
using Xunit;

namespace MinerFlow.Unit.Detection.Sessions;

public class MiningSessionTests
{
    private static readonly FlowKey Key = FlowKey.Create(
        new Endpoint(IpAddress.FromIPv4(0xC000_0205), 40_000), new Endpoint(IpAddress.FromIPv4(0xC633_6407), 3_333), Transport.Tcp, out _);

    private readonly MiningSession _session = new();

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private void At(double seconds, long frame = 1) =>
        _session.Moment = new StreamMoment(PacketTime.FromSeconds(1_700_000_000, (long)(seconds * 1e9)), frame);

    private void BothHeard()
    {
        _session.Heard(Speaker.Miner);
        _session.Heard(Speaker.Pool);
    }

    private void Share(string id, string job) => _session.ShareSubmitted(Bytes(id), Bytes(job), _session.Moment);

    private bool Answer(string id, ShareOutcome outcome) => _session.ShareAnswered(Bytes(id), outcome, _session.Moment);

    private MiningEvent Event(FlowSide? opener = null) => _session.ToEvent(
        new Conversation(Key, 7, "capture", opener, PacketTime.FromSeconds(1_700_000_000), PacketTime.FromSeconds(1_700_009_999), 1, 99));

    [Fact]
    public void AShareCountsAtTheDifficultyOfItsJobNotAtTheOneInForce()
    {
        BothHeard();
        At(0);
        _session.SetDifficulty(8);
        _session.AddJob("old"u8);
        _session.SetDifficulty(16);
        _session.AddJob("new"u8);
        Share("1", "old");
        Share("2", "new");
        At(100);
        Assert.True(Answer("1", ShareOutcome.Accepted));
        Assert.True(Answer("2", ShareOutcome.Accepted));

        var found = Event();
        Assert.Equal(24 * 4_294_967_296.0, found.AcceptedWork);
        Assert.Equal(24 * 4_294_967_296.0 / 100, found.Hashrate!.PerSecond, 1.0);
        Assert.Equal(16, found.Difficulty);
        Assert.Equal((2, 2, 2), (found.SharesSubmitted, found.SharesAccepted, found.Jobs));
    }

    [Theory]
    [InlineData("4", "\"4\"")]
    [InlineData("4", "4.0")]
    [InlineData("null", "")]
    public void AnAnswerIsFoundByItsIdHoweverItIsSpelt(string asked, string answered)
    {
        BothHeard();
        Share(asked, "job");
        Assert.True(Answer(answered, ShareOutcome.Accepted));
        Assert.False(Answer("5", ShareOutcome.Accepted));
        Assert.Equal(1, Event().SharesAccepted);
    }

    [Fact]
    public void ADifficultyTakesEffectWithTheNextJob()
    {
        BothHeard();
        At(0);
        _session.SetDifficulty(8);
        _session.AddJob("a"u8);
        _session.SetDifficulty(16);
        Share("1", "a");
        Answer("1", ShareOutcome.Accepted);
        Assert.Equal(8 * 4_294_967_296.0, Event().AcceptedWork);
    }

    [Fact]
    public void AJobWhoseDifficultyCameLaterCountsAtIt()
    {
        BothHeard();
        At(0);
        _session.AddJob("a"u8);
        _session.SetDifficulty(4);
        Share("1", "a");
        Answer("1", ShareOutcome.Accepted);
        Assert.Equal(4 * 4_294_967_296.0, Event().AcceptedWork);
    }

    [Fact]
    public void AnAlgorithmToldLateBringsAllWorkToItsScale()
    {
        BothHeard();
        At(0);
        _session.SetDifficulty(8);
        _session.AddJob("a"u8);
        Share("1", "a");
        Answer("1", ShareOutcome.Accepted);
        Share("2", "a");
        _session.WorkPerDifficulty = 65_536;
        Answer("2", ShareOutcome.Accepted);
        Share("3", "a");
        Answer("3", ShareOutcome.Accepted);
        Assert.Equal(3 * 8 * 65_536.0, Event().AcceptedWork);
    }

    [Fact]
    public void RefusedAndLateSharesAreCountedApartAndGiveNoWork()
    {
        BothHeard();
        At(0);
        _session.SetDifficulty(1);
        _session.AddJob("a"u8);
        foreach (var (id, outcome) in new[] { ("1", ShareOutcome.Accepted), ("2", ShareOutcome.Rejected), ("3", ShareOutcome.Stale) })
        {
            Share(id, "a");
            Answer(id, outcome);
        }

        var found = Event();
        Assert.Equal((3, 1, 2, 1), (found.SharesSubmitted, found.SharesAccepted, found.SharesRejected, found.SharesStale));
        Assert.Equal(4_294_967_296.0, found.AcceptedWork);
    }

    [Fact]
    public void SharesWithTheSameIdAreAnsweredOneByOne()
    {
        BothHeard();
        At(0);
        Share("4", "a");
        Share("4", "a");
        Assert.True(Answer("4", ShareOutcome.Accepted));
        Assert.True(Answer("4", ShareOutcome.Accepted));
        Assert.False(Answer("4", ShareOutcome.Accepted));
        Assert.Equal(2, Event().SharesAccepted);
    }

    [Theory]
    [InlineData("7.0", "7")]
    [InlineData("7", "7.0")]
    [InlineData("\"7\"", "7.0")]
    public void AnIdWithADecimalPointIsTheSameNumber(string asked, string answered)
    {
        BothHeard();
        Share(asked, "a");
        Assert.True(Answer(answered, ShareOutcome.Accepted));
    }

    [Fact]
    public void AnIdAsTextIsTheSameAsItsNumber()
    {
        BothHeard();
        Share("\"78\"", "a");
        Assert.True(Answer("78", ShareOutcome.Accepted));
    }

    [Fact]
    public void HundredsOfSharesOnTheWayAreAllFoundAgain()
    {
        BothHeard();
        for (var i = 0; i < 700; i++)
        {
            Share($"{i}", "a");
        }

        for (var i = 0; i < 700; i++)
        {
            Assert.True(Answer($"{i}", ShareOutcome.Accepted));
        }
    }

    [Fact]
    public void AMinerSeenAloneKeepsFewOpenShares()
    {
        _session.Heard(Speaker.Miner);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var id = "123456"u8.ToArray();
        for (var i = 0; i < 10_000; i++)
        {
            id[5] = (byte)('0' + (i % 10));
            _session.ShareSubmitted(id, "a"u8, _session.Moment);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_096);
        var found = Event();
        Assert.Equal(10_000, found.SharesSubmitted);
        Assert.Equal(MiningState.Accepted, found.State);
        Assert.Contains(found.Evidence, line => line.Seen.Contains("upper bound", StringComparison.Ordinal));
    }

    [Fact]
    public void WithTheMinerMissingAnswersCountAsShares()
    {
        _session.Heard(Speaker.Pool);
        At(0);
        _session.SetDifficulty(2);
        _session.AddJob("a"u8);
        At(10);
        Assert.True(Answer("9", ShareOutcome.Accepted));
        var found = Event();
        Assert.Equal((1, 1), (found.SharesSubmitted, found.SharesAccepted));
        Assert.Equal(2 * 4_294_967_296.0, found.AcceptedWork);
        Assert.Contains(found.Evidence, line => line.Seen.Contains("not in the capture", StringComparison.Ordinal));
    }

    [Fact]
    public void TheRatesWindowLeavesLongSilencesOut()
    {
        BothHeard();
        At(0);
        _session.SetDifficulty(1);
        _session.AddJob("a"u8);
        At(100);
        _session.AddJob("b"u8);
        At(4_100);
        Share("1", "b");
        Answer("1", ShareOutcome.Accepted);
        Assert.Equal(400, Event().Hashrate!.WindowSeconds, 3);
    }

    [Fact]
    public void WithoutAKnownDifficultyThereIsNoRate()
    {
        BothHeard();
        At(0);
        _session.AddJob("a"u8);
        At(10);
        Share("1", "a");
        Answer("1", ShareOutcome.Accepted);
        Assert.Null(Event().Hashrate);
        Assert.Equal(1, Event().SharesAccepted);
    }

    [Fact]
    public void TheOpenerIsTheMinerUnlessAMessageToldOtherwise()
    {
        Assert.Equal(3_333, Event(FlowSide.High).Client.Port);
        Assert.Equal(40_000, Event(FlowSide.Low).Client.Port);
        Assert.Equal(40_000, Event().Client.Port);
        _session.Orient(FlowSide.High);
        _session.Orient(FlowSide.Low);
        Assert.Equal(3_333, Event(FlowSide.Low).Client.Port);
    }

    [Fact]
    public void NamesAreKeptAsKeyedDigestAndMasked()
    {
        _session.SetLogin("acct-of-rig"u8, "rig7"u8);
        var found = Event();
        Assert.Equal("acc…ig", found.Login!.Masked);
        Assert.Equal("r…", found.Worker!.Masked);
        Assert.Equal(32, found.Login.Digest.Length);
        Assert.Equal("acc…ig", $"{found.Login}");

        var other = new SessionContext(RuleSet.Default, new ProtocolCatalog([]), new DetectionOptions { IdentityKey = "another key"u8.ToArray() });
        Assert.NotEqual(found.Login.Digest, other.Identities.Of(new SessionText("acct-of-rig"u8.ToArray()))!.Digest);
        Assert.Equal(found.Login, Event().Login);
    }

    [Fact]
    public void TheDigestIsHmacSha256()
    {
        var expected = System.Security.Cryptography.HMACSHA256.HashData(new DetectionOptions().IdentityKey.Span, "acct"u8);
        _session.SetLogin("acct"u8, default);
        Assert.Equal(Convert.ToHexStringLower(expected)[..32], Event().Login!.Digest);
    }

    [Fact]
    public void TextsLoseEscapesAndControlCharactersAndAreCut()
    {
        _session.SetAgent("cgminer\\/4.11.1"u8);
        Assert.Equal("cgminer/4.11.1", Event().Agent);
        _session.SetAgent("a\u001b[2Jb"u8);
        Assert.Equal("a\uFFFD[2Jb", Event().Agent);
        _session.SetAgent(Bytes(new string('x', 999)));
        Assert.Equal(MiningSession.LongestText, Event().Agent!.Length);
    }

    [Fact]
    public void EvidenceHasEachTextOnceAndAtMostEightLines()
    {
        string[] texts = [.. Enumerable.Range(0, 12).Select(i => $"line {i}")];
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < texts.Length; i++)
            {
                _session.Saw(texts[i], i + 1);
            }
        }

        var evidence = Event().Evidence;
        Assert.Equal(texts[..8], evidence.Select(line => line.Seen));
        Assert.Equal(1, evidence[0].FrameNumber);
    }

    [Fact]
    public void AcceptedWinsOverRejected()
    {
        Assert.Equal(MiningState.Attempted, Event().State);
        _session.Rejected();
        Assert.Equal(MiningState.Rejected, Event().State);
        _session.Accepted();
        _session.Rejected();
        Assert.Equal(MiningState.Accepted, Event().State);
    }

    [Fact]
    public void ConfidenceNeverFalls()
    {
        _session.AtLeast(0.8);
        _session.AtLeast(0.3);
        Assert.Equal(0.8, Event().Confidence);
    }

    [Fact]
    public void EachWorkerNameCountsOnce()
    {
        foreach (var name in (string[])["a", "b", "a", "c", "", "b"])
        {
            _session.NameWorker(Bytes(name));
        }

        Assert.Equal(3, Event().Workers);
    }
}
