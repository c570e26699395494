using MinerFlow.Reporting;
using Xunit;

namespace MinerFlow.Unit.Reporting;

public sealed class MaskingTests
{
    [Theory]
    [InlineData("张三", "张*")]
    [InlineData("张三丰", "张*")]
    [InlineData(" 欧阳修 ", "欧*")]
    [InlineData("𠮷野家", "𠮷*")]
    [InlineData("Alice Example", "A*")]
    [InlineData("张", "*")]
    [InlineData("", "")]
    public void ANameKeepsItsFirstCharacterOnly(string name, string masked) => Assert.Equal(masked, Masking.Name(name));

    [Theory]
    [InlineData("13812345678", "138****5678")]
    [InlineData("+86 138-1234-5678", "138****5678")]
    [InlineData("0359-1234567", "035****4567")]
    [InlineData("1234567", "****67")]
    [InlineData("110", "****")]
    [InlineData("无", "****")]
    public void APhoneKeepsThreeAndFourDigits(string phone, string masked) => Assert.Equal(masked, Masking.Phone(phone));

    [Theory]
    [InlineData("示例省示例市盐湖区阳光小区5号楼2单元301室", "示例省示例市盐湖区阳光小区***")]
    [InlineData("示例市盐湖区河东街123号阳光小区5号楼301", "示例市盐湖区河东街123号阳光小区***")]
    [InlineData("示例县北村三组12号", "示例县北村***")]
    [InlineData("示例市示例区河东街123号", "示例市示例区河东街***")]
    [InlineData("厦门市思明区示例路8号A座1201室", "厦门市思明区示例路***")]
    [InlineData("南京市鼓楼区", "南京市鼓楼区")]
    [InlineData("示例市盐湖区某饭店楼上", "示例市盐湖区***")]
    [InlineData("5号楼2单元301室", "***")]
    [InlineData("12 Example Street", "***")]
    [InlineData("示例市盐湖区二号楼王家村301室", "示例市盐湖区***")]
    [InlineData("", "")]
    public void AnAddressEndsAtTheQuarterOrVillage(string address, string masked) => Assert.Equal(masked, Masking.Address(address));

    [Theory]
    [InlineData("yc0359000001@adsl", "yc****sl")]
    [InlineData("short", "****")]
    public void ANumberKeepsItsEnds(string number, string masked) => Assert.Equal(masked, Masking.Number(number));

    [Fact]
    public void APersonIsMaskedInEveryField()
    {
        var masked = Masking.Mask(Sample.Person().Subscriber!);

        Assert.Equal("张*", masked.Name);
        Assert.Equal("14****34", masked.CreditCode);
        Assert.Equal("示例省示例市盐湖区阳光小区***", masked.InstallationAddress);
        Assert.Equal("03****01", masked.LineNumber);
        Assert.Equal("李*", masked.ContactName);
        Assert.Equal("138****5678", masked.ContactPhone);
        Assert.Equal("盐湖区", masked.County);
    }

    [Fact]
    public void AnOrganisationStaysInClearButItsContactDoesNot()
    {
        var clear = Sample.Company().Subscriber!;

        var masked = Masking.Mask(clear);

        Assert.Equal(clear with { ContactName = "王*", ContactPhone = "139****1234" }, masked);
    }

    [Fact]
    public void AnAccountIsInClearOnlyForAKnownOrganisation()
    {
        Assert.Equal("ent-0001", Masking.Account(Sample.Company()));
        Assert.Equal("yc****sl", Masking.Account(Sample.Person()));
        Assert.Equal("yc****sl", Masking.Account(Sample.Person() with { Subscriber = null }));
    }
}
