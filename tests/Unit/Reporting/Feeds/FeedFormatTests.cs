using System.Text.Json.Nodes;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.Feeds;
using Xunit;

namespace MinerFlow.Unit.Reporting.Feeds;

/// <summary>What every format says of the same sighting.</summary>
public sealed class FeedFormatTests
{
    private static readonly string Key = new('a', 64);

    private static readonly FeedRecord Record = FeedRecord.Of(Sample.Sighting(), caseNumber: 17);

    public static TheoryData<FeedFormat> Formats => [.. Enum.GetValues<FeedFormat>()];

    [Theory]
    [MemberData(nameof(Formats))]
    public void NoRecordNamesAnybody(FeedFormat format)
    {
        var named = Sample.Sighting(Sample.Enriched() with
        {
            Attribution = new Attribution(AttributionOutcome.Unique, [Sample.Person(), Sample.Company()]) { Grade = 'A' },
            ClientPlace = new Place("CN", "示例省", "示例市"),
        });

        foreach (var line in new[] { Feed.Line(format, FeedRecord.Of(named, 17)), Feed.Line(format.MakeForSyslog(Feed.Origin), FeedRecord.Of(named, 17)) })
        {
            foreach (var clear in Clear)
            {
                Assert.DoesNotContain(clear, line, StringComparison.Ordinal);
            }

            Assert.Contains("17", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TheRecordItselfHoldsNobodysName()
    {
        var text = Record.ToString() + Record.Finding + Record.Finding.Event + Record.Finding.Event.Login!.Clear + Record.Finding.Event.Worker!.Clear;

        Assert.All(Clear, clear => Assert.DoesNotContain(clear, text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void TextOfTheWireStaysOneRecordOnOneLine(FeedFormat format)
    {
        var hostile = "a\r\nCEF:0|x|y|z|1|n|9|src=192.0.2.1 \"]\\=|\u2028\u202e\0" + '\uD800';
        var seen = Sample.Event() with { Agent = hostile, PoolHost = hostile, PoolTag = hostile };
        var record = FeedRecord.Of(Sample.Sighting(Sample.Enriched() with { Event = seen, Pool = new PoolMatch(hostile, "host") }));

        foreach (var line in new[] { Feed.Line(format, record), Feed.Line(format.MakeForSyslog(Feed.Origin), record) })
        {
            Assert.DoesNotContain('\n', line);
            Assert.DoesNotContain('\r', line);
        }
    }

    [Fact]
    public void EveIsTheRecordOfAReplayAndWhatASightingAdds()
    {
        var eve = Feed.Json(FeedFormat.Eve, Record).AsObject();
        var added = new[] { "key", "again", "connections", "src_ports", "window_start", "window_end", "case", "attribution", "attribution_grade" };
        var mining = eve["mining"]!.AsObject();
        Assert.Equal(
            $$"""{"key":"{{Key}}","again":false,"connections":1,"src_ports":[22017],"window_start":"2026-11-22T08:00:00.123456+08:00","window_end":"2026-11-22T09:00:00.000000+08:00","case":17,"attribution":"unique","attribution_grade":"A"}""",
            new JsonObject(added.Select(name => KeyValuePair.Create(name, mining[name]?.DeepClone()))).ToJsonString(Relaxed));
        foreach (var name in added)
        {
            mining.Remove(name);
        }

        Assert.Equal(FindingJsonWriterTests.Write(Sample.Enriched() with { Attribution = null }).TrimEnd('\n'), eve.ToJsonString(Relaxed));
    }

    [Fact]
    public void SyslogIsThisLine() => Assert.Equal(
        $"<132>1 2026-11-22T09:00:00.000000+08:00 sensor01.example minerflow 812 mining [minerflow@32473 key=\"{Key}\" sensor=\"sensor-1\" role=\"miner\" state=\"accepted\" "
        + "dialect=\"stratum-v1\" coin=\"BTC\" src_ip=\"203.0.113.9\" src_port=\"22017\" dest_ip=\"198.51.100.7\" dest_port=\"3333\" proto=\"TCP\" pool=\"Example Pool\" "
        + "pool_host=\"pool.example\" agent=\"cgminer/4.11.1\" connections=\"1\" shares_accepted=\"128\" shares_rejected=\"1\" hashrate=\"9.12346E+12 H/s\" confidence=\"0.99\" "
        + "first_seen=\"2026-11-22T08:00:00.123456+08:00\" last_seen=\"2026-11-22T09:00:00.000000+08:00\" rule=\"stratum-v1\" attribution=\"unique\" grade=\"A\" case=\"17\"] "
        + "203.0.113.9:22017 mines BTC with 198.51.100.7:3333 (stratum-v1, accepted): 128 shares accepted in 1 connections",
        Feed.Line(FeedFormat.Syslog, Record));

    [Fact]
    public void ParametersOfSyslogAreEscaped()
    {
        var record = FeedRecord.Of(Sample.Sighting(new EnrichedEvent(Sample.Event() with { Agent = """a"b\c]d""" })));

        // RFC 5424 section 6.3.3.
        Assert.Contains("""agent="a\"b\\c\]d" """, Feed.Line(FeedFormat.Syslog, record), StringComparison.Ordinal);
    }

    [Fact]
    public void AHostThatHasNoNameForSyslogIsItsNilvalue()
    {
        var line = Feed.Line(FeedFormat.Syslog.Make(Feed.Origin with { Host = "主机 " }), Record);

        Assert.StartsWith("<132>1 2026-11-22T09:00:00.000000+08:00 - minerflow 812 mining [", line, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherFormatsAreTheMessageOfSyslogWithTheirOwnFirstCharacter() => Assert.Equal(
        "<132>1 2026-11-22T09:00:00.000000+08:00 sensor01.example minerflow 812 mining - " + Feed.Line(FeedFormat.Cef, Record),
        Feed.Line(FeedFormat.Cef.MakeForSyslog(Feed.Origin), Record));

    [Fact]
    public void CefIsThisLine() => Assert.Equal(
        "CEF:0|MinerFlow|MinerFlowSensor|1.2.3|mining-miner|Cryptocurrency mining|7|rt=1795309200000 start=1795305600123 end=1795309200000 src=203.0.113.9 spt=22017 "
        + "dst=198.51.100.7 dpt=3333 dhost=pool.example proto=TCP app=stratum-v1 cat=mining outcome=accepted cnt=1 dvchost=sensor-1 requestClientApplication=cgminer/4.11.1 "
        + "cs1=BTC cs1Label=coin cs2=Example Pool cs2Label=pool cs3=miner cs3Label=role cs4=uniqueA cs4Label=attribution cs5=stratum-v1 cs5Label=rule "
        + $"cs6={Key} cs6Label=sighting cn1=128 cn1Label=sharesAccepted cn2=129 cn2Label=sharesSubmitted cn3=17 cn3Label=case cfp1=0.99 cfp1Label=confidence "
        + "cfp2=9123456789000 cfp2Label=hashesPerSecond msg=203.0.113.9:22017 mines BTC with 198.51.100.7:3333 (stratum-v1, accepted): 128 shares accepted in 1 connections",
        Feed.Line(FeedFormat.Cef, Record));

    [Fact]
    public void HeaderAndExtensionOfCefAreEscapedEachInItsWay()
    {
        var record = FeedRecord.Of(Sample.Sighting(new EnrichedEvent(Sample.Event() with { Agent = @"a=b\c|d" })));

        var line = Feed.Line(FeedFormat.Cef.Make(Feed.Origin with { Version = @"1|2\3=4" }), record);

        Assert.StartsWith(@"CEF:0|MinerFlow|MinerFlowSensor|1\|2\\3=4|mining-miner|", line, StringComparison.Ordinal);
        Assert.Contains(@"requestClientApplication=a\=b\\c|d ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void AddressesOfTheOtherKindHaveTheirOwnKeysInCef()
    {
        var record = FeedRecord.Of(Sample.Sighting(new EnrichedEvent(Sample.Event() with { Client = Sample.Endpoint("2001:db8::9", 1), Server = Sample.Endpoint("2001:db8::7", 2) })));

        var line = Feed.Line(FeedFormat.Cef, record);

        Assert.Contains("c6a2=2001:db8::9 c6a2Label=Source IPv6 Address spt=1 c6a3=2001:db8::7 c6a3Label=Destination IPv6 Address dpt=2 ", line, StringComparison.Ordinal);
        Assert.DoesNotContain(" src=", line, StringComparison.Ordinal);
    }

    [Fact]
    public void EcsHasItsCategoriesItsEndpointsAndTheCase()
    {
        var ecs = Feed.Json(FeedFormat.Ecs, Record);

        Assert.Equal("2026-11-22T01:00:00.000000Z", (string?)ecs["@timestamp"]);
        Assert.Equal("""{"kind":"alert","category":["network","intrusion_detection"],"type":["connection","info"]}""", Part(ecs["event"]!, "kind", "category", "type"));
        Assert.Equal("""{"ip":"203.0.113.9","port":22017}""", Part(ecs["source"]!, "ip", "port"));
        Assert.Equal("""{"ip":"198.51.100.7","port":3333,"domain":"pool.example","as":{"number":64500,"organization":{"name":"Example Hosting"}}}""", Part(ecs["destination"]!, "ip", "port", "domain", "as"));
        Assert.Equal(3_599_876_544_000, (long?)ecs["event"]!["duration"]);
        Assert.Equal(17, (int?)ecs["minerflow"]!["case_id"]);
    }

    [Fact]
    public void OcsfCreatesAFindingAndUpdatesItWhenMoreIsKnown()
    {
        var created = Feed.Json(FeedFormat.Ocsf, Record);
        var updated = Feed.Json(FeedFormat.Ocsf, FeedRecord.Of(Sample.Sighting(), 17, isAgain: true));

        Assert.Equal("""{"activity_id":1,"category_uid":2,"class_uid":2004,"type_uid":200401,"time":1795309200000,"severity_id":4}""", Part(created, "activity_id", "category_uid", "class_uid", "type_uid", "time", "severity_id"));
        Assert.Equal("""{"activity_id":2,"type_uid":200402}""", Part(updated, "activity_id", "type_uid"));
        Assert.Equal((string?)created["finding_info"]!["uid"], (string?)updated["finding_info"]!["uid"]);
        Assert.Equal(17, (int?)created["unmapped"]!["minerflow"]!["case_id"]);
    }

    [Theory]
    [InlineData(MiningState.Accepted, "<132>", "|7|", 7, 4)]
    [InlineData(MiningState.Attempted, "<133>", "|5|", 5, 3)]
    [InlineData(MiningState.Rejected, "<134>", "|3|", 3, 2)]
    public void EveryFormatHasItsNumberForHowMuchToMind(MiningState state, string syslog, string cef, int ecs, int ocsf)
    {
        var record = FeedRecord.Of(Sample.Sighting(new EnrichedEvent(Sample.Event() with { State = state })));

        Assert.StartsWith(syslog, Feed.Line(FeedFormat.Syslog, record), StringComparison.Ordinal);
        Assert.Contains(cef, Feed.Line(FeedFormat.Cef, record), StringComparison.Ordinal);
        Assert.Equal(ecs, (int?)Feed.Json(FeedFormat.Ecs, record)["event"]!["severity"]);
        Assert.Equal(ocsf, (int?)Feed.Json(FeedFormat.Ocsf, record)["severity_id"]);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void WhatIsNotFiniteOrNotKnownIsLeftOut(FeedFormat format)
    {
        var bare = Sample.Event() with
        {
            Agent = null,
            Login = null,
            Worker = null,
            PoolHost = null,
            PoolTag = null,
            Hashrate = new Hashrate(double.NaN, "H/s", 0, 0),
            StatedHashrate = double.PositiveInfinity,
            Difficulty = double.NaN,
            Algorithm = null,
            Height = null,
            Coin = "unknown",
            Transport = Transport.Udp,
            Role = MiningRole.Proxy,
            Evidence = [],
        };

        var line = Feed.Line(format, FeedRecord.Of(Sample.Sighting(new EnrichedEvent(bare))));

        Assert.DoesNotContain("NaN", line, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", line, StringComparison.Ordinal);
        Assert.DoesNotContain("null", line, StringComparison.Ordinal);
        Assert.Contains("proxy", line, StringComparison.Ordinal);
    }

    private static readonly string[] Clear =
    [
        "account-in-clear", "rig-in-clear", "张三", "李四", "王五", "13800005678", "13900001234", "5号楼", "阳光小区", "盐湖区", "示例路", "示例省", "示例市", "示例数据",
        "yc0359000001", "ent-0001", "140802199001011234", "91140800MA00000000", "03590000001", "aa11",
    ];

    private static readonly global::System.Text.Json.JsonSerializerOptions Relaxed = new() { Encoder = global::System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static string Part(JsonNode node, params string[] names) => new JsonObject(names.Select(name => KeyValuePair.Create(name, node[name]?.DeepClone()))).ToJsonString(Relaxed);
}
