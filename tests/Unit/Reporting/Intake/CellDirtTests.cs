using MinerFlow.Ledger.Tasks;
using Xunit;

namespace MinerFlow.Unit.Reporting.Intake;

/// <summary>Dirt of ports, amounts, words and regions: kinds 19, 20 and 22 of the catalogue.</summary>
public sealed class CellDirtTests
{
    [Theory]
    [InlineData("22017.0", "203.0.113.9:22017")]
    [InlineData("22017/TCP", "203.0.113.9:22017")]
    [InlineData("TCP 22017", "203.0.113.9:22017")]
    [InlineData("22017(UDP)", "203.0.113.9:22017")]
    [InlineData("２２０１７", "203.0.113.9:22017")]
    [InlineData("22017,22018", "203.0.113.9:22017 203.0.113.9:22018")]
    [InlineData("22017、22018；22019", "203.0.113.9:22017 203.0.113.9:22018 203.0.113.9:22019")]
    [InlineData("22017\n22018", "203.0.113.9:22017 203.0.113.9:22018")]
    [InlineData("22017 22018", "203.0.113.9:22017 203.0.113.9:22018")]
    [InlineData("20480-24575", "203.0.113.9:20480-24575")]
    [InlineData("20480 — 24575", "203.0.113.9:20480-24575")]
    [InlineData("—", "203.0.113.9")]
    [InlineData("未知", "203.0.113.9")]
    [InlineData("N/A", "203.0.113.9")]
    [InlineData("0", "203.0.113.9")]
    public void Dirt19_PortsAsPeopleWriteThem(string cell, string asked) => Assert.Equal(asked, Lists.Asked(Lists.Cell("源端口", cell)));

    [Theory]
    [InlineData("22017/TCP", 6)]
    [InlineData("UDP:22017", 17)]
    [InlineData("22017", 0)]
    public void Dirt19_TheTransportBesideAPortIsTaken(string cell, byte protocol) => Assert.Equal(protocol, Assert.Single(Lists.Cell("端口", cell).Entries).Protocol);

    [Theory]
    [InlineData("99999")]
    [InlineData("22017.5")]
    [InlineData("stratum")]
    [InlineData("24575-20480")]
    [InlineData("-1")]
    public void Dirt19_WhatIsNoPortSendsTheRowBack(string cell)
    {
        var row = Lists.Cell("源端口", cell);

        Assert.Contains(RowProblemKind.BadPort, Lists.Kinds(row));
        Assert.Equal((RowDisposition.Returned, ReturnReason.BadFormat), (row.Disposition, row.Reason));
    }

    [Fact]
    public void Dirt19_PortsOfPoolsInTheColumnOfSourcePortsAreToldByRowAndByTable()
    {
        var batch = Lists.Read("IP地址,端口,发现时间\n203.0.113.1,3333,2022-04-07 21:03\n203.0.113.2,4444,2022-04-07 21:03\n203.0.113.3,3333,2022-04-07 21:03\n203.0.113.4,22017,2022-04-07 21:03\n");

        Assert.Equal(3, batch.Rows.Count(row => Lists.Kinds(row).Contains(RowProblemKind.PoolPort)));
        Assert.Equal(["3", "4"], Assert.Single(batch.Problems, problem => problem.Kind == RowProblemKind.PoolPorts).Values);
        Assert.All(batch.Rows, row => Assert.Equal(RowDisposition.Accepted, row.Disposition));
    }

    [Fact]
    public void Dirt19_TwoDifferentPortsForOneAddressAreTwoReadings()
    {
        var row = Lists.Row("IP地址,源端口,发现时间\n203.0.113.9:22017,22018,2022-04-07 21:03\n");

        Assert.Equal(["22017", "22018"], Lists.Problem(row, RowProblemKind.PortConflict).Values);
        Assert.Equal(RowDisposition.Returned, row.Disposition);
    }

    [Theory]
    [InlineData("10PH/s", 1e16, "H/s")]
    [InlineData("10 P", 1e16, "H/s")]
    [InlineData("100MH", 1e8, "H/s")]
    [InlineData("100mh/s", 1e8, "H/s")]
    [InlineData("1,500 TH/s", 1.5e15, "H/s")]
    [InlineData("1.5EH/s", 1.5e18, "H/s")]
    [InlineData("500 Sol/s", 500, "Sol/s")]
    [InlineData("26万度/天", 260_000, "kWh/d")]
    [InlineData("3.25kW", 3.25, "kW")]
    [InlineData("约2千瓦", 2, "kW")]
    [InlineData("１０ＴＨ／ｓ", 1e13, "H/s")]
    public void Dirt20_AmountsHaveTheirUnit(string cell, double amount, string unit) => Assert.Equal(new ListQuantity(amount, unit), Lists.Cell("算力", cell).Hashrate);

    [Fact]
    public void Dirt20_TheUnitMayStandInTheHeader() => Assert.Equal(new ListQuantity(1.1e14, "H/s"), Lists.Cell("算力(TH/s)", "110").Hashrate);

    [Theory]
    [InlineData("110")]
    [InlineData("很大")]
    [InlineData("10 XX")]
    [InlineData("1,5 PH/s")]
    public void Dirt20_AnAmountWithoutAKnownUnitIsToldAndItsTextIsKept(string cell)
    {
        var row = Lists.Cell("算力", cell);

        Assert.Null(row.Hashrate);
        Assert.Contains(RowProblemKind.BadQuantity, Lists.Kinds(row));
        Assert.Contains(row.Cells, raw => raw.Text == cell);
        Assert.Equal(RowDisposition.Accepted, row.Disposition);
    }

    [Theory]
    [InlineData("盐湖", "140802")]
    [InlineData("盐湖区", "140802")]
    [InlineData("运城市盐湖区", "140802")]
    [InlineData("山西省运城市盐湖区", "140802")]
    [InlineData(" 盐 湖 区 ", "140802")]
    [InlineData("绛县", "140826")]
    [InlineData("运城市绛县", "140826")]
    [InlineData("新绛县", "140825")]
    [InlineData("山西省运城市新绛县", "140825")]
    [InlineData("开发区", "1408KF")]
    [InlineData("经开区", "1408KF")]
    public void Dirt22_RegionsHaveManySpellings(string cell, string code) => Assert.Equal(code, Lists.Cell("县(市、区)", cell).Region?.Code);

    [Theory]
    [InlineData("某某区")]
    [InlineData("太原市")]
    public void Dirt22_AnUnknownRegionIsToBeSettledAndTheRowStays(string cell)
    {
        var row = Lists.Cell("区县", cell);

        Assert.Null(row.Region);
        Assert.Contains(RowProblemKind.UnknownRegion, Lists.Kinds(row));
        Assert.Equal(RowDisposition.Accepted, row.Disposition);
    }

    [Theory]
    [InlineData("pool.example:3333", "pool.example", "3333")]
    [InlineData("stratum+tcp://Pool.Example:3333", "pool.example", "3333")]
    [InlineData("198.51.100.7：3333", "198.51.100.7", "3333")]
    [InlineData("[2001:DB8::7]:3333", "2001:db8::7", "3333")]
    [InlineData("pool.example/198.51.100.7", "pool.example 198.51.100.7", "")]
    [InlineData("pool.example、eu.pool.example", "pool.example eu.pool.example", "")]
    [InlineData("https://pool.example/workers", "pool.example", "")]
    public void PoolsAreHostsWithTheirPorts(string cell, string pools, string ports)
    {
        var row = Lists.Cell("矿池地址", cell);

        Assert.Equal(pools, string.Join(' ', row.Pools));
        Assert.Equal(ports, string.Join(' ', row.PoolPorts));
    }

    [Fact]
    public void APoolThatIsOnlyANameIsKeptAndTold()
    {
        var row = Lists.Cell("矿池", "鱼池");

        Assert.Equal(["鱼池"], row.Pools);
        Assert.Contains(RowProblemKind.BadPool, Lists.Kinds(row));
    }

    [Theory]
    [InlineData("币种", "比特币", "BTC")]
    [InlineData("币种", "btc", "BTC")]
    [InlineData("币种", "门罗币", "XMR")]
    public void CoinsHaveTheirSymbol(string header, string cell, string coin) => Assert.Equal(coin, Lists.Cell(header, cell).Coin);

    [Fact]
    public void AnUnknownCoinIsNeverGuessed()
    {
        Assert.Null(Lists.Cell("币种", "未知").Coin);
        Assert.Contains(RowProblemKind.UnknownCoin, Lists.Kinds(Lists.Cell("币种", "某币")));
    }

    [Fact]
    public void RowsOfAnotherCarrierGoBackAsNotOurs()
    {
        var ours = Lists.Options with { OwnCarrier = "telecom" };

        Assert.Equal(ReturnReason.NotOurs, Lists.Cell("运营商", "中国联通", ours).Reason);
        Assert.Equal(RowDisposition.Accepted, Lists.Cell("运营商", "电信", ours).Disposition);
        Assert.Equal(RowDisposition.Accepted, Lists.Cell("运营商", "联通").Disposition);
    }

    [Fact]
    public void TheOtherColumnsAreRead()
    {
        var row = Lists.Row("""
            编号,期数,矿工IP,本地端口,传输协议,监测时间,行为类型,通联次数,单位名称,省重点,说明
            7,2022-15,203.0.113.9,22017,tcp,2022-04-07 21:03,访问挖矿域名,"1,234次",示例公司,是,=SUM(A1)
            """);

        Assert.Equal(("7", "2022-15", LeadKind.Domain, 1_234L, "示例公司", true, "=SUM(A1)"), (row.Number, row.BatchNumber, row.LeadKind!.Value, row.Submissions, row.Organisation, row.IsPriority, row.Remark));
        Assert.Contains(RowProblemKind.FormulaText, Lists.Kinds(row));
    }
}
