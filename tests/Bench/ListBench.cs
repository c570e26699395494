using System.Diagnostics;
using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Ledger;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using MinerFlow.Reporting.Forms;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Intake;
using MinerFlow.Reporting.Intake.Rules;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Unit.Ledger;

namespace MinerFlow.Bench;

/// <summary>The way of a list, as its verbs go it: from the regulator's workbook and a day of logs to 附件2, in one process.</summary>
internal sealed class ListBench
{
    private static readonly TimeSpan Zone = TimeSpan.FromHours(8);
    private static readonly DateTimeOffset Received = new(2022, 4, 8, 0, 0, 0, Zone);

    private readonly string _rules;
    private readonly string _folder;
    private readonly ListedCarrier _carrier;
    private readonly LedgerDatabase _database;
    private readonly PersonalVault _vault;

    private ListBench(string rules, string folder, ListedCarrier carrier, LedgerDatabase database, PersonalVault vault)
    {
        _rules = rules;
        _folder = folder;
        _carrier = carrier;
        _database = database;
        _vault = vault;
    }

    public static int Run(string[] args)
    {
        if (args.Length is not (3 or 4 or 5) || (args.Length > 3 && args[3] != "--postgres"))
        {
            Console.Error.WriteLine("""
                Usage: MinerFlow.Bench lists RULES FOLDER ROWS [--postgres [CONNECTION]]
                makes a carrier's day of RADIUS and NAT logs and a workbook of ROWS rows about it in FOLDER, takes the list in, has it answered from the logs, verified and reviewed,
                takes a snapshot and writes 附件2; says the time of each and the most memory
                --postgres  the ledger is an empty database, on a server started for it unless one is named; else a new file in FOLDER
                """);
            return 2;
        }

        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var rows = int.Parse(args[2], CultureInfo.InvariantCulture);
        Directory.CreateDirectory(args[1]);
        var carrier = new ListedCarrier(args[1], rows);
        carrier.Write();
        GC.Collect();
        using var server = args.Length == 4 ? new PostgreSqlProcess(isDurable: true) : null;
        var place = args.Length == 5 ? args[4] : server is not null ? $"postgresql:{server.Settings}" : Path.Combine(args[1], "ledger.db");
        using var database = LedgerDatabase.Open(LedgerPlace.Parse(place), LedgerAccess.Create);
        using var vault = PersonalVault.Open(Path.Combine(args[1], "keys"));
        new ListBench(args[0], args[1], carrier, database, vault).Run(rows);
        return 0;
    }

    private void Run(int rows)
    {
        var problems = new List<Problem>();
        var (intake, forms, profile) = (IntakeRules.Load(_rules, problems), FormRules.Load(_rules, problems), ReportingRules.Load(_rules, problems));
        var labels = LabelRules.Load(Path.Combine(_rules, "labels.csv"), problems);
        var begun = Environment.CpuUsage.TotalTime;
        var whole = Stopwatch.StartNew();
        TakeIn(intake);
        var directory = Timed("read the logs", () => SubscriberDirectory.Build(SubscriberFiles.Load(_carrier.Sources(_rules), store: null, problems), new SubscriberDirectoryOptions()));
        Timed("answer and label", () => new VerificationDesk(DeskOf("entry", Duty.Entry), labels).Propose(1, new LogResolver(directory, Zone, identityKey: null, "bench")));
        problems.ForEach(problem => Console.Error.WriteLine(problem));
        Timed("verify", () => Each("verifier", Duty.Verifier, (desk, entries) => desk.Verify(entries, judgement: null, "")));
        Timed("review", () => Each("reviewer", Duty.Reviewer, (desk, entries) => desk.Review(entries, isConfirmed: true, "")));
        var sender = DeskOf("sender", Duty.Sender);
        var taken = Timed("take a snapshot", () => new SnapshotDesk(sender).Take(new SnapshotRequest
        {
            Profile = profile,
            UtcOffset = Zone,
            Purpose = "bench",
            Regions = [.. intake.Counties.Select(county => (county.Code, county.Name))],
        }));
        var (snapshot, entry) = Timed("read the snapshot", () => new SnapshotStore(sender).Read(taken.Number));
        Timed("write 附件2 and its CSV", () => Write(new FormSet(forms, snapshot, entry.Sha256, _vault, release: null).Files(["annex2"], CsvEncoding.Utf8)));
        var outcomes = string.Join(", ", snapshot.Answers.GroupBy(line => line.Answer).OrderByDescending(group => group.Count()).Select(group => FormattableString.Invariant($"{group.Key} {group.Count()}")));
        Console.WriteLine(FormattableString.Invariant(
            $"{rows} rows, {snapshot.Cases.Count} cases: {whole.Elapsed.TotalSeconds:F1} s, {(Environment.CpuUsage.TotalTime - begun).TotalSeconds:F1} s CPU, at most {MostMebibytes()} MiB; {outcomes}"));
    }

    // Apart, so that the list goes when it is in the ledger.
    private void TakeIn(IntakeRules intake)
    {
        var batch = Timed("read the workbook", () => BatchReader.Read("list.xlsx", File.ReadAllBytes(_carrier.List), new IntakeOptions { ReceivedAt = Received }, intake));
        foreach (var problem in batch.Problems)
        {
            Console.Error.WriteLine(new ProblemLines(batch, ReportLanguage.English).Of(problem));
        }

        Timed("take it in", () => new TaskStore(DeskOf("entry", Duty.Entry)).Accept(batch, File.ReadAllBytes(_carrier.List)));
    }

    private int Each(string name, Duty duty, Action<VerificationDesk, IReadOnlyCollection<long>> step)
    {
        var desk = new VerificationDesk(DeskOf(name, duty), new LabelRules());
        var entries = desk.Records(1).Select(record => record.Entry.Id).ToList();
        step(desk, entries);
        return entries.Count;
    }

    private int Write(IReadOnlyList<FormFile> files)
    {
        foreach (var file in files)
        {
            using var output = new FileStream(Path.Combine(_folder, file.Name), FileMode.Create, FileAccess.ReadWrite);
            file.Write(output);
        }

        return files.Count;
    }

    private LedgerDesk DeskOf(string name, Duty duty) => new(_database, _vault, new Actor(name, [duty]), TimeProvider.System);

    private static T Timed<T>(string what, Func<T> step)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var result = step();
        Console.WriteLine(FormattableString.Invariant($"{what,-24} {watch.Elapsed.TotalSeconds,7:F1} s   {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds,7:F1} s CPU   {MostMebibytes(),5} MiB at most so far"));
        return result;
    }

    private static long MostMebibytes()
    {
        using var self = Process.GetCurrentProcess();
        return self.PeakWorkingSet64 >> 20;
    }
}
