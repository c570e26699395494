using MinerFlow.Enrichment.Subscribers.Nat.Templates;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Nat;

public sealed class NatProfileTests
{
    [Fact]
    public void AWholeProfileHasNoProblems()
    {
        var (profile, problems) = TestProfiles.Read("""
            name: test
            heads: ['1 {time:yyyy MMM d HH:mm:ss} {device}']
            events: {A: block-allocated}
            bodies:
              - match: 'NAT {event} {inner} {outer}:{first-port}-{last-port}'
            """);

        Assert.Empty(problems);
        Assert.NotNull(profile);
    }

    [Fact]
    public void EveryMistakeIsNamedAtOnceWithItsPlace()
    {
        var (profile, problems) = TestProfiles.Read("""
            name: other
            time_zone: Beijing
            heads:
              - '1 {device}'
              - '1 {time:yyyy-QQ-dd HH:mm}'
            events:
              A: allocated
            bodies:
              - match: 'NAT {innner} {outer}:{port}'
                event: block-allocated
              - match: '{outer} NAT {inner}'
                event: block-allocated
              - match: 'NAT {inner}{outer}'
                event: block-allocated
              - match: 'NAT {inner} {outer}'
              - match: 'NAT {inner}'
                event: block-allocated
              - match: 'NAT {outer}'
                event: block-allocated
              - match: 'NAT {inner} {outer} {pairs}'
                event: block-allocated
              - match: 'NAT {inner} {*} {outer}'
                event: block-allocated
              - match: 'NAT {inner} {outer'
                event: block-allocated
            """);

        Assert.Null(profile);
        Assert.Equal(14, problems.Count);
        Assert.All(problems, problem => Assert.True(problem.Line > 0, problem.ToString()));
        string[] words = ["innner", "must begin with a text", "where would the first end", "says what it tells", "{outer}: the public address", "who holds the ports", "'pairs'", "'{*}'", "is not closed"];
        Assert.All(words, word => Assert.Contains(problems, problem => problem.Message.Contains(word, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("yyyy MMM d HH:mm:ss", "2022 Apr  7 09:58:11", "2022-04-07T01:58:11Z", 1)]
    [InlineData("yyyy MMM d HH:mm:ss", "2022 September 17 09:58:11", "2022-09-17T01:58:11Z", 1)]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2022-04-07 09: 58:11", "2022-04-07T01:58:11Z", 1)]
    [InlineData("yyyyMMddHHmmss", "20220407095811", "2022-04-07T01:58:11Z", 1)]
    [InlineData("utc MMddyyyyHHmmss", "04072022095811", "2022-04-07T09:58:11Z", 1)]
    [InlineData("yyyy-MM-dd HH:mm", "2022-04-07 09:58", "2022-04-07T01:58:00Z", 60)]
    [InlineData("iso", "2022-04-07T09:58:11.250-07:00", "2022-04-07T16:58:11.250Z", 0.001)]
    [InlineData("iso", "2022-04-07T09:58:11Z", "2022-04-07T09:58:11Z", 1)]
    [InlineData("epoch", "1649296691", "2022-04-07T01:58:11Z", 1)]
    [InlineData("epoch", "1649296691250", "2022-04-07T01:58:11.250Z", 0.001)]
    [InlineData("epoch", "1649296691250000000", "2022-04-07T01:58:11.250Z", 1e-7)]
    [InlineData("epoch-hex", "0x624e4533", "2022-04-07T01:58:11Z", 1)]
    [InlineData("MMM d HH:mm:ss", "Apr  7 09:58:11", "2022-04-07T01:58:11Z", 1)]
    public void TimesAreReadInTheirForm(string form, string text, string expected, double precisionSeconds)
    {
        var pattern = TimePattern.Compile(form, out var wrong);
        Assert.Equal("", wrong);
        var at = 0;
        var reference = Times.At("2022-08-01T00:00:00Z");

        Assert.True(pattern!.TryRead(System.Text.Encoding.ASCII.GetBytes(text), ref at, TimeSpan.FromHours(8), reference, out var time, out var precision));

        Assert.Equal(Times.At(expected), time);
        Assert.Equal(text.Length, at);
        Assert.Equal(precisionSeconds, precision.TotalSeconds);
    }

    [Theory]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2022-02-29 09:58:11")]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2022-13-01 09:58:11")]
    [InlineData("yyyy-MM-dd HH:mm:ss", "0000-00-00 00:00:00")]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2022-04-07 24:58:11")]
    [InlineData("yyyy-MM-dd HH:mm:ss", "2022-04-07 09:58")]
    [InlineData("iso", "2022-04-07T09:58:11+25:00")]
    [InlineData("epoch", "0")]
    [InlineData("epoch", "99999999999")]
    [InlineData("yyyy MMM d HH:mm:ss", "2022 Foo 7 09:58:11")]
    public void TimesThatAreNoneAreRefused(string form, string text)
    {
        var at = 0;

        Assert.False(TimePattern.Compile(form, out _)!.TryRead(System.Text.Encoding.ASCII.GetBytes(text), ref at, TimeSpan.Zero, Times.At("2022-08-01T00:00:00Z"), out _, out _));
    }
}
