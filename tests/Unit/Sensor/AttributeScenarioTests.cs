using System.Globalization;
using System.Text;
using System.Text.Json;
using MinerFlow.Sensor.Commands;
using Xunit;

namespace MinerFlow.Unit.Sensor;

/// <summary>The acceptance scenarios of attribution, from log files through the command line to the JSON answer.</summary>
public sealed class AttributeScenarioTests
{
    private const string Master = "账号,用户名称,单位性质,装机地址,接入端口,实名状态\nalice,甲数据有限公司,民营企业,示例路1号,,已实名\nbob,乙科技有限公司,民营企业,示例路2号,,已实名\n";

    private static readonly string[] AtNine = ["--ip", "203.0.113.9", "--port", "22017", "--at", "2022-04-07T21:03+08:00"];

    [Fact]
    public void T1_BlockAndSessionProvenBeforeAndAfterAreGradeA()
    {
        using var files = Usual();
        var answer = files.Ask(AtNine);

        Assert.Equal(("unique", "A", "甲数据有限公司", "cgn-pba"), (answer.Outcome, answer.Grade, answer.Name, answer.Kind));
        Assert.Equal(0, answer.Run.ExitCode);
        var chain = answer.Candidates[0].GetProperty("chain").EnumerateArray().ToList();
        Assert.Equal(["cgn02 nat 203.0.113.9:20480-24575 -> 100.64.12.34", "192.0.2.250 radius 100.64.12.34"], chain.Select(link => link.GetProperty("src").GetString()));
        Assert.All(chain, link => Assert.Matches("^sm3:[0-9a-f]{32}$", link.GetProperty("line").GetString()!));
        Assert.Equal("2022-04-07T21:03:00+08:00", answer.Json.GetProperty("query").GetProperty("from").GetString());
        Assert.Equal("2022-04-07T21:04:00+08:00", answer.Json.GetProperty("query").GetProperty("to").GetString());
        Assert.Equal("minute", answer.Json.GetProperty("query").GetProperty("precision").GetString());
        Assert.Matches("^acc-[0-9a-f]{16}$", answer.Reference!);
        Assert.DoesNotContain("alice", answer.Run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void T2_WithoutAPortTheBlocksAreCountedAndNobodyIsNamed()
    {
        using var files = Usual();
        var answer = files.Ask("--ip", "203.0.113.9", "--at", "2022-04-07T21:03+08:00");

        Assert.Equal(("ambiguous", "D", 2, 0), (answer.Outcome, answer.Grade, answer.Count, answer.Candidates.GetArrayLength()));
        Assert.Contains("本时段该公网IP下有 2 个端口块", answer.Chinese, StringComparison.Ordinal);
        Assert.Contains("源端口", answer.Chinese[answer.Chinese.IndexOf("缺少", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.DoesNotContain("acc-", answer.Run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void T3_AFlowThatOurSensorSawFillsThePort()
    {
        using var files = Usual().With("--findings", "findings.jsonl", Finding(22017));
        var answer = files.Ask("--ip", "203.0.113.9", "--at", "2022-04-07T21:03+08:00");

        Assert.Equal(("unique", "C", "own-flow", "甲数据有限公司"), (answer.Outcome, answer.Grade, answer.Json.GetProperty("portSource").GetString(), answer.Name));
        Assert.StartsWith("edge.pcap frame 7", answer.Json.GetProperty("ownEvidence")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal(2, answer.Candidates[0].GetProperty("chain").GetArrayLength());
    }

    [Fact]
    public void T4_AChangeOfHandsWithinTheMinuteIsAmbiguousUntilSecondsAreGiven()
    {
        using var files = new CarrierFiles().Busy(900, 1400).With("--subscribers", "master.csv", Master)
            .Session(900, 1400, "s1", "alice", "100.64.12.34").Session(900, 1400, "s2", "bob", "100.64.12.35")
            .Nat(910, 'A', "100.64.12.34", 20480, 24575).Nat(1263.5, 'W', "100.64.12.34", 20480, 24575)
            .Nat(1263.5, 'A', "100.64.12.35", 20480, 24575).Nat(1390, 'W', "100.64.12.35", 20480, 24575);

        Assert.Equal(("ambiguous", 2), (files.Ask(AtNine).Outcome, files.Ask(AtNine).Count));
        Assert.Equal("甲数据有限公司", files.Ask("--ip", "203.0.113.9", "--port", "22017", "--at", "2022-04-07T21:03:10+08:00").Name);
        Assert.Equal("乙科技有限公司", files.Ask("--ip", "203.0.113.9", "--port", "22017", "--at", "2022-04-07T21:03:50+08:00").Name);
        Assert.Equal("ambiguous", files.Ask("--ip", "203.0.113.9", "--port", "22017", "--at", "2022-04-07T21:03:50+08:00", "--precision", "minute").Outcome);
    }

    [Fact]
    public void T5_ALostStopEndsAtTheNextAllocationAndTheGapIsNobodys()
    {
        using var files = new CarrierFiles().Busy(0, 1400).With("--subscribers", "master.csv", Master)
            .Radius(60, "Start", "s1", "alice", "Framed-IP-Address = 198.51.100.7", "Acct-Interim-Interval = 3600")
            .Radius(120, "Interim-Update", "s1", "alice", "Framed-IP-Address = 198.51.100.7", "Acct-Session-Time = 3600")
            .Session(180, 300, "s2", "bob", "198.51.100.7")
            .Radius(600, "Start", "s3", "alice", "Framed-IP-Address = 198.51.100.8", "Acct-Interim-Interval = 3600")
            .Session(800, 900, "s4", "bob", "198.51.100.8");

        Assert.Equal(("unique", "B", "甲数据有限公司"), Named(files.Ask("--ip", "198.51.100.7", "--at", "2022-04-07T02:40+08:00")));
        Assert.Equal("2022-04-07T03:00:00+08:00", files.Ask("--ip", "198.51.100.7", "--at", "2022-04-07T02:40+08:00").Candidates[0].GetProperty("interval")[1].GetString());
        Assert.Equal(("unique", "A", "乙科技有限公司"), Named(files.Ask("--ip", "198.51.100.7", "--at", "2022-04-07T04:00+08:00")));
        // One and a half intervals after its last record the session is over; until the next it is nobody's, not the first one's.
        Assert.Equal("none", files.Ask("--ip", "198.51.100.8", "--at", "2022-04-07T12:30+08:00").Outcome);
    }

    [Fact]
    public void T6_AccountingOnEndsAllSessionsOfTheServer()
    {
        using var files = new CarrierFiles().Busy(0, 1400).With("--subscribers", "master.csv", Master)
            .Radius(60, "Start", "s1", "alice", "Framed-IP-Address = 198.51.100.7", "Acct-Interim-Interval = 36000")
            .Radius(90, "Accounting-On", "x", "x");

        Assert.Equal("unique", files.Ask("--ip", "198.51.100.7", "--at", "2022-04-07T01:20+08:00").Outcome);
        Assert.Equal("none", files.Ask("--ip", "198.51.100.7", "--at", "2022-04-07T02:00+08:00").Outcome);
    }

    [Fact]
    public void T7_AnInterimAfterTheStopOpensNothing()
    {
        using var files = new CarrierFiles().Busy(0, 1400).Session(60, 120, "s1", "alice", "198.51.100.7")
            .Radius(130, "Interim-Update", "s1", "alice", "Framed-IP-Address = 198.51.100.7", "Acct-Session-Time = 3590");

        Assert.Equal("none", files.Ask("--ip", "198.51.100.7", "--at", "2022-04-07T02:10+08:00").Outcome);
    }

    [Fact]
    public void T8_ADateAloneListsAllOfThatDay()
    {
        using var files = new CarrierFiles().Busy(-600, 2000).With("--inventory", "pools.csv", "地址段,类型\n198.51.100.0/24,dynamic\n")
            .Session(60, 120, "s1", "alice", "198.51.100.7").Session(200, 300, "s2", "bob", "198.51.100.7").Session(400, 900, "s3", "carol", "198.51.100.7");
        var answer = files.Ask("--ip", "198.51.100.7", "--at", "2022-04-07");

        Assert.Equal(("ambiguous", "D", 3, "dynamic", "day"), (answer.Outcome, answer.Grade, answer.Count, answer.Kind, answer.Json.GetProperty("query").GetProperty("precision").GetString()));
        Assert.False(answer.Json.GetProperty("portRequired").GetBoolean());
    }

    [Fact]
    public void T9_TheDoctorProposesAShiftAndAppliesNothing()
    {
        using var files = new CarrierFiles().Busy(0, 1440);
        var list = new StringBuilder("序号,IP地址,发现时间\n");
        for (var i = 0; i < 40; i++)
        {
            files.Session(600 + i, 660 + i, $"d{i}", $"user{i}", $"198.51.100.{i}");
            list.Append(CultureInfo.InvariantCulture, $"{i},198.51.100.{i},2022-04-07 {(640 + i - 480) / 60:00}:{(640 + i) % 60:00}\n");
        }

        var batch = files.Write("list.csv", list.ToString());
        var run = files.Run("--batch", batch);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("+08:00", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\"outcome\":\"unique\"", run.Output, StringComparison.Ordinal);

        var confirmed = files.Run("--batch", batch, "--time-shift", "+08:00");
        Assert.Equal(40, confirmed.Lines.Count(line => line.Contains("\"outcome\":\"unique\"", StringComparison.Ordinal)));
        Assert.All(confirmed.Lines, line => Assert.Contains("\"shiftHours\":8", line, StringComparison.Ordinal));
        var kept = files.Run("--batch", batch, "--time-shift", "+00:00");
        Assert.DoesNotContain("\"outcome\":\"unique\"", kept.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("+08:00 if", kept.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void T10_ASlowNatClockIsLearntFromTheAccountingAndCostsTheBestGrade()
    {
        // Every subscriber gets a block when his session begins, but the NAT's clock is 90 s slow.
        using var files = new CarrierFiles().Busy(0, 1400, natClock: -1.5);
        var random = new Random(10);
        for (var i = 0; i < 60; i++)
        {
            var from = 600 + (random.NextDouble() * 300);
            files.Session(from, from + 200, $"c{i}", $"user{i}", $"100.64.30.{i}")
                .Nat(from - 1.5, 'A', $"100.64.30.{i}", 1024 + (i * 1000), 2023 + (i * 1000)).Nat(from + 198.5, 'W', $"100.64.30.{i}", 1024 + (i * 1000), 2023 + (i * 1000));
        }

        files.Session(1000, 1300, "s1", "alice", "100.64.12.34").Nat(998.5, 'A', "100.64.12.34", 61500, 62499).Nat(1298.5, 'W', "100.64.12.34", 61500, 62499);

        var far = files.Ask("--ip", "203.0.113.9", "--port", "62000", "--at", "2022-04-07T19:00+08:00");
        Assert.Equal(("unique", "A"), (far.Outcome, far.Grade));
        Assert.InRange(far.Json.GetProperty("clockOffsetMs").GetProperty("cgn01").GetInt64(), 85_000, 95_000);
        Assert.Contains("clock of cgn01", far.Run.Error, StringComparison.Ordinal);
        var near = files.Ask("--ip", "203.0.113.9", "--port", "62000", "--at", "2022-04-07T21:36+08:00");
        Assert.Equal(("unique", "B"), (near.Outcome, near.Grade));
    }

    [Fact]
    public void T11_AnAddressInsideADelegatedPrefixNeedsNoPort()
    {
        using var files = new CarrierFiles().Busy(0, 1400).Radius(60, "Start", "s1", "alice", "Delegated-IPv6-Prefix = 2001:db8:200:40::/60")
            .Radius(600, "Stop", "s1", "alice", "Delegated-IPv6-Prefix = 2001:db8:200:40::/60", "Acct-Session-Time = 32400");
        var answer = files.Ask("--ip", "2001:db8:200:4a:1234::1", "--at", "2022-04-07T05:00+08:00");

        Assert.Equal(("unique", "A", "ipv6", false), (answer.Outcome, answer.Grade, answer.Kind, answer.Json.GetProperty("portRequired").GetBoolean()));
    }

    [Fact]
    public void T12_ADeterministicPoolUsesTheDefinitionOfItsTime()
    {
        using var files = new CarrierFiles().Busy(0, 1400).Session(0, 1400, "s1", "alice", "100.64.0.5").Session(0, 1400, "s2", "bob", "100.64.0.2").With("--subscribers", "master.csv", Master)
            .With("--inventory", "pools.csv", "地址段,类型,NAT设备,生效时间,失效时间,内网地址段,每户端口数\n203.0.113.9,cgn-deterministic,cgn01,2022-01-01,2022-04-07 12:00:00,100.64.0.0/28,4032\n203.0.113.9,cgn-deterministic,cgn01,2022-04-07 12:00:00,,100.64.0.0/29,8064\n");

        Assert.Equal("甲数据有限公司", files.Ask("--ip", "203.0.113.9", "--port", "22017", "--at", "2022-04-07T10:00+08:00").Name);
        Assert.Equal("乙科技有限公司", files.Ask("--ip", "203.0.113.9", "--port", "22017", "--at", "2022-04-07T14:00+08:00").Name);
    }

    [Fact]
    public void T13_TwoEqualRangesOfTheRegisterAreAmbiguousAndAFinding()
    {
        using var files = new CarrierFiles().With("--subscribers", "lines.csv", "起始IP,终止IP,单位名称,专线号\n198.51.100.8,198.51.100.15,甲公司,L1\n198.51.100.8,198.51.100.15,乙公司,L2\n");
        var answer = files.Ask("--ip", "198.51.100.9", "--at", "2022-04-07T10:00+08:00");

        Assert.Equal(("ambiguous", 2, 1), (answer.Outcome, answer.Count, answer.Run.ExitCode));
        Assert.Contains("held by two rows", answer.Run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void T14_InADataCentreTheTenantIsNamed()
    {
        using var files = new CarrierFiles()
            .With("--inventory", "pools.csv", "地址段,类型\n198.51.100.0/24,idc\n")
            .With("--subscribers", "lines.csv", "起始IP,终止IP,单位名称,专线号,使用开始时间\n198.51.100.0,198.51.100.255,示例数据中心有限公司,IDC,2020-01-01\n198.51.100.8,198.51.100.11,示例租户有限公司,R12-U7,2021-01-01\n");
        var answer = files.Ask("--ip", "198.51.100.9", "--at", "2022-04-07");

        Assert.Equal(("unique", "A", "idc", "示例租户有限公司"), (answer.Outcome, answer.Grade, answer.Kind, answer.Name));
        Assert.Contains("按数据中心租户处理", answer.Json.GetProperty("explainZh").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void T17_AGapOfTheNatLogIsSaidAndNeverNone()
    {
        using var files = new CarrierFiles().Busy(0, 180).Busy(192, 700).Session(10, 650, "s1", "alice", "100.64.12.34")
            .Nat(20, 'A', "100.64.12.34", 20480, 24575).Nat(640, 'W', "100.64.12.34", 20480, 24575);

        foreach (var port in new[] { "22017", "41000" })
        {
            var answer = files.Ask("--ip", "203.0.113.9", "--port", port, "--at", "2022-04-07T03:06+08:00");
            Assert.Equal(("insufficient", 0), (answer.Outcome, answer.Candidates.GetArrayLength()));
            Assert.Contains("日志缺口：cgn01", answer.Chinese, StringComparison.Ordinal);
            Assert.StartsWith("gap 2022-04-07T03:0", answer.Json.GetProperty("sourceCoverage").GetProperty("cgn01").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal("unique", files.Ask("--ip", "203.0.113.9", "--port", "22017", "--at", "2022-04-07T06:00+08:00").Outcome);
        Assert.Equal("none", files.Ask("--ip", "203.0.113.9", "--port", "41000", "--at", "2022-04-07T06:00+08:00").Outcome);
    }

    [Fact]
    public void T26_DirtyLinesChangeNoAnswerAndLeaveNoPersonalDataInMessages()
    {
        using var files = Usual();
        var clean = files.Ask(AtNine);
        string[] dirt =
        [
            "CEF:0|A10|CFW|6.0.0-P1|CGN 106|Nat Port Batch", "{\"a\":1}#012<134>1", "<134>  1 2022 Apr  7 10:00:00  cgn01 - - NAT444:UserbasedA [- 100.64.1.1 – 203.0.113.99 – 70000 24575]",
            "<134>1 2022 Feb 31 10:00:00 cgn01 - - NAT444:UserbasedA [- 100.64.1.1 - 203.0.113.99 - 5000 4000][][", "\u0001\u0002secretname", "",
            "<134>1 2022 Apr 7 10:00:00 cgn01 - - NAT444:UserbasedA [- 100.64.1.1 - 203.0.113.99 - 5000 6000][- 100.64.1.2 - 203.0.113.99 - 6001 7000]",
        ];
        Array.ForEach(dirt, line => files.Raw(line));
        var answer = files.Ask(AtNine);

        Assert.Equal(clean.Run.Output, answer.Run.Output);
        Assert.Equal((ExitCode.Done, ExitCode.NeedsPerson), (clean.Run.ExitCode, answer.Run.ExitCode));
        Assert.Contains("profile 'nat444' does not understand", answer.Run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secretname", answer.Run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("100.64.1.1", answer.Run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--nat-log", "nat444:", "profile 'nat444' does not understand 2 of 2 lines, the first for NoPattern")]
    [InlineData("--radius", "", "no attribute of RADIUS stands in it")]
    [InlineData("--dhcp", "", "it is no log of DHCP that is known here")]
    public void ALogOfAnotherKindIsNotTakenForASilentOne(string option, string prefix, string problem)
    {
        using var files = Usual();
        var path = files.Write("other.txt", "name,colour\nalice,red\n");
        var run = files.Run([.. AtNine, option, prefix + path]);

        Assert.Equal(ExitCode.Unreadable, run.ExitCode);
        Assert.Contains($"{path}: {problem}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void ADhcpLeaseLeadsOverItsCircuitToTheAccount()
    {
        using var files = new CarrierFiles()
            .With("--subscribers", "master.csv", "账号,用户名称,单位性质,接入端口\ncarol,丙有限公司,民营企业,howdy\n")
            .With("--dhcp", "kea-legal.log", string.Concat(new[] { "17:00:00 CST Address: 198.51.100.7 has been assigned", "17:30:00 CST Address: 198.51.100.7 has been renewed" }.Select(text =>
                $"2022-04-07 {text} for 1 hrs 0 mins 0 secs to a device with hardware address: hwtype=1 08:00:2b:02:3f:4e, client-id: 17:34:e2:ff:09:92:54 connected via relay at address: 192.0.2.1, identified by circuit-id: 68:6f:77:64:79 (howdy)\n")));
        var answer = files.Ask("--ip", "198.51.100.7", "--at", "2022-04-07T17:10+08:00");

        Assert.Equal(("unique", "丙有限公司"), (answer.Outcome, answer.Name));
    }

    [Fact]
    public void EveryProblemOfTheOptionsIsToldAtOnce()
    {
        var run = Invocation.Of("attribute", "--ip", "203.0.113", "--at", "yesterday", "--nat-log", "huawei", "--precision", "week", "--batch", "/nowhere/list.csv");

        Assert.Equal(2, run.ExitCode);
        Assert.All(
            ["--ip 203.0.113: must be an address, as ", "--at yesterday: must be a time, as ", "--nat-log huawei: must be PROFILE:FILE", "--precision week: must be one of", "--batch /nowhere/list.csv: no such file"],
            problem => Assert.Contains(problem, run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public void RowsThatCannotBeReadAreAnsweredAsInvalidAndNamed()
    {
        using var files = new CarrierFiles().With("--subscribers", "lines.csv", "起始IP,单位名称,专线号,使用开始时间\n198.51.100.8,甲公司,L1,2020-01-01\n");
        var run = files.Run("--batch", files.Write("list.csv", "row,ip,port,proto,at\nr1,198.51.100.8,,tcp,2022-04-07 10:00\nr2,198.51.100.999,,tcp,2022-04-07 10:00\nr3,198.51.100.8,70000,tcp,2022-04-07 10:00\nr4,198.51.100.8,,tcp,noon\n"));

        Assert.Equal(["unique", "invalid", "invalid", "invalid"], run.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("outcome").GetString()));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("list.csv:3:4: ip:", run.Error, StringComparison.Ordinal);
        Assert.Contains("4 questions: 1 unique", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void SentencesComeInTheReadersLanguage()
    {
        using var files = Usual();

        Assert.Contains("Grade A", files.Run([.. AtNine, "--format", "text"]).Output, StringComparison.Ordinal);
        Assert.Contains("可信等级 A", files.Run([.. AtNine, "--format", "text", "--lang", "zh"]).Output, StringComparison.Ordinal);
    }

    /// <summary>A block given out at 15:03, its keepalives and the session's interim records before and after 21:03, and a second block on the same address.</summary>
    private static CarrierFiles Usual() => new CarrierFiles().Busy(840, 1400).With("--subscribers", "master.csv", Master)
        .Session(900, 1390, "s1", "alice", "100.64.12.34").Session(900, 1390, "s2", "bob", "100.64.12.35")
        .Juniper(903, "ALLOC", "100.64.12.34", 20480, 24575, 903).Juniper(1100, "INTERIM", "100.64.12.34", 20480, 24575, 903).Juniper(1380, "INTERIM", "100.64.12.34", 20480, 24575, 903)
        .Juniper(903, "ALLOC", "100.64.12.35", 24576, 28671, 903).Juniper(1380, "INTERIM", "100.64.12.35", 24576, 28671, 903);

    private static (string? Outcome, string? Grade, string? Name) Named(CarrierFiles.Answer answer) => (answer.Outcome, answer.Grade, answer.Name);

    private static string Finding(int port) =>
        "{\"timestamp\":\"2022-04-07T21:00:00+08:00\",\"event_type\":\"mining\",\"src_ip\":\"203.0.113.9\",\"src_port\":" + port + ",\"dest_ip\":\"198.51.100.7\",\"dest_port\":3333,\"proto\":\"TCP\","
        + "\"mining\":{\"role\":\"miner\",\"first_seen\":\"2022-04-07T21:00:00+08:00\",\"last_seen\":\"2022-04-07T21:10:00+08:00\"},\"capture\":{\"file\":\"edge.pcap\",\"frame_first\":7,\"frame_last\":9}}\n";
}
