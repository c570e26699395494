using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.Findings;
using Xunit;

namespace MinerFlow.Unit.Reporting;

public sealed class FindingJsonWriterTests
{
    /// <summary>Path and kind of every member that tools may rely on.</summary>
    private static readonly (string Path, JsonValueKind Kind)[] Shape =
    [
        ("timestamp", JsonValueKind.String), ("event_type", JsonValueKind.String), ("src_ip", JsonValueKind.String), ("src_port", JsonValueKind.Number),
        ("dest_ip", JsonValueKind.String), ("dest_port", JsonValueKind.Number), ("proto", JsonValueKind.String), ("flow_id", JsonValueKind.Number),
        ("mining.role", JsonValueKind.String), ("mining.state", JsonValueKind.String), ("mining.dialect", JsonValueKind.String),
        ("mining.coin", JsonValueKind.String), ("mining.agent", JsonValueKind.String), ("mining.login", JsonValueKind.String),
        ("mining.shares_accepted", JsonValueKind.Number), ("mining.shares_rejected", JsonValueKind.Number), ("mining.difficulty", JsonValueKind.Number),
        ("mining.hashrate_hs", JsonValueKind.Number), ("mining.hashrate_error", JsonValueKind.Number), ("mining.confidence", JsonValueKind.Number),
        ("mining.encrypted", JsonValueKind.False), ("mining.first_seen", JsonValueKind.String), ("mining.last_seen", JsonValueKind.String),
        ("mining.rule", JsonValueKind.String), ("mining.evidence", JsonValueKind.Array), ("mining.pool.name", JsonValueKind.String),
        ("mining.pool.host", JsonValueKind.String), ("mining.power_w.low", JsonValueKind.Number), ("mining.power_w.typical", JsonValueKind.Number),
        ("mining.power_w.high", JsonValueKind.Number), ("mining.power_w.assumption", JsonValueKind.String), ("mining.device.name", JsonValueKind.String),
        ("subscriber.outcome", JsonValueKind.String), ("subscriber.grade", JsonValueKind.String), ("subscriber.candidates", JsonValueKind.Array),
        ("sensor", JsonValueKind.String), ("capture.file", JsonValueKind.String), ("capture.frame_first", JsonValueKind.Number),
        ("capture.frame_last", JsonValueKind.Number),
    ];

    [Fact]
    public void ARecordHasTheShapeThatTheReadmePromises()
    {
        var record = JsonNode.Parse(Write(Sample.Enriched()))!;

        foreach (var (path, kind) in Shape)
        {
            var node = record;
            foreach (var member in path.Split('.'))
            {
                node = node?[member];
            }

            Assert.True(node?.GetValueKind() == kind, $"{path} is {node?.GetValueKind().ToString() ?? "missing"}, not {kind}");
        }
    }

    [Fact]
    public void ARecordIsThisLine()
    {
        var line = Write(new EnrichedEvent(Sample.Event()));

        const string Expected = """
            {"timestamp":"2026-11-22T08:00:00.123456+08:00","event_type":"mining","src_ip":"203.0.113.9","src_port":22017,
            "dest_ip":"198.51.100.7","dest_port":3333,"proto":"TCP","flow_id":9007199254740991,
            "mining":{"role":"miner","state":"accepted","dialect":"stratum-v1","coin":"BTC","algorithm":"sha256d","agent":"cgminer/4.11.1",
            "login":"acc…7f","login_digest":"0123456789abcdef0123456789abcdef","worker":"r…","worker_digest":"fedcba9876543210fedcba9876543210",
            "workers":3,"pool":{"host":"pool.example","tag":"/Example Pool/"},
            "shares_submitted":129,"shares_accepted":128,"shares_rejected":1,"shares_stale":1,"jobs":60,"difficulty":65536,
            "hashrate_hs":9123460000000,"hashrate_unit":"H/s","hashrate_error":0.0884,"hashrate_shares":128,"hashrate_window_s":3600,
            "hashrate_stated_hs":9500000000000,"height":900000,"confidence":0.99,"encrypted":false,
            "first_seen":"2026-11-22T08:00:00.123456+08:00","last_seen":"2026-11-22T09:00:00.000000+08:00","final":true,"rule":"stratum-v1",
            "evidence":["stratum-v1: mining.notify with 9 parameters (frame 3)"]},
            "sensor":"sensor-1","capture":{"file":"captures/one.pcapng","frame_first":1,"frame_last":188}}
            """;
        Assert.Equal(Expected.Replace("\n", "", StringComparison.Ordinal) + "\n", line);
    }

    [Fact]
    public void TheSameFindingsGiveTheSameBytes()
    {
        EnrichedEvent[] findings = [Sample.Enriched(), new(Sample.Event()), Sample.Enriched()];

        Assert.Equal(Write(findings), Write(findings));
        Assert.Equal(3, Write(findings).Count(character => character == '\n'));
    }

    [Fact]
    public void NothingInClearThatNamesAPersonIsWritten()
    {
        var line = Write(Sample.Enriched());

        foreach (var clear in new[] { "account-in-clear", "rig-in-clear", "张三丰", "李四", "13800005678", "5号楼", "301", "yc0359000001", "140802199001011234", "03590000001" })
        {
            Assert.DoesNotContain(clear, line, StringComparison.Ordinal);
        }

        Assert.Contains("张*", line, StringComparison.Ordinal);
    }

    [Fact]
    public void FlowIdsSurviveReadersThatKeepNumbersAsDoubles()
    {
        var id = JsonNode.Parse(Write(Sample.Enriched()))!["flow_id"]!.GetValue<double>();

        Assert.True(id <= 9_007_199_254_740_991 && id == Math.Floor(id));
    }

    [Fact]
    public void WhatIsNotFiniteIsLeftOut()
    {
        var odd = Sample.Event() with { Difficulty = double.PositiveInfinity, Hashrate = new Hashrate(double.NaN, "H/s", 0, 0), StatedHashrate = double.NaN };

        var mining = JsonNode.Parse(Write(new EnrichedEvent(odd)))!["mining"]!.AsObject();

        Assert.False(mining.ContainsKey("difficulty"));
        Assert.False(mining.ContainsKey("hashrate_hs"));
        Assert.False(mining.ContainsKey("hashrate_stated_hs"));
    }

    [Fact]
    public void HostileTextStaysOneLineOfJson()
    {
        var line = Write(new EnrichedEvent(Sample.Event() with { Agent = "a\"\n\u0000\u2028" + '\uD800' }));

        Assert.Equal(1, line.Count(character => character == '\n'));
        Assert.StartsWith("a\"\n", JsonNode.Parse(line)!["mining"]!["agent"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(200)]
    [InlineData(2_000)]
    public void EvidenceOfAnyLengthIsWrittenWhole(int length)
    {
        var seen = string.Concat(Enumerable.Repeat("名", length));
        var sample = Sample.Enriched();
        var line = Write(sample with { Event = sample.Event with { Evidence = [new Evidence("stratum-v1", 12, seen)] } });

        Assert.Equal($"stratum-v1: {seen} (frame 12)", JsonNode.Parse(line)!["mining"]!["evidence"]![0]!.GetValue<string>());
    }

    [Fact]
    public void EveryCandidateOfAnAmbiguousAnswerIsWritten()
    {
        var answer = new Attribution(AttributionOutcome.Ambiguous, [Sample.Person(), Sample.Company()]) { Missing = ["source port"] };

        var subscriber = JsonNode.Parse(Write(Sample.Enriched() with { Attribution = answer }))!["subscriber"]!;

        Assert.Equal("ambiguous", subscriber["outcome"]!.GetValue<string>());
        Assert.Equal(2, subscriber["candidates"]!.AsArray().Count);
        Assert.Equal("示例数据有限公司", subscriber["candidates"]![1]!["name"]!.GetValue<string>());
        Assert.Equal("source port", subscriber["missing"]![0]!.GetValue<string>());
    }

    internal static string Write(params EnrichedEvent[] findings)
    {
        using var output = new MemoryStream();
        using (var writer = new FindingJsonWriter(output, "sensor-1", Sample.Offset))
        {
            foreach (var finding in findings)
            {
                writer.Write(finding);
            }

            writer.Flush();
        }

        return Encoding.UTF8.GetString(output.ToArray());
    }
}
