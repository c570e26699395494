using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.People;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Ledger.People;

public sealed class ActorTableTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PeopleAreKnownByTheirUserOrTheirSecret()
    {
        var secret = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("correct horse")));
        var table = Load($"name,os_user,token_sha256,duties,regions\nwang,wangw,,Verifier Reviewer,140802 140881\nli,,{secret},auditor,\n", out var problems);

        Assert.Empty(problems);
        Assert.Equal([Duty.Verifier, Duty.Reviewer], table.OfUser("wangw")!.Duties);
        Assert.Equal(["140802", "140881"], table.OfUser("wangw")!.Regions);
        Assert.Equal([Duty.Auditor], table.OfSecret("li", "correct horse")!.Duties);
        Assert.Null(table.OfSecret("li", "wrong horse"));
        Assert.Null(table.OfSecret("wang", ""));
        Assert.Null(table.OfUser(""));
        Assert.Null(table.OfUser("nobody"));
    }

    [Fact]
    public void EveryMistakeIsNamedAtOnceAndItsPersonMayDoNothing()
    {
        var table = Load(
            """
            name,os_user,token_sha256,duties
            a,ua,,Verifier Auditor
            b,ub,,Reviewer System
            c,uc,,Chief
            d,,,Verifier
            e,ue,abc,Verifier
            f,uf,,Security
            f,ug,,Verifier
            g,uf,,Verifier
            ,uh,,Verifier
            h,ui,,Network Privacy
            i,uj,,3
            """,
            out var problems);

        Assert.Equal([2, 3, 4, 5, 6, 8, 9, 10, 12], problems.Select(problem => problem.Line));
        Assert.Contains("must be different persons", problems[0].Message, StringComparison.Ordinal);
        Assert.Equal(["f", "h"], new[] { "ua", "ub", "uc", "ue", "uf", "ug", "uh", "ui", "uj" }.Select(table.OfUser).OfType<Actor>().Select(actor => actor.Name));
    }

    [Fact]
    public void AStepAsksForItsDuty()
    {
        var actor = new Actor("wang", [Duty.Verifier]);

        actor.Require(Duty.Verifier);
        Assert.Equal(Duty.Verifier, actor.RequireOneOf(Duty.Reviewer, Duty.Verifier));
        Assert.Equal(RefusalKind.NotYourDuty, Assert.Throws<RefusedException>(() => actor.Require(Duty.Reviewer)).Kind);
        Assert.Equal(["wang", "Reviewer, Sender"], Assert.Throws<RefusedException>(() => actor.RequireOneOf(Duty.Reviewer, Duty.Sender)).Values);
    }

    private ActorTable Load(string text, out List<Problem> problems)
    {
        problems = [];
        return ActorTable.Load(_folder.Write("actors.csv", text), problems);
    }
}
