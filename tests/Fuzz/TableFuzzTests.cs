using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Places;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;
using MinerFlow.Enrichment.Subscribers.Lines;
using MinerFlow.Enrichment.Subscribers.Master;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Enrichment.Subscribers.Radius;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Damaged files that an operator hands over: problems with their place, never an exception.</summary>
public sealed class TableFuzzTests
{
    private const string Lines = """
        起始IP,终止IP,单位名称,统一社会信用代码,单位性质,装机地址,省,市,县,专线号,联系人,联系电话,使用开始时间,使用结束时间,使用方式
        192.0.2.8,192.0.2.15,示例数据科技有限公司,91110000000000000X,民营企业,示例路1号,示例省,示例市,示例县,ZX0001,张三,13800000000,2025-01-01,,专线
        198.51.100.0/24,,示例大学,,事业单位,"示例路2号, 3栋",示例省,示例市,,ZX0002,李四,,2024-05-01 08:00:00,2026-12-31,专线
        2001:db8:8::/48,,"引号""公司",,国有企业,,,,,,,,,,专线
        """;

    private const string Detail = """
        Mon Mar  2 08:00:00 2026
        	Acct-Status-Type = Start
        	User-Name = "user1001"
        	Acct-Session-Id = "5000ABCD"
        	NAS-IP-Address = 10.0.0.1
        	NAS-Port-Id = "eth 1/1/1:100.200"
        	Framed-IP-Address = 192.0.2.10
        	Framed-IPv6-Prefix = 2001:db8:1::/64
        	Delegated-IPv6-Prefix = 2001:db8:100::/56
        	Acct-Session-Time = 0
        	Event-Timestamp = "Mar  2 2026 08:00:00 CST"
        	Timestamp = 1772409600

        Mon Mar  2 09:00:00 2026
        	Acct-Status-Type = Stop
        	User-Name = "user1001"
        	Acct-Session-Id = "5000ABCD"
        	NAS-IP-Address = 10.0.0.1
        	Framed-IP-Address = 192.0.2.10
        	Acct-Session-Time = 3600
        	Timestamp = 1772413200

        """;

    private const string Inventory = """
        地址段,类型,NAT设备,接入设备,时区,生效时间,失效时间,内网地址段,端口范围,每户端口数,核对样本
        203.0.113.0/24,cgn-pba,cgn01,192.0.2.1,+08:00,2022-01-01,2099-12-31,,,,
        198.51.100.0-198.51.100.127,cgn-deterministic,cgn02,,UTC,2022-01-01 08:00:00,,100.64.0.0/20,1024-65535,1008,100.64.0.1=198.51.100.0:2040
        2001:db8::/32,ipv6,,,,,,,,,
        """;

    private const string Radacct = """
        acctsessionid,username,nasipaddress,nasportid,acctstarttime,acctupdatetime,acctstoptime,acctsessiontime,acctterminatecause,framedipaddress,delegatedipv6prefix
        s1,u1,192.0.2.250,eth 1/0/1,2022-04-08 08:00:00,2022-04-08 09:00:00,2022-04-08 10:00:00,7200,User-Request,203.0.113.9,2001:db8:200:40::/60
        s2,u2,192.0.2.250,,2022-04-08 08:00:00,,0000-00-00 00:00:00,,Admin-Reset,203.0.113.10,
        """;

    private const string Questions = """
        序号,IP地址,源端口,协议,首次发现时间,最近发现时间,矿池地址,矿池端口
        1,203.0.113.9,22017,TCP,2022-04-07 21:03,2022-04-07 21:08,198.51.100.7,3333
        2,2001:db8::1,,17,2022年4月7日,,,
        """;

    private const string Master = """
        账号,用户名称,单位性质,装机地址,接入端口,实名状态
        u1,示例科技有限公司,民营企业,"示例路1号, 2栋",yc-olt-007/0/0/3/0/12,已实名
        u2,张三,个人,示例小区3栋,,未实名
        """;

    [Fact]
    public void DamagedInventoriesGiveProblems() => Damage(Inventory, (path, problems) => AddressInventory.Load(path, problems));

    [Fact]
    public void DamagedAccountingTablesGiveProblems() => Damage(Radacct, (path, problems) =>
    {
        var table = path + ".csv";
        File.Copy(path, table, overwrite: true);
        RadiusDetailReader.Load([table], new IntervalList(), problems);
        File.Delete(table);
    });

    [Fact]
    public void DamagedListsOfQuestionsGiveProblems() =>
        Damage(Questions, (path, problems) => QuestionTable.Load(path, TimeSpan.FromHours(8), TimePrecision.AsWritten, problems));

    [Fact]
    public void DamagedSubscriberMastersGiveProblems() => Damage(Master, (path, problems) => SubscriberMaster.Load(path, problems));

    [Fact]
    public void DamagedLineRegistersGiveProblems() => FuzzRun.Rounds(random => WithFile(Mutation.Of(Encoding.UTF8.GetBytes(Lines), random), path =>
    {
        var problems = new List<Problem>();
        StaticLineRegister.Load(path, problems);
        Assert.All(problems, problem => Assert.NotEmpty(problem.Message));
    }));

    [Fact]
    public void DamagedRadiusDetailGivesProblems() => FuzzRun.Rounds(random => WithFile(Mutation.Of(Encoding.UTF8.GetBytes(Detail), random), path =>
    {
        var problems = new List<Problem>();
        RadiusDetailReader.Load([path], new IntervalList(), problems);
        Assert.All(problems, problem => Assert.NotEmpty(problem.Message));
    }));

    [Fact]
    public void DamagedGeoDatabasesAreReadOrRefused() => FuzzRun.Rounds(random =>
    {
        var bytes = Mutation.Of(SmallMmdb.Bytes, random);
        try
        {
            var reader = MmdbReader.Open(bytes);
            for (var i = 0; i < 8; i++)
            {
                var address = i % 2 == 0 ? IpAddress.FromIPv4((uint)random.Next()) : new IpAddress(random.Next(), random.Next());
                if (reader.TryFind(address, out var record))
                {
                    _ = reader.Read(record);
                }
            }
        }
        catch (MmdbException exception)
        {
            Assert.NotEmpty(exception.Message);
        }
    });

    private static void Damage(string text, Action<string, List<Problem>> load) => FuzzRun.Rounds(random => WithFile(Mutation.Of(Encoding.UTF8.GetBytes(text), random), path =>
    {
        var problems = new List<Problem>();
        load(path, problems);
        Assert.All(problems, problem => Assert.NotEmpty(problem.Message));
    }));

    private static void WithFile(byte[] bytes, Action<string> read)
    {
        var path = Path.Combine(Path.GetTempPath(), $"minerflow-fuzz-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.txt");
        File.WriteAllBytes(path, bytes);
        try
        {
            read(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
