using System.Data;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Sensor.Commands;
using MinerFlow.Unit.Enrichment;
using MinerFlow.Unit.Ledger;
using MinerFlow.Unit.Reporting.Forms;
using Xunit;

namespace MinerFlow.Unit.Sensor;

/// <summary>
/// Three weeks in which everything happens that a form can tell, by the verbs a carrier's people use: two lists, sightings of our own, cases that are cleared and relapse,
/// corrections and referrals. <c>FORM_PAGES=FOLDER</c> keeps the forms of the third week there, to be looked at.
/// </summary>
public sealed class FilledWeekTests : IDisposable
{
    private static readonly DateTimeOffset Friday = new(2022, 4, 1, 16, 17, 0, TimeSpan.FromHours(8));

    /// <summary>Columns that stay empty where all goes well: nobody was released, so remarks and phones that only a release shows are not there.</summary>
    private static readonly string[] MayBeEmpty = ["备注", "整改联系人"];

    private readonly Office _office = new(new SqliteHome());
    private readonly TempFolder _folder = new();
    private readonly string _actors;
    private readonly string _lines;
    private readonly string _inventory;

    public FilledWeekTests()
    {
        _actors = _folder.Write("actors.csv", "name,os_user,duties\n赵录入,zhao,Entry\n钱核查,qian,Verifier\n孙复核,sun,Reviewer\n吴报送,wu,Sender\n李网管,li,Network\n");
        _inventory = _folder.Write("inventory.csv", "prefix,kind,device,access_server\n203.0.113.0/24,static,,\n2001:db8::/32,ipv6,,\n");
        _lines = _folder.Write("lines.csv", """
            起始IP,终止IP,单位名称,单位性质,统一社会信用代码,专线号,装机地址,县,联系人姓名,联系人电话,使用开始时间
            203.0.113.0,203.0.113.15,河东示例数据科技有限公司,民营企业,91140800MA0EXAMPL1,L1,盐湖区示例路88号科技园B座地下一层,140802,周示例,13800001234,2020-01-01
            203.0.113.16,203.0.113.23,永济市示例镇人民政府,党政机关,11140881012345678X,L2,永济市示例镇政府街1号,140881,郑示例,0359-2000001,2020-01-01
            203.0.113.24,203.0.113.24,张示例,个人,,L3,临猗县示例小区3号楼2单元501室,140821,张示例,13912345678,2020-01-01
            203.0.113.32,203.0.113.39,示例网络会所,民营企业,92140882MA0EXAMPL2,L4,河津市示例大街12号,140882,王示例,13700001111,2020-01-01
            2001:db8:7::,2001:db8:7::ffff,河东示例数据科技有限公司,民营企业,91140800MA0EXAMPL1,L9,盐湖区示例路88号科技园B座地下一层,140802,周示例,13800001234,2022-04-10

            """);
    }

    public void Dispose()
    {
        _office.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void EveryFormOfAFilledWeekTellsWhatHappened()
    {
        var forms = ThreeWeeks();

        Assert.Equal(["annex2", "contacts", "correction-notice", "corrections", "disposal-report", "ledger", "notice-1", "notice-2", "notice-3", "referrals", "sites"], forms.Keys.Order(StringComparer.Ordinal));
        foreach (var table in forms.Where(form => form.Value.EndsWith(".xlsx", StringComparison.Ordinal)).SelectMany(form => XlsxTables.Read(File.ReadAllBytes(form.Value))))
        {
            Assert.Empty(EmptyColumns(table).Except(MayBeEmpty, StringComparer.Ordinal).Select(heading => $"{table.TableName}: {heading}"));
        }

        var ledger = XlsxTables.Read(File.ReadAllBytes(forms["ledger"]))[0];
        Assert.Equal(["复发", "处置", "待验证", "已清零", "线索"], Enumerable.Range(3, 5).Select(row => (string)XlsxTables.Cell(ledger, 2, row, "状态")));
    }

    [Fact]
    public void LibreOfficePrintsAFilledWeek()
    {
        Assert.SkipUnless(File.Exists("/usr/lib/libreoffice/program/libswlo.so"), "LibreOffice with its word processor (libreoffice-calc, libreoffice-writer) is not installed here.");
        var forms = ThreeWeeks();
        var pages = Environment.GetEnvironmentVariable("FORM_PAGES") ?? _folder.PathOf("pages");
        var start = new ProcessStartInfo("/usr/bin/soffice", [$"-env:UserInstallation=file://{_folder.PathOf("profile")}", "--headless", "--convert-to", "pdf", "--outdir", pages, .. forms.Values])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("Error", process.StandardOutput.ReadToEnd(), StringComparison.Ordinal);
        process.WaitForExit();

        Assert.Equal((0, 11), (process.ExitCode, Directory.GetFiles(pages, "*.pdf").Length));
    }

    /// <summary>The files of the third week's snapshot by their forms.</summary>
    private Dictionary<string, string> ThreeWeeks()
    {
        At(0);
        TakeIn("第1期.csv", "示例〔2022〕12号", "2022-03-31", """
            1,盐湖区,203.0.113.9,22017,2022-03-31 21:03,pool.example,3333,BTC,协议,是,
            2,盐湖区,203.0.113.10,22018,2022-03-31 21:04,pool.example,3333,BTC,协议,否,
            3,永济市,203.0.113.17,41000,2022-03-31 20:00,btc.pool.example,443,BTC,协议,是,
            4,临猗县,203.0.113.24,50123,2022-03-31 19:30:05,xmr.pool.example,3333,XMR,协议,否,网吧附近
            5,稷山县,203.0.113.200,50123,2022-03-31 19:31:05,xmr.pool.example,3333,XMR,协议,否,
            6,万荣县,10.0.0.1,22017,2022-03-31 21:03,pool.example,3333,BTC,协议,否,
            7,盐湖区,203.0.113.9,22017,2022-03-31 21:03,pool.example,3333,BTC,协议,是,
            8,新绛县,198.51.100.77,22017,2022-03-31 21:03,pool.example,3333,BTC,协议,否,
            9,河津市,203.0.113.33,30100,2022-03-31 22:10,kas.pool.example,5555,KAS,协议,否,
            """);
        Sight("203.0.113.9", Friday.AddDays(-1), "L1", "河东示例数据科技有限公司");
        Answer(1);
        Snapshot();

        At(3);
        Done("qian", "case", "act", "1", "Suspended", "--reason", "按入网协议第七条暂停接入");
        Done("qian", "case", "act", "3", "Notice", "--reason", "电话告知并发出书面通知");
        Done("qian", "case", "act", "4", "Terminated", "--reason", "经营者已拆除设备");
        Done("qian", "case", "observe", "1", "--days", "3", "--source", "s1", "--reason", "开始观察");
        Done("qian", "case", "observe", "4", "--days", "3", "--source", "s1", "--reason", "开始观察");
        Done("li", "case", "coverage", "s1", "--from", "2022-04-01T00:00", "--to", "2022-04-20T00:00");

        At(7.1);
        Done("sun", "case", "clear", "1", "--reason", "观察期内未见");
        Done("sun", "case", "clear", "4", "--reason", "观察期内未见");
        TakeIn("第2期.csv", "示例〔2022〕13号", "2022-04-07", """
            1,盐湖区,203.0.113.11,22020,2022-04-07 21:03,pool.example,3333,BTC,协议,是,
            2,临猗县,203.0.113.24,50999,2022-04-07 19:30:05,xmr.pool.example,3333,XMR,协议,否,
            """);
        Answer(2);
        Snapshot();

        // The company mines again, over IPv6; a college was found by the sensor alone.
        At(12);
        Sight("2001:db8:7::1", Friday.AddDays(12), "L9", "河东示例数据科技有限公司");
        Sight("203.0.113.40", Friday.AddDays(12), "L5", "示例职业学院");
        Done("zhao", "case", "report", "--account", "L5", "--region", "140829", "--reason", "探针自主发现");
        Done("zhao", "case", "scan");
        Done("qian", "task", "ask-correction", "4", "FalsePositive", "--reason", "专线资料登记有误,该地址当时已改由其他用户使用");
        Done("sun", "task", "approve-correction", "1");

        At(14.1);
        var snapshot = Snapshot(
            "--contacts", _folder.Write("contacts.csv", "单位,县区,姓名,职务,职责,手机,座机,邮箱,备用联系人\n本公司运城分公司网络部,盐湖区,周联系,网络安全主管,核查处置总牵头,13800138000,0359-2000000,zhou.lianxi@example.com,吴备用\n本公司永济分公司,永济市,郑联系,政企客户部经理,现场核查与客户告知,13900139000,0359-2000001,zheng.lianxi@example.com,王备用\n"),
            "--sites", _folder.Write("sites.csv", "网站,IP,接入位置,备案号,内容类型,发现方式,证据摘要,处置,上报时间,回执\nwww.pool.example,198.51.100.20,盐湖区示例数据中心3号机房,晋ICP备00000000号,矿池宣传与注册,日志巡查,首页提供矿池地址和教程;三日内有42个用户访问,断开接入,2022-04-06 10:00:00,已受理\nshop.rig.example,198.51.100.21,永济市专线L2,未备案,矿机销售,群众举报,商品页列出矿机型号、价格和托管服务,通知整改,2022-04-08 09:30:00,已受理\n"),
            "--corrections", _folder.Write("corrections.csv", "批次号,原表行号,IP地址,核查时间段,申诉人,申诉时间,原结论,更正为,更正原因,核查人,复核人,已通知单位,通知时间\n示例〔2022〕12号,第1期!5,203.0.113.24,2022-03-31 19:30:05 - 19:30:05,张示例,2022-04-10 09:00:00,主动挖矿,疑似误报,专线资料登记有误;该地址当时已改由其他用户使用,钱核查,孙复核,运城市发展和改革委员会,2022-04-13 17:00:00\n"),
            "--referrals", _folder.Write("referrals.csv", "案件编号,移送单位,接收单位,接收人,移送字段,法律依据,文号,移送时间,批准人,回执,反馈\nC-00002,本公司运城分公司,运城市纪委监委,冯接收,单位名称、装机地址、核查结论,《网络安全法》第二十八条,示例移〔2022〕3号,2022-04-07 09:00:00,李主管,已签收,已立案调查\n"));
        var output = Environment.GetEnvironmentVariable("FORM_PAGES") ?? _folder.PathOf("forms");
        return Rows("wu", "report", "write", $"{snapshot}", "--output", output).GroupBy(file => Word(file, "form")!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => Word(group.First(), "file")!, StringComparer.Ordinal);
    }

    private static IEnumerable<string> EmptyColumns(DataTable table)
    {
        const int HeadingRow = 2;
        Assert.True(table.Rows.Count > HeadingRow + 1, table.TableName);
        return Enumerable.Range(0, table.Columns.Count)
            .Where(column => Enumerable.Range(HeadingRow + 1, table.Rows.Count - HeadingRow - 1).All(row => Convert.ToString(table.Rows[row][column], CultureInfo.InvariantCulture)!.Length == 0))
            .Select(column => $"{table.Rows[HeadingRow][column]}");
    }

    private void At(double days) => _office.Clock.Now = Friday.AddDays(days);

    private void TakeIn(string name, string document, string day, string rows)
    {
        var list = _folder.Write(name, "序号,县(市、区),IP地址,源端口,发现时间,矿池地址,矿池端口,币种,线索类型,是否重点,备注\n" + rows + "\n");
        var run = Run("zhao", "intake", list, "--yes", "--received", $"{day}T16:00", "--sender", "市发展改革委", "--document-number", document, "--own-carrier", "telecom");
        Assert.True(run.ExitCode is ExitCode.Done or ExitCode.NeedsPerson, run.Error);
    }

    /// <summary>From the logs to the second signature.</summary>
    private void Answer(int batch)
    {
        Done("zhao", "task", "propose", $"{batch}", "--subscribers", _lines, "--inventory", _inventory);
        Done("qian", "task", "verify", $"{batch}");
        Done("sun", "task", "review", $"{batch}");
    }

    private long Snapshot(params string[] registers) =>
        Assert.Single(Rows("wu", ["report", "snapshot", "--purpose", "周报送", .. registers])).GetProperty("snapshot").GetInt64();

    private void Sight(string address, DateTimeOffset at, string line, string name)
    {
        var holder = new Subscriber(name, IsNaturalPerson: false) { Kind = "民营企业", InstallationAddress = "盐湖区示例路88号科技园B座地下一层", LineNumber = line };
        var sighting = SyntheticSightings.Of(address, at, TimeSpan.FromHours(5), FakeResolver.Unique(line, holder));
        _office.Keep(sighting with { Best = sighting.Best with { Power = new PowerEstimate(29_000, 31_400, 36_000, "ASIC at 15 to 19 J/TH") } });
    }

    private void Done(string user, params string[] arguments)
    {
        var run = Run(user, arguments);
        Assert.True(run.ExitCode == ExitCode.Done, $"{string.Join(' ', arguments)}: {run.Error}");
    }

    private List<JsonElement> Rows(string user, params string[] arguments)
    {
        var run = Run(user, arguments);
        Assert.True(run.ExitCode == ExitCode.Done, run.Error);
        return [.. run.Lines.Select(text => JsonDocument.Parse(text).RootElement)];
    }

    private Invocation Run(string user, params string[] arguments) =>
        Invocation.As(user, _office.Clock, [.. arguments, "--format", "jsonl", "--ledger", _office.Place, "--keys", _office.KeyFolder, "--actors", _actors]);

    private static string? Word(JsonElement row, string name) => row.GetProperty(name).GetString();
}
