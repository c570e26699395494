using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Unit.Enrichment.Subscribers.Intervals;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Radius;

public sealed class RadiusParsingTests
{
    private const string Version4Dotted =
        """
        Fri Apr  8 08:10:02 2022
        	&User-Name = yc0359000001@adsl
        	Acct-Status-Type = 3
        	Acct-Session-Id = BRAS0120220408161000a1b2c3
        	Event-Timestamp = "2022-04-08T08:10:00Z"
        	Acct-Session-Time = 36000
        	NAS-IP-Address = 192.0.2.250
        	Framed-IP-Address = 100.64.12.34
        	Framed-IPv6-Prefix = 2001:db8:100:1::/64
        	Delegated-IPv6-Prefix = 2001:db8:200:40::/60
        	Framed-IPv6-Address = 2001:db8:300::7
        	Vendor-Specific.Huawei.NAT-Public-Address = 203.0.113.9
        	Vendor-Specific.Huawei.NAT-Start-Port = 20480
        	Vendor-Specific.Huawei.NAT-End-Port = 24575
        	Timestamp = 1649405402

        """;

    private const string Version4Nested =
        """
        Fri Apr  8 08:10:02 2022
        	User-Name = "yc0359000001@adsl"
        	Acct-Status-Type = Interim-Update
        	Acct-Session-Id = "BRAS0120220408161000a1b2c3"
        	Event-Timestamp = 1649405400
        	Acct-Session-Time = 36000
        	NAS-IP-Address = 192.0.2.250
        	Framed-IP-Address = 100.64.12.34
        	Framed-IPv6-Prefix = 2001:db8:100:1::/64
        	Delegated-IPv6-Prefix = 2001:db8:200:40::/60
        	Framed-IPv6-Address = 2001:db8:300::7
        	Vendor-Specific = {
        		Huawei = {
        			NAT-Public-Address = 203.0.113.9
        			NAT-Start-Port = 20480
        			NAT-End-Port = 24575
        		}
        	}
        	Timestamp = 1649405402

        """;

    [Theory]
    [InlineData(Detail.Version3)]
    [InlineData(Version4Dotted)]
    [InlineData(Version4Nested)]
    public void EverySpellingGivesTheSameIntervals(string text)
    {
        var log = Detail.Load(text, out var problems);

        Assert.Empty(problems);
        Assert.Equal((1, 0), (log.Log.Records, log.Log.Malformed));
        CheckIntervals(log);
    }

    [Theory]
    [InlineData("Attr-26.2011.161 = 0xcb007109", "Attr-26.2011.162 = 0x00005000", "Attr-26.2011.163 = 0x00005fff")]
    [InlineData("Vendor-2011-Attr-161 = 0xcb007109", "Vendor-2011-Attr-162 = 0x00005000", "Vendor-2011-Attr-163 = 0x00005fff")]
    [InlineData("H3C-NAT-IP-Address = 203.0.113.9", "H3C-NAT-Start-Port = 20480", "H3C-NAT-End-Port = 24575")]
    [InlineData("Vendor-Specific.H3C.NAT-IP-Address = 203.0.113.9", "Vendor-Specific.H3C.NAT-Start-Port = 20480", "Vendor-Specific.H3C.NAT-End-Port = 24575")]
    public void NatBlocksOfEveryVendorSpellingAreRead(string address, string first, string last)
    {
        var log = new Detail().Start(0, "s1", "u1", address, first, last).Load(out var problems);

        Assert.Empty(problems);
        var interval = Assert.Single(log.Intervals);
        Assert.Equal((IpRange.Single(Ip("203.0.113.9")), 20480, 24575, true), (interval.Range, interval.Interval.FirstPort, interval.Interval.LastPort, interval.Interval.SharesAddress));
    }

    [Theory]
    [InlineData("Apr  8 2022 16:10:00 CST", true)]
    [InlineData("Apr 8 2022 08:10:00 UTC", true)]
    [InlineData("Apr  8 2022 16:10:00 +0800", true)]
    [InlineData("1649405400", true)]
    [InlineData("2022-04-08T16:10:00+08:00", true)]
    [InlineData("2022-04-08T08:10:00.000Z", true)]
    [InlineData("2022-04-08T16:10:00", false)]
    [InlineData("Apr  8 2022 16:10:00 XYZ", false)]
    [InlineData("Apr 31 2022 16:10:00 CST", false)]
    [InlineData("", false)]
    [InlineData("Apr", false)]
    public void EventTimesAreReadInEveryFormThatNamesAZone(string text, bool isGood)
    {
        Assert.Equal(isGood, RadiusTimes.TryParse(text, TimeSpan.FromHours(8), out var time));
        Assert.Equal(isGood ? At("2022-04-08T08:10:00Z") : default, time);
    }

    [Fact]
    public void WithoutAnEventTimeTheReceiveTimeLessTheDelayCounts()
    {
        var log = new Detail().Start(10, "s1", "u1", "Acct-Delay-Time = 60", "Framed-IP-Address = 203.0.113.9").Load();

        Assert.Equal(Detail.Minute(9), Assert.Single(log.Intervals).From);
    }

    [Fact]
    public void TheDigestIsOfTheRecordsLinesAsTheyStand()
    {
        var log = Detail.Load(Detail.Version3, out _);
        var lines = Detail.Version3.TrimEnd('\n') + "\n";

        Assert.Equal(LineDigest.Read(Sm3.HashData(Encoding.UTF8.GetBytes(lines))), log.Intervals[0].Interval.FirstLine);
    }

    [Fact]
    public void NothingSecretIsKept()
    {
        var log = Detail.Load(Detail.Version3, out var problems);

        Assert.DoesNotContain(problems, problem => problem.Message.Contains("secret", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Intervals, interval => interval.ToString().Contains("secret", StringComparison.Ordinal));
        // The kinds of attributes that are kept at all; a password or a counter is none of them.
        Assert.DoesNotContain(Enum.GetNames<RadiusAttribute>(), name => name.Contains("Password", StringComparison.Ordinal) || name.Contains("Octets", StringComparison.Ordinal) || name.Contains("Chap", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Framed-IP-Address = 203.0.113.999", 5)]
    [InlineData("Framed-IP-Address = 2001:db8::1", 5)]
    [InlineData("Delegated-IPv6-Prefix = ::/0", 5)]
    [InlineData("Acct-Session-Time = -5", 5)]
    [InlineData("Huawei-NAT-End-Port = 70000", 5)]
    [InlineData("Huawei-NAT-End-Port = 2000", 5)]
    [InlineData("just some words", 5)]
    [InlineData("}", 5)]
    public void AMalformedRecordIsCountedAndNamedByItsLineAndTheNextIsRead(string line, int atLine)
    {
        var text = $"Fri Apr  8 08:10:02 2022\n\tUser-Name = u1\n\tAcct-Status-Type = Start\n\tAcct-Session-Id = s1\n\t{line}\n\tNAS-IP-Address = 192.0.2.250\n\tTimestamp = 1649405402\n\n";

        var log = Detail.Load(text + new Detail().Start(0, "s2", "u2", "Framed-IP-Address = 203.0.113.9"), out var problems);

        Assert.Equal((1, 1), (log.Log.Records, log.Log.Malformed));
        Assert.Equal("u2", Assert.Single(log.Intervals).Account);
        var problem = Assert.Single(problems);
        Assert.Equal(atLine, problem.Line);
        Assert.True(!line.Contains('=', StringComparison.Ordinal) || problem.ToString().Contains(line[..line.IndexOf(' ', StringComparison.Ordinal)], StringComparison.Ordinal), problem.ToString());
    }

    [Theory]
    [InlineData("User-Name")]
    [InlineData("Acct-Status-Type")]
    [InlineData("Acct-Session-Id")]
    [InlineData("NAS-IP-Address")]
    [InlineData("Timestamp")]
    public void ARecordWithoutWhatASessionNeedsIsMalformed(string without)
    {
        var lines = new Detail().Start(0, "s1", "u1", "Framed-IP-Address = 203.0.113.9").ToString().Split('\n').Where(line => !line.StartsWith('\t' + without, StringComparison.Ordinal));

        var log = Detail.Load(string.Join('\n', lines), out var problems);

        Assert.Equal((0, 1), (log.Log.Records, log.Log.Malformed));
        Assert.Single(problems);
    }

    [Fact]
    public void AFileThatEndsInTheMiddleOfALineLosesItsLastRecordOnly()
    {
        var text = new Detail().Start(0, "s1", "u1", "Framed-IP-Address = 203.0.113.9").Start(1, "s2", "u2", "Framed-IP-Address = 203.0.113.12").ToString();

        var log = Detail.Load(text[..text.LastIndexOf("12\n", StringComparison.Ordinal)] + "1", out var problems);

        Assert.Equal((1, 1), (log.Log.Records, log.Log.Malformed));
        Assert.Contains("ends in the middle", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AGiantLineCostsItsRecordOnly()
    {
        var text = $"Fri Apr  8 08:10:02 2022\n\tUser-Name = {new string('x', 1_000_000)}\n\tTimestamp = 1\n\n{new Detail().Start(0, "s2", "u2", "Framed-IP-Address = 203.0.113.9")}";

        var log = Detail.Load(text, out var problems);

        Assert.Equal((1, 1), (log.Log.Records, log.Log.Malformed));
        Assert.Equal(2, Assert.Single(problems).Line);
    }

    [Fact]
    public void AuthenticationRecordsArePassedOverAndCounted()
    {
        var log = new Detail().Raw(0, "Packet-Type = Access-Request", "User-Name = u1", "User-Password = secret", "NAS-IP-Address = 192.0.2.250").Load(out var problems);

        Assert.Equal((0, 0, 1), (log.Log.Records, log.Log.Malformed, log.Log.NotAccounting));
        Assert.Empty(problems);
    }

    [Fact]
    public void MissingEmptyLinesAndWindowsLineEndsDoNotMatter()
    {
        var text = new Detail().Start(0, "s1", "u1", "Framed-IP-Address = 203.0.113.9").Start(1, "s2", "u2", "Framed-IP-Address = 203.0.113.10").ToString();

        var log = Detail.Load(text.Replace("\n\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal), out var problems);

        Assert.Empty(problems);
        Assert.Equal(2, log.Intervals.Count);
    }

    [Theory]
    [InlineData("\v")]
    [InlineData("\u3000 \t")]
    [InlineData("\u00a0")]
    public void EverySortOfBlankLineEndsARecord(string blank)
    {
        var text = new Detail().Start(0, "s1", "u1", "Framed-IP-Address = 203.0.113.9").Start(1, "s2", "u2", "Framed-IP-Address = 203.0.113.10").ToString();

        Assert.Equal(2, Detail.Load(text.Replace("\n\n", $"\n{blank}\n", StringComparison.Ordinal), out _).Log.Records);
    }

    [Fact]
    public void ManyMalformedRecordsAreNamedUpToABoundAndCountedBeyond()
    {
        var text = string.Concat(Enumerable.Repeat("Fri Apr  8 08:10:02 2022\n\tbad\n\n", 50));

        var log = Detail.Load(text, out var problems, new RadiusOptions { MaxNamedProblems = 10 });

        Assert.Equal(50, log.Log.Malformed);
        Assert.Equal(11, problems.Count);
        Assert.StartsWith("40 more", problems[^1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void HoweverTheStreamIsCutTheResultIsTheSame()
    {
        var text = Encoding.UTF8.GetBytes(Detail.Version3 + new Detail().Start(0, "s2", "u2", "Framed-IP-Address = 203.0.113.9"));
        var trickled = new Detail.Loaded();
        RadiusDetailReader.Read(new TrickleStream(text), "detail", trickled.Sessions, [], new RadiusOptions());
        trickled.Sessions.Complete();

        var whole = Detail.Load(Encoding.UTF8.GetString(text), out _);
        Assert.Equal(whole.Intervals.Select(Text), trickled.Intervals.Select(Text));

        static string Text(RecordingSink.Recorded interval) => $"{interval.Account} {interval.Range} {interval.From} {interval.To} {interval.Interval.FirstLine}";
    }

    [Fact]
    public void RandomDamageNeverStopsTheStream()
    {
        var random = new Random(1);
        var text = Encoding.UTF8.GetBytes(Detail.Version3 + Version4Dotted + Version4Nested);
        for (var i = 0; i < 2000; i++)
        {
            var damaged = text.ToArray();
            for (var j = random.Next(1, 12); j > 0; j--)
            {
                damaged[random.Next(damaged.Length)] = random.Next(4) == 0 ? (byte)"\n =\"{}\v&.#"[random.Next(10)] : (byte)random.Next(256);
            }

            var sessions = new RadiusSessionBuilder(new RadiusSessionOptions(), new IntervalList());
            RadiusDetailReader.Read(new MemoryStream(damaged), "detail", sessions, [], new RadiusOptions());
            sessions.Complete();
            Assert.InRange(sessions.Log.Records, 0, 5);
        }
    }

    private static void CheckIntervals(Detail.Loaded log)
    {
        Assert.Equal(
            ["100.64.12.34", "2001:db8:100:1::-2001:db8:100:1:ffff:ffff:ffff:ffff", "2001:db8:200:40::-2001:db8:200:4f:ffff:ffff:ffff:ffff", "2001:db8:300::7", "203.0.113.9"],
            log.Intervals.Select(interval => interval.Range.ToString()));
        Assert.All(log.Intervals, interval => Assert.Equal(("yc0359000001@adsl", At("2022-04-07T22:10:00Z")), (interval.Account, interval.From)));
        Assert.Equal((20480, 24575), (log.Intervals[4].Interval.FirstPort, log.Intervals[4].Interval.LastPort));
    }

    /// <summary>Gives one to seven bytes at a time.</summary>
    private sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes)
    {
        private int _turn;

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1 + (_turn++ % 7))]);
    }
}
