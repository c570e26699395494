using System.IO.Compression;
using System.Text;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Grids;
using Xunit;

namespace MinerFlow.Unit.Reporting.Intake;

/// <summary>Dirt 21: what lists come in, and what they say they are.</summary>
public sealed class ContainerTests
{
    private const string List = "IP地址,源端口,发现时间\n203.0.113.9,22017,2022-04-07 21:03\n";

    [Fact]
    public void Dirt21_AnArchiveGivesTheRowsOfAllItsListsWithTheirNamesInGbk()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var batch = Lists.Read("附件.zip", Zip(("盐湖区/清单一.csv", List, null), ("盐湖区.csv", List.Replace("113.9", "113.10", StringComparison.Ordinal), null)));

        Assert.Equal(["盐湖区/清单一.csv", "盐湖区.csv"], batch.Tables.Select(table => table.Part));
        Assert.Equal([null, "140802"], batch.Rows.Select(row => row.Region?.Code));
    }

    [Fact]
    public void Dirt21_NamesInUtf8AreReadToo()
    {
        var batch = Lists.Read("附件.zip", Zip(("清单.csv", List, Encoding.UTF8)));

        Assert.Equal("清单.csv", Assert.Single(batch.Tables).Part);
    }

    [Fact]
    public void Dirt21_AnArchiveInAnArchiveIsOpenedOnce()
    {
        var inner = Zip(("list.csv", List, null));
        var middle = ZipOf(("inner.zip", inner));

        Assert.Equal("inner.zip/list.csv", Assert.Single(Lists.Read("a.zip", middle).Tables).Part);
        Assert.Equal([RowProblemKind.TooLarge], Lists.Read("a.zip", ZipOf(("middle.zip", middle))).Problems.Select(problem => problem.Kind));
    }

    [Fact]
    public void Dirt21_AnArchiveThatUnpacksWithoutEndIsRefusedByItsDirectory()
    {
        var bomb = ZipOf(("list.csv", new byte[8 << 20]));
        var limits = Lists.Options with { Limits = new ReadLimits { UnpackedBytes = 4 << 20 } };

        Assert.Equal([RowProblemKind.TooLarge], Lists.Read("bomb.zip", bomb, limits).Problems.Select(problem => problem.Kind));
    }

    [Fact]
    public void Dirt21_ADirectoryThatLiesAboutASizeGainsNothing()
    {
        var bomb = ZipOf(("list.csv", new byte[8 << 20]));
        var directory = bomb.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(bomb.AsSpan(directory + 24), 16);

        Assert.All(Lists.Read("bomb.zip", bomb).Problems, problem => Assert.True(problem.Kind is RowProblemKind.Damaged or RowProblemKind.NoTable));
    }

    [Fact]
    public void Dirt21_AnEncryptedPartIsTold()
    {
        var zip = ZipOf(("list.csv", Encoding.UTF8.GetBytes(List)), ("other.csv", Encoding.UTF8.GetBytes(List)));
        foreach (var mark in new[] { "PK\u0003\u0004", "PK\u0001\u0002" })
        {
            zip[zip.AsSpan().IndexOf(Encoding.Latin1.GetBytes(mark)) + (mark[2] == 3 ? 6 : 8)] |= 1;
        }

        var batch = Lists.Read("a.zip", zip);

        Assert.Equal((RowProblemKind.Encrypted, "list.csv"), (Assert.Single(batch.Problems, problem => problem.Gravity == ProblemGravity.Error).Kind, batch.Problems[0].Found));
        Assert.Single(batch.Rows);
    }

    [Fact]
    public void Dirt21_AWorkbookBehindAPasswordIsTold() =>
        Assert.Equal(RowProblemKind.Encrypted, Assert.Single(Lists.Read("list.xlsx", EncryptedWorkbook.Bytes()).Problems).Kind);

    [Theory]
    [InlineData("%PDF-1.4", RowProblemKind.UnreadFormat)]
    [InlineData("Rar!\u001a\u0007", RowProblemKind.UnreadFormat)]
    [InlineData("7z\u00bc\u00af'", RowProblemKind.UnreadFormat)]
    [InlineData("\u0089PNG\r\n", RowProblemKind.UnreadFormat)]
    [InlineData("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", RowProblemKind.Damaged)]
    [InlineData("PK\u0003\u0004", RowProblemKind.Damaged)]
    public void Dirt21_OtherFormatsAreNamedWithWhatToDo(string start, RowProblemKind kind) =>
        Assert.Equal(kind, Assert.Single(Lists.Read("list.xlsx", Encoding.Latin1.GetBytes(start)).Problems).Kind);

    [Theory]
    [InlineData("word/document.xml", "docx")]
    [InlineData("ppt/presentation.xml", "pptx")]
    public void Dirt21_OtherDocumentsAreNamed(string part, string format) =>
        Assert.Equal([format], Assert.Single(Lists.Read("list.docx", ZipOf((part, "<x/>"u8.ToArray()))).Problems).Values);

    [Fact]
    public void Dirt21_AWebPageNamedLikeAWorkbookIsRead()
    {
        var page = Encoding.UTF8.GetBytes("""
            <html><head><meta charset="utf-8"></head><body><table border=1>
            <tr><th rowspan="2">区县</th><th colspan=2>矿工信息</th><th rowspan=2>发现时间</th></tr>
            <tr><th>IP地址</th><th>端口</th></tr>
            <tr><td rowspan=2>盐湖区</td><td>203.0.113.9</td><td>22017</td><td>2022-04-07&nbsp;21:03</td></tr>
            <tr><td>203.0.113.10<br>203.0.113.11</td><td>22018</td><td>2022-04-07 21:04</td></tr>
            </table></body></html>
            """);

        var batch = Lists.Read("list.xls", page);

        Assert.Equal(["203.0.113.9:22017", "203.0.113.10:22018 203.0.113.11:22018"], batch.Rows.Select(Lists.Asked));
        Assert.All(batch.Rows, row => Assert.Equal("140802", row.Region?.Code));
    }

    [Fact]
    public void Dirt21_AWorkbookInExcel2003XmlIsRead()
    {
        var book = Encoding.UTF8.GetBytes("""
            <?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
            <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="清单"><Table>
            <Row><Cell><Data ss:Type="String">IP地址</Data></Cell><Cell><Data ss:Type="String">源端口</Data></Cell><Cell ss:Index="4"><Data ss:Type="String">发现时间</Data></Cell></Row>
            <Row ss:Index="5"><Cell><Data ss:Type="String">203.0.113.9</Data></Cell><Cell><Data ss:Type="Number">22017</Data></Cell><Cell ss:Index="4"><Data ss:Type="DateTime">2022-04-07T21:03:00.000</Data></Cell></Row>
            </Table></Worksheet></Workbook>
            """);

        var row = Assert.Single(Lists.Read("list.xls", book).Rows);

        Assert.Equal((5, "203.0.113.9:22017"), (row.Row, Lists.Asked(row)));
        Assert.NotNull(row.Seen);
    }

    [Theory]
    [InlineData("<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">&b;</Workbook>")]
    [InlineData("<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet>")]
    public void HostileMarkupIsToldAsDamage(string text) => Assert.Contains(Lists.Read("list.xls", Encoding.UTF8.GetBytes(text)).Problems, problem => problem.Kind == RowProblemKind.Damaged);

    [Fact]
    public void AWorkbookWhoseTextsAreTooManyIsRefusedBeforeTheyAreRead()
    {
        var book = ZipOf(("xl/workbook.xml", "<workbook/>"u8.ToArray()), ("xl/sharedStrings.xml", new byte[2 << 20]));
        var limits = Lists.Options with { Limits = new ReadLimits { SharedStringBytes = 1 << 20 } };

        Assert.Equal([RowProblemKind.TooLarge], Lists.Read("list.xlsx", book, limits).Problems.Select(problem => problem.Kind));
    }

    [Fact]
    public void MoreRowsThanAllowedAreToldAndNothingIsReadInPart()
    {
        var limits = Lists.Options with { Limits = new ReadLimits { Rows = 2 } };

        var batch = Lists.Read("IP地址,发现时间\n203.0.113.9,2022-04-07\n203.0.113.10,2022-04-07\n203.0.113.11,2022-04-07\n", limits);

        Assert.Equal([RowProblemKind.TooLarge], batch.Problems.Select(problem => problem.Kind));
        Assert.Empty(batch.Rows);
    }

    [Fact]
    public void TheFileIsKnownByItsDigests()
    {
        var file = Lists.Read(List).File;

        Assert.Equal(64, file.Sha256.Length);
        Assert.Equal(64, file.Sm3.Length);
        Assert.Equal(Encoding.UTF8.GetByteCount(List), file.Bytes);
    }

    private static byte[] ZipOf(params (string Name, byte[] Content)[] parts) => Zip([.. parts.Select(part => (part.Name, Encoding.Latin1.GetString(part.Content), (Encoding?)Encoding.Latin1))], Encoding.Latin1);

    /// <summary>Names are GBK without the flag of UTF-8, unless an encoding is given.</summary>
    private static byte[] Zip(params (string Name, string Content, Encoding? Encoding)[] parts) => Zip(parts, Encoding.UTF8);

    private static byte[] Zip((string Name, string Content, Encoding? Encoding)[] parts, Encoding content)
    {
        using var bytes = new MemoryStream();
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var names = parts[0].Encoding ?? Encoding.GetEncoding(936);
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true, names))
        {
            foreach (var (name, text, _) in parts)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }
}
