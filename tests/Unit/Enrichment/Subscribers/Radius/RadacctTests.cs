using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Unit.Enrichment.Subscribers.Intervals;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Radius;

public sealed class RadacctTests : IDisposable
{
    private const string Header =
        "radacctid,acctsessionid,username,nasipaddress,nasportid,acctstarttime,acctupdatetime,acctstoptime,acctsessiontime,acctterminatecause,framedipaddress,framedipv6prefix,delegatedipv6prefix\n";

    private readonly TempFolder _folder = new();
    private readonly List<Problem> _problems = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ARowIsASession()
    {
        var intervals = Load("1,s1,u1,192.0.2.250,eth 1/0/1,2022-04-08 08:00:00,2022-04-08 09:00:00,2022-04-08 10:00:00,7200,User-Request,203.0.113.9,,2001:db8:200:40::/60\n");

        Assert.Empty(_problems);
        Assert.Equal(["203.0.113.9", "2001:db8:200:40::-2001:db8:200:4f:ffff:ffff:ffff:ffff"], intervals.Select(interval => interval.Range.ToString()));
        Assert.All(intervals, interval => Assert.Equal(("u1", At("2022-04-08T00:00:00Z"), At("2022-04-08T02:00:00Z"), false), (interval.Account, interval.From, interval.To, interval.EndIsEstimated)));
    }

    [Theory]
    [InlineData("2022-04-08 10:00:00,7200,Admin-Reset", "Admin-Reset")]
    [InlineData("2022-04-09 23:59:59,7200,", "does not fit")]
    public void EndsThatNoAccessServerSentAreFlaggedAndNotBelieved(string rest, string expected)
    {
        var interval = Assert.Single(Load($"1,s1,u1,192.0.2.250,,2022-04-08 08:00:00,2022-04-08 09:00:00,{rest},203.0.113.9,,\n2,s2,u2,192.0.2.250,,2022-04-10 08:00:00,,2022-04-10 09:00:00,3600,,203.0.113.10,,\n"), interval => interval.Account == "u1");

        Assert.True(interval.EndIsEstimated);
        Assert.Equal(At("2022-04-08T02:00:00Z"), interval.Interval.LastProof);
        Assert.Contains(expected, Assert.Single(_problems).Message, StringComparison.Ordinal);
        Assert.True(_problems[0].Line == 2 && _problems[0].Column > 0);
    }

    [Fact]
    public void ACleanUpThatEndsManySessionsInOneSecondIsNotBelieved()
    {
        var rows = string.Concat(Enumerable.Range(0, 8).Select(i => $"{i},s{i},u{i},192.0.2.250,,2022-04-08 0{i}:00:00,,2022-04-09 00:00:00,,,203.0.113.{i + 1},,\n"));

        Assert.All(Load(rows), interval => Assert.True(interval.EndIsEstimated));
        Assert.Equal(8, _problems.Count);
    }

    [Theory]
    [InlineData("1,,u1,192.0.2.250,,2022-04-08 08:00:00,,,,,203.0.113.9,,", "acctsessionid")]
    [InlineData("1,s1,u1,192.0.2.250,,0000-00-00 00:00:00,,,,,203.0.113.9,,", "acctstarttime")]
    [InlineData("1,s1,u1,192.0.2.250,,2022-04-08 08:00:00,,2022-04-08 07:00:00,,,203.0.113.9,,", "acctstoptime")]
    [InlineData("1,s1,u1,192.0.2.250,,2022-04-08 08:00:00,,yesterday,,,203.0.113.9,,", "acctstoptime")]
    [InlineData("1,s1,u1,192.0.2.250,,2022-04-08 08:00:00,,,,,203.0.113.999,,", "framedipaddress")]
    public void RowsThatCannotBeUsedAreNamedByTheirColumn(string row, string column)
    {
        Assert.Empty(Load(row + "\n"));
        Assert.StartsWith(column, Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Alc-Nat-Port-Range = \"203.0.113.9 20480..24575 router base nat-pool\"")]
    [InlineData("Attr-26.6527.121 = \"203.0.113.9 20480..24575\"")]
    [InlineData("IP-Port-Range-Ext-IPv4-Addr = 203.0.113.9|IP-Port-Range-Range-Start = 20480|IP-Port-Range-Range-End = 24575")]
    [InlineData("IP-Port-Range.Ext-IPv4-Addr = 203.0.113.9|IP-Port-Range.Range-Start = 20480|IP-Port-Range.Range-End = 24575")]
    public void BlocksOfNokiaAndOfRfc8045AreRead(string attributes)
    {
        var log = new Detail().Start(0, "s1", "u1", attributes.Split('|')).Load(out var problems);

        Assert.Empty(problems);
        var interval = Assert.Single(log.Intervals).Interval;
        Assert.Equal((IpRange.Single(Ip("203.0.113.9")), 20480, 24575, true), (interval.Range, interval.FirstPort, interval.LastPort, interval.SharesAddress));
    }

    [Fact]
    public void TheCircuitIdStandsInForAPortAndTheVpnIsTheRealm()
    {
        var log = new Detail().Start(0, "s1", "u1", "Framed-IP-Address = 10.1.1.1", "ADSL-Agent-Circuit-Id = 0x79632d6f6c742d3030372f302f302f33", "H3C-VPN-Instance = vpn-a").Load();

        Assert.Equal(("yc-olt-007/0/0/3", "vpn-a"), (log.Index.NameOf(log.Intervals[0].Interval.AccessPort), log.Index.NameOf(log.Intervals[0].Interval.Realm)));
    }

    private List<RecordingSink.Recorded> Load(string rows)
    {
        var sink = new RecordingSink();
        RadiusDetailReader.Load([_folder.Write("radacct.csv", Header + rows)], sink, _problems);
        return sink.Intervals;
    }
}
