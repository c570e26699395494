using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Places;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Lines;
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
