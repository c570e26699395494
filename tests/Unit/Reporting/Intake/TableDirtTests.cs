using System.Text;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake;
using Xunit;

namespace MinerFlow.Unit.Reporting.Intake;

/// <summary>Dirt of tables, kinds 12 and 13 of the catalogue, in text; workbooks have their own corpus.</summary>
public sealed class TableDirtTests
{
    [Fact]
    public void Dirt12_TitlesAboveTheHeaderAndTotalsBelowAreNoQuestions()
    {
        var batch = Lists.Read("""
            疑似挖矿IP核查清单,,
            (2022年第15期),,
            序号,IP地址,发现时间
            1,203.0.113.9,2022-04-07 21:03
            2,203.0.113.10,2022-04-07 21:04
            合计,2,
            填表人:张三,,
            """);

        Assert.Equal([RowDisposition.Accepted, RowDisposition.Accepted, RowDisposition.Noise, RowDisposition.Noise], batch.Rows.Select(row => row.Disposition));
        Assert.Equal(3, Assert.Single(batch.Tables).HeaderRow);
    }

    [Fact]
    public void Dirt12_AHeaderOfTwoRowsNamesItsColumnsTogether()
    {
        var batch = Lists.Read("""
            序号,矿工信息,,时间,,矿池,
            ,IP地址,端口,首次,最近,地址,端口
            1,203.0.113.9,22017,2022-04-07 21:03,2022-04-07 21:08,pool.example,3333
            """);

        Assert.Equal(
            [ListColumn.Number, ListColumn.Address, ListColumn.SourcePort, ListColumn.FirstSeen, ListColumn.LastSeen, ListColumn.Pool, ListColumn.PoolPort], Assert.Single(batch.Tables).Columns);
        Assert.Equal("203.0.113.9:22017", Lists.Asked(Assert.Single(batch.Rows)));
    }

    [Fact]
    public void Dirt12_AHeaderRepeatedOnEachPageIsNoQuestion()
    {
        var batch = Lists.Read("IP地址,发现时间\n203.0.113.9,2022-04-07 21:03\nIP地址,发现时间\n203.0.113.10,2022-04-07 21:03\n");

        Assert.Equal([RowDisposition.Accepted, RowDisposition.Noise, RowDisposition.Accepted], batch.Rows.Select(row => row.Disposition));
        Assert.Single(batch.Tables);
    }

    [Fact]
    public void Dirt12_AnotherTableBelowHasItsOwnColumns()
    {
        var batch = Lists.Read("IP地址,发现时间,备注\n203.0.113.9,2022-04-07 21:03,甲\n发现时间,源IP,源端口\n2022-04-07 21:03,203.0.113.10,22017\n");

        Assert.Equal(2, batch.Tables.Count);
        Assert.Equal("203.0.113.10:22017", Lists.Asked(batch.Rows[^1]));
    }

    [Fact]
    public void Dirt12_AnAddressAboveTheHeaderIsNotLost()
    {
        var batch = Lists.Read("203.0.113.8,2022-04-07 21:03\nIP地址,发现时间\n203.0.113.9,2022-04-07 21:03\n");

        Assert.Equal([RowDisposition.Returned, RowDisposition.Accepted], batch.Rows.Select(row => row.Disposition));
        Assert.Contains(RowProblemKind.AboveHeader, Lists.Kinds(batch.Rows[0]));
    }

    [Fact]
    public void Dirt13_TheSameQuestionTwiceIsAskedOnce()
    {
        var batch = Lists.Read("IP地址,端口,发现时间\n203.0.113.9,22017,2022-04-07 21:03\n203.0.113.9,22017,2022/4/7 21:03\n");

        Assert.Equal([RowDisposition.Accepted, RowDisposition.Duplicate], batch.Rows.Select(row => row.Disposition));
        Assert.Equal(new RowPlace(0, 2), batch.Rows[1].DuplicateOf);
    }

    [Theory]
    [InlineData("203.0.113.9,22018,TCP,2022-04-07 21:03,pool.example")]
    [InlineData("203.0.113.9,22017,UDP,2022-04-07 21:03,pool.example")]
    [InlineData("203.0.113.9,22017,TCP,2022-04-07 21:04,pool.example")]
    [InlineData("203.0.113.9,22017,TCP,2022-04-07 21:03,other.example")]
    public void Dirt13_TheSameAddressAtAnotherPortProtocolTimeOrPoolIsAnotherQuestion(string second)
    {
        var batch = Lists.Read($"IP地址,端口,协议,发现时间,矿池地址\n203.0.113.9,22017,TCP,2022-04-07 21:03,pool.example\n{second}\n");

        Assert.All(batch.Rows, row => Assert.Equal(RowDisposition.Accepted, row.Disposition));
        Assert.Contains(RowProblemKind.SameAddress, Lists.Kinds(batch.Rows[1]));
    }

    [Fact]
    public void Dirt13_OfARangeThatOverlapsOnlyTheRestIsAsked()
    {
        var batch = Lists.Read("IP地址,发现时间\n203.0.113.9,2022-04-07 21:03\n203.0.113.8-10,2022-04-07 21:03\n");

        Assert.Equal("203.0.113.8 203.0.113.10", Lists.Asked(batch.Rows[1]));
    }

    [Theory]
    [InlineData(';')]
    [InlineData('\t')]
    [InlineData('|')]
    [InlineData('，')]
    public void SeparatorsAreFound(char separator) =>
        Assert.Equal("203.0.113.9:22017", Lists.Asked(Lists.Row("序号,IP地址,端口,发现时间\n1,203.0.113.9,22017,2022-04-07 21:03\n".Replace(',', separator))));

    [Fact]
    public void ExcelsOwnFirstLineNamesTheSeparator()
    {
        var row = Lists.Row("sep=;\nIP地址;发现时间\n203.0.113.9;2022-04-07 21:03\n");

        Assert.Equal(3, row.Row);
    }

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    [InlineData("GB18030", false)]
    public void EncodingsAreFound(string name, bool hasMark)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var encoding = Encoding.GetEncoding(name);
        var text = encoding.GetBytes("序号,IP地址,发现时间,单位名称\r\n1,203.0.113.9,2022-04-07 21:03,镕基公司\r\n");
        byte[] mark = hasMark ? encoding.GetPreamble() : [];

        Assert.Equal("镕基公司", Assert.Single(Lists.Read("list.csv", [.. mark, .. text]).Rows).Organisation);
    }

    [Fact]
    public void AQuoteThatIsNeverClosedCostsItsOwnRowOnly()
    {
        var batch = Lists.Read("IP地址,单位名称,发现时间\n203.0.113.8,\"甲公司,2022-04-07 21:03\n203.0.113.9,乙公司,2022-04-07 21:03\n");

        Assert.Equal([RowDisposition.Returned, RowDisposition.Accepted], batch.Rows.Select(row => row.Disposition));
        Assert.Contains(RowProblemKind.BrokenRow, Lists.Kinds(batch.Rows[0]));
    }

    [Fact]
    public void ALineWithMoreFieldsThanTheHeaderIsNotReadShifted()
    {
        var row = Lists.Read("IP地址,单位名称,发现时间\n203.0.113.8,甲,乙公司,2022-04-07 21:03\n").Rows[0];

        Assert.Equal((RowDisposition.Returned, ReturnReason.BadFormat), (row.Disposition, row.Reason));
    }

    [Fact]
    public void ColumnsSetApartByBlanksAreATable()
    {
        var batch = Lists.Read("IP地址        端口   发现时间\n203.0.113.9   22017  2022-04-07 21:03:00\n203.0.113.10  22018  2022年4月7日 21时03分\n203.0.113.11 22019\n");

        Assert.Equal("203.0.113.9:22017", Lists.Asked(batch.Rows[0]));
        Assert.Equal("203.0.113.10:22018", Lists.Asked(batch.Rows[1]));
        Assert.Contains(RowProblemKind.BrokenRow, Lists.Kinds(batch.Rows[2]));
    }

    [Fact]
    public void PastedLinesNeedNoHeader()
    {
        var batch = Lists.Read("203.0.113.9 22017 2022-04-07 21:03:00\n\n203.0.113.10:22018，2022年4月7日21时03分 某公司\n2022-04-07 21:03 TCP 2001:db8::1\n203.0.113.11 - 203.0.113.12 2022/4/7\n");

        Assert.Equal(
            ["203.0.113.9:22017", "203.0.113.10:22018", "2001:db8::1", "203.0.113.11 203.0.113.12"], batch.Rows.Select(Lists.Asked));
        Assert.Equal([1, 3, 4, 5], batch.Rows.Select(row => row.Row));
        Assert.Equal("某公司", batch.Rows[1].Remark);
    }

    [Fact]
    public void PastedAddressesAloneAskForTheTimeThatTheirReceiverStates()
    {
        const string Text = "203.0.113.9、203.0.113.10\n203.0.113.11";

        Assert.All(Lists.Read(Text).Rows, row => Assert.Contains(RowProblemKind.NoTime, Lists.Kinds(row)));
        Assert.Equal(3, Lists.Read(Text, Lists.Options with { Seen = "2022-04-07 21:03" }).Rows.Sum(row => row.Entries.Count));
    }

    [Fact]
    public void ALineWithTwoAddressesAndAPortHasTwoReadings()
    {
        var row = Lists.Row("203.0.113.9 22017 198.51.100.7 3333 2022-04-07 21:03\n");

        Assert.Equal(RowDisposition.Returned, row.Disposition);
        Assert.Contains(RowProblemKind.BrokenRow, Lists.Kinds(row));
    }

    [Fact]
    public void TextWithoutAnyAddressIsToldAsNoTable() => Assert.Contains(Lists.Read("您好,附件请查收。\n").Problems, problem => problem.Kind == RowProblemKind.NoTable);

    [Fact]
    public void ATableWithoutAColumnOfAddressesIsToldAndItsRowsGoBack()
    {
        var batch = Lists.Read("序号,发现时间,币种\n1,2022-04-07 21:03,BTC\n");

        Assert.Contains(batch.Problems, problem => problem.Kind == RowProblemKind.NoAddressColumn);
        Assert.Equal(RowDisposition.Returned, Assert.Single(batch.Rows).Disposition);
    }

    [Fact]
    public void EveryRowHasOneDispositionAndEveryAcceptedOneAQuestion()
    {
        var batch = Lists.Read("序号,IP地址,发现时间\n1,203.0.113.9,2022-04-07 21:03\n2,,2022-04-07\n3,10.0.0.1,2022-04-07\n4,203.0.113.9,2022-04-07 21:03\n合计,4,\n");

        Assert.Equal(batch.Rows.Count, Enum.GetValues<RowDisposition>().Sum(batch.Count));
        Assert.All(batch.Rows, row => Assert.Equal(row.Disposition is RowDisposition.Accepted or RowDisposition.Duplicate, row.Entries.Count > 0));
        Assert.All(batch.Rows.Where(row => row.Disposition == RowDisposition.Returned), row => Assert.Contains(row.Problems, problem => problem.Gravity == ProblemGravity.Error));
    }

    [Fact]
    public void ABatchIsComparedWithThoseBefore()
    {
        var first = Lists.Read("IP地址,端口,发现时间\n203.0.113.1,1001,2022-04-01 08:00\n203.0.113.2,1002,2022-04-01 08:00\n203.0.113.3,1003,2022-04-01 08:00\n203.0.113.4,1004,2022-04-01 08:00\n");
        var earlier = first.Rows.SelectMany(row => row.Entries).Select((entry, at) => new EarlierEntry("1", null, entry.Key, IsCleared: at == 2));

        var next = BatchDifference.Compare(
            Lists.Read("IP地址,端口,发现时间\n203.0.113.1,1001,2022-04-01 08:00\n203.0.113.2,1002,2022-04-07 08:00\n203.0.113.3,1003,2022-04-07 08:00\n203.0.113.2,2002,2022-04-07 08:00\n"), earlier);

        Assert.Equal([EntryChange.Repeated, EntryChange.Again, EntryChange.Reopened, EntryChange.New], next.Rows.Select(row => Assert.Single(row.Entries).Change));
        Assert.Equal("203.0.113.4|1004||", Assert.Single(next.Gone).Key.Subject);
    }

    [Fact]
    public void WhatAnotherPlatformDoesNotListIsNotGone()
    {
        var first = Lists.Read("IP地址,发现时间\n203.0.113.1,2022-04-01 08:00\n");
        var earlier = first.Rows.SelectMany(row => row.Entries).Select(entry => new EarlierEntry("1", "甲平台", entry.Key, IsCleared: false));

        Assert.Empty(BatchDifference.Compare(Lists.Read("IP地址,发现时间\n203.0.113.2,2022-04-01 08:00\n", Lists.Options with { Platform = "乙平台" }), earlier).Gone);
    }
}
