using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DocumentFormat.OpenXml.Wordprocessing;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Reporting.Forms;
using Xunit;

namespace MinerFlow.Unit.Reporting.Forms;

/// <summary>Letters and reports, as they are shipped and as an operator may change them.</summary>
public sealed class LetterWriterTests : IDisposable
{
    private readonly FormSample _sample = new();

    public void Dispose() => _sample.Dispose();

    [Fact]
    public void TheReportCountsAndNamesWhatIsUnresolved()
    {
        var text = TextOf(Letter("disposal-report"));

        Assert.Contains("下发清单共 8 行，形成核查事项 8 项，已核查 8 项，核查率 100%", text, StringComparison.Ordinal);
        Assert.Contains("已定位 3 项，不唯一 1 项，无记录 1 项，信息不足 0 项，非本网 1 项，格式错误 1 项，清单内重复 1 项", text, StringComparison.Ordinal);
        Assert.Contains("涉及单位 2 个、个人 1 个", text, StringComparison.Ordinal);
        Assert.Contains("按每千瓦时 0.30 元估算加价电费 282.6 元/日", text, StringComparison.Ordinal);
        Assert.Contains("203.0.113.12", text, StringComparison.Ordinal);
        Assert.DoesNotContain("张示例", text, StringComparison.Ordinal);
        Assert.DoesNotContain("{{", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notice-1", "各县（市、区）发展改革牵头部门：", "河津市")]
    [InlineData("notice-2", "有关县（市、区）分管领导：", "已连续 2 周列入二类")]
    [InlineData("notice-3", "有关县（市、区）党委书记、县（市、区）长：", "本周没有列入三类的县（市、区）。")]
    [InlineData("correction-notice", "各接收单位：", "疑似误报")]
    public void LettersGoToWhomTheyConcern(string form, string addressee, string contents)
    {
        var text = TextOf(Letter(form));

        Assert.Contains(addressee, text, StringComparison.Ordinal);
        Assert.Contains(contents, text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhereThereIsNothingToTellALetterSaysSo()
    {
        var all = TextOf(Letter("notice-2"));
        Assert.Contains("请督促限期整改", all, StringComparison.Ordinal);
        Assert.DoesNotContain("本周没有列入二类", all, StringComparison.Ordinal);

        var head = _sample.Snapshot.Head;
        _sample.Snapshot = new Snapshot { Head = head, Subjects = [], Counties = [], Cases = [], Registers = [], Answers = [] };
        var none = string.Join('\n', ((string[])["notice-1", "notice-2", "notice-3", "disposal-report"]).Select(form => TextOf(Letter(form))));

        Assert.All(
            (string[])["本周没有列入一类的", "本周没有下周可能列入二类的", "本周没有列入二类的", "本周没有列入三类的", "目前没有建立案件的主体", "属于本网的事项均已定位"],
            sentence => Assert.Contains(sentence, none, StringComparison.Ordinal));
        Assert.All((string[])["下列县", "逐项列出原因", "(无)"], sentence => Assert.DoesNotContain(sentence, none, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{{else}}\na", 1)]
    [InlineData("a\n{{end}}", 2)]
    [InlineData("{{if tier1}}\na", 1)]
    [InlineData("{{if tier1}}\n{{if tier2}}\n{{end}}", 2)]
    [InlineData("{{if tier1}}\na\n{{else}}\nb\n{{else}}\n{{end}}", 5)]
    [InlineData("{{if nothing}}\na\n{{end}}", 1)]
    public void AConditionThatIsNotWholeIsToldByItsLine(string letter, int line)
    {
        var problems = new List<Problem>();

        FormDocument.Load(_sample.Folder.Write("letter.md", letter), problems);

        Assert.Equal(line, Assert.Single(problems).Line);
    }

    [Fact]
    public void WhatIsSaidOfATableStaysWithIt()
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(Letter("disposal-report")), isEditable: false);
        var elements = document.MainDocumentPart!.Document.Body!.ChildElements;

        Assert.All(elements.Zip(elements.Skip(1)).Where(pair => pair.Second is Table), pair => Assert.NotNull(Assert.IsType<Paragraph>(pair.First).ParagraphProperties!.KeepNext));
    }

    // 小五 is 9 points: a half-width character takes 90 twentieths of a point, and a cell's margins 216.
    [Theory]
    [InlineData("correction-notice", "203.0.113.40")]
    [InlineData("notice-2", "盐湖区")]
    [InlineData("disposal-report", "203.0.113.12")]
    [InlineData("disposal-report", "2022-04-07 16:17:00")]
    public void AddressesNamesAndMomentsStandInOneLine(string form, string text)
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(Letter(form)), isEditable: false);

        var cell = document.MainDocumentPart!.Document.Body!.Descendants<TableCell>().First(cell => cell.InnerText == text);

        Assert.True(int.Parse(cell.TableCellProperties!.TableCellWidth!.Width!, CultureInfo.InvariantCulture) >= (LetterText.WidthOf(text) * 90) + 216);
    }

    [Theory]
    [InlineData("县(市、区)", 7.35)]
    [InlineData("本周新增", 4)]
    [InlineData("下发IP数", 4.7)]
    [InlineData("连续二类周数", 6)]
    [InlineData("序号", 2)]
    public void AHeadingIsBrokenWhereALineMayEnd(string heading, double width) => Assert.Equal(width, LetterText.WidthInTwoLines(heading));

    [Fact]
    public void EachPageCarriesTheWatermark()
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(Letter("disposal-report", FormSample.Release)), isEditable: false);

        Assert.Contains("批准:李主管", document.MainDocumentPart!.HeaderParts.Single().Header.InnerText, StringComparison.Ordinal);
        Assert.Contains("快照 3", document.MainDocumentPart.FooterParts.Single().Footer.InnerText, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryLetterIsValid()
    {
        foreach (var file in _sample.Set().Files([], csv: null).Where(file => file.Name.EndsWith(".docx", StringComparison.Ordinal)))
        {
            using var document = WordprocessingDocument.Open(new MemoryStream(FormSample.Bytes(file)), isEditable: false);
            Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2010).Validate(document, TestContext.Current.CancellationToken).Select(error => $"{file.Name} {error.Path?.XPath}: {error.Description}"));
        }
    }

    [Fact]
    public void WhatIsWrongInALetterIsToldAllAtOnce()
    {
        var path = _sample.Folder.Write("letter.md", "# {{form.town}}\n\n{{table nothing: a=b}}\n{{table county: county=县, towns=镇}}\n{{table county county}}\n");
        var problems = new List<Problem>();

        FormDocument.Load(path, problems);

        Assert.Equal([1, 3, 4, 5], problems.Select(problem => problem.Line));
        Assert.Contains("'form.town' is no placeholder", problems[0].Message, StringComparison.Ordinal);
        Assert.Contains("'nothing' are no rows of a letter", problems[1].Message, StringComparison.Ordinal);
        Assert.Contains("'county.towns' is no field; county has number, county, listed", problems[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsWrongInAColumnSetIsToldAllAtOnce()
    {
        var path = _sample.Folder.Write("set.csv", "sheet,heading,field,width\n表[1],a,answer.address,8\n表1,b,answer.adress,8\n表1,c,answer.address,0\n表1,d,answer.address,\n表1,e,case.id,\n");
        var problems = new List<Problem>();

        var layout = FormLayout.Load(path, problems);

        Assert.Equal([2, 3, 4, 6], problems.Select(problem => problem.Line));
        Assert.Equal("d", Assert.Single(Assert.Single(layout.Sheets).Columns).Heading);
    }

    private static string TextOf(byte[] letter)
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(letter), isEditable: false);
        return string.Join('\n', document.MainDocumentPart!.Document.Body!.Descendants<Paragraph>().Select(paragraph => paragraph.InnerText));
    }

    private byte[] Letter(string form, FormRelease? release = null) => FormSample.Bytes(Assert.Single(_sample.Set(release).Files([form], csv: null)));
}
