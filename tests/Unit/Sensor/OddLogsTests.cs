using System.Globalization;
using System.Text;
using System.Text.Json;
using Xunit;

namespace MinerFlow.Unit.Sensor;

/// <summary>A day of logs with all that goes wrong at once, and what may be said of each odd moment of it. Times are of 2022-04-07, +08:00.</summary>
public sealed class OddLogsTests(OddLogsTests.OddDay day, ITestOutputHelper output) : IClassFixture<OddLogsTests.OddDay>
{
    private const string Nat = "203.0.113.9";

    /// <summary>Address, port or 0, time or times, and the outcome, grade and name (or number of those who fit) that the decision table gives.</summary>
    public static TheoryData<string, int, string, string> Questions { get; } = new()
    {
        // Two access servers give out one address at once.
        { "198.51.100.10", 0, "02:30:00", "unique A alice" },
        { "198.51.100.10", 0, "04:10:00", "ambiguous D 2" },
        { "198.51.100.10", 0, "06:00:00", "unique A alice" },
        // ... to one account.
        { "198.51.100.11", 0, "04:10:00", "unique A alice" },
        // An Interim after the Stop.
        { "198.51.100.12", 0, "01:59:00", "unique A alice" },
        { "198.51.100.12", 0, "02:05:00", "none E" },
        { "198.51.100.12", 0, "02:10:00", "none E" },
        // The access server starts anew and counts its sessions from the beginning.
        { "198.51.100.13", 0, "01:50:00", "unique A alice" },
        { "198.51.100.13", 0, "03:10:00", "unique B alice" },
        { "198.51.100.13", 0, "03:25:00", "none E" },
        { "198.51.100.13", 0, "04:10:00", "unique A bob" },
        { "198.51.100.13", 0, "05:30:00", "insufficient E" },
        // A block's first and last port, and those beside it.
        { Nat, 20479, "06:00:00", "none E" },
        { Nat, 20480, "06:00:00", "unique A alice" },
        { Nat, 24575, "06:00:00", "unique A alice" },
        { Nat, 24576, "06:00:00", "unique A bob" },
        { Nat, 28671, "06:00:00", "unique A bob" },
        { Nat, 28672, "06:00:00", "none E" },
        { Nat, 65535, "06:00:00", "unique A carol" },
        { Nat, 1, "06:00:00", "none E" },
        // The seconds in which a block begins and ends.
        { Nat, 22000, "01:39:59", "insufficient E" },
        { Nat, 22000, "01:40:00", "unique B alice" },
        { Nat, 22000, "11:39:50", "unique A alice" },
        { Nat, 22000, "11:39:59", "ambiguous D 2" },
        { Nat, 22000, "11:40:00", "ambiguous D 2" },
        { Nat, 22000, "11:40:10", "unique A bob" },
        { Nat, 26000, "11:39:59", "unique B bob" },
        { Nat, 26000, "11:40:00", "insufficient E" },
        // The same moment by a clock of another zone.
        { Nat, 22000, "2022-04-07T07:00:00+09:00", "unique A alice" },
        { Nat, 22000, "2022-04-06T22:00:00Z", "unique A alice" },
        // No port: the blocks are counted, or the port is asked for.
        { Nat, 0, "06:00:00", "ambiguous D 3" },
        { "203.0.113.20", 0, "06:00:00", "insufficient E" },
        // Ports whose inner address nobody is known to have had.
        { "203.0.113.20", 5000, "06:00:00", "insufficient E" },
        // One inner address behind two access servers.
        { "203.0.113.21", 5000, "06:00:00", "ambiguous D 2" },
        // Blocks by protocol.
        { "203.0.113.22", 5000, "06:00:00", "ambiguous D 2" },
        // Ports given out to another while they are held: the release of the first is lost, and what it had besides is nobody's that is known.
        { "203.0.113.23", 22000, "06:00:00", "unique A bob" },
        { "203.0.113.23", 21000, "06:00:00", "none E" },
        // Prefixes within prefixes.
        { "2001:db8:200:4a:1234::1", 0, "05:00:00", "unique A alice" },
        { "2001:db8:200:4f:ffff:ffff:ffff:ffff", 0, "05:00:00", "unique A alice" },
        { "2001:db8:200:50::1", 0, "05:00:00", "unique A bob" },
        { "2001:db8:200:100::1", 0, "05:00:00", "insufficient E" },
        { "2001:db8:300::1", 0, "05:00:00", "unique A carol" },
        { "2001:db8:300::2", 0, "05:00:00", "not-ours" },
        { "2001:db8:200:4a:1234::1", 5000, "05:00:00", "unique A alice" },
        // NAT64, behind a session that says nothing between its Start and its Stop.
        { "203.0.113.50", 2048, "06:00:00", "unique B alice" },
        { "203.0.113.50", 2049, "06:00:00", "none E" },
        // Whose address it is not.
        { "192.0.2.77", 0, "06:00:00", "not-ours" },
        { "2001:db8:ffff::1", 0, "06:00:00", "not-ours" },
        { "::ffff:198.51.100.10", 0, "02:30:00", "unique A alice" },
        { "127.0.0.1", 0, "06:00:00", "invalid" },
        { "224.0.0.1", 0, "06:00:00", "invalid" },
        { "0.0.0.0", 0, "06:00:00", "invalid" },
        // A silence of the logs.
        { Nat, 60000, "13:25:00", "insufficient E" },
        { Nat, 62000, "13:25:00", "insufficient E" },
        { Nat, 62000, "13:00:00", "unique A carol" },
        { "198.51.100.14", 0, "13:25:00", "unique B alice" },
        { "198.51.100.15", 0, "13:25:00", "insufficient E" },
        { "198.51.100.16", 0, "13:25:00", "insufficient E" },
        // Before the logs begin, after they end, long after.
        { "198.51.100.17", 0, "2022-04-06 20:00:00", "insufficient E" },
        { "198.51.100.17", 0, "23:00:00", "unique A alice" },
        { "198.51.100.17", 0, "2022-04-09 20:00:00", "insufficient E" },
        { "198.51.100.17", 0, "2030-01-01 00:00:00", "insufficient E" },
        { Nat, 22000, "2030-01-01 00:00:00", "insufficient E" },
        { Nat, 22000, "2021-01-01 00:00:00", "insufficient E" },
        // A Stop whose Start is lost, with the length of its session.
        { "198.51.100.18", 0, "01:30:00", "unique B alice" },
        { "198.51.100.18", 0, "00:10:00", "insufficient E" },
        // A session that got another address on its way.
        { "198.51.100.19", 0, "01:30:00", "unique B alice" },
        { "198.51.100.19", 0, "03:30:00", "none E" },
        { "198.51.100.20", 0, "03:30:00", "unique A alice" },
        // Two sessions of one account without a pause, with a pause, and of two accounts.
        { "198.51.100.21", 0, "02:59..03:01", "unique B alice" },
        { "198.51.100.22", 0, "02:30..04:30", "insufficient E" },
        { "198.51.100.23", 0, "02:30..04:30", "ambiguous D 2" },
        { "198.51.100.23", 0, "2022-04-07", "ambiguous D 2" },
        // Start and Stop in one second.
        { "198.51.100.24", 0, "08:20:00", "insufficient E" },
        // Records out of order, and each twice.
        { "198.51.100.25", 0, "02:30:00", "unique A alice" },
        { "198.51.100.25", 0, "04:00:00", "none E" },
        // A line of the register within a pool, and the pool around it.
        { "198.51.100.66", 0, "06:00:00", "unique A dave" },
        { "198.51.100.66", 0, "2019-06-01 00:00:00", "none E" },
        { "198.51.100.80", 0, "06:00:00", "insufficient E" },
        // An inner address asked for by itself.
        { "100.64.12.34", 0, "06:00:00", "unique A alice" },
        { "100.64.9.9", 0, "06:00:00", "ambiguous D 2" },
        // A rule gives each inner address its ports, from a day on.
        { "203.0.113.60", 1024, "06:00:00", "unique A alice" },
        { "203.0.113.60", 5055, "06:00:00", "unique A alice" },
        { "203.0.113.60", 5056, "06:00:00", "unique A bob" },
        { "203.0.113.60", 1023, "06:00:00", "none E" },
        { "203.0.113.60", 1024, "2021-12-31 23:59:59", "insufficient E" },
        { "203.0.113.60", 0, "06:00:00", "ambiguous D 16" },
        // The accounting tells the ports: first, last, and beside them.
        { "203.0.113.40", 20480, "06:00:00", "unique A alice" },
        { "203.0.113.40", 24575, "06:00:00", "unique A alice" },
        { "203.0.113.40", 24576, "06:00:00", "none E" },
        { "203.0.113.40", 0, "06:00:00", "insufficient E" },
        // One port for two destinations, and a third that nobody spoke to.
        { "203.0.113.24", 7000, "06:00:00", "ambiguous D 2" },
        // An hour that two zones call by one name, each by its own.
        { "198.51.100.10", 0, "2022-04-06T20:30:00+02:00", "unique A alice" },
        { "198.51.100.10", 0, "2022-04-06T20:30:00+01:00", "ambiguous D 2" },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public void SaysWhatTheLogsDetermineAndNoMore(string address, int port, string time, string expected)
    {
        var answer = day.Answer(address, port, time);
        output.WriteLine(answer.ToString());
        Assert.Equal(expected, Said(answer));
    }

    private static string Said(JsonElement answer)
    {
        var outcome = answer.GetProperty("outcome").GetString();
        var who = outcome switch
        {
            "unique" => answer.GetProperty("candidates")[0].GetProperty("subscriber").GetProperty("name").GetString(),
            "ambiguous" => $"{answer.GetProperty("candidateCount").GetInt32()}",
            _ => "",
        };
        return $"{outcome} {answer.GetProperty("grade").GetString()} {who}".TrimEnd();
    }

    /// <summary>The logs, and the answers to questions about them.</summary>
    public sealed class OddDay : IDisposable
    {
        private readonly CarrierFiles _files = Logs();
        private readonly Dictionary<(string, int, string), JsonElement> _answers = [];

        public OddDay()
        {
            var list = new StringBuilder("row,ip,port,from,to\n");
            foreach (var row in Questions)
            {
                var (address, port, time, _) = row.Data;
                var ends = time.Split("..");
                list.Append(CultureInfo.InvariantCulture, $"{address} {port} {time},{address},{(port == 0 ? "" : port)},{Whole(ends[0])},{(ends.Length > 1 ? Whole(ends[1]) : "")}\n");
            }

            var run = _files.Run("--batch", _files.Write("list.csv", list.ToString()), "--time-shift", "+00:00");
            foreach (var (row, line) in Questions.Zip(run.Lines))
            {
                var (address, port, time, _) = row.Data;
                _answers.Add((address, port, time), JsonDocument.Parse(line).RootElement);
            }
        }

        public void Dispose() => _files.Dispose();

        public JsonElement Answer(string address, int port, string time) => _answers[(address, port, time)];

        private static string Whole(string time) => time.Contains('-', StringComparison.Ordinal) ? time : $"2022-04-07 {time}";

        private static CarrierFiles Logs()
        {
            var master = new StringBuilder("账号,用户名称,单位性质\n");
            foreach (var name in new[] { "alice", "bob", "carol" })
            {
                master.Append(CultureInfo.InvariantCulture, $"{name},{name},民营企业\n");
            }

            var files = new CarrierFiles().Busy(0, 800).Busy(812, 1400)
                .With("--subscribers", "master.csv", master.ToString())
                .With("--subscribers", "lines.csv", "起始IP,终止IP,单位名称,单位性质,专线号,使用开始时间\n198.51.100.64,198.51.100.71,dave,民营企业,L1,2020-01-01\n")
                .With("--inventory", "pools.csv", "地址段,类型\n198.51.100.0/24,dynamic\n203.0.113.0/26,cgn-pba\n2001:db8:200::/40,ipv6\n")
                .With("--inventory", "rules.csv", "地址段,类型,NAT设备,生效时间,失效时间,内网地址段,每户端口数\n203.0.113.60,cgn-deterministic,cgn03,2022-01-01,,100.64.0.0/28,4032\n");
            return Translations(Sessions(files));
        }

        private static CarrierFiles Sessions(CarrierFiles files) => files
            .Session(100, 400, "a10", "alice", "198.51.100.10").At("192.0.2.251").Session(200, 300, "b10", "bob", "198.51.100.10")
            .At("192.0.2.250").Session(100, 400, "a11", "alice", "198.51.100.11").At("192.0.2.251").Session(200, 300, "b11", "alice", "198.51.100.11")
            .At("192.0.2.250").Session(60, 120, "a12", "alice", "198.51.100.12").Radius(130, "Interim-Update", "a12", "alice", "Framed-IP-Address = 198.51.100.12", "Acct-Session-Time = 3590")
            .At("192.0.2.252").Radius(60, "Start", "s9", "alice", "Framed-IP-Address = 198.51.100.13").Radius(120, "Interim-Update", "s9", "alice", "Framed-IP-Address = 198.51.100.13", "Acct-Session-Time = 3600")
            .Radius(180, "Interim-Update", "s9", "alice", "Framed-IP-Address = 198.51.100.13", "Acct-Session-Time = 7200").Radius(200, "Accounting-On", "x", "x").Session(210, 300, "s9", "bob", "198.51.100.13")
            .At("192.0.2.250").Session(0, 1400, "a1", "alice", "100.64.12.34").Session(0, 1400, "b1", "bob", "100.64.12.35").Session(0, 1400, "c1", "carol", "100.64.12.36")
            .Session(0, 1400, "a2", "alice", "100.64.9.9").At("192.0.2.251").Session(0, 1400, "b2", "bob", "100.64.9.9").At("192.0.2.250")
            .Session(700, 900, "a14", "alice", "198.51.100.14")
            .Radius(700, "Start", "a15", "alice", "Framed-IP-Address = 198.51.100.15").Radius(760, "Interim-Update", "a15", "alice", "Framed-IP-Address = 198.51.100.15", "Acct-Session-Time = 3600")
            .Radius(1340, "Start", "a17", "alice", "Framed-IP-Address = 198.51.100.17").Radius(1399, "Interim-Update", "a17", "alice", "Framed-IP-Address = 198.51.100.17", "Acct-Session-Time = 3540")
            .Radius(120, "Stop", "a18", "alice", "Framed-IP-Address = 198.51.100.18", "Acct-Session-Time = 3600")
            .Radius(60, "Start", "a19", "alice", "Framed-IP-Address = 198.51.100.19").Radius(120, "Interim-Update", "a19", "alice", "Framed-IP-Address = 198.51.100.20", "Acct-Session-Time = 3600")
            .Radius(300, "Stop", "a19", "alice", "Framed-IP-Address = 198.51.100.20", "Acct-Session-Time = 14400")
            .Session(100, 180, "a21", "alice", "198.51.100.21").Session(180, 300, "b21", "alice", "198.51.100.21")
            .Session(100, 180, "a22", "alice", "198.51.100.22").Session(200, 300, "b22", "alice", "198.51.100.22")
            .Session(100, 180, "a23", "alice", "198.51.100.23").Session(200, 300, "b23", "bob", "198.51.100.23")
            .Radius(500, "Start", "a24", "alice", "Framed-IP-Address = 198.51.100.24").Radius(500, "Stop", "a24", "alice", "Framed-IP-Address = 198.51.100.24", "Acct-Session-Time = 0")
            .Radius(180, "Stop", "a25", "alice", "Framed-IP-Address = 198.51.100.25", "Acct-Session-Time = 4800").Session(100, 180, "a25", "alice", "198.51.100.25").Session(100, 180, "a25", "alice", "198.51.100.25")
            .Radius(60, "Start", "a6", "alice", "Delegated-IPv6-Prefix = 2001:db8:200:40::/60").Radius(600, "Stop", "a6", "alice", "Delegated-IPv6-Prefix = 2001:db8:200:40::/60", "Acct-Session-Time = 32400")
            .Radius(60, "Start", "b6", "bob", "Delegated-IPv6-Prefix = 2001:db8:200::/56").Radius(600, "Stop", "b6", "bob", "Delegated-IPv6-Prefix = 2001:db8:200::/56", "Acct-Session-Time = 32400")
            .Radius(60, "Start", "c6", "carol", "Framed-IPv6-Address = 2001:db8:300::1").Radius(600, "Stop", "c6", "carol", "Framed-IPv6-Address = 2001:db8:300::1", "Acct-Session-Time = 32400")
            .Session(0, 1400, "a0", "alice", "100.64.0.0").Session(0, 1400, "b0", "bob", "100.64.0.1")
            .Radius(100, "Start", "a40", "alice", "Framed-IP-Address = 100.64.40.1", "Huawei-NAT-Public-Address = 203.0.113.40", "Huawei-NAT-Start-Port = 20480", "Huawei-NAT-End-Port = 24575")
            .Radius(600, "Stop", "a40", "alice", "Framed-IP-Address = 100.64.40.1", "Huawei-NAT-Public-Address = 203.0.113.40", "Huawei-NAT-Start-Port = 20480", "Huawei-NAT-End-Port = 24575", "Acct-Session-Time = 30000")
            .Radius(0, "Start", "a64", "alice", "Framed-IPv6-Prefix = 2001:db8:264::/64").Radius(1400, "Stop", "a64", "alice", "Framed-IPv6-Prefix = 2001:db8:264::/64", "Acct-Session-Time = 84000");

        private static CarrierFiles Translations(CarrierFiles files) => files
            .Nat(100, 'A', "100.64.12.34", 20480, 24575).Nat(700, 'W', "100.64.12.34", 20480, 24575).Nat(700, 'A', "100.64.12.35", 20480, 24575).Nat(1300, 'W', "100.64.12.35", 20480, 24575)
            .Nat(100, 'A', "100.64.12.35", 24576, 28671).Nat(700, 'W', "100.64.12.35", 24576, 28671)
            .Nat(100, 'A', "100.64.12.36", 61440, 65535).Nat(1300, 'W', "100.64.12.36", 61440, 65535)
            .Nat(100, 'A', "100.64.99.1", 4096, 8191, "203.0.113.20").Nat(1300, 'W', "100.64.99.1", 4096, 8191, "203.0.113.20")
            .Nat(100, 'A', "100.64.9.9", 4096, 8191, "203.0.113.21").Nat(1300, 'W', "100.64.9.9", 4096, 8191, "203.0.113.21")
            .Raw("<134>1 2022 Apr 7 01:40:00 cgn01 - - NAT444:UserbasedA [6 100.64.12.34 - 203.0.113.22 - 4096 8191]").Raw("<134>1 2022 Apr 7 21:40:00 cgn01 - - NAT444:UserbasedW [6 100.64.12.34 - 203.0.113.22 - 4096 8191]")
            .Raw("<134>1 2022 Apr 7 01:40:00 cgn01 - - NAT444:UserbasedA [17 100.64.12.35 - 203.0.113.22 - 4096 8191]").Raw("<134>1 2022 Apr 7 21:40:00 cgn01 - - NAT444:UserbasedW [17 100.64.12.35 - 203.0.113.22 - 4096 8191]")
            .Nat(100, 'A', "100.64.12.34", 20480, 24575, "203.0.113.23").Nat(200, 'A', "100.64.12.35", 21500, 23000, "203.0.113.23")
            .Nat(1200, 'W', "100.64.12.35", 21500, 23000, "203.0.113.23").Nat(1300, 'W', "100.64.12.34", 20480, 24575, "203.0.113.23")
            .Raw("<134>1 2022 Apr 7 01:40:00 cgn01 - - NAT444:SessionbasedAD [6 100.64.12.34 - 203.0.113.24 4000 7000 - 192.0.2.10 3333]").Raw("<134>1 2022 Apr 7 21:40:00 cgn01 - - NAT444:SessionbasedWD [6 100.64.12.34 - 203.0.113.24 4000 7000 - 192.0.2.10 3333]")
            .Raw("<134>1 2022 Apr 7 01:40:00 cgn01 - - NAT444:SessionbasedAD [6 100.64.12.35 - 203.0.113.24 4000 7000 - 192.0.2.11 3333]").Raw("<134>1 2022 Apr 7 21:40:00 cgn01 - - NAT444:SessionbasedWD [6 100.64.12.35 - 203.0.113.24 4000 7000 - 192.0.2.11 3333]")
            .Raw("<134>1 2022 Apr 7 01:40:00 cgn01 - - NAT64:SessionbasedA [17 - 2001:DB8:264::2:2 203.0.113.50 0 2048 -]").Raw("<134>1 2022 Apr 7 21:40:00 cgn01 - - NAT64:SessionbasedW [17 - 2001:DB8:264::2:2 203.0.113.50 0 2048 -]");
    }
}
