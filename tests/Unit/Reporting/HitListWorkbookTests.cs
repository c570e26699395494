using System.Data;
using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Workbooks;
using MinerFlow.Reporting.Texts;
using MinerFlow.Unit.Reporting.Forms;
using Xunit;

namespace MinerFlow.Unit.Reporting;

public sealed class HitListWorkbookTests
{
    private static readonly HitListNotes Notes = new()
    {
        Sensor = "sensor-1",
        Captures = ["captures/one.pcapng"],
        Sources = ["lines.csv"],
        Counters = [new NamedCount("frames", 188), new NamedCount("gaps", 0)],
        Problems = ["captures/two.pcap: no such file"],
    };

    [Fact]
    public void AReaderFindsHeadingsTextsAndNumbers()
    {
        var tables = Read(Write(Sample.Sighting()));

        Assert.Equal(["命中清单", "说明"], tables.Select(table => table.TableName));
        var hits = tables[0];
        Assert.Equal(2, hits.Rows.Count);
        Assert.Equal("203.0.113.9", Assert.IsType<string>(Cell(hits, 1, "挖矿IP地址")));
        Assert.Equal("22017", Assert.IsType<string>(Cell(hits, 1, "源端口")));
        Assert.Equal("3333", Assert.IsType<string>(Cell(hits, 1, "矿池端口")));
        Assert.Equal("2026-11-22 08:00:00", Assert.IsType<string>(Cell(hits, 1, "首次发现时间")));
        Assert.Equal("UTC+8", Cell(hits, 1, "时区"));
        Assert.Equal(128d, Assert.IsType<double>(Cell(hits, 1, "接受份额")));
        Assert.Equal(9.123456789e12, Assert.IsType<double>(Cell(hits, 1, "算力")));
        Assert.Equal("张*", Cell(hits, 1, "归属企业(单位)/个人"));
        Assert.Equal("已定位", Cell(hits, 1, "核查结果"));
    }

    [Fact]
    public void TheNotesNameSourcesCountersProblemsAndLimits()
    {
        var notes = Read(Write(Sample.Sighting()))[1];
        var lines = notes.Rows.Cast<DataRow>().Select(row => $"{row[0]}={row[1]}").ToList();

        Assert.Contains("抓包文件=captures/one.pcapng", lines);
        Assert.Contains("资料来源=lines.csv", lines);
        Assert.Contains("计数: frames=188", lines);
        Assert.Contains("问题=captures/two.pcap: no such file", lines);
        Assert.Contains(lines, line => line.StartsWith("局限=", StringComparison.Ordinal));
    }

    [Fact]
    public void AFormulaFromTheWireIsText()
    {
        var evil = Sample.Enriched() with { Event = Sample.Event() with { Agent = "=cmd|'/c calc'!A0\u0001" } };

        var hits = Read(Write(Sample.Sighting(evil)))[0];

        Assert.Equal("'=cmd|'/c calc'!A0\uFFFD", Cell(hits, 1, "矿机软件"));
    }

    [Fact]
    public void TheFirstRowIsFrozenAndFiltered()
    {
        using var zip = new ZipArchive(new MemoryStream(Write(Sample.Sighting())));
        using var part = zip.GetEntry("xl/worksheets/sheet1.xml")!.Open();
        var sheet = XDocument.Load(part);
        XNamespace main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

        var pane = Assert.Single(sheet.Descendants(main + "pane"));
        Assert.Equal("frozen", pane.Attribute("state")?.Value);
        Assert.Equal("A1:BC2", Assert.Single(sheet.Descendants(main + "autoFilter")).Attribute("ref")?.Value);
        Assert.Equal(HitListColumns.All.Count, sheet.Descendants(main + "col").Count());
    }

    [Fact]
    public void TheWorkbookIsValid()
    {
        using var document = SpreadsheetDocument.Open(new MemoryStream(Write(Sample.Sighting(), Sample.Sighting())), isEditable: false);

        var errors = new OpenXmlValidator(FileFormatVersions.Office2010).Validate(document, TestContext.Current.CancellationToken).Select(error => $"{error.Path?.XPath}: {error.Description}");

        Assert.Empty(errors);
    }

    [Fact]
    public void TheSameHitsGiveTheSameBytes() => Assert.Equal(Write(Sample.Sighting()), Write(Sample.Sighting()));

    [Fact]
    public void WithoutHitsThereIsStillAHeading()
    {
        var hits = Read(Write())[0];

        Assert.Equal("序号", hits.Rows[0][0]);
        Assert.Single(hits.Rows.Cast<DataRow>());
    }

    [Theory]
    [InlineData(1, "A")]
    [InlineData(26, "Z")]
    [InlineData(27, "AA")]
    [InlineData(702, "ZZ")]
    [InlineData(703, "AAA")]
    public void ColumnsAreNamedAsInASpreadsheet(int column, string name) => Assert.Equal(name, SheetWriter.ColumnName(column));

    [Fact]
    public void OpenpyxlReadsTheSame()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".xlsx");
        File.WriteAllBytes(path, Write(Sample.Sighting()));
        try
        {
            const string Script = "import sys, openpyxl; b = openpyxl.load_workbook(sys.argv[1]); s = b.worksheets[0]; "
                + "print(b.sheetnames[1], s.freeze_panes, s['B2'].value, s['B2'].data_type, s['U2'].data_type, s['B2'].number_format, sep='|')";
            var answer = Python(["-c", Script, path]);
            Assert.SkipWhen(answer is null, "python3 with openpyxl is not installed here.");

            Assert.Equal("说明|A2|203.0.113.9|s|n|@", answer);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static string? Python(string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("/usr/bin/python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
            start.Environment["PYTHONIOENCODING"] = "utf-8";
            using var python = Process.Start(start)!;
            var output = python.StandardOutput.ReadToEnd();
            var error = python.StandardError.ReadToEnd();
            python.WaitForExit();
            return error.Contains("ModuleNotFoundError", StringComparison.Ordinal) ? null : output.Trim() + error;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static byte[] Write(params Sighting[] sightings)
    {
        using var output = new MemoryStream();
        HitListWorkbook.Write(output, sightings, Notes, Sample.Offset, ReportLanguage.Chinese, new Dictionary<string, string>());
        return output.ToArray();
    }

    private static List<DataTable> Read(byte[] workbook) => XlsxTables.Read(workbook);

    private static object Cell(DataTable table, int row, string heading) => XlsxTables.Cell(table, headingRow: 0, row, heading);
}
