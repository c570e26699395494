using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Lines;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Unit.Enrichment.Subscribers.Intervals;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Radius;

/// <summary>Sessions from records, and the answers that rest on them.</summary>
public sealed class RadiusSessionTests
{
    private const string Address = "Framed-IP-Address = 203.0.113.9";

    private static readonly string[] Block =
        ["Framed-IP-Address = 100.64.12.34", "Huawei-NAT-Public-Address = 203.0.113.9", "Huawei-NAT-Start-Port = 20480", "Huawei-NAT-End-Port = 24575"];

    private static readonly string[] OtherBlock =
        ["Framed-IP-Address = 100.64.12.35", "Huawei-NAT-Public-Address = 203.0.113.9", "Huawei-NAT-Start-Port = 24576", "Huawei-NAT-End-Port = 28671"];

    [Fact]
    public void ALoggedSessionIsUniqueBetweenStartAndStopOnly()
    {
        var log = new Detail().Start(60, "s1", "u1", Address).Stop(120, "s1", "u1", 3600, Address).Start(300, "s9", "u9", "Framed-IP-Address = 203.0.113.200").Start(0, "s8", "u8", "Framed-IP-Address = 203.0.113.201").Load();

        Assert.Equal((AttributionOutcome.Unique, 'A', "u1"), Ask(log, 90));
        Assert.Equal(AttributionOutcome.None, Ask(log, 59).Outcome);
        Assert.Equal(AttributionOutcome.None, Ask(log, 121).Outcome);
        Assert.Equal(AttributionOutcome.Insufficient, Ask(log, 301).Outcome);
        var interval = log.Intervals.Single(interval => interval.Account == "u1");
        Assert.Equal((Detail.Minute(60), Detail.Minute(120), false), (interval.From, interval.To, interval.EndIsEstimated));
    }

    [Fact]
    public void APortBlockWithProofsOnBothSidesIsGradeA()
    {
        var log = new Detail().Start(0, "s1", "u1", Block).Start(0, "s2", "u2", OtherBlock).Interim(600, "s1", "u1", 36000, Block).Interim(600, "s2", "u2", 36000, OtherBlock).Load();

        var answer = Directory(log).Lookup(Ip("203.0.113.9"), 22017, Detail.Minute(360), Detail.Minute(361));

        Assert.Equal((AttributionOutcome.Unique, 'A'), (answer.Outcome, answer.Grade));
        var candidate = Assert.Single(answer.Candidates);
        Assert.Equal(("u1", "radius", 2), (candidate.Account, candidate.Source, candidate.Evidence.Count));
        Assert.Equal("u2", Assert.Single(Directory(log).Lookup(Ip("203.0.113.9"), 28000, Detail.Minute(360), Detail.Minute(361)).Candidates).Account);
    }

    [Fact]
    public void ASharedAddressWithoutAPortNamesNobody()
    {
        var log = new Detail().Start(0, "s1", "u1", Block).Start(0, "s2", "u2", OtherBlock).Interim(600, "s1", "u1", 36000, Block).Load();

        var answer = Directory(log).Lookup(Ip("203.0.113.9"), null, Detail.Minute(360), Detail.Minute(361));

        Assert.Equal((AttributionOutcome.Ambiguous, "source port"), (answer.Outcome, Assert.Single(answer.Missing)));
        Assert.Empty(answer.Candidates);
    }

    [Fact]
    public void APortOutsideEveryBlockIsNobody()
    {
        var log = new Detail().Start(0, "s1", "u1", Block).Interim(600, "s1", "u1", 36000, Block).Load();

        Assert.Equal(AttributionOutcome.None, Directory(log).Lookup(Ip("203.0.113.9"), 1024, Detail.Minute(360), Detail.Minute(361)).Outcome);
    }

    [Fact]
    public void ABlockThatChangedHandsInsideTheTimeIsAmbiguousAndUniqueWithSeconds()
    {
        var log = new Detail().Start(0, "s1", "u1", Block).Stop(60.5, "s1", "u1", 3630, Block).Start(60.5, "s2", "u2", Block).Stop(120, "s2", "u2", 3570, Block).Load();
        var directory = Directory(log);

        var minute = directory.Lookup(Ip("203.0.113.9"), 22017, Detail.Minute(60), Detail.Minute(61));
        Assert.Equal((AttributionOutcome.Ambiguous, 'D', 2), (minute.Outcome, minute.Grade, minute.Candidates.Count));
        Assert.Equal("u1", Assert.Single(directory.Lookup(Ip("203.0.113.9"), 22017, Detail.Minute(60.25), Detail.Minute(60.25)).Candidates).Account);
        Assert.Equal("u2", Assert.Single(directory.Lookup(Ip("203.0.113.9"), 22017, Detail.Minute(60.75), Detail.Minute(60.75)).Candidates).Account);
        // Within the clocks' skew of the change nobody can tell.
        Assert.Equal(AttributionOutcome.Ambiguous, directory.Lookup(Ip("203.0.113.9"), 22017, Detail.Minute(60.51), Detail.Minute(60.51)).Outcome);
    }

    [Fact]
    public void CloseToTheEdgeTheGradeIsB()
    {
        var log = new Detail().Start(60, "s1", "u1", Address).Stop(120, "s1", "u1", 3600, Address).Load();

        Assert.Equal('B', Ask(log, 60.05).Grade);
        Assert.Equal('A', Ask(log, 60.1).Grade);
    }

    [Fact]
    public void ALostStopEndsAtTheNextAllocationOfTheAddress()
    {
        var log = new Detail().Start(0, "s1", "u1", Address).Interim(60, "s1", "u1", 3600, Address)
            .Start(200, "s2", "u2", Address).Stop(300, "s2", "u2", 6000, Address).Load();

        var lost = log.Intervals.Single(interval => interval.Account == "u1");
        Assert.Equal((Detail.Minute(200), true), (lost.To, lost.EndIsEstimated));
        Assert.Equal((AttributionOutcome.Unique, 'A', "u1"), Ask(log, 30));
        Assert.Equal((AttributionOutcome.Unique, 'B', "u1"), Ask(log, 100));
        Assert.True(Directory(log).Lookup(Ip("203.0.113.9"), 1, Detail.Minute(100), Detail.Minute(100)).Candidates[0].EndIsEstimated);
        Assert.Equal((AttributionOutcome.Unique, 'A', "u2"), Ask(log, 250));
    }

    [Fact]
    public void ALostStopEndsOneAndAHalfIntervalsAfterTheLastInterimAndTheGapIsNobodys()
    {
        var log = new Detail().Start(0, "s1", "u1", Address, "Acct-Interim-Interval = 1200").Interim(20, "s1", "u1", 1200, Address)
            .Start(200, "s2", "u2", Address).Stop(300, "s2", "u2", 6000, Address).Load();

        Assert.Equal(Detail.Minute(50), log.Intervals.Single(interval => interval.Account == "u1").To);
        Assert.Equal((AttributionOutcome.Unique, 'B', "u1"), Ask(log, 45));
        Assert.Equal(AttributionOutcome.None, Ask(log, 100).Outcome);
    }

    [Fact]
    public void TheInterimIntervalIsLearntFromTheServersOtherSessions()
    {
        var detail = new Detail().Start(0, "s1", "u1", Address);
        for (var i = 1; i <= 6; i++)
        {
            detail.Interim(10 * i, "s2", "u2", 600 * i, "Framed-IP-Address = 203.0.113.10");
        }

        Assert.Equal(Detail.Minute(15), detail.Load().Intervals.Single(interval => interval.Account == "u1").To);
    }

    [Theory]
    [InlineData("Accounting-On")]
    [InlineData("Accounting-Off")]
    public void ARestartOfTheServerEndsItsOpenSessionsOnly(string status)
    {
        var log = new Detail().Start(0, "s1", "u1", Address).Restart(90, status)
            .Start(0, "s2", "u2", "NAS-IP-Address = 192.0.2.251", "Framed-IP-Address = 203.0.113.10").Stop(400, "s2", "u2", 24000, "NAS-IP-Address = 192.0.2.251")
            .Start(300, "s3", "u3", "Framed-IP-Address = 203.0.113.11").Load();

        Assert.Equal((Detail.Minute(90), true), Ends(log, "u1"));
        Assert.Equal((Detail.Minute(400), false), Ends(log, "u2"));
    }

    [Fact]
    public void TheNextSessionOfTheAccountOnTheSamePortEndsALostOne()
    {
        var log = new Detail().Start(0, "s1", "u1", Address, "NAS-Port-Id = \"eth 1/0/1\"").Start(50, "s2", "u1", "Framed-IP-Address = 203.0.113.10", "NAS-Port-Id = \"eth 1/0/2\"")
            .Start(100, "s3", "u1", "Framed-IP-Address = 203.0.113.11", "NAS-Port-Id = \"eth 1/0/1\"").Stop(900, "s3", "u1", 48000).Load();

        Assert.Equal(Detail.Minute(100), log.Intervals.Single(interval => interval.Range == IpRange.Single(Ip("203.0.113.9"))).To);
    }

    [Fact]
    public void AStopWithoutStartCountsBackItsSessionTime()
    {
        var log = new Detail().Stop(120, "s1", "u1", 3600, Address).Load();

        var interval = Assert.Single(log.Intervals);
        Assert.Equal((Detail.Minute(60), Detail.Minute(120), false), (interval.From, interval.To, interval.EndIsEstimated));
        Assert.Equal('B', Directory(log).Lookup(Ip("203.0.113.9"), 1, Detail.Minute(90), Detail.Minute(90)).Grade);
    }

    [Fact]
    public void AnInterimAfterTheStopDoesNotOpenTheSessionAgain()
    {
        var log = new Detail().Start(0, "s1", "u1", Address).Stop(60, "s1", "u1", 3600, Address).Interim(70, "s1", "u1", 3590, Address).Start(500, "s3", "u3", "Framed-IP-Address = 203.0.113.11").Load();

        Assert.Equal((1L, Detail.Minute(60)), (log.Log.InterimsAfterStop, log.Intervals.Single(interval => interval.Account == "u1").To));
        Assert.Equal(AttributionOutcome.None, Ask(log, 70).Outcome);
    }

    [Fact]
    public void ASessionIdThatComesAgainAfterARestartIsAnotherSession()
    {
        var log = new Detail().Start(0, "s1", "u1", Address).Stop(60, "s1", "u1", 3600, Address).Interim(500, "s1", "u1", 3600, Address).Stop(560, "s1", "u1", 7200, Address).Load();

        Assert.Equal(2, log.Log.Sessions);
        Assert.Equal([(Detail.Minute(0), Detail.Minute(60)), (Detail.Minute(440), Detail.Minute(560))], log.Intervals.Select(interval => (interval.From, interval.To)));
    }

    [Fact]
    public void RecordsSentAgainAndOutOfOrderChangeNothing()
    {
        var once = new Detail().Start(0, "s1", "u1", Address).Interim(30, "s1", "u1", 1800, Address).Stop(60, "s1", "u1", 3600, Address).Load();
        var often = new Detail().Stop(60, "s1", "u1", 3600, Address).Interim(30, "s1", "u1", 1800, Address).Start(0, "s1", "u1", Address)
            .Start(0, "s1", "u1", Address).Interim(30, "s1", "u1", 1800, Address).Stop(60, "s1", "u1", 3600, Address).Load();

        Assert.Equal(once.Intervals.Select(Text), often.Intervals.Select(Text));
        Assert.Equal((0, 3), (once.Log.Duplicates, often.Log.Duplicates));
    }

    [Fact]
    public void AnInterimMayChangeTheAddresses()
    {
        var log = new Detail().Start(0, "s1", "u1", Address).Interim(30, "s1", "u1", 1800, "Framed-IP-Address = 203.0.113.10", "Delegated-IPv6-Prefix = 2001:db8:200:40::/60")
            .Stop(60, "s1", "u1", 3600, "Framed-IP-Address = 203.0.113.10").Load();

        Assert.Equal(
            ["203.0.113.9 0 30 True", "203.0.113.10 30 60 False", "2001:db8:200:40::-2001:db8:200:4f:ffff:ffff:ffff:ffff 30 60 False"],
            log.Intervals.Select(interval => $"{interval.Range} {interval.From.SecondsSince(Detail.Minute(0)) / 60} {interval.To.SecondsSince(Detail.Minute(0)) / 60} {interval.EndIsEstimated}"));
    }

    [Fact]
    public void AnAddressInsideADelegatedPrefixNeedsNoPort()
    {
        var log = new Detail().Start(0, "s1", "u1", "Delegated-IPv6-Prefix = 2001:db8:200:40::/60").Stop(60, "s1", "u1", 3600).Load();

        var answer = Directory(log).Lookup(Ip("2001:db8:200:4a:1234::1"), null, Detail.Minute(30), Detail.Minute(31));

        Assert.Equal((AttributionOutcome.Unique, 'A'), (answer.Outcome, answer.Grade));
    }

    [Fact]
    public void ADateOnlyQuestionListsAllSubscribersOfThatDay()
    {
        var detail = new Detail();
        for (var i = 0; i < 3; i++)
        {
            detail.Start(i * 400, $"s{i}", $"u{i}", Address).Stop((i * 400) + 300, $"s{i}", $"u{i}", 18000, Address);
        }

        var answer = Directory(detail.Load()).Lookup(Ip("203.0.113.9"), null, Detail.Minute(0), Detail.Minute(1439));

        Assert.Equal((AttributionOutcome.Ambiguous, 'D'), (answer.Outcome, answer.Grade));
        Assert.Equal(["u0", "u1", "u2"], answer.Candidates.Select(candidate => candidate.Account));
    }

    [Fact]
    public void InnerAddressesOfTwoServersAreTwoSubscribers()
    {
        var log = new Detail().Start(0, "s1", "u1", "Framed-IP-Address = 10.1.1.1").Start(10, "s2", "u2", "Framed-IP-Address = 10.1.1.1", "NAS-IP-Address = 192.0.2.251")
            .Stop(60, "s1", "u1", 3600).Stop(60, "s2", "u2", 3000, "NAS-IP-Address = 192.0.2.251").Load();

        Assert.Equal(2, Directory(log).Lookup(Ip("10.1.1.1"), 1, Detail.Minute(30), Detail.Minute(30)).Candidates.Count);
        Assert.Equal((Detail.Minute(60), false), Ends(log, "u1"));
    }

    [Fact]
    public void ASessionOnALineOfTheRegisterBringsItsHolder()
    {
        using var folder = new TempFolder();
        var lines = StaticLineRegister.Load(folder.Write("lines.csv", "起始IP,单位名称,专线号\n198.51.100.1,甲公司,u1\n"), []);
        var log = new Detail().Start(0, "s1", "u1", Address).Stop(60, "s1", "u1", 3600).Load();

        var answer = SubscriberDirectory.Build(new SubscriberSources { Lines = lines, Logs = log.Index }).Lookup(Ip("203.0.113.9"), 1, Detail.Minute(30), Detail.Minute(30));

        Assert.Equal("甲公司", Assert.Single(answer.Candidates).Subscriber?.Name);
    }

    [Fact]
    public void FilesAndFoldersAreReadAndWhatCannotBeIsNamed()
    {
        using var folder = new TempFolder();
        folder.Write("detail-1", new Detail().Start(0, "s1", "u1", Address).ToString());
        folder.Write("detail-2", new Detail().Stop(60, "s1", "u1", 3600, Address).ToString());
        var problems = new List<Problem>();

        var sink = new RecordingSink();
        var log = RadiusDetailReader.Load([folder.FullName, folder.PathOf("missing")], sink, problems);

        Assert.Equal((2, Detail.Minute(60)), (log.Records, Assert.Single(sink.Intervals).To));
        Assert.Equal(folder.PathOf("missing"), Assert.Single(problems).File);
    }

    [Theory]
    [InlineData("import os\nprint(1)\n", true)]
    [InlineData("Apr  7 09:58:11 cgn01 NAT444:UserbasedA [- 100.64.0.1]\n\tcolour = red\n\n", true)]
    [InlineData("", false)]
    [InlineData("# nothing yet\n\n", false)]
    [InlineData("Mon Mar  2 16:00:00 2026\n\tUser-Name = \"u1\"\n\n", false)]
    public void AFileOfAnotherKindIsNotTakenForASilentLog(string text, bool isTold)
    {
        using var folder = new TempFolder();
        var problems = new List<Problem>();

        RadiusDetailReader.Load([folder.Write("detail", text)], new RecordingSink(), problems);

        Assert.Equal(isTold, problems.Exists(problem => problem.Message.Contains("a detail file of FreeRADIUS is wanted", StringComparison.Ordinal)));
        Assert.True(problems.Count <= 1);
    }

    private static SubscriberDirectory Directory(Detail.Loaded log) => SubscriberDirectory.Build(new SubscriberSources { Logs = log.Index });

    private static (AttributionOutcome Outcome, char? Grade, string? Account) Ask(Detail.Loaded log, double minute)
    {
        var answer = Directory(log).Lookup(Ip("203.0.113.9"), 1000, Detail.Minute(minute), Detail.Minute(minute));
        return (answer.Outcome, answer.Grade, answer.Candidates.Count == 1 ? answer.Candidates[0].Account : null);
    }

    private static (PacketTime To, bool EndIsEstimated) Ends(Detail.Loaded log, string account)
    {
        var interval = log.Intervals.Single(interval => interval.Account == account);
        return (interval.To, interval.EndIsEstimated);
    }

    private static string Text(RecordingSink.Recorded interval) => $"{interval.Account} {interval.Range} {interval.From} {interval.To} {interval.EndIsEstimated} {interval.Interval.FirstProof} {interval.Interval.LastProof}";
}
