using System.IO.Compression;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake;
using MinerFlow.Reporting.Intake.Rules;
using MinerFlow.Reporting.Texts;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Damaged lists: every row has one disposition and every problem its texts, and nothing is thrown.</summary>
public sealed class ListFuzzTests
{
    private const string Text = """
        疑似挖矿IP核查清单,,,,,
        序号,县(市、区),IP地址,源端口,发现时间,算力
        1,盐湖区,203.0.113.9:22017,22017/TCP,2022-04-07 21:03,10PH/s
        2,永济市,"192.0.2.1、192.0.2.2;192.0.2.0/30",,2022年4月7日下午4:17,26万度/天
        3,开发区,2001:db8::1%eth0,"3333,4444",44659.678472,
        合计,,3,,,
        """;

    private const string Page = """
        <html><table><tr><th rowspan=2>IP地址</th><th colspan=2>时间</th></tr><tr><td>首次</td><td>最近</td></tr>
        <tr><td rowspan="2">203.0.113.9<br>203.0.113.10</td><td>2022-04-07&nbsp;21:03</td><td>2022-04-07 21:08</td></tr></table></html>
        """;

    private const string Xml = """
        <?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="清单"><Table>
        <Row><Cell><Data ss:Type="String">IP地址</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">发现时间</Data></Cell></Row>
        <Row ss:Index="5"><Cell><Data ss:Type="String">203.0.113.9</Data></Cell><Cell ss:Index="3"><Data ss:Type="DateTime">2022-04-07T21:03:00.000</Data></Cell></Row></Table></Worksheet></Workbook>
        """;

    private static readonly string[] Cells =
    [
        "192.0.2.1", "１９２。0.2.1", "192.0.2.1:3333", "192.0.2.1-20", "192.0.2.0/28", "192.0.2.*", "[2001:db8::1]:3333", "2001:db8::/64", "3221225985", "1.921E+11",
        "2022/4/8 16:17", "2022年4月8日16时17分", "下午4:17", "4/8/22", "44659.678472", "1649405820", "2022-04-08T08:17:00Z", "10PH/s", "26万度/天", "22017/TCP", "20480-24575", "pool.example:3333",
        "-", "~", "至", "、", "(", ")", "%", "/", "255.255.255.0", "99999999999999999999", "9999-12-31 24:00", "0001-01-01",
    ];

    private static readonly IntakeRules Rules = IntakeRules.Load(Repository.PathOf("rules"), new List<Problem>());

    private static readonly IntakeOptions Options = new() { ReceivedAt = new DateTimeOffset(2022, 4, 8, 16, 17, 0, TimeSpan.FromHours(8)) };

    [Fact]
    public void DamagedTextIsReadOrToldCellByCell() => FuzzRun.Rounds(random => Read(Mutation.Of(Encoding.UTF8.GetBytes(Text), random)));

    [Fact]
    public void DamagedPagesAreReadOrTold() => FuzzRun.Rounds(random => Read(Mutation.Of(Encoding.UTF8.GetBytes(Page), random)));

    [Fact]
    public void DamagedXmlIsReadOrTold() => FuzzRun.Rounds(random => Read(Mutation.Of(Encoding.UTF8.GetBytes(Xml), random)));

    [Fact]
    public void DamagedWorkbooksAreReadOrTold() => FuzzRun.Rounds(random => Read(Mutation.Of(Workbook(CompressionLevel.Optimal, random: null), random)));

    [Fact]
    public void WorkbooksWithDamagedPartsAreReadOrTold() => FuzzRun.Rounds(random => Read(Workbook(CompressionLevel.NoCompression, random)));

    [Fact]
    public void DamagedArchivesAreReadOrTold() => FuzzRun.Rounds(random =>
        Read(Mutation.Of(Zip(("一.csv", Encoding.UTF8.GetBytes(Text)), ("二.xlsx", Workbook(CompressionLevel.Optimal, random: null))), random)));

    [Fact]
    public void CellsOfAnyPiecesHaveOneOutcome() => FuzzRun.Rounds(random =>
    {
        var table = new StringBuilder("IP地址\t源端口\t首次发现时间\t最近发现时间\t矿池地址\t算力\t协议\n");
        for (var row = 0; row < 8; row++)
        {
            for (var column = 0; column < 7; column++)
            {
                for (var piece = random.Below(3); piece >= 0; piece--)
                {
                    table.Append(Cells[random.Below(Cells.Length)]).Append(random.Below(3) == 0 ? " " : "");
                }

                table.Append('\t');
            }

            table.Append('\n');
        }

        Read(Encoding.UTF8.GetBytes(table.ToString()));
    });

    private static void Read(byte[] content)
    {
        var batch = BatchReader.Read("list", content, Options, Rules);
        Assert.All(batch.Rows, row => Assert.Equal(row.Disposition is RowDisposition.Accepted or RowDisposition.Duplicate, row.Entries.Count > 0));
        Assert.All(batch.Rows, row => Assert.True(row.Disposition != RowDisposition.Returned || row.Problems.Any(problem => problem.Gravity == ProblemGravity.Error)));
        new BatchPreview(batch, known: null, ReportLanguage.Chinese).Write(TextWriter.Null, 0);
        BatchJson.Write(Stream.Null, batch);
    }

    /// <summary>A workbook as small as one can be; with a source of chance, each part may be damaged before it is packed.</summary>
    private static byte[] Workbook(CompressionLevel level, SeededRandom? random)
    {
        byte[] Part(string text) => random is null || random.Below(3) > 0 ? Encoding.UTF8.GetBytes(text) : Mutation.Of(Encoding.UTF8.GetBytes(text), random);
        const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        const string Packages = "http://schemas.openxmlformats.org/package/2006/relationships";
        return Zip(
            level,
            ("[Content_Types].xml", Part("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>")),
            ("_rels/.rels", Part($"<Relationships xmlns=\"{Packages}\"><Relationship Id=\"r1\" Type=\"{Relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")),
            ("xl/workbook.xml", Part($"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\"><workbookPr date1904=\"0\"/><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>")),
            ("xl/_rels/workbook.xml.rels", Part($"<Relationships xmlns=\"{Packages}\"><Relationship Id=\"r1\" Type=\"{Relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{Relations}/sharedStrings\" Target=\"sharedStrings.xml\"/><Relationship Id=\"r3\" Type=\"{Relations}/styles\" Target=\"styles.xml\"/></Relationships>")),
            ("xl/sharedStrings.xml", Part($"<sst xmlns=\"{Main}\" count=\"3\" uniqueCount=\"3\"><si><t>IP地址</t></si><si><t>发现时间</t></si><si><r><t>203.0.</t></r><r><t>113.9</t></r></si></sst>")),
            ("xl/styles.xml", Part($"<styleSheet xmlns=\"{Main}\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"yyyy-mm-dd hh:mm\"/></numFmts><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/></cellXfs></styleSheet>")),
            ("xl/worksheets/sheet1.xml", Part($"<worksheet xmlns=\"{Main}\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row><row r=\"2\" hidden=\"1\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\" s=\"1\"><v>44659.678472</v></c></row><row r=\"3\"><c r=\"A3\"><f>A2</f></c><c r=\"B3\" t=\"e\"><v>#N/A</v></c></row></sheetData><mergeCells><mergeCell ref=\"A2:A3\"/></mergeCells></worksheet>")));
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] parts) => Zip(CompressionLevel.Optimal, parts);

    private static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] parts)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in parts)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return bytes.ToArray();
    }
}
