using System.Text;
using MinerFlow.Reporting.Push;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push;

public sealed class ReceiptFileTests
{
    [Theory]
    [InlineData("pkg-7.txt", "0", true, "0")]
    [InlineData("pkg-7.txt", "OK, 12 rows\r\n", true, "OK, 12 rows")]
    [InlineData("pkg-7.txt", "已接收：第3批", true, "已接收：第3批")]
    [InlineData("pkg-7.txt", "7 hash mismatch", false, "7 hash mismatch")]
    [InlineData("pkg-7.txt", "okay", false, "okay")]
    [InlineData("pkg-7.txt", "失败", false, "失败")]
    [InlineData("pkg-7.json", """{"accepted":true,"text":"收到"}""", true, "收到")]
    [InlineData("pkg-7.json", """{"code":0,"message":"done"}""", true, "done")]
    [InlineData("pkg-7.json", """{"code":14}""", false, """{"code":14}""")]
    [InlineData("pkg-7.json", """{"accepted":"true"}""", false, """{"accepted":"true"}""")]
    [InlineData("pkg-7.json", """{"accepted":tr""", false, """{"accepted":tr""")]
    public void ReceiptSaysWhetherItAccepts(string name, string content, bool accepted, string text) =>
        Assert.Equal(new DeliveryReceipt("pkg-7", accepted, text, name), ReceiptFile.Read(name, Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void LongReceiptIsCutBetweenCharacters()
    {
        var receipt = ReceiptFile.Read("pkg-7.txt", Encoding.UTF8.GetBytes("x" + string.Concat(Enumerable.Repeat("𠀀", 400))));

        Assert.Equal("x" + string.Concat(Enumerable.Repeat("𠀀", 249)), receipt.Text);
    }

    [Fact]
    public void ReceiptBeyondTheBoundIsNotAccepted()
    {
        var content = new byte[ReceiptFile.LongestBytes + 1];
        "0 "u8.CopyTo(content);

        Assert.False(ReceiptFile.Read("pkg-7.txt", content).Accepted);
    }

    [Theory]
    [InlineData("pkg-7.txt", 1, true)]
    [InlineData("pkg-7.txt", 0, false)]
    [InlineData("pkg-7.txt.part", 1, false)]
    [InlineData("pkg-7.json.TMP", 1, false)]
    [InlineData(".pkg-7.txt", 1, false)]
    public void HalfWrittenReceiptsWait(string name, long length, bool isWhole) => Assert.Equal(isWhole, ReceiptFile.IsWhole(name, length));
}
