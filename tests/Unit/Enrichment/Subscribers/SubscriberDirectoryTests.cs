using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Lines;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers;

public sealed class SubscriberDirectoryTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AStaticLineIsUniqueWithTheDigestOfItsRow()
    {
        var answer = Ask(Lines("203.0.113.8,203.0.113.15,甲公司,L1,2020-01-01,"), "203.0.113.9", "2022-04-08T08:00:00Z");

        Assert.Equal((AttributionOutcome.Unique, 'A'), (answer.Outcome, answer.Grade));
        var candidate = Assert.Single(answer.Candidates);
        Assert.Equal(("L1", "line", "甲公司", false), (candidate.Account, candidate.Source, candidate.Subscriber?.Name, candidate.EndIsEstimated));
        // printf '203.0.113.8,203.0.113.15,甲公司,L1,2020-01-01,,' | openssl dgst -sm3 | cut -c1-32
        Assert.Equal(Digest("203.0.113.8,203.0.113.15,甲公司,L1,2020-01-01,,"), Assert.Single(candidate.Evidence));
    }

    [Fact]
    public void WithoutADateOfBeginTheBestGradeIsNotGiven() =>
        Assert.Equal('B', Ask(Lines("203.0.113.8,,甲公司,L1,,"), "203.0.113.8", "2022-04-08T08:00:00Z").Grade);

    [Fact]
    public void TheMostSpecificRangeWins()
    {
        var lines = Lines("203.0.113.0,203.0.113.255,甲公司,L1,2022-01-01,", "203.0.113.8,203.0.113.15,乙公司,L2,2020-01-01,", "203.0.113.4,203.0.113.40,丙公司,L3,2020-01-01,");

        Assert.Equal("L2", Only(Ask(lines, "203.0.113.9", "2022-04-08T08:00:00Z")));
        Assert.Equal("L3", Only(Ask(lines, "203.0.113.20", "2022-04-08T08:00:00Z")));
        Assert.Equal("L1", Only(Ask(lines, "203.0.113.200", "2022-04-08T08:00:00Z")));
    }

    [Fact]
    public void OfEquallyLargeRangesTheNewestWins()
    {
        var lines = Lines("203.0.113.8,203.0.113.15,甲公司,L1,2020-01-01,", "203.0.113.9,203.0.113.16,乙公司,L2,2021-01-01,");

        Assert.Equal("L2", Only(Ask(lines, "203.0.113.10", "2022-04-08T08:00:00Z")));
        Assert.Equal("L1", Only(Ask(lines, "203.0.113.10", "2020-06-08T08:00:00Z")));
    }

    [Fact]
    public void EqualRangesAtTheSameTimeAreAmbiguousWithAllCandidates()
    {
        var lines = Lines("203.0.113.8,203.0.113.15,甲公司,L1,2020-01-01,", "203.0.113.8,203.0.113.15,乙公司,L2,2021-01-01,");
        var answer = Ask(lines, "203.0.113.9", "2022-04-08T08:00:00Z");

        Assert.Equal((AttributionOutcome.Ambiguous, 'D'), (answer.Outcome, answer.Grade));
        Assert.Equal(["L1", "L2"], answer.Candidates.Select(candidate => candidate.Account));
        Assert.Equal("L1", Only(Ask(lines, "203.0.113.9", "2020-04-08T08:00:00Z")));
    }

    [Fact]
    public void ASpecificRangeThatHadEndedLeavesTheWiderOne()
    {
        var lines = Lines("203.0.113.0,203.0.113.255,甲公司,L1,2020-01-01,", "203.0.113.8,203.0.113.15,乙公司,L2,2020-01-01,2021-12-31");

        Assert.Equal("L2", Only(Ask(lines, "203.0.113.9", "2021-12-31T15:59:00Z")));
        Assert.Equal("L1", Only(Ask(lines, "203.0.113.9", "2021-12-31T16:01:00Z")));
        // A question over the change fits both.
        var change = Directory(lines).Lookup(Ip("203.0.113.9"), 1000, At("2021-12-31T15:00:00Z"), At("2021-12-31T17:00:00Z"));
        Assert.Equal((AttributionOutcome.Ambiguous, 2), (change.Outcome, change.Candidates.Count));
    }

    [Fact]
    public void AKnownRangeThatNobodyHeldThenIsNone() =>
        Assert.Equal(AttributionOutcome.None, Ask(Lines("203.0.113.8,,甲公司,L1,2022-01-01,"), "203.0.113.8", "2021-04-08T08:00:00Z").Outcome);

    [Fact]
    public void AnAddressHeldForAPartOfTheTimeOnlyIsNotUnique()
    {
        var answer = Directory(Lines("203.0.113.8,,甲公司,L1,2022-01-01,")).Lookup(Ip("203.0.113.8"), null, At("2021-12-31T15:00:00Z"), At("2021-12-31T17:00:00Z"));

        Assert.Equal(AttributionOutcome.Insufficient, answer.Outcome);
        Assert.Null(answer.Grade);
        Assert.Equal([new MissingPiece(MissingKind.NarrowerTime).ToString()], answer.Missing);
    }

    [Fact]
    public void OutsideEveryOwnRangeIsNotOursOnlyWhenTheRangesAreKnown()
    {
        var lines = Ask(Lines("203.0.113.8,,甲公司,L1,,"), "198.51.100.1", "2022-04-08T08:00:00Z");
        Assert.Equal((AttributionOutcome.Insufficient, "address inventory"), (lines.Outcome, Assert.Single(lines.Missing)));

        var unknown = SubscriberDirectory.Build(new SubscriberSources()).Lookup(Ip("198.51.100.1"), 1, At("2022-04-08T08:00:00Z"), At("2022-04-08T08:00:00Z"));
        Assert.Equal((AttributionOutcome.Insufficient, "address inventory"), (unknown.Outcome, Assert.Single(unknown.Missing)));

        var prefix = new SubscriberDirectoryOptions { OwnPrefixes = [new IpRange(Ip("198.51.100.0"), Ip("198.51.100.255"))] };
        var own = SubscriberDirectory.Build(new SubscriberSources(), prefix);
        Assert.Equal(AttributionOutcome.Insufficient, own.Lookup(Ip("198.51.100.1"), 1, At("2022-04-08T08:00:00Z"), At("2022-04-08T08:00:00Z")).Outcome);
        Assert.Equal(AttributionOutcome.NotOurs, own.Lookup(Ip("203.0.113.1"), 1, At("2022-04-08T08:00:00Z"), At("2022-04-08T08:00:00Z")).Outcome);
    }

    [Fact]
    public void ADynamicPoolOfTheRegisterNamesNobody()
    {
        var path = _folder.Write("pool.csv", "起始IP,终止IP,单位名称,IP使用方式\n203.0.113.0,203.0.113.255,示例电信公司,动态\n");
        var answer = Ask(StaticLineRegister.Load(path, []), "203.0.113.9", "2022-04-08T08:00:00Z");

        Assert.Equal(AttributionOutcome.Insufficient, answer.Outcome);
        Assert.Equal([new MissingPiece(MissingKind.PoolLog).ToString()], answer.Missing);
        Assert.Empty(answer.Candidates);
    }

    [Theory]
    [InlineData("127.0.0.1", AttributionOutcome.Invalid)]
    [InlineData("224.0.0.251", AttributionOutcome.Invalid)]
    [InlineData("0.0.0.0", AttributionOutcome.Invalid)]
    [InlineData("255.255.255.255", AttributionOutcome.Invalid)]
    [InlineData("169.254.1.1", AttributionOutcome.Invalid)]
    [InlineData("fe80::1", AttributionOutcome.Invalid)]
    [InlineData("ff02::1", AttributionOutcome.Invalid)]
    [InlineData("::1", AttributionOutcome.Invalid)]
    [InlineData("100.64.0.1", AttributionOutcome.Insufficient)]
    [InlineData("10.0.0.1", AttributionOutcome.Insufficient)]
    [InlineData("192.168.1.1", AttributionOutcome.Insufficient)]
    public void OnlyAddressesThatNoSubscriberCanHaveAreInvalid(string address, AttributionOutcome outcome) =>
        Assert.Equal(outcome, Ask(Lines("203.0.113.8,,甲公司,L1,,"), address, "2022-04-08T08:00:00Z").Outcome);

    private StaticLineRegister Lines(params string[] rows)
    {
        var text = "起始IP,终止IP,单位名称,专线号,使用开始时间,使用结束时间,备注\n" + string.Concat(rows.Select(row => row + ",\n"));
        return StaticLineRegister.Load(_folder.Write("lines.csv", text), []);
    }

    private static SubscriberDirectory Directory(StaticLineRegister lines) => SubscriberDirectory.Build(new SubscriberSources { Lines = lines });

    private static Attribution Ask(StaticLineRegister lines, string address, string time) => Directory(lines).Lookup(Ip(address), 40000, At(time), At(time));

    private static string Only(Attribution answer)
    {
        Assert.Equal(AttributionOutcome.Unique, answer.Outcome);
        return Assert.Single(answer.Candidates).Account;
    }

    private static string Digest(string text) => "sm3:" + Convert.ToHexStringLower(Sm3.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..32];
}
