using MinerFlow.Abstractions;
using MinerFlow.Detection.Coins;
using Xunit;

namespace MinerFlow.Unit.Detection.Coins;

public class CoinTableTests
{
    private const string Header = "coin,family,algorithm,height,time,spacing,tolerance,nbits_low,nbits_high,note\n";

    private static List<Problem> ProblemsOf(string text)
    {
        var problems = new List<Problem>();
        CoinTable.Read(new StringReader(text), "coins.csv", problems);
        return problems;
    }

    [Fact]
    public void TheShippedTableHasNoFaultAndManyCoins()
    {
        Assert.True(RuleFiles.Coins.Count >= 12);
        Assert.True(RuleFiles.Tags.Count >= 100);
    }

    [Theory]
    [InlineData("", 1, 0, "The first line must be")]
    [InlineData("coin,height\n", 1, 0, "The first line must be")]
    [InlineData(Header + "BTC,bitcoin,sha256d\n", 2, 0, "3 fields where 10 are needed")]
    [InlineData(Header + "BTC,bitcoin,sha256d,tall,2009-01-03T18:15:05Z,600,150,17,18,\n", 2, 21, "'tall' is no block height")]
    [InlineData(Header + "BTC,bitcoin,sha256d,0,yesterday,600,150,17,18,\n", 2, 23, "'yesterday' is no time")]
    [InlineData(Header + "BTC,bitcoin,sha256d,0,2009-01-03T18:15:05Z,ten,150,17,18,\n", 2, 44, "'ten' is not seconds between blocks")]
    [InlineData(Header + "BTC,bitcoin,sha256d,0,2009-01-03T18:15:05Z,600,150,1x,18,\n", 2, 52, "'1x' is not the first byte of nbits")]
    [InlineData(Header + ",bitcoin,sha256d,0,2009-01-03T18:15:05Z,600,150,17,18,\n", 2, 1, "Coin and family must be given")]
    [InlineData(Header + "A,b,c,5,2009-01-03T18:15:05Z,600,1,,,\nA,b,c,4,2010-01-03T18:15:05Z,600,1,,,\n", 3, 7, "must go up in height and time")]
    public void AFaultIsReportedWithItsPlace(string text, int line, int column, string message)
    {
        var problem = Assert.Single(ProblemsOf(text));
        Assert.Equal((line, column), (problem.Line, problem.Column));
        Assert.Contains(message, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AllFaultsAreReportedAtOnceAndTheRestIsRead()
    {
        var problems = new List<Problem>();
        var table = CoinTable.Read(
            new StringReader(Header + "A,b,c,x,2009-01-03T18:15:05Z,1,1,,,\n# a remark\n\nA,b,c,1,never,1,1,,,\nA,b,c,1,2009-01-03T18:15:05Z,1,1,,,\n"), "coins.csv", problems);
        Assert.Equal([2, 5], problems.Select(problem => problem.Line));
        Assert.Equal(1, table.Count);
    }

    [Theory]
    [InlineData("tag,pool\nabcd,Short\n", "too short")]
    [InlineData("tag,pool\n/abcde/,\n", "name is missing")]
    [InlineData("tag,pool\n/abcde/,A\n/abcde/,B\n", "listed twice")]
    public void AFaultyTagIsReported(string text, string message)
    {
        var problems = new List<Problem>();
        PoolTags.Read(new StringReader(text), "pool-tags.csv", problems);
        Assert.Contains(message, Assert.Single(problems).Message, StringComparison.Ordinal);
    }
}
