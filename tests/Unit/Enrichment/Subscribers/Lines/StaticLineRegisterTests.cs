using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Lines;
using Xunit;
using static MinerFlow.Unit.Enrichment.Times;

namespace MinerFlow.Unit.Enrichment.Subscribers.Lines;

public sealed class StaticLineRegisterTests : IDisposable
{
    private const string Header =
        "起始IP,终止IP,单位名称,统一社会信用代码,单位性质,单位行业分类,单位行政级别,省,市,县,单位详细地址,装机地址,联系人姓名,联系人电话,联系人邮箱,网关IP地址,网关物理地址,IP使用方式,分配使用方式,专线号,接入设备,使用开始时间,使用结束时间";

    private const string Row =
        "203.0.113.8,203.0.113.15,示例矿业有限公司,91140800MA0EXAMPL1,民营企业,采矿,无,山西省,运城市,盐湖区,示例路1号,示例路2号机房,张示例,13800000000,a@b.example,203.0.113.9,示例机房,静态,专线,YC-ZX-0001,SW-1,2020-01-01,2023-12-31";

    private readonly TempFolder _folder = new();
    private readonly List<Problem> _problems = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryColumnOfAGoodRowIsTaken()
    {
        var line = Assert.Single(Load($"{Header}\r\n{Row}\r\n").Lines);

        Assert.Empty(_problems);
        Assert.Equal(new IpRange(Ip("203.0.113.8"), Ip("203.0.113.15")), line.Range);
        Assert.Equal("YC-ZX-0001", line.Account);
        // Dates without zone are UTC+8; the last day belongs to the use.
        Assert.Equal(At("2019-12-31T16:00:00Z"), line.From);
        Assert.Equal(At("2023-12-31T16:00:00Z"), line.To);
        Assert.Equal(
            new Subscriber("示例矿业有限公司", false)
            {
                CreditCode = "91140800MA0EXAMPL1",
                Kind = "民营企业",
                InstallationAddress = "示例路2号机房",
                Province = "山西省",
                City = "运城市",
                County = "盐湖区",
                LineNumber = "YC-ZX-0001",
                ContactName = "张示例",
                ContactPhone = "13800000000",
            },
            line.Subscriber);
    }

    [Fact]
    public void ColumnsMayStandInAnyOrderAndMostMayBeMissing()
    {
        var line = Assert.Single(Load("单位名称,备注,起始IP\n\"示例, \"\"甲\"\" 公司\",x,2001:db8:1::/48\n").Lines);

        Assert.Empty(_problems);
        Assert.Equal("示例, \"甲\" 公司", line.Subscriber?.Name);
        Assert.Equal(new IpRange(Ip("2001:db8:1::"), Ip("2001:db8:1:ffff:ffff:ffff:ffff:ffff")), line.Range);
        Assert.True(line.From.IsNone);
        Assert.Null(line.To);
        Assert.Equal("lines.csv:2", line.Account);
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("GB18030", false)]
    public void EveryEncodingThatOfficesUseIsRead(string encodingName, bool withMark)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(encodingName);
        byte[] bytes = [.. withMark ? encoding.GetPreamble() : [], .. encoding.GetBytes($"{Header}\n{Row.Replace("张示例", "张𠮷", StringComparison.Ordinal)}\n")];

        var register = StaticLineRegister.Load(_folder.Write("lines.csv", bytes), _problems);

        Assert.Empty(_problems);
        Assert.Equal("张𠮷", Assert.Single(register.Lines).Subscriber?.ContactName);
    }

    [Fact]
    public void TextThatIsNoEncodingIsNamed()
    {
        var register = StaticLineRegister.Load(_folder.Write("lines.csv", [0x61, 0xFF, 0xFF, 0x0A]), _problems);

        Assert.Empty(register.Lines);
        Assert.Contains("neither UTF-8 nor GB18030", Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("起始IP,单位名称,使用开始时间,使用结束时间", "203.0.113.300,甲公司,,", "起始IP", 1)]
    [InlineData("起始IP,单位名称,使用开始时间,使用结束时间", "203.0.113.010,甲公司,,", "起始IP", 1)]
    [InlineData("起始IP,单位名称,使用开始时间,使用结束时间", ",甲公司,,", "起始IP", 1)]
    [InlineData("起始IP,单位名称,使用开始时间,使用结束时间", "203.0.113.1,,,", "单位名称", 13)]
    [InlineData("起始IP,单位名称,使用开始时间,使用结束时间", "203.0.113.1,甲公司,2022-13-01,", "使用开始时间", 17)]
    [InlineData("起始IP,单位名称,使用开始时间,使用结束时间", "203.0.113.1,甲公司,2022-04-08,2021-04-08", "使用结束时间", 28)]
    [InlineData("起始IP,单位名称,使用开始时间,使用结束时间", "203.0.113.1,甲公司,0001-01-01,", "使用开始时间", 17)]
    [InlineData("起始IP,终止IP,单位名称", "203.0.113.9,203.0.113.8,甲公司", "终止IP", 13)]
    [InlineData("起始IP,终止IP,单位名称", "203.0.113.9,2001:db8::1,甲公司", "终止IP", 13)]
    [InlineData("起始IP,终止IP,单位名称", "203.0.113.9,abc,甲公司", "终止IP", 13)]
    public void ABadRowIsNamedWithLineAndColumnAndTheRestIsLoaded(string header, string row, string field, int column)
    {
        var good = header.Contains("终止IP", StringComparison.Ordinal) ? "203.0.113.20,,乙公司" : "203.0.113.20,乙公司,,";

        var register = Load($"{header}\n{row}\n{good}\n");

        Assert.Equal("乙公司", Assert.Single(register.Lines).Subscriber?.Name);
        var problem = Assert.Single(_problems);
        Assert.Equal((2, column), (problem.Line, problem.Column));
        Assert.StartsWith(field + ":", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingRequiredColumnsAreNamedTogether()
    {
        Assert.Empty(Load("终止IP,备注\n203.0.113.1,x\n").Lines);

        Assert.Contains("起始IP, 单位名称", Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AQuoteThatIsNeverClosedCostsItsRowOnly()
    {
        var rows = string.Concat(Enumerable.Range(10, 40).Select(i => $"203.0.113.{i},公司{i}\n"));

        var register = Load($"起始IP,单位名称\n203.0.113.1,\"甲公司\n{rows}");

        Assert.Equal(40, register.Lines.Count);
        Assert.Equal((2, 13), (Assert.Single(_problems).Line, _problems[0].Column));
    }

    [Fact]
    public void AQuotedFieldMayHoldALineBreakAndTheLineNumbersGoOn()
    {
        var register = Load("起始IP,单位名称,装机地址\n203.0.113.1,甲公司,\"一行\n二行\"\nbad,乙公司,\n");

        Assert.Equal("一行\n二行", Assert.Single(register.Lines).Subscriber?.InstallationAddress);
        Assert.Equal(4, Assert.Single(_problems).Line);
    }

    [Theory]
    [InlineData("2022/4/8")]
    [InlineData("2022.4.8")]
    [InlineData("20220408")]
    [InlineData("2022年4月8日")]
    [InlineData("2022-04-08 00:00:00")]
    [InlineData("2022-04-07T16:00:00Z")]
    public void DatesInTheFormsOfRegistersAreRead(string text)
    {
        var register = Load($"起始IP,单位名称,使用开始时间\n203.0.113.1,甲公司,{text}\n");

        Assert.Equal(At("2022-04-07T16:00:00Z"), Assert.Single(register.Lines).From);
    }

    [Fact]
    public void TheZoneOfDatesIsAnOption()
    {
        var path = _folder.Write("lines.csv", "起始IP,单位名称,使用开始时间\n203.0.113.1,甲公司,2022-04-08\n");

        var register = StaticLineRegister.Load(path, _problems, new StaticLineOptions { UtcOffset = TimeSpan.Zero });

        Assert.Equal(At("2022-04-08T00:00:00Z"), Assert.Single(register.Lines).From);
    }

    [Fact]
    public void EqualRangesHeldAtTheSameTimeAreReportedAndKept()
    {
        var register = Load("起始IP,单位名称,使用开始时间,使用结束时间\n203.0.113.1,甲公司,2020-01-01,\n203.0.113.1,乙公司,2022-01-01,\n203.0.113.2,丙公司,2020-01-01,2020-12-31\n203.0.113.2,丁公司,2021-01-01,\n");

        Assert.Equal(4, register.Lines.Count);
        var problem = Assert.Single(_problems);
        Assert.Equal(3, problem.Line);
        Assert.Contains("ambiguous", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RandomDamageIsNamedAndNeverThrown()
    {
        var random = new Random(20220408);
        var text = $"{Header}\r\n{Row}\r\n{Row.Replace("203.0.113", "198.51.100", StringComparison.Ordinal)}\r\n";
        var loaded = 0;
        for (var i = 0; i < 1000; i++)
        {
            var damaged = text.ToCharArray();
            for (var j = random.Next(1, 10); j > 0; j--)
            {
                damaged[random.Next(damaged.Length)] = "\"\r\n,;/:.0９\0\t年中"[random.Next(14)];
            }

            _problems.Clear();
            var file = CsvFile.Parse("lines.csv", new string(damaged), StaticLineReader.Required, _problems);
            var lines = file?.Rows.Count(row => new StaticLineReader(file, TimeSpan.Zero).Read(row) is not null) ?? 0;
            loaded += lines;
            Assert.All(_problems, problem => Assert.InRange(problem.Line, 1, 40));
            Assert.True(lines >= 2 || _problems.Count > 0);
        }

        Assert.InRange(loaded, 1, 2500);
    }

    [Fact]
    public void ARowShiftedByACommaWithoutQuotesNamesNobody()
    {
        var path = _folder.Write("shifted.csv", "起始IP,终止IP,单位名称,单位性质\n203.0.113.8,,示例公司,运城分公司,企业\n203.0.113.9,,示例公司,企业,\n");

        Assert.Equal("203.0.113.9", Assert.Single(StaticLineRegister.Load(path, _problems).Lines).Range.First.ToString());
        Assert.Equal((2, "field 5 has no column"), (Assert.Single(_problems).Line, _problems[0].Message[..21]));
    }

    [Fact]
    public void AMissingFileIsAProblemAndNoException()
    {
        Assert.Empty(StaticLineRegister.Load(_folder.PathOf("nothing.csv"), _problems).Lines);
        Assert.Contains("there is no such file", Assert.Single(_problems).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("个人", null, "示例公司", true)]
    [InlineData(null, "11010119900307888X", "示例", true)]
    [InlineData(null, "91140800MA0EXAMPL1", "示例", false)]
    [InlineData("民营企业", null, "示例", false)]
    [InlineData(null, null, "示例科技有限公司", false)]
    [InlineData(null, null, "张示例", true)]
    [InlineData("", null, "Example Ltd", false)]
    public void APersonIsToldFromAnOrganisation(string? kind, string? code, string name, bool isPerson) =>
        Assert.Equal(isPerson, NaturalPerson.Is(kind, code is null ? null : FixCheckDigit(code), name));

    [Fact]
    public void AnIdentityNumberIsNotKeptAsCreditCode()
    {
        var register = Load($"起始IP,单位名称,统一社会信用代码\n203.0.113.1,张示例,{FixCheckDigit("11010119900307888X")}\n");

        Assert.Null(Assert.Single(register.Lines).Subscriber?.CreditCode);
        Assert.True(register.Lines[0].Subscriber?.IsNaturalPerson);
    }

    /// <summary>Gives an invented identity number the check digit of its first 17.</summary>
    private static string FixCheckDigit(string text)
    {
        if (!text.EndsWith('X'))
        {
            return text;
        }

        return "0123456789X".Select(c => text[..17] + c).Single(NaturalPerson.IsIdentityNumber);
    }

    private StaticLineRegister Load(string text) => StaticLineRegister.Load(_folder.Write("lines.csv", text), _problems);
}
