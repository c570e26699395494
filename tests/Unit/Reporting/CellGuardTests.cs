using MinerFlow.Reporting.HitLists;
using Xunit;

namespace MinerFlow.Unit.Reporting;

public sealed class CellGuardTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-2+3", "'-2+3")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "' =1")]
    [InlineData("\r=1", "' =1")]
    [InlineData("=1", "'=1")]
    [InlineData("cgminer=4", "cgminer=4")]
    [InlineData("", "")]
    public void ACellThatASpreadsheetWouldRunIsGuarded(string text, string cell) => Assert.Equal(cell, CellGuard.Cell(text));

    [Theory]
    [InlineData("a\u001b[31mb", "a\uFFFD[31mb")]
    [InlineData("a\nb", "a b")]
    [InlineData("a\u202Eb", "a\uFFFDb")]
    [InlineData("a\0b", "a\uFFFDb")]
    [InlineData("矿池 pool €", "矿池 pool €")]
    public void ControlCharactersNeverReachATerminalOrAWorkbook(string text, string printable) => Assert.Equal(printable, CellGuard.Printable(text));

    [Fact]
    public void HalfASurrogatePairIsReplaced() => Assert.Equal("a\uFFFDb", CellGuard.Printable("a" + '\uD800' + "b"));

    [Fact]
    public void ACellIsCutAtTheLimitOfSpreadsheets()
    {
        var cell = CellGuard.Cell("=" + new string('x', 40_000));

        Assert.Equal(CellGuard.LongestCell, cell.Length);
        Assert.EndsWith("…", cell, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CellGuard.LongestCell - 3, CellGuard.LongestCell)]
    [InlineData(CellGuard.LongestCell - 2, CellGuard.LongestCell - 1)]
    [InlineData(CellGuard.LongestCell - 1, CellGuard.LongestCell)]
    public void ACellIsNotCutWithinASurrogatePair(int before, int length)
    {
        var cell = CellGuard.Cell(new string('x', before) + "\U0001F600" + new string('y', 10));

        Assert.Equal(length, cell.Length);
        Assert.EndsWith("…", cell, StringComparison.Ordinal);
        Assert.Equal(cell, CellGuard.Printable(cell));
    }
}
