using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Sensor;

/// <summary>What the verbs that work at the ledger say to somebody who does not know them yet.</summary>
public sealed class DeskMessagesTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly string _actors;

    public DeskMessagesTests()
    {
        _actors = _folder.Write("actors.csv", "name,os_user,duties\n示例,tester,Entry;Verifier;Sender\n");
        var list = _folder.Write("list.csv", "IP地址,源端口,发现时间\n203.0.113.9,22017,2022-04-07 21:03\n");
        Assert.Equal(0, Invocation.Of("intake", list, "--yes", "--ledger", _folder.PathOf("ledger.db"), "--actors", _actors).ExitCode);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("task verify 99", 1, "there is no batch:99")]
    [InlineData("task review 99 1", 1, "there is no batch:99")]
    [InlineData("task verify 1", 0, "0 entries verified")]
    [InlineData("push log 1 2", 2, "2: one argument too many")]
    [InlineData("push resume regulator --last 3", 0, "the next package to regulator gets the number 4")]
    [InlineData("push resume regulator", 2, "--last is missing")]
    [InlineData("ledger backup /nowhere/backup", 2, "FILE /nowhere: no such folder")]
    public void EachSaysWhatItWants(string words, int code, string told)
    {
        var run = At(words, _actors);

        Assert.Equal(code, run.ExitCode);
        Assert.Contains(told, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ATableOfPeopleThatIsWrongIsToldWithoutDoubtingThePerson()
    {
        var run = At("task list", _folder.Write("wrong.csv", "name,os_user,duties\n示例,tester,Entry;System\n"));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("duties: System and Entry must be different persons.", Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private Invocation At(string words, string actors) => Invocation.Of([.. words.Split(' '), "--ledger", _folder.PathOf("ledger.db"), "--actors", actors]);
}
