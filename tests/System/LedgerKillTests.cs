using System.Diagnostics;
using System.Globalization;
using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.Storage;
using MinerFlow.Traffic;
using MinerFlow.SystemTests.Service;
using Xunit;

namespace MinerFlow.SystemTests;

/// <summary>
/// The command line is killed (SIGKILL) a hundred times at random moments while it writes to the ledger. A step that was acknowledged is there, one that was not is there
/// whole or not at all, and the audit chain has each once.
/// </summary>
public sealed class LedgerKillTests : IDisposable
{
    private const int Kills = 100;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-kill-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task NoStepAndNoAuditRecordIsLostOrDoubled()
    {
        File.WriteAllText(PathOf("actors.csv"), $"name,os_user,duties\nclerk,{Environment.UserName},Entry\n");
        var random = new SeededRandom(20220411);
        var length = await TimeOfOneStepAsync();
        var acknowledged = 1;
        var killed = 0;
        for (var kill = 1; kill <= Kills; kill++)
        {
            var began = Stopwatch.GetTimestamp();
            using var step = Step(kill);
            if (step.WaitForExit(random.Below(length)))
            {
                // The machine does other things too: what one step takes now is what the next is killed within.
                length = Math.Max(1, (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
            else
            {
                step.Kill();
                killed++;
            }

            await step.WaitForExitAsync(TestContext.Current.CancellationToken);
            acknowledged += step.ExitCode == 0 ? 1 : 0;
            AssertWhole(acknowledged, kill + 1);
        }

        Assert.True(killed >= Kills / 2, $"Only {killed} of {Kills} were killed before they had done.");

        // The same steps again: what is there is found again by its account, what is not is added.
        for (var step = 0; step <= Kills; step++)
        {
            using var again = Step(step);
            await again.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, again.ExitCode);
        }

        AssertWhole(Kills + 1, Kills + 1);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>Milliseconds; the first step also begins the ledger.</summary>
    private async Task<int> TimeOfOneStepAsync()
    {
        var watch = Stopwatch.StartNew();
        using var first = Step(0);
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, first.ExitCode);
        return (int)watch.ElapsedMilliseconds;
    }

    private Process Step(int account) => Process.Start(new ProcessStartInfo(
        RunningService.Program,
        [
            "case", "report", "--account", string.Create(CultureInfo.InvariantCulture, $"yc{account}"), "--reason", "tip", "--region", "140802",
            "--ledger", PathOf("ledger.db"), "--keys", PathOf("keys"), "--actors", PathOf("actors.csv"),
        ])
    {
        RedirectStandardError = true,
        RedirectStandardOutput = true,
        UseShellExecute = false,
    })!;

    private void AssertWhole(int least, int most)
    {
        using var database = LedgerDatabase.Open(LedgerPlace.Parse(PathOf("ledger.db")), LedgerAccess.Read);
        var chain = new AuditChain(database);
        Assert.Null(AuditCheck.Run(chain.Ledger(), chain.Records(), chain.Heads(), key: null).Break);
        var (cases, subjects, steps, opened) = database.Read(session => (
            (int)session.Number("SELECT count(*) FROM cases"),
            (int)session.Number("SELECT count(*) FROM subject"),
            (int)session.Number("SELECT count(*) FROM case_step"),
            (int)session.Number("SELECT count(DISTINCT object) FROM audit WHERE action = 'case.step'")));
        Assert.InRange(cases, least, most);
        Assert.Equal((cases, cases, cases), (subjects, steps, opened));
    }
}
