using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Traffic;
using MinerFlow.Traffic.Carrier;
using MinerFlow.Unit.Capture;
using MinerFlow.Unit.Enrichment;
using Xunit;
using static MinerFlow.Traffic.FlowDatagram;

namespace MinerFlow.Unit.Sensor;

/// <summary>Logs into a store by the command line, and questions to it.</summary>
public sealed class IngestTests : IDisposable
{
    private static readonly (int, int)[] Block = [(323, 8), (230, 1), (8, 4), (225, 4), (361, 2), (362, 2)];
    private readonly TempFolder _folder = new();

    private string Store => _folder.PathOf("store");

    public void Dispose() => _folder.Dispose();

    /// <summary>A carrier's day in two runs, its files cut anywhere, the second run with files of the first again: every question has the answer it has from whole files.</summary>
    [Fact]
    public void ADayInPiecesAnswersAsTheDayInFiles()
    {
        var options = new CarrierDayOptions { Seed = 5, Questions = 4_000, Subscribers = 500 };
        var day = CarrierDay.Simulate(options);
        new CarrierLogs(day, options).Write(_folder.FullName);
        var asked = new CarrierQuestions(day, options).All().ToList();
        File.WriteAllLines(_folder.PathOf("list.csv"), asked.Select(question => question.Line).Prepend(CarrierQuestions.Header));
        var (files, first, second) = (new List<string>(), new List<string>(), new List<string>());
        for (var i = 1; i <= 3; i++)
        {
            Add("--radius", "", $"detail-{i}", "\n\n");
            Add("--nat-log", "nat444:", $"cgn0{i}.log", "\n");
        }

        var run = Ingest([.. first]);
        Assert.Equal(0, run.ExitCode);
        run = Ingest([.. second, .. first]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(6, run.Error.Split("already in the store").Length - 1);

        string[] ask = ["attribute", "--batch", _folder.PathOf("list.csv"), "--inventory", _folder.PathOf("inventory.csv")];
        var ofFiles = Invocation.Of([.. ask, .. files]).Lines;
        var ofStore = Invocation.Of([.. ask, "--store", Store]).Lines;
        Assert.Equal(ofFiles.Length, ofStore.Length);
        var different = ofFiles.Zip(ofStore).Where(pair => Essence(pair.First) != Essence(pair.Second)).Take(5).ToList();
        Assert.True(different.Count == 0, string.Join('\n', different.Select(pair => $"{pair.First}\n{pair.Second}\n")));

        void Add(string option, string profile, string name, string end)
        {
            var text = File.ReadAllText(_folder.PathOf(name));
            var cut = text.IndexOf(end, text.Length * 2 / 3, StringComparison.Ordinal) + end.Length;
            files.AddRange([option, profile + _folder.PathOf(name)]);
            first.AddRange([option, profile + _folder.Write(name + ".1", text[..cut])]);
            second.AddRange([option, profile + _folder.Write(name + ".2", text[cut..])]);
        }
    }

    [Fact]
    public void AFileThatHasGrownGoesOnWhereItWasLeftAlsoWhenItWasRenamedAndCompressed()
    {
        string[] lines = [Line("A", "100.64.0.1", "10:00:00"), Line("W", "100.64.0.1", "11:00:00"), Line("A", "100.64.0.2", "11:30:00")];
        var log = _folder.Write("cgn01.log", lines[0] + lines[1][..20]);
        Assert.Contains("the last line has no end yet (20 bytes)", Ingest("--nat-log", $"nat444:{log}").Error, StringComparison.Ordinal);
        File.Delete(log);
        log = _folder.Write("cgn01.log.1", lines[0] + lines[1]);
        Assert.Contains("1 read", Ingest("--nat-log", $"nat444:{log}").Error, StringComparison.Ordinal);
        var compressed = Compress("cgn01.log.1.gz", string.Concat(lines));

        Assert.Contains("1 read", Ingest("--nat-log", $"nat444:{compressed}").Error, StringComparison.Ordinal);
        Assert.Contains("already in the store", Ingest("--nat-log", $"nat444:{compressed}").Error, StringComparison.Ordinal);

        // Nobody's accounting is there: the inner address is all that can be known.
        Assert.Contains("RADIUS", Ask("203.0.113.9", 1500, "2022-04-08T10:30:00+08:00"), StringComparison.Ordinal);
        Assert.Equal("none", OutcomeOf(Ask("203.0.113.9", 1500, "2022-04-08T11:15:00+08:00")));
    }

    /// <summary>Cut in the trailer or among the lines: what can be unpacked is taken, that it is cut is said each time, and the whole file goes on from there.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(12)]
    public void ACompressedLogThatIsCutIsTakenAsFarAsItGoes(int missing)
    {
        var path = Compress("cgn01.log.gz", Line("A", "100.64.0.1", "10:00:00") + Line("W", "100.64.0.1", "11:00:00").TrimEnd('\n'));
        var whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..^missing]);

        for (var i = 0; i < 2; i++)
        {
            var cut = Ingest("--nat-log", $"nat444:{path}");
            Assert.Equal(3, cut.ExitCode);
            Assert.Contains($"{path}: cannot be read to its end: its compressed data ends at byte {whole.Length - missing}", cut.Error, StringComparison.Ordinal);
            Assert.Contains(i == 0 ? "1 read" : "already in the store", cut.Error, StringComparison.Ordinal);
        }

        File.WriteAllBytes(path, whole);
        var run = Ingest("--nat-log", $"nat444:{path}");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("1 read", run.Error, StringComparison.Ordinal);
        Assert.Contains("RADIUS", Ask("203.0.113.9", 1500, "2022-04-08T10:30:00+08:00"), StringComparison.Ordinal);
    }

    [Fact]
    public void LeasesInGzipThatIsCutAreTakenAsFarAsTheyGo()
    {
        const string Lease = "lease 203.0.113.9 {\n  starts 5 2022/04/08 02:00:00;\n  ends 5 2022/04/08 14:00:00;\n  hardware ethernet 02:00:5e:10:00:01;\n}\n";
        var path = Compress("dhcpd.leases.gz", Lease);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^1]);

        var run = Ingest("--dhcp", path);

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("1 read", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n'), line => line.Contains("cannot be read to its end", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsNotUnderstoodIsCountedByFileAndReasonAndKeptWhereAPersonSays()
    {
        var log = _folder.Write("cgn01.log", Line("A", "100.64.0.1", "10:00:00") + "\n<134>1 2022 Apr 8 10:00:01 cgn01 - - NAT444:UserbasedA [- 100.64.0.2 - 203.0.113.9 - 5000 70000]\nhello\n");
        var run = Ingest("--nat-log", $"nat444:{log}", "--quarantine", _folder.PathOf("bad"));

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{log}: 1 not understood: port-too-large", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{log}: 1 not understood: no-pattern", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("100.64.0.2", run.Error, StringComparison.Ordinal);
        Assert.Equal(["<134>1 2022 Apr 8 10:00:01 cgn01 - - NAT444:UserbasedA [- 100.64.0.2 - 203.0.113.9 - 5000 70000]", "hello"], File.ReadAllLines(_folder.PathOf("bad")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FlowLogsAreReadFromMessagesAndFromCaptures(bool isCapture)
    {
        var first = Ipfix().Template(256, Block).Data(256, BlockRecord(16, 0)).ToBytes();
        var second = Ipfix(sequence: 1).Data(256, BlockRecord(17, 3600)).ToBytes();
        Ingest("--flows", Write("one", first));
        var run = Ingest("--flows", Write("two", second));

        Assert.Equal(0, run.ExitCode);
        using var store = IntervalStore.Open(new IntervalStoreOptions { Folder = Store, KeyFolder = Store + ".keys", IsReadOnly = true });
        var found = new List<AddressInterval>();
        store.Find(Times.Ip("203.0.113.9"), 1500, Times.At("2022-04-07T01:00:00Z"), Times.At("2022-04-07T03:00:00Z"), found);
        var block = Assert.Single(found);
        Assert.Equal((Times.At("2022-04-07T01:00:00Z"), Times.At("2022-04-07T02:00:00Z"), IntervalMarks.None), (block.From, block.To, block.Marks));

        string Write(string name, byte[] message)
        {
            // Templates of a file of messages hold for the file's name.
            var folder = Directory.CreateDirectory(_folder.PathOf(name)).FullName;
            var path = Path.Combine(folder, isCapture ? "flows.pcap" : "flows.ipfix");
            byte[] exporter = [192, 0, 2, 1];
            File.WriteAllBytes(path, isCapture ? DatagramCapture.Write([(1_649_293_200, exporter, [192, 0, 2, 9], 53, [1, 2, 3]), (1_649_293_200, exporter, [192, 0, 2, 9], 4739, message)]) : message);
            return path;
        }
    }

    [Fact]
    public void ACaptureOfFlowLogsThatIsCutIsCountedAndSaid()
    {
        byte[] exporter = [192, 0, 2, 1];
        var capture = DatagramCapture.Write([(1_649_293_200, exporter, [192, 0, 2, 9], 4739, Ipfix().Template(256, Block).Data(256, BlockRecord(16, 0)).ToBytes())]);
        var packed = CaptureBytes.Gzip(capture);
        var path = _folder.Write("flows.pcap.gz", packed[..^1]);

        var run = Ingest("--flows", path);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"{path}: 1 not understood: damaged-record", run.Error, StringComparison.Ordinal);
        Assert.Contains("flows.pcap.gz: cannot be read on behind byte", run.Error, StringComparison.Ordinal);
        Assert.Contains("1 read", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void LogsOlderThanTheStoreAreJoinedAndThatIsSaid()
    {
        var late = _folder.Write("late.log", Line("A", "100.64.0.1", "08:00:00") + Line("W", "100.64.0.1", "09:00:00"));
        Ingest("--nat-log", $"nat444:{_folder.Write("cgn01.log", Line("A", "100.64.0.9", "12:00:00"))}");

        var run = Ingest("--nat-log", $"nat444:{late}");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("2 translation events are older", run.Error, StringComparison.Ordinal);
        using var store = IntervalStore.Open(new IntervalStoreOptions { Folder = Store, KeyFolder = Store + ".keys", IsReadOnly = true });
        var found = new List<AddressInterval>();
        store.Find(Times.Ip("203.0.113.9"), 1500, At(8.5), At(8.5), found);
        Assert.Equal((At(9), Times.Ip("100.64.0.1")), (Assert.Single(found).To, found[0].Inner));

        static PacketTime At(double hour) => PacketTime.From(new DateTimeOffset(2022, 4, 8, 0, 0, 0, TimeSpan.FromHours(8)).AddHours(hour));
    }

    [Fact]
    public void DaysAreForgottenWhenAskedTo()
    {
        var log = _folder.Write("cgn01.log", string.Concat(Enumerable.Range(1, 20).Select(day => Line("A", "100.64.0.1", "10:00:00", day) + Line("W", "100.64.0.1", "11:00:00", day))));
        Assert.Contains("would delete what ended before 2022-04-16: 15 days", Ingest("--nat-log", $"nat444:{log}") is { ExitCode: 0 } ? Ingest("--keep-days", "5", "--dry-run").Error : "", StringComparison.Ordinal);
        Assert.NotEqual("none", OutcomeOf(Ask("203.0.113.9", 1500, "2022-04-03T10:30:00+08:00")));

        Assert.Contains("deleted what ended before 2022-04-16: 15 days", Ingest("--keep-days", "5").Error, StringComparison.Ordinal);
        using var store = IntervalStore.Open(new IntervalStoreOptions { Folder = Store, KeyFolder = Store + ".keys", IsReadOnly = true });
        Assert.Equal((new DateOnly(2022, 4, 16), 5), (store.FirstDay, store.Rows));
    }

    [Fact]
    public void EverythingThatIsWrongWithTheOptionsIsSaidAtOnce()
    {
        var run = Invocation.Of("ingest", "--radius", _folder.PathOf("missing"), "--nat-log", "huawei", "--dry-run");

        Assert.Equal(2, run.ExitCode);
        foreach (var part in new[] { "missing", "PROFILE:FILE", "--dry-run goes with --keep-days", "--store DIR is needed" })
        {
            Assert.Contains(part, run.Error, StringComparison.Ordinal);
        }

        Assert.Contains("there is no interval store", Invocation.Of("attribute", "--store", Store, "--ip", "203.0.113.9", "--at", "2022-04-07").Error, StringComparison.Ordinal);
        Assert.Contains("minerflow ingest", Invocation.Of("attribute", "--store", Store, "--radius", _folder.Write("detail", ""), "--ip", "203.0.113.9", "--at", "2022-04-07").Error, StringComparison.Ordinal);
    }

    private string Compress(string name, string text)
    {
        var path = _folder.PathOf(name);
        using var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        stream.Write(Encoding.ASCII.GetBytes(text));
        return path;
    }

    private static byte[][] BlockRecord(int natEvent, int seconds) =>
        [Number(1_649_293_200_000 + (ulong)(seconds * 1000), 8), Number((ulong)natEvent, 1), [100, 64, 0, 5], [203, 0, 113, 9], Number(1024, 2), Number(2047, 2)];

    private static string Line(string what, string inner, string time, int day = 8) =>
        $"<134>1 2022 Apr {day} {time} cgn01 - - NAT444:Userbased{what} [- {inner} - 203.0.113.9 - 1024 2047]\n";

    private static string OutcomeOf(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        return json.RootElement.GetProperty("outcome").GetString()!;
    }

    /// <summary>What a person would act on.</summary>
    private static string Essence(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        var root = json.RootElement;
        var names = root.GetProperty("candidates").EnumerateArray().Select(candidate => candidate.GetProperty("subscriberRef").GetString());
        return string.Create(CultureInfo.InvariantCulture, $"{root.GetProperty("outcome")} {root.GetProperty("grade")} {string.Join(' ', names)}");
    }

    private Invocation Ingest(params string[] arguments) => Invocation.Of(["ingest", "--store", Store, .. arguments]);

    private string Ask(string address, int port, string time) =>
        Invocation.Of("attribute", "--store", Store, "--ip", address, "--port", $"{port}", "--at", time).Output;
}
