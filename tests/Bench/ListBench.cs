using System.Diagnostics;
using System.Globalization;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Ledger.Storage;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Ledger.Verification;
using MinerFlow.Reporting.Attributions;
using MinerFlow.Reporting.Forms;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Intake;
using MinerFlow.Reporting.Intake.Rules;
using MinerFlow.Reporting.Texts;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Bench;

/// <summary>The way of a list: from the regulator's workbook to 附件2, everything in between in one process. Answers come from a stand-in for the logs.</summary>
internal sealed class ListBench : IEntryResolver
{
    private const int Subjects = 5_000;
    private const int ChunkOfEntries = 10_000;
    private static readonly byte[] PseudonymKey = new byte[32];
    private static readonly DateTimeOffset Seen = new(2022, 4, 7, 0, 0, 0, TimeSpan.FromHours(8));

    public static int Run(string[] args)
    {
        if (args.Length is not (3 or 4))
        {
            Console.Error.WriteLine("""
                Usage: MinerFlow.Bench lists RULES FOLDER ROWS [LEDGER]
                makes a workbook of ROWS rows in FOLDER, takes it in, has it answered, verified and reviewed, takes a snapshot and writes 附件2; says the time of each and the most memory
                LEDGER  a new one; a file in FOLDER unless a PostgreSQL connection is named
                """);
            return 2;
        }

        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var rows = int.Parse(args[2], CultureInfo.InvariantCulture);
        Directory.CreateDirectory(args[1]);
        var path = Path.Combine(args[1], "list.xlsx");
        WriteList(path, rows);
        var problems = new List<Problem>();
        var (intake, forms, profile) = (IntakeRules.Load(args[0], problems), FormRules.Load(args[0], problems), ReportingRules.Load(args[0], problems));
        foreach (var problem in problems)
        {
            Console.Error.WriteLine(problem);
        }

        using var database = LedgerDatabase.Open(LedgerPlace.Parse(args.Length > 3 ? args[3] : Path.Combine(args[1], "ledger.db")), LedgerAccess.Create);
        using var vault = PersonalVault.Open(Path.Combine(args[1], "keys"));
        var begun = Environment.CpuUsage.TotalTime;
        var whole = Stopwatch.StartNew();
        TakeIn();
        Timed("answer and label", () => new VerificationDesk(DeskOf("entry", Duty.Entry), new LabelRules()).Propose(1, new ListBench()));
        var entries = new TaskStore(DeskOf("entry", Duty.Entry)).Entries(1).Select(entry => entry.Id).ToList();
        Timed("verify", () => Each(entries, chunk => new VerificationDesk(DeskOf("verifier", Duty.Verifier), new LabelRules()).Verify(chunk, judgement: null, "")));
        Timed("review", () => Each(entries, chunk => new VerificationDesk(DeskOf("reviewer", Duty.Reviewer), new LabelRules()).Review(chunk, isConfirmed: true, "")));
        var sender = DeskOf("sender", Duty.Sender);
        var taken = Timed("take a snapshot", () => new SnapshotDesk(sender).Take(new SnapshotRequest
        {
            Profile = profile,
            UtcOffset = TimeSpan.FromHours(8),
            Purpose = "bench",
            Regions = [.. intake.Counties.Select(county => (county.Code, county.Name))],
        }));
        var (snapshot, entry) = Timed("read the snapshot", () => new SnapshotStore(sender).Read(taken.Number));
        var files = new FormSet(forms, snapshot, entry.Sha256, vault, release: null).Files(["annex2"], CsvEncoding.Utf8);
        Timed("write 附件2 and its CSV", () =>
        {
            foreach (var file in files)
            {
                using var output = new FileStream(Path.Combine(args[1], file.Name), FileMode.Create, FileAccess.ReadWrite);
                file.Write(output);
            }

            return files.Count;
        });
        Console.WriteLine(FormattableString.Invariant($"{rows} rows, {entries.Count} questions, {snapshot.Cases.Count} cases: {whole.Elapsed.TotalSeconds:F1} s, {(Environment.CpuUsage.TotalTime - begun).TotalSeconds:F1} s CPU, at most {MostMebibytes()} MiB"));
        return 0;

        // Apart, so that the list goes when it is in the ledger.
        void TakeIn()
        {
            var batch = Timed("read the workbook", () => BatchReader.Read("list.xlsx", File.ReadAllBytes(path), new IntakeOptions { ReceivedAt = Seen.AddDays(1) }, intake));
            foreach (var problem in batch.Problems)
            {
                Console.Error.WriteLine(new ProblemLines(batch, ReportLanguage.English).Of(problem));
            }

            Timed("take it in", () => new TaskStore(DeskOf("entry", Duty.Entry)).Accept(batch, File.ReadAllBytes(path)));
        }

        LedgerDesk DeskOf(string name, Duty duty) => new(database, vault, new Actor(name, [duty]), TimeProvider.System);
    }

    /// <summary>Of five addresses three have one subscriber, one is shared, one had nobody.</summary>
    public EntryAnswer Answer(AttributionQuestion question, string place)
    {
        var number = (question.Port ?? 0) + (int)(question.From.UnixNanoseconds / PacketTime.NanosecondsPerSecond);
        var subject = number % Subjects;
        var isPerson = subject % 3 > 0;
        var subscriber = new Subscriber(isPerson ? $"张示例{subject}" : $"示例公司{subject}", isPerson)
        {
            Kind = isPerson ? "个人" : "民营企业",
            CreditCode = isPerson ? null : $"91140800MA{subject:d8}",
            InstallationAddress = $"盐湖区示例小区{subject % 30}号楼{subject}室",
            County = "盐湖区",
        };
        var answer = (number % 5) switch
        {
            0 => new Attribution(AttributionOutcome.Ambiguous, []) { CandidateCount = 14, Missing = ["source port"] },
            1 => new Attribution(AttributionOutcome.None, []),
            _ => new Attribution(AttributionOutcome.Unique, [new AttributionCandidate($"yc{subject:d8}", "radius", PacketTime.FromSeconds(0), null, EndIsEstimated: false, ["00"]) { Subscriber = subscriber }])
            {
                Grade = 'A',
                AddressKind = "cgn-pba",
            },
        };
        using var json = new MemoryStream();
        AttributionJson.WriteLine(json, question, answer, new AttributionContext(place, "second", Seen.Offset, PseudonymKey));
        return new EntryAnswer(answer, Encoding.UTF8.GetString(json.ToArray()).TrimEnd('\n'));
    }

    private static void WriteList(string path, int rows)
    {
        using var document = SpreadsheetDocument.Create(path, SpreadsheetDocumentType.Workbook);
        var book = document.AddWorkbookPart();
        var part = book.AddNewPart<WorksheetPart>("s1");
        using (var xml = OpenXmlWriter.Create(part))
        {
            var sheet = new SheetWriter(xml, SheetLook.List);
            sheet.Open(Enumerable.Repeat(16d, 9), frozenRows: 1);
            sheet.Heading(["序号", "县(市、区)", "IP地址", "源端口", "发现时间", "矿池地址", "矿池端口", "币种", "线索类型"]);
            for (var i = 0; i < rows; i++)
            {
                sheet.Row([
                    SheetCell.Of(i + 1), SheetCell.Of("盐湖区"), SheetCell.Of($"203.0.113.{(i % 254) + 1}"), SheetCell.Of($"{1024 + (i / 254 % 60_000)}"),
                    SheetCell.Of(Seen.AddSeconds(i % 80_000).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)), SheetCell.Of("pool.example"), SheetCell.Of("3333"), SheetCell.Of("BTC"), SheetCell.Of("协议"),
                ]);
            }

            sheet.Close(headingRow: 1, columns: 9);
        }

        SheetStyles.Write(book.AddNewPart<WorkbookStylesPart>("styles"));
        book.Workbook = new Workbook(new Sheets(new Sheet { Name = "清单", SheetId = 1, Id = "s1" }));
    }

    private static bool Each(List<long> entries, Action<long[]> step)
    {
        foreach (var chunk in entries.Chunk(ChunkOfEntries))
        {
            step(chunk);
        }

        return true;
    }

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
