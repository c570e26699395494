using System.Data;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Reporting.Forms;
using MinerFlow.Reporting.HitLists;
using Xunit;

namespace MinerFlow.Unit.Reporting.Forms;

public sealed class FormWorkbookTests : IDisposable
{
    private readonly FormSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void Annex2HasItsThreeSheets()
    {
        var tables = XlsxTables.Read(File("annex2"));

        Assert.Equal(["表1 IP地址核查明细表", "表2 处置(清零)情况表", "表3 分县(市、区)汇总统计表"], tables.Select(table => table.TableName));
        Assert.Equal([8, 3, 5], tables.Select(table => table.Rows.Count - 3));
        Assert.Equal(("203.0.113.9", "22017", "已定位", "A", "主动挖矿"), (Of(0, "IP地址"), Of(0, "源端口"), Of(0, "核查结果"), Of(0, "可信等级"), Of(0, "研判结论")));
        Assert.Equal(("河东示例科技有限公司", "91140800MA0EXAMPL1", "清单!2"), (Of(0, "归属企业(单位)/个人"), Of(0, "统一社会信用代码"), Of(0, "原表行号")));
        Assert.Equal("该公网地址由多个用户共用，本时段该公网IP下有 14 个端口块，没有源端口不能确定是哪一个用户，不列出任何用户。缺少：源端口（请下发方按 RFC 6302 提供源端口与准确时间）。", Of(3, "备注(不能定位的原因)"));
        Assert.Equal("仅访问网站", Of(4, "研判结论"));
        Assert.Equal("待定", Of(4, "县(市、区)"));
        Assert.Contains("10.0.0.0/8", (string)Of(6, "备注(不能定位的原因)"), StringComparison.Ordinal);
        Assert.Equal("与第 2 行相同,见该行", Of(7, "备注(不能定位的原因)"));

        object Of(int line, string heading) => XlsxTables.Cell(tables[0], headingRow: 2, line + 3, heading);
    }

    [Fact]
    public void RatesOfDifferentAlgorithmsStandSideBySide()
    {
        var cases = XlsxTables.Read(File("annex2"))[1];

        Assert.Equal("1.32 PH/s(sha256d,±4%); 2.40 GH/s(ethash,±21%)", XlsxTables.Cell(cases, 2, 3, "算力(含单位及算法)"));
        Assert.Equal(942d, XlsxTables.Cell(cases, 2, 3, "估算日耗电量(kWh)"));
        Assert.Equal("观察 7 天内无挖矿证据,且sensor01、cgn01全程正常", XlsxTables.Cell(cases, 2, 4, "清零验证方式"));
    }

    [Fact]
    public void CountiesAreCountedFromTheSameRows()
    {
        var counties = XlsxTables.Read(File("annex2"))[2];

        Assert.Equal(["盐湖区", "永济市", "河津市", "待定", "合计"], Enumerable.Range(3, 5).Select(row => counties.Rows[row][0]));
        foreach (var heading in new[] { "下发IP数", "本网IP数", "已核查数", "不唯一数", "无法核查数", "本周新增" })
        {
            Assert.Equal(Enumerable.Range(3, 4).Sum(row => (double)XlsxTables.Cell(counties, 2, row, heading)), XlsxTables.Cell(counties, 2, 7, heading));
        }

        Assert.Equal((8d, 5d, 100d), (XlsxTables.Cell(counties, 2, 7, "下发IP数"), XlsxTables.Cell(counties, 2, 7, "本网IP数"), XlsxTables.Cell(counties, 2, 7, "核查率(%)")));
        Assert.Equal("二类", XlsxTables.Cell(counties, 2, 3, "建议通报类别"));
        Assert.Contains("预警:已连续 2 周列入二类", (string)XlsxTables.Cell(counties, 2, 3, "备注"), StringComparison.Ordinal);
        Assert.Equal("一类", XlsxTables.Cell(counties, 2, 5, "建议通报类别"));
    }

    [Fact]
    public void PersonsAreMaskedUnlessAReleaseSaysOtherwise()
    {
        var masked = XlsxTables.Read(File("annex2"));
        Assert.Equal(("张*", "盐湖区示例小区***"), (XlsxTables.Cell(masked[0], 2, 5, "归属企业(单位)/个人"), XlsxTables.Cell(masked[0], 2, 5, "装机地址(物理住所)")));
        Assert.Equal("138****1234", XlsxTables.Cell(masked[1], 2, 3, "联系电话"));
        Assert.Equal("孙*", XlsxTables.Cell(XlsxTables.Read(File("corrections"))[0], 2, 3, "申诉人"));
        Assert.DoesNotContain("HYPERLINK", Everything(masked), StringComparison.Ordinal);

        var clear = XlsxTables.Read(File("annex2", FormSample.Release));
        Assert.Equal(("张示例", "盐湖区示例小区3号楼2单元501室"), (XlsxTables.Cell(clear[0], 2, 5, "归属企业(单位)/个人"), XlsxTables.Cell(clear[0], 2, 5, "装机地址(物理住所)")));
        Assert.Contains("解除脱敏 release:3", (string)clear[0].Rows[1][0], StringComparison.Ordinal);
        Assert.Equal("13800001234", XlsxTables.Cell(clear[1], 2, 3, "联系电话"));
    }

    [Fact]
    public void AReleaseOfOneListShowsNobodyOfAnother()
    {
        var other = XlsxTables.Read(File("annex2", FormSample.Release with { Batch = "2" }));

        Assert.Equal("张*", XlsxTables.Cell(other[0], 2, 5, "归属企业(单位)/个人"));
        Assert.DoesNotContain("HYPERLINK", Everything(other), StringComparison.Ordinal);
    }

    // T27
    [Fact]
    public void AFormulaInARemarkIsText()
    {
        _sample.Snapshot = Altered(line => line.Row == 2 ? line with { Pool = "=HYPERLINK(\"http://example.invalid\")", Coin = "@SUM(A1)" } : line);

        var table = XlsxTables.Read(File("annex2", FormSample.Release))[0];

        Assert.Equal("'=HYPERLINK(\"http://example.invalid\")", XlsxTables.Cell(table, 2, 3, "矿池地址"));
        Assert.Equal("'@SUM(A1)", XlsxTables.Cell(table, 2, 3, "币种"));
        Assert.Equal("原备注:=HYPERLINK(\"http://example.invalid\")", XlsxTables.Cell(table, 2, 3, "备注(不能定位的原因)"));
    }

    [Fact]
    public void EveryPageSaysWhereItCameFrom()
    {
        var sheet = Sheet(File("annex2", FormSample.Release));
        XNamespace main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

        Assert.Contains("用途:按文号报送", Assert.Single(sheet.Descendants(main + "oddHeader")).Value, StringComparison.Ordinal);
        Assert.Contains("快照 3", Assert.Single(sheet.Descendants(main + "oddFooter")).Value, StringComparison.Ordinal);
        Assert.Equal("3", Assert.Single(sheet.Descendants(main + "pane")).Attribute("ySplit")?.Value);
        Assert.Equal("A3:AA11", Assert.Single(sheet.Descendants(main + "autoFilter")).Attribute("ref")?.Value);
        Assert.Contains("自然人信息已脱敏", Assert.Single(Sheet(File("annex2")).Descendants(main + "oddHeader")).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void WhoseDataWasDeletedIsNamedNoMore()
    {
        _sample.Vault.Shred("subject:3");

        Assert.Equal("(已依规删除)", XlsxTables.Cell(XlsxTables.Read(File("annex2", FormSample.Release))[0], 2, 5, "归属企业(单位)/个人"));
    }

    [Fact]
    public void NothingLeavesWhileARowIsSilent()
    {
        _sample.Snapshot = Altered(line => line.Row == 5 ? line with { Answer = RowAnswer.Silent } : line);

        var refused = Assert.Throws<RefusedException>(() => _sample.Set().Files(["annex2"], csv: null));

        Assert.Equal((RefusalKind.SilentRows, "1", "1:清单!5"), (refused.Kind, refused.Values[0], refused.Values[1]));
        Assert.Single(_sample.Set().Files(["ledger"], csv: null));
        Assert.Equal(RefusalKind.Unknown, Assert.Throws<RefusedException>(() => _sample.Set().Files(["annex7"], csv: null)).Kind);
    }

    [Fact]
    public void TheSameSnapshotGivesTheSameBytes()
    {
        var first = _sample.Set(FormSample.Release).Files([], CsvEncoding.Utf8).ToDictionary(file => file.Name, FormSample.Bytes);

        foreach (var file in _sample.Set(FormSample.Release).Files([], CsvEncoding.Utf8))
        {
            Assert.Equal(first[file.Name], FormSample.Bytes(file));
        }

        Assert.Equal(19, first.Count);
    }

    [Fact]
    public void FilesAreNamedAsTheRegulatorWants()
    {
        Assert.Equal(
            [
                "附件2_运城市_示例公司_示例〔2022〕1号_202204081617.xlsx",
                "附件2_运城市_示例公司_示例〔2022〕1号_202204081617_表1-IP地址核查明细表.csv",
                "附件2_运城市_示例公司_示例〔2022〕1号_202204081617_表2-处置(清零)情况表.csv",
                "附件2_运城市_示例公司_示例〔2022〕1号_202204081617_表3-分县(市、区)汇总统计表.csv",
            ],
            _sample.Set().Files(["annex2"], CsvEncoding.Utf8).Select(file => file.Name));
        Assert.Equal("工作台账_运城市_示例公司_示例〔2022〕1号_202204081617_明文.xlsx", Assert.Single(_sample.Set(FormSample.Release).Files(["ledger"], csv: null)).Name);
    }

    [Theory]
    [InlineData(CsvEncoding.Utf8, 65001)]
    [InlineData(CsvEncoding.Gb18030, 54936)]
    public void TheCsvTwinSaysTheSame(CsvEncoding encoding, int codePage)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var files = _sample.Set().Files(["annex2"], encoding);
        var sheet = XlsxTables.Read(FormSample.Bytes(files[0]))[0];

        var lines = Encoding.GetEncoding(codePage).GetString(FormSample.Bytes(files[1])).TrimStart('\uFEFF').Split("\r\n");

        Assert.StartsWith("序号,批次号,原表行号,县(市、区),IP地址,", lines[0], StringComparison.Ordinal);
        Assert.Equal(sheet.Rows.Count - 2, lines.Length - 1);
        Assert.StartsWith(string.Join(',', sheet.Rows[3].ItemArray.Take(6)), lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void EveryWorkbookIsValid()
    {
        foreach (var file in _sample.Set(FormSample.Release).Files([], csv: null).Where(file => file.Name.EndsWith(".xlsx", StringComparison.Ordinal)))
        {
            using var document = SpreadsheetDocument.Open(new MemoryStream(FormSample.Bytes(file)), isEditable: false);
            var errors = new OpenXmlValidator(FileFormatVersions.Office2010).Validate(document, TestContext.Current.CancellationToken).Select(error => $"{file.Name} {error.Path?.XPath}: {error.Description}");
            Assert.Empty(errors);
        }
    }

    private static string Everything(IEnumerable<DataTable> tables) =>
        string.Join('\n', tables.SelectMany(table => table.Rows.Cast<DataRow>()).SelectMany(row => row.ItemArray));

    private static XDocument Sheet(byte[] workbook)
    {
        using var zip = new ZipArchive(new MemoryStream(workbook));
        using var part = zip.GetEntry("xl/worksheets/sheet1.xml")!.Open();
        return XDocument.Load(part);
    }

    private byte[] File(string form, FormRelease? release = null) => FormSample.Bytes(_sample.Set(release).Files([form], csv: null)[0]);

    private Snapshot Altered(Func<AnswerLine, AnswerLine> change) => new()
    {
        Head = _sample.Snapshot.Head,
        Subjects = _sample.Snapshot.Subjects,
        Counties = _sample.Snapshot.Counties,
        Cases = _sample.Snapshot.Cases,
        Registers = _sample.Snapshot.Registers,
        Answers = [.. _sample.Snapshot.Answers.Select(change)],
    };
}
