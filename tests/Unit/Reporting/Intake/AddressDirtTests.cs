using MinerFlow.Ledger.Tasks;
using Xunit;

namespace MinerFlow.Unit.Reporting.Intake;

/// <summary>Dirt of addresses, kinds 1 to 11 of the catalogue.</summary>
public sealed class AddressDirtTests
{
    [Theory]
    [InlineData("192.0.2.1:3333", "192.0.2.1:3333")]
    [InlineData("192.0.2.1：3333", "192.0.2.1:3333")]
    [InlineData("192.0.2.1 3333", "192.0.2.1:3333")]
    [InlineData("192.0.2.1 : 3333", "192.0.2.1:3333")]
    [InlineData("192.0.2.1/3333", "192.0.2.1:3333")]
    [InlineData("[2001:db8::1]:3333", "[2001:db8::1]:3333")]
    [InlineData("2001:db8::1 3333", "[2001:db8::1]:3333")]
    [InlineData("2001:db8:0:0:0:0:0:1:3333", "[2001:db8::1]:3333")]
    public void Dirt01_AnAddressWithItsPortInOneCellIsSplit(string cell, string asked) => Accepted(cell, asked);

    [Theory]
    [InlineData("192.0.2.1:0")]
    [InlineData("192.0.2.1:65536")]
    [InlineData("192.0.2.1:")]
    public void Dirt01_APortBesideAnAddressIsStillAPort(string cell) => Returned(cell, ReturnReason.BadFormat, RowProblemKind.BadPort);

    [Theory]
    [InlineData("１９２．０．２．１")]
    [InlineData("192。0。2。1")]
    [InlineData("192.0.2,1")]
    [InlineData("192·0·2·1")]
    [InlineData("192. 0. 2. 1")]
    [InlineData("192[.]0[.]2[.]1")]
    [InlineData("192．0．2．1。")]
    public void Dirt02_FullWidthDigitsAndChinesePunctuationArePlain(string cell) => Accepted(cell, "192.0.2.1");

    [Theory]
    [InlineData("\u00A0192.0.2.1\u00A0")]
    [InlineData("192.0.\u200B2.1")]
    [InlineData("\uFEFF192.0.2.1")]
    [InlineData("192.0.2.1\t")]
    [InlineData("192.0.2.1\n")]
    [InlineData("'192.0.2.1")]
    [InlineData("\u202A192.0.2.1\u202C")]
    [InlineData("=\"192.0.2.1\"")]
    public void Dirt03_CharactersThatDoNotShowAreTakenOff(string cell) => Accepted(cell, "192.0.2.1");

    [Theory]
    [InlineData("192.000.002.010", "192.0.2.10")]
    [InlineData("192.0.2.01", "192.0.2.1")]
    public void Dirt04_LeadingZerosAreDecimalAndTold(string cell, string asked) =>
        Assert.Equal([asked], Lists.Problem(Accepted(cell, asked), RowProblemKind.LeadingZeros).Values);

    [Theory]
    [InlineData("192.0.2.1-3")]
    [InlineData("192.0.2.1-192.0.2.3")]
    [InlineData("192.0.2.1~192.0.2.3")]
    [InlineData("192.0.2.1～3")]
    [InlineData("192.0.2.1—192.0.2.3")]
    [InlineData("192.0.2.1 – 192.0.2.3")]
    [InlineData("192.0.2.1至192.0.2.3")]
    [InlineData("192.0.2.1 到 3")]
    public void Dirt05_RangesAreExpanded(string cell) => Accepted(cell, "192.0.2.1 192.0.2.2 192.0.2.3");

    [Theory]
    [InlineData("192.0.2.20-192.0.2.1", RowProblemKind.RangeReversed)]
    [InlineData("192.0.2.20-1", RowProblemKind.RangeReversed)]
    [InlineData("192.0.2.0-198.51.100.0", RowProblemKind.RangeTooLarge)]
    [InlineData("192.0.2.1-2001:db8::1", RowProblemKind.RangeReversed)]
    public void Dirt05_RangesThatAreNoneGoBack(string cell, RowProblemKind kind) => Assert.Contains(kind, Lists.Kinds(Lists.Address(cell)));

    [Theory]
    [InlineData("192.0.2.0/30")]
    [InlineData("192.0.2.0 255.255.255.252")]
    [InlineData("192.0.2.0/255.255.255.252")]
    public void Dirt06_PrefixesAndMasksAreExpanded(string cell) => Accepted(cell, "192.0.2.0 192.0.2.1 192.0.2.2 192.0.2.3");

    [Theory]
    [InlineData("192.0.2.5/28", "192.0.2.5", "192.0.2.0/28")]
    [InlineData("2001:db8::1/64", "2001:db8::1", "2001:db8::/64")]
    public void Dirt06_AHostWithItsMaskIsTheHostOrItsNetwork(string cell, string host, string network) =>
        Assert.Equal([host, network], Lists.Problem(Returned(cell, ReturnReason.Insufficient, RowProblemKind.AmbiguousAddress), RowProblemKind.AmbiguousAddress).Values);

    [Fact]
    public void Dirt06_APrefixBeyondTheLimitNamesBothNumbers() =>
        Assert.Equal(["65536", "256"], Lists.Problem(Lists.Address("203.0.0.0/16"), RowProblemKind.RangeTooLarge).Values);

    [Theory]
    [InlineData("192.0.2.*")]
    [InlineData("192.0.2.x")]
    public void Dirt07_AWildcardForTheWholeLastPartIsItsRangeWhenAPersonSaysSo(string cell)
    {
        Assert.Equal(["192.0.2.0/24"], Lists.Problem(Returned(cell, ReturnReason.Insufficient, RowProblemKind.WildcardAddress), RowProblemKind.WildcardAddress).Values);

        var row = Lists.Address(cell, Lists.Options with { AcceptsWildcards = true });

        Assert.Equal(256, row.Entries.Count);
        Assert.Equal(["192.0.2.0/24"], Lists.Problem(row, RowProblemKind.Wildcard).Values);
    }

    [Theory]
    [InlineData("192.0.*.*")]
    [InlineData("192.0.2.1*")]
    [InlineData("192.0.2.***")]
    [InlineData("192.0.xx.1")]
    [InlineData("192.*.2.1")]
    public void Dirt07_MaskedAddressesAreNotEnough(string cell) => Returned(cell, ReturnReason.Insufficient, RowProblemKind.MaskedAddress);

    [Theory]
    [InlineData("192.0.2.1、192.0.2.2;192.0.2.3")]
    [InlineData("192.0.2.1\n192.0.2.2\n192.0.2.3")]
    [InlineData("192.0.2.1,192.0.2.2，192.0.2.3")]
    [InlineData("192.0.2.1 192.0.2.2 192.0.2.3")]
    [InlineData("192.0.2.1/192.0.2.2/192.0.2.3")]
    [InlineData("192.0.2.1和192.0.2.2以及192.0.2.3")]
    public void Dirt08_SeveralAddressesOfACellAreSeveralQuestions(string cell) =>
        Assert.Equal(["3"], Lists.Problem(Accepted(cell, "192.0.2.1 192.0.2.2 192.0.2.3"), RowProblemKind.Expanded).Values);

    [Fact]
    public void Dirt08_OneBadAddressOfSeveralIsToldAndTheOthersAreAsked()
    {
        var row = Accepted("192.0.2.1、10.0.0.1、192.0.2.300", "192.0.2.1");

        Assert.Contains(RowProblemKind.ImpossibleAddress, Lists.Kinds(row));
        Assert.Contains(RowProblemKind.PartTooLarge, Lists.Kinds(row));
    }

    [Theory]
    [InlineData("1.921E+11")]
    [InlineData("192.02")]
    [InlineData("1-2")]
    [InlineData("1月2日")]
    [InlineData("2-Jan")]
    [InlineData("99999999999")]
    public void Dirt09_WhatASpreadsheetDamagedIsToldAsDamage(string cell) => Returned(cell, ReturnReason.BadFormat, RowProblemKind.DamagedAddress);

    [Theory]
    [InlineData("3221225985", "192.0.2.1")]
    [InlineData("203000113009", "203.0.113.9")]
    public void Dirt09_ANumberIsAnAddressOnlyWhenAPersonSaysSo(string cell, string address)
    {
        Assert.Equal([address], Lists.Problem(Returned(cell, ReturnReason.Insufficient, RowProblemKind.NumberAddress), RowProblemKind.NumberAddress).Values);

        Assert.Equal(address, Lists.Asked(Lists.Address(cell, Lists.Options with { AcceptsNumberAddresses = true })));
    }

    [Fact]
    public void Dirt09_ANumberWithTwoReadingsStaysOpenWhateverAPersonSays()
    {
        var row = Lists.Address("1203113009", Lists.Options with { AcceptsNumberAddresses = true });

        Assert.Equal(["71.182.12.49", "1.203.113.9"], Lists.Problem(row, RowProblemKind.AmbiguousAddress).Values);
        Assert.Empty(row.Entries);
    }

    [Theory]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1")]
    [InlineData("2001:db8::1%eth0", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:c000:201", "192.0.2.1")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("２００１：db8：：1", "2001:db8::1")]
    [InlineData("2001:db8:1:2::/64", "2001:db8:1:2::-2001:db8:1:2:ffff:ffff:ffff:ffff")]
    [InlineData("2001:db8::1/128", "2001:db8::1")]
    [InlineData("2001:db8::1-2001:db8::2", "2001:db8::1 2001:db8::2")]
    public void Dirt10_FormsOfIPv6AreOne(string cell, string asked) => Accepted(cell, asked);

    [Fact]
    public void Dirt10_APrefixThatNoSingleSubscriberHasIsTooLarge() => Returned("2001:db8::/32", ReturnReason.Insufficient, RowProblemKind.RangeTooLarge);

    [Theory]
    [InlineData("10.1.2.3", "10.0.0.0/8")]
    [InlineData("100.64.0.1", "100.64.0.0/10")]
    [InlineData("127.0.0.1", "127.0.0.0/8")]
    [InlineData("0.0.0.0", "0.0.0.0/8")]
    [InlineData("192.168.1.1", "192.168.0.0/16")]
    [InlineData("172.31.255.255", "172.16.0.0/12")]
    [InlineData("169.254.1.1", "169.254.0.0/16")]
    [InlineData("239.0.0.1", "224.0.0.0/4")]
    [InlineData("255.255.255.255", "240.0.0.0/4")]
    [InlineData("fe80::1", "fe80::/10")]
    [InlineData("fd00::1", "fc00::/7")]
    [InlineData("ff02::1", "ff00::/8")]
    [InlineData("::1", "::/8")]
    public void Dirt11_AddressesThatNobodyHasGoBackWithTheirSpace(string cell, string space) =>
        Assert.Equal(space, Lists.Problem(Returned(cell, ReturnReason.BadFormat, RowProblemKind.ImpossibleAddress), RowProblemKind.ImpossibleAddress).Values[1]);

    [Theory]
    [InlineData("192.0.2.256", RowProblemKind.PartTooLarge)]
    [InlineData("192.0.2", RowProblemKind.BadAddress)]
    [InlineData("192.0.2.1.5", RowProblemKind.BadAddress)]
    [InlineData("192.0..1", RowProblemKind.BadAddress)]
    [InlineData("pool.example", RowProblemKind.BadAddress)]
    [InlineData("某某公司", RowProblemKind.BadAddress)]
    [InlineData("2001:db8::g", RowProblemKind.BadAddress)]
    [InlineData("192.0.2.0/255.0.255.0", RowProblemKind.AmbiguousAddress)]
    public void Dirt11_WhatIsNoAddressGoesBack(string cell, RowProblemKind kind)
    {
        if (kind == RowProblemKind.AmbiguousAddress)
        {
            // Neither a mask nor an address that anybody has: what stands before it is read, it is told.
            Assert.Contains(RowProblemKind.ImpossibleAddress, Lists.Kinds(Lists.Address(cell)));
            return;
        }

        Returned(cell, ReturnReason.BadFormat, kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("—")]
    [InlineData("未知")]
    [InlineData("、")]
    public void Dirt11_ARowWithoutAnAddressGoesBackForWantOfIt(string cell)
    {
        var row = Lists.Row($"序号,IP地址,发现时间\n1,{cell},2022-04-07 21:03:00\n");

        Assert.Equal((RowDisposition.Returned, ReturnReason.Insufficient), (row.Disposition, row.Reason));
        Assert.Contains(RowProblemKind.NoAddress, Lists.Kinds(row));
    }

    [Theory]
    [InlineData("IP:192.0.2.1")]
    [InlineData("IP地址：192.0.2.1")]
    [InlineData("192.0.2.1（移动）")]
    public void LabelsAndRemarksAreTakenOffAndTold(string cell) => Assert.Contains(RowProblemKind.RemarkRemoved, Lists.Kinds(Accepted(cell, "192.0.2.1")));

    private static ListRow Accepted(string cell, string asked)
    {
        var row = Lists.Address(cell);
        Assert.Equal(asked, Lists.Asked(row));
        Assert.Equal(RowDisposition.Accepted, row.Disposition);
        return row;
    }

    private static ListRow Returned(string cell, ReturnReason reason, RowProblemKind kind)
    {
        var row = Lists.Address(cell);
        Assert.Contains(kind, Lists.Kinds(row));
        Assert.Empty(row.Entries);
        Assert.Equal((RowDisposition.Returned, reason), (row.Disposition, row.Reason));
        return row;
    }
}
