using System.Diagnostics;
using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Traffic;

namespace MinerFlow.Bench;

/// <summary>How fast log files become intervals on disk, from text to durable.</summary>
internal static class IngestBench
{
    // 2022-04-07T00:00:00+08:00.
    private const long Epoch = 1_649_260_800;
    private const int Blocks = 63 * 1_024;
    private const int EventsPerSecond = 100;

    public static int Run(string[] args)
    {
        if (args is ["feed", var logs, var recordsPerCommit])
        {
            Feed(logs, int.Parse(recordsPerCommit, CultureInfo.InvariantCulture));
            return 0;
        }

        if (args is not [var folder, var count])
        {
            Console.Error.WriteLine("""
                Usage: MinerFlow.Bench ingest FOLDER COUNT
                       MinerFlow.Bench ingest feed FOLDER RECORDS_PER_COMMIT
                Writes a NAT444 log of COUNT lines and an accounting file of a tenth as many records to FOLDER, and takes each into a store of its own.
                feed  goes on taking detail-* and cgn*.log of FOLDER into FOLDER/store, with a small table; says when it has begun
                """);
            return 2;
        }

        var lines = int.Parse(count, CultureInfo.InvariantCulture);
        Directory.CreateDirectory(folder);
        var log = Path.Combine(folder, "cgn01.log");
        WriteTranslations(log, lines);
        Measure(folder, new LogInput(LogFormat.Translations, log) { Profile = "nat444" });
        var detail = Path.Combine(folder, "detail");
        WriteAccounting(detail, lines / 10);
        Measure(folder, new LogInput(LogFormat.Accounting, detail));
        return 0;
    }

    private static void Feed(string folder, int recordsPerCommit)
    {
        var problems = new List<Problem>();
        using var store = IntervalStore.Open(new IntervalStoreOptions { Folder = Path.Combine(folder, "store"), KeyFolder = Path.Combine(folder, "store.keys"), TableMebibytes = 1 });
        Console.WriteLine("begun");
        var intake = new IntervalIntake(store);
        var options = new FileIntakeOptions { Rules = Repository.PathOf("rules"), TemplateFile = Path.Combine(folder, "templates.txt"), RecordsPerCommit = recordsPerCommit };
        new FileIntake(intake, options, problems).Read(
            [
                .. Directory.GetFiles(folder, "detail-*").Order(StringComparer.Ordinal).Select(path => new LogInput(LogFormat.Accounting, path)),
                .. Directory.GetFiles(folder, "cgn*.log").Order(StringComparer.Ordinal).Select(path => new LogInput(LogFormat.Translations, path) { Profile = "nat444" }),
            ],
            problems,
            CancellationToken.None);
        intake.LearnClocks();
        problems.ForEach(problem => Console.Error.WriteLine(problem));
    }

    private static void Measure(string folder, LogInput input)
    {
        var name = Path.Combine(folder, $"store-{input.Format}");
        var problems = new List<Problem>();
        using var store = IntervalStore.Open(new IntervalStoreOptions { Folder = name, KeyFolder = name + ".keys" });
        var intake = new IntervalIntake(store);
        var files = new FileIntake(intake, new FileIntakeOptions { Rules = Repository.PathOf("rules"), TemplateFile = Path.Combine(folder, "templates.txt") }, problems);
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        files.Read([input], problems, CancellationToken.None);
        watch.Stop();
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var read = files.Reports.Sum(report => report.Read);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{input.Format}: {read} records in {watch.Elapsed.TotalSeconds:0.0} s, {cpu.TotalSeconds:0.0} s of CPU: {read / cpu.TotalSeconds:0} a second and core; {store.Accepted} versions told, {problems.Count} problems, peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB"));
    }

    /// <summary>Blocks that are given out and back, some minutes to hours later.</summary>
    private static void WriteTranslations(string path, int lines)
    {
        var random = new SeededRandom(1);
        var holders = new int[Blocks];
        using var writer = new StreamWriter(path, append: false, Encoding.ASCII, 1 << 20);
        for (var i = 0; i < lines; i++)
        {
            var at = DateTimeOffset.FromUnixTimeSeconds(Epoch + (i / EventsPerSecond)).ToOffset(TimeSpan.FromHours(8));
            var block = random.Below(Blocks);
            var isHeld = holders[block] != 0;
            var holder = isHeld ? holders[block] : 1 + random.Below(65_000);
            holders[block] = isHeld ? 0 : holder;
            var first = 1024 * (1 + (block % 63));
            writer.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"<134>1 {at:yyyy MMM d HH:mm:ss} cgn01 - - NAT444:Userbased{(isHeld ? 'W' : 'A')} [- 100.64.{holder >> 8}.{holder & 255} - 203.0.{112 + (block / 63 / 256)}.{block / 63 % 256} - {first} {first + 1023}]\n"));
        }
    }

    /// <summary>Sessions with a Start, an Interim and a Stop.</summary>
    private static void WriteAccounting(string path, int records)
    {
        using var writer = new StreamWriter(path, append: false, Encoding.ASCII, 1 << 20);
        for (var i = 0; i < records; i++)
        {
            // Three records of a session lie a third of the file apart.
            var session = i % Math.Max(1, records / 3);
            var status = (i / Math.Max(1, records / 3)) switch { 0 => "Start", 1 => "Interim-Update", _ => "Stop" };
            var moment = DateTimeOffset.FromUnixTimeSeconds(Epoch + (i / EventsPerSecond));
            writer.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{moment:ddd MMM d HH:mm:ss yyyy}\n\tUser-Name = \"user{session:0000000}@example\"\n\tAcct-Status-Type = {status}\n\tAcct-Session-Id = \"{session:x8}\"\n\tNAS-IP-Address = 192.0.2.1\n\tNAS-Port-Id = \"eth 1/0/1:1000.{session % 4096} olt-007/0/0/3/0/12\"\n\tFramed-IP-Address = 100.{64 + (session >> 16)}.{(session >> 8) & 255}.{session & 255}\n\tEvent-Timestamp = {moment.ToUnixTimeSeconds()}\n\tTimestamp = {moment.ToUnixTimeSeconds()}\n\n"));
        }
    }
}
