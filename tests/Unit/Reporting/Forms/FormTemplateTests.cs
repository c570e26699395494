using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using DocumentFormat.OpenXml.Validation;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Forms;
using MinerFlow.Reporting.Workbooks;
using Xunit;

namespace MinerFlow.Unit.Reporting.Forms;

/// <summary>Workbooks of the user's own with placeholders.</summary>
public sealed class FormTemplateTests : IDisposable
{
    private readonly FormSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void ARowIsRepeatedForEachOfItsLines()
    {
        var table = XlsxTables.Read(Fill(
            ["{{form.city}}核查表", ""],
            ["地址", "端口", "结果"],
            ["{{answer.address}}", "{{answer.ports}}", "{{answer.answer}}({{answer.grade}})"],
            ["共 {{total.listed}} 条", "{{total.listed}}"]))[0];

        Assert.Equal("运城市核查表", table.Rows[0][0]);
        Assert.Equal(4 + 7, table.Rows.Count);
        Assert.Equal(["203.0.113.9", "22017", "已定位(A)"], table.Rows[2].ItemArray);
        Assert.Equal(["203.0.113.12", DBNull.Value, "不唯一()"], table.Rows[5].ItemArray.Select(cell => cell ?? DBNull.Value));
        Assert.Equal(["共 8 条", 8d], table.Rows[10].ItemArray.Take(2));
    }

    [Fact]
    public void EveryUnknownPlaceholderIsToldByItsCell()
    {
        var problems = Problems(
            ["{{form.town}}"],
            ["{{answer.adress}}", "{{answer.address}}", "{{case.id}}"],
            ["{{nonsense}}", "{{total.nothing}}"]);

        Assert.Equal(["清单!A1: {{form.town}}", "清单!A2: {{answer.adress}}", "清单!C2: {{case.id}}", "清单!A3: {{nonsense}}", "清单!B3: {{total.nothing}}"], problems.Select(problem => string.Join(':', problem.Message.Split(':').Take(2))));
        Assert.Contains("answer has number, batch, row, county, address", problems[1].Message, StringComparison.Ordinal);
        Assert.Contains("the row is repeated for answer already", problems[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ATemplateWithoutPlaceholdersOrThatIsNoneIsTold()
    {
        Assert.Contains("holds no placeholder", Assert.Single(Problems(["地址"])).Message, StringComparison.Ordinal);

        var path = _sample.Folder.Write("notes.xlsx", "no workbook");
        var problems = new List<Problem>();
        Assert.Null(_sample.Set().FromTemplate(path, problems));
        Assert.Contains("no workbook that can be read", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatStandsBelowMovesAndGrows()
    {
        var bytes = Fill(
            sheet =>
            {
                sheet.InsertAfter(new MergeCells(new MergeCell { Reference = "A1:B1" }, new MergeCell { Reference = "B3:C3" }, new MergeCell { Reference = "A4:A5" }), sheet.Elements<SheetData>().Single());
                sheet.InsertAfter(new AutoFilter { Reference = "A2:C3" }, sheet.Elements<SheetData>().Single());
            },
            ["{{form.city}}"],
            ["县", "数"],
            ["{{county.county}}", "{{county.listed}}", "=B3*2"],
            ["合计", "=SUM(B3:B3)", "=C3"],
            ["", "=B4+B$3"]);

        using var document = SpreadsheetDocument.Open(new MemoryStream(bytes), isEditable: false);
        var sheet = document.WorkbookPart!.WorksheetParts.Single().Worksheet;
        var formulas = sheet.Descendants<CellFormula>().ToDictionary(formula => ((Cell)formula.Parent!).CellReference!.Value!, formula => formula.Text);
        Assert.Equal("B3*2", formulas["C3"]);
        Assert.Equal("B7*2", formulas["C7"]);
        Assert.Equal("SUM(B3:B7)", formulas["B8"]);
        Assert.Equal("B8+B$3", formulas["B9"]);
        Assert.Equal(["A1:B1", "B3:C3", "B4:C4", "B5:C5", "B6:C6", "B7:C7", "A8:A9"], sheet.Descendants<MergeCell>().Select(cell => cell.Reference!.Value));
        Assert.Equal("A2:C7", Assert.Single(sheet.Descendants<AutoFilter>()).Reference!.Value);
        Assert.True(document.WorkbookPart.Workbook.CalculationProperties!.FullCalculationOnLoad!.Value);
        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2010).Validate(document, TestContext.Current.CancellationToken).Select(error => error.Description));
    }

    [Fact]
    public void RowsWithoutLinesStayEmpty()
    {
        var table = XlsxTables.Read(Fill(["{{tier3.county}}", "x"], ["{{form.snapshot}}"]))[0];

        Assert.Equal([null, "x"], table.Rows[0].ItemArray.Select(cell => cell is DBNull ? null : cell));
        Assert.Equal(3d, table.Rows[1][0]);
    }

    [Fact]
    public void ValuesAreTextAndMaskedHereToo()
    {
        var table = XlsxTables.Read(Fill(["{{answer.subscriber}} {{answer.installation_address}}"]))[0];

        Assert.Equal("张* 盐湖区示例小区***", table.Rows[2][0]);
    }

    [Fact]
    public void TheSameTemplateGivesTheSameBytes()
    {
        var template = Template(_ => { }, [["{{answer.address}}"]]);

        Assert.Equal(Fill(template), Fill(template));
    }

    [Theory]
    [InlineData("SUM(B5:B5)", "SUM(B5:B9)")]
    [InlineData("B6+$C$7", "B10+$C$11")]
    [InlineData("IF(A1=\"B6\",LOG10(B4),'B6'!B4)", "IF(A1=\"B6\",LOG10(B4),'B6'!B4)")]
    [InlineData("A1:C20", "A1:C24")]
    public void ReferencesMoveAsWhenRowsArePutIn(string formula, string moved) => Assert.Equal(moved, new RowShift([(5, 5)]).Formula(formula, ownRow: 0, newRow: 0));

    private static byte[] Template(Action<Worksheet> change, string[][] rows)
    {
        using var output = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(output, SpreadsheetDocumentType.Workbook))
        {
            var book = document.AddWorkbookPart();
            var part = book.AddNewPart<WorksheetPart>("s1");
            part.Worksheet = new Worksheet(new SheetData(rows.Select((cells, row) => new Row(cells.Select((text, column) => CellOf(text, column + 1, row + 1))) { RowIndex = (uint)row + 1 })));
            change(part.Worksheet);
            book.Workbook = new Workbook(new Sheets(new Sheet { Name = "清单", SheetId = 1, Id = "s1" }));
        }

        return output.ToArray();
    }

    private static Cell CellOf(string text, int column, int row) => text.StartsWith('=')
        ? new Cell(new CellFormula(text[1..]), new CellValue("1")) { CellReference = SheetWriter.Reference(column, row) }
        : new Cell(new InlineString(new Text(text))) { CellReference = SheetWriter.Reference(column, row), DataType = CellValues.InlineString };

    private byte[] Fill(params string[][] rows) => Fill(_ => { }, rows);

    private byte[] Fill(Action<Worksheet> change, params string[][] rows) => Fill(Template(change, rows));

    private byte[] Fill(byte[] template)
    {
        var problems = new List<Problem>();
        using var output = new MemoryStream();
        FormTemplate.Fill(new MemoryStream(template), "own.xlsx", output, _sample.Source(), problems);
        Assert.Empty(problems);
        return output.ToArray();
    }

    private List<Problem> Problems(params string[][] rows)
    {
        var problems = new List<Problem>();
        FormTemplate.Fill(new MemoryStream(Template(_ => { }, rows)), "own.xlsx", new MemoryStream(), _sample.Source(), problems);
        return problems;
    }
}
