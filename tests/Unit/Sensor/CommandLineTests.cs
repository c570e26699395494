using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Commands;
using MinerFlow.Traffic;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Sensor;

public sealed class CommandLineTests
{
    [Fact]
    public void AllProblemsOfTheOptionsAreToldAtOnce()
    {
        var run = Invocation.Of(
            "replay", "--format", "xml", "--time-zone", "Beijing", "--max-flows", "7", "--geo", "/nowhere/geo.mmdb", "--radius", "/nowhere/detail",
            "--own-prefix", "192.0.2.0/33", "--role", "--rows", "1", "--rows", "2", "--formt", "csv", "--encoding", "gb18030", "--rules", "/nowhere/rules");

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        string[] problems =
        [
            "--format xml: must be one of table, jsonl, csv",
            "--time-zone Beijing: must be an offset",
            "--max-flows 7: must be a whole number from 1024 to 268435456",
            "--geo /nowhere/geo.mmdb: no such file",
            "--radius /nowhere/detail: no such file",
            "--own-prefix 192.0.2.0/33: must be an address",
            "--role needs a value: --role hits|all",
            "--rows is given 2 times",
            "--formt: no such option; did you mean --format?",
            "--encoding only makes sense with --format csv",
            "--rules /nowhere/rules: no such folder",
        ];
        Assert.All(problems, problem => Assert.Contains(problem, run.Error, StringComparison.Ordinal));
        Assert.Equal(problems.Length, run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void AFolderInPlaceOfAFileIsCalledOne() =>
        Assert.Contains("--radius /: is a folder where a file is wanted", Invocation.Of("replay", "--radius", "/", "x.pcap").Error, StringComparison.Ordinal);

    [Fact]
    public void AllProblemsOfACaptureAreToldAtOnce()
    {
        var run = Invocation.Of(
            "capture", "eth0", "--interface", "eth0", "--interface", "eth0", "--workers", "99", "--sample", "8", "--shed", "all", "--backend", "af_xdp", "--seconds", "0",
            "--snap-length", "1", "--stats", "--output", "/tmp/same", "--write", "/tmp/same", "--ring", "1", "--filtr", "--rules", Invocation.Rules);

        Assert.Equal(2, run.ExitCode);
        string[] problems =
        [
            "eth0: one argument too many",
            "eth0 is named 2 times",
            "--workers 99: must be a whole number from 1 to 64",
            "--sample 8: must be 1:N with N from 1 to 65536",
            "--shed all: must be one of newest, oldest, flows",
            "--backend af_xdp: must be one of ring, libpcap",
            "--seconds 0: must be a whole number from 1 to 31536000",
            "--snap-length 1: must be a whole number from 96 to 262144",
            "--stats only makes sense with --format jsonl",
            "--output and --write name the same file /tmp/same",
            "--ring 1: must be a whole number from 8 to 4096",
            "--filtr: no such option; did you mean --filter?",
        ];
        Assert.All(problems, problem => Assert.Contains(problem, run.Error, StringComparison.Ordinal));
        Assert.Equal(problems.Length, run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void WithoutAnInterfaceCaptureRefuses()
    {
        var run = Invocation.Of("capture", "--rules", Invocation.Rules);

        Assert.Equal(2, run.ExitCode);
        Assert.Equal("minerflow: name at least one interface: --interface IF\n", run.Error);
    }

    [Theory]
    [InlineData("minerflow", "replay, capture, ")]
    [InlineData("minerflow push", "queue, corrections, send, ")]
    public void WithoutAVerbThoseThereAreAreNamed(string command, string names)
    {
        var words = command.Split(' ')[1..];

        var run = Invocation.Of(words);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("minerflow: name a command: " + names, run.Error, StringComparison.Ordinal);
        Assert.EndsWith($"; {command} --help says what each does\n", run.Error, StringComparison.Ordinal);
        Assert.Contains($"\n{command} COMMAND --help tells more.\n", Invocation.Of([.. words, "--help"]).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void WithoutAPathReplayRefuses()
    {
        var run = Invocation.Of("replay");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("name at least one capture", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--follow", "--merge")]
    [InlineData("--follow", "-")]
    [InlineData("--follow", "second.pcap")]
    public void FollowingGoesWithOneFileOnly(params string[] more)
    {
        var run = Invocation.Of(["replay", "--rules", Invocation.Rules, "first.pcap", .. more]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--follow reads one growing file", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AnOutputNeverOverwritesAnInputOrAnotherOutput()
    {
        var capture = Invocation.Capture("stratum-v1/cgminer.pcapng");

        var run = Invocation.Of("replay", "--rules", Invocation.Rules, capture, "--output", capture, "--xlsx", "/tmp/same", "--ledger", "/tmp/same");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"--output {capture}: would overwrite an input", run.Error, StringComparison.Ordinal);
        Assert.Contains("--xlsx and --ledger name the same file /tmp/same", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("repaly", "repaly: no such command; did you mean replay?")]
    [InlineData("--versio", "--versio: no such option; did you mean --version?")]
    public void AMisspeltWordGetsAHint(string word, string answer)
    {
        var run = Invocation.Of(word);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(answer, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("repaly x", "repaly: no such command; did you mean replay?")]
    [InlineData("repaly --format csv x.pcap", "repaly: no such command; did you mean replay?")]
    [InlineData("push quueu x", "quueu: no such command; did you mean queue?")]
    [InlineData("doctor auditt x", "auditt: no such command; did you mean audit?")]
    [InlineData("repaly -- x --y", "repaly: no such command; did you mean replay?")]
    public void WhatFollowsAMisspeltCommandIsNotJudged(string line, string answer) =>
        Assert.Equal((2, $"minerflow: {answer}\n"), (Invocation.Of(line.Split(' ')).ExitCode, Invocation.Of(line.Split(' ')).Error));

    [Fact]
    public void WithoutAVerbItNamesTheHelp()
    {
        var run = Invocation.Of();

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("minerflow --help", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "Capture files")]
    [InlineData("zh", "抓包文件")]
    public void HelpIsInTheLanguageAskedFor(string language, string words)
    {
        var run = Invocation.Of("replay", "--help", "--lang", language);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(words, run.Output, StringComparison.Ordinal);
        Assert.Contains("--subscribers FILE", run.Output, StringComparison.Ordinal);
        Assert.Contains("130", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void ProblemsAreToldInChineseToo()
    {
        var run = Invocation.Of("replay", "--lang=zh", "--format", "xml", "x.pcap");

        Assert.Contains("--format xml:只能是 table, jsonl, csv 之一", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("zh_CN.UTF-8", null, ReportLanguage.Chinese)]
    [InlineData("en_US.UTF-8", null, ReportLanguage.English)]
    [InlineData("zh_CN.UTF-8", "C", ReportLanguage.English)]
    [InlineData(null, null, ReportLanguage.English)]
    public void TheLanguageComesFromTheLocale(string? lang, string? all, ReportLanguage language) =>
        Assert.Equal(language, Languages.Of([], name => name == "LANG" ? lang : name == "LC_ALL" ? all : null));

    [Fact]
    public void AWordAfterTwoDashesIsAPath()
    {
        var run = Invocation.Of("replay", "--rules", Invocation.Rules, "--", "--no-such-option");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("--no-such-option", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void TheVersionIsTold()
    {
        var run = Invocation.Of("--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^minerflow \d+\.\d+\.\d+\n$", run.Output);
    }

    [Fact]
    public void TheRulesOfTheTreeHaveNoProblems()
    {
        var run = Invocation.Of("rules", "check", Invocation.Rules);

        Assert.True(run.ExitCode == 0, run.Error);
    }

    [Fact]
    public void CheckingRulesNamesEveryProblemAndExitsWithOne()
    {
        var folder = Directory.CreateTempSubdirectory("minerflow-rules-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "protocols"));
            File.WriteAllText(Path.Combine(folder.FullName, "protocols", "no-such-protocol.yaml"), "certain: high\n");
            File.WriteAllText(Path.Combine(folder.FullName, "pools.csv"), "pool,kind,value,port,coin,note\nExample,nonsense,pool.example,,,\n");

            var run = Invocation.Of("rules", "check", folder.FullName);

            Assert.Equal(1, run.ExitCode);
            Assert.Contains("no-such-protocol.yaml", run.Error, StringComparison.Ordinal);
            Assert.Contains("pools.csv:2:", run.Error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void WhatIsWrongWithRulesIsSaidInChineseToo()
    {
        using var folder = new TempFolder();
        Repository.CopyRules(folder.FullName);
        File.AppendAllText(folder.PathOf("thresholds.yaml"), "\nnonsense_key: 1\n");
        File.AppendAllText(folder.PathOf("coins.csv"), "\nbroken\n");
        File.AppendAllText(folder.PathOf("pools.csv"), "\nPool,host,pool.example,,,note,with a comma\n");
        File.AppendAllText(folder.PathOf("regions.csv"), "\na,b\n");
        File.Delete(folder.PathOf("pool-tags.csv"));

        var run = Invocation.Of("rules", "check", folder.FullName, "--lang", "zh");

        Assert.Equal(1, run.ExitCode);
        string[] problems = ["此处没有“nonsense_key”这个键", "有 1 个字段,应有 10 个", "第 7 个字段没有对应的列", "“a”不是地区代码", "缺少它就无法由 coinbase 判断矿池"];
        Assert.All(problems, problem => Assert.Contains(problem, run.Error, StringComparison.Ordinal));
        Assert.Contains("中有 5 个问题", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void CheckingAFolderThatIsNotThereIsWrongUsage() => Assert.Equal(2, Invocation.Of("rules", "check", "/nowhere").ExitCode);
}
