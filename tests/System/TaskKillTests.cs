using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Audit;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Ledger.Storage;
using Xunit;

namespace MinerFlow.SystemTests;

/// <summary>
/// A list on its way from intake to its forms, and whoever works on it is killed (SIGKILL) again and again at random moments: no row, step or audit record is lost or doubled.
/// <c>TASK_KILLS=100 dotnet test tests/System --filter FullyQualifiedName~TaskKill</c> kills each of the three a hundred times.
/// </summary>
public sealed class TaskKillTests(ITestOutputHelper output) : IDisposable
{
    private const int RowsInList = 40;

    /// <summary>Rows that are verified or reviewed in one step; all of one subject.</summary>
    private const int RowsInStep = 4;

    private static readonly string[] Networks = ["192.0.2", "198.51.100", "203.0.113"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-kill-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task NoRowOfAListIsLostOrDoubledByKillsOfIntake()
    {
        var command = Begin();
        await TakeIn(0);
        var acknowledged = 1;
        for (var kill = 1; kill <= command.Kills; kill++)
        {
            acknowledged += await command.KillAsync(Intake(kill)) ? 1 : 0;
            AssertBatches(acknowledged, kill + 1);
        }

        AssertKilled(command);

        // The same lists again: those that are there are known, the others are taken.
        for (var list = 0; list <= command.Kills; list++)
        {
            await TakeIn(list);
        }

        AssertBatches(command.Kills + 1, command.Kills + 1);

        Task<string> TakeIn(int list) => command.DoAsync(Intake(list));
    }

    [Fact]
    public async Task NoStepOfAReviewIsLostOrDoubledByKills()
    {
        var command = Begin();
        var steps = Math.Min(command.Kills, 3 * 256 / RowsInStep);
        await command.DoAsync(Intake(0, steps * RowsInStep));
        await command.DoAsync(Desk(["task", "propose", "1", "--subscribers", PathOf("lines.csv")]));
        var rounds = 0;
        foreach (var step in Enumerable.Range(0, steps))
        {
            var entries = Enumerable.Range((step * RowsInStep) + 1, RowsInStep).ToArray();
            rounds += await UntilAsync("verifier", "verify", "Verified", entries) + await UntilAsync("reviewer", "review", "Reviewed", entries);
        }

        AssertKilled(command);
        output.WriteLine($"{command.Killed} kills in {rounds} runs for {2 * steps} steps");
        var (database, _) = Open();
        using (database)
        {
            AssertChain(database);
            Assert.Equal((steps, steps), (Count(database, "SELECT count(*) FROM audit WHERE action = 'entries.verify'"), Count(database, "SELECT count(*) FROM audit WHERE action = 'entries.confirm'")));
            Assert.Equal(steps * RowsInStep, Count(database, "SELECT count(*) FROM verification WHERE state = 'Reviewed'"));
            Assert.Equal((steps, steps), (Count(database, "SELECT count(*) FROM cases"), Count(database, "SELECT count(DISTINCT subject) FROM cases")));
            Assert.Equal((steps, steps), (Count(database, "SELECT count(*) FROM case_step"), Count(database, "SELECT count(*) FROM audit WHERE action = 'case.step'")));
        }

        // Kills until the step is there: all of its entries, or none.
        async Task<int> UntilAsync(string person, string verb, string state, int[] entries)
        {
            string[] arguments = As(person, ["task", verb, "1", .. entries.Select(entry => entry.ToString(CultureInfo.InvariantCulture))]);
            var runs = 0;
            while (true)
            {
                var isKillLeft = runs == 0 || command.Killed < command.Kills / 2;
                var isDone = isKillLeft ? await command.KillAsync(arguments) : (await command.DoAsync(arguments)).Length >= 0;
                runs++;
                var (database, _) = Open();
                using (database)
                {
                    var there = Count(database, $"SELECT count(*) FROM verification WHERE state = '{state}' AND entry IN ({string.Join(", ", entries)})");
                    Assert.Contains(there, isDone ? [entries.Length] : new[] { 0, entries.Length });
                    if (there > 0)
                    {
                        return runs;
                    }
                }
            }
        }
    }

    [Fact]
    public async Task NoFormGoesWithoutItsRecordAndNoSnapshotIsLostByKillsOfTheExport()
    {
        var command = Begin();
        await command.DoAsync(Intake(0));
        await command.DoAsync(Desk(["task", "propose", "1", "--subscribers", PathOf("lines.csv")]));
        await command.DoAsync(As("verifier", ["task", "verify", "1"]));
        await command.DoAsync(As("reviewer", ["task", "review", "1"]));
        var taken = 1;
        await command.DoAsync(Snapshot());
        for (var kill = 1; kill <= command.Kills / 2; kill++)
        {
            taken += await command.KillAsync(Snapshot()) ? 1 : 0;
            AssertSnapshots(taken, kill + 1);
        }

        await command.DoAsync(Write(0));
        var written = 1;
        for (var kill = 1; kill <= command.Kills / 2; kill++)
        {
            written += await command.KillAsync(Write(kill)) ? 1 : 0;
            AssertFiles(written);
        }

        AssertKilled(command);

        string[] Snapshot() => As("sender", ["report", "snapshot", "--purpose", "weekly"]);

        string[] Write(int run) => As("sender", ["report", "write", "1", "--form", "annex2", "--form", "ledger", "--csv", "utf8", "--output", PathOf($"out{run}")]);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>People, and a register in which each step's addresses are of one company.</summary>
    private InterruptedCommand Begin()
    {
        var people = new StringBuilder("name,os_user,token_sha256,duties\n").Append(CultureInfo.InvariantCulture, $"clerk,{Environment.UserName},,Entry\n");
        foreach (var (name, duty) in new[] { ("verifier", Duty.Verifier), ("reviewer", Duty.Reviewer), ("sender", Duty.Sender) })
        {
            File.WriteAllText(PathOf(name + ".secret"), $"secret of the {name}");
            people.Append(CultureInfo.InvariantCulture, $"{name},,{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"secret of the {name}")))},{duty}\n");
        }

        File.WriteAllText(PathOf("actors.csv"), people.ToString());
        var lines = new StringBuilder("起始IP,终止IP,单位名称,单位性质,专线号,装机地址,使用开始时间\n");
        for (var first = 0; first < 3 * 256; first += RowsInStep)
        {
            lines.Append(CultureInfo.InvariantCulture, $"{Address(first)},{Address(first + RowsInStep - 1)},示例公司{first},民营企业,L{first},示例路{first}号,2020-01-01\n");
        }

        File.WriteAllText(PathOf("lines.csv"), lines.ToString());
        return new InterruptedCommand("TASK_KILLS", otherwise: 10);
    }

    private static string Address(int number) => string.Create(CultureInfo.InvariantCulture, $"{Networks[number / 256]}.{number % 256}");

    private string[] Intake(int list, int rows = RowsInList)
    {
        var path = PathOf($"list{list}.csv");
        if (!File.Exists(path))
        {
            var seen = new DateTime(2022, 4, 7, 0, 0, 0, DateTimeKind.Unspecified).AddMinutes(list);
            File.WriteAllLines(path, Enumerable.Range(0, rows).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row + 1},{Address(row)},{seen:yyyy-MM-dd HH:mm},协议")).Prepend("序号,IP地址,发现时间,线索类型"));
        }

        return Desk(["intake", path, "--yes", "--received", "2022-04-08T16:17"]);
    }

    private string[] Desk(string[] arguments) => [.. arguments, "--ledger", PathOf("ledger.db"), "--keys", PathOf("keys"), "--actors", PathOf("actors.csv")];

    private string[] As(string person, string[] arguments) => [.. Desk(arguments), "--as", person, "--token-file", PathOf(person + ".secret")];

    private (LedgerDatabase Database, string Place) Open() => (LedgerDatabase.Open(LedgerPlace.Parse(PathOf("ledger.db")), LedgerAccess.Read), PathOf("ledger.db"));

    private static int Count(LedgerDatabase database, string sql) => database.Read(session => (int)session.Number(sql));

    private static void AssertChain(LedgerDatabase database)
    {
        var chain = new AuditChain(database);
        Assert.Null(AuditCheck.Run(chain.Ledger(), chain.Records(), chain.Heads(), key: null).Break);
    }

    private void AssertKilled(InterruptedCommand command)
    {
        output.WriteLine($"{command.Killed} of {command.Runs} were killed before they had done");
        Assert.True(command.Killed >= command.Kills / 4, $"Only {command.Killed} of {command.Kills} were killed before they had done.");
    }

    private void AssertBatches(int least, int most)
    {
        var (database, _) = Open();
        using (database)
        {
            AssertChain(database);
            var batches = Count(database, "SELECT count(*) FROM batch");
            Assert.InRange(batches, least, most);
            Assert.Equal(
                (batches * RowsInList, batches * RowsInList, batches, batches),
                (Count(database, "SELECT count(*) FROM list_row"), Count(database, "SELECT count(*) FROM list_entry"), Count(database, "SELECT count(*) FROM batch_original"),
                    Count(database, "SELECT count(DISTINCT object) FROM audit WHERE action = 'batch.accept'")));
            Assert.Equal(batches, Count(database, "SELECT count(*) FROM audit WHERE action = 'batch.accept'"));
        }
    }

    private void AssertSnapshots(int least, int most)
    {
        var (database, _) = Open();
        using (database)
        using (var vault = PersonalVault.Open(PathOf("keys")))
        {
            AssertChain(database);
            var store = new SnapshotStore(new LedgerDesk(database, vault, new Actor("reader", []), TimeProvider.System));
            var entries = store.List();
            Assert.InRange(entries.Count, least, most);
            Assert.Equal(entries.Count, Count(database, "SELECT count(DISTINCT object) FROM audit WHERE action = 'snapshot.take'"));
            Assert.Equal(RowsInList, store.Read(entries[^1].Number).Snapshot.Answers.Count);
        }
    }

    /// <summary>Every file that has its name is whole and recorded, and no run that said it had done lacks one.</summary>
    private void AssertFiles(int least)
    {
        var (database, _) = Open();
        using (database)
        {
            AssertChain(database);
            var recorded = new AuditChain(database).Records().Where(record => record.Action == "form.write").Select(record => JsonDocument.Parse(record.Detail).RootElement)
                .Select(detail => (detail.GetProperty("file").GetString(), detail.GetProperty("sha256").GetString())).ToHashSet();
            var files = Directory.EnumerateFiles(_folder.FullName, "*_*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is ".xlsx" or ".csv").ToList();
            Assert.All(files, path => Assert.Contains((Path.GetFileName(path), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))), recorded));
            Assert.True(files.Count >= least * recorded.Select(file => file.Item1).Distinct().Count(), $"{files.Count} files of {least} runs");
        }
    }
}
