using System.Text;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Workbooks;
using Xunit;

namespace MinerFlow.Unit.Reporting.Workbooks;

public sealed class CsvSheetTests
{
    [Theory]
    [InlineData(8192, "8192")]
    [InlineData(0.95, "0.95")]
    [InlineData(43_980_575_123_456.8, "43980575123456.8")]
    [InlineData(1.4e17, "140000000000000000")]
    [InlineData(0.000_000_012, "0.000000012")]
    public void NumbersHaveTheirDigitsAndNoExponent(double number, string written)
    {
        using var output = new MemoryStream();
        using (var sheet = new CsvSheet(output, CsvEncoding.Utf8))
        {
            sheet.Row([SheetCell.Of((double?)number)]);
        }

        Assert.Equal("\uFEFF" + written + "\r\n", Encoding.UTF8.GetString(output.ToArray()));
    }
}
