using System.Text;
using MinerFlow.Reporting.Push.Mail;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Mail;

public sealed class MimeTextTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("附件2", "=?UTF-8?B?6ZmE5Lu2Mg==?=")]
    [InlineData("=?UTF-8?B?", "=?UTF-8?B?PT9VVEYtOD9CPw==?=")]
    public void TextBeyondAsciiBecomesEncodedWords(string text, string expected) => Assert.Equal(expected, MimeText.Words(text));

    [Fact]
    public void LongTextIsFoldedBetweenCharacters()
    {
        var text = string.Concat(Enumerable.Repeat("附件2_示例市𠀀", 20));

        var words = MimeText.Words(text).Split("\r\n ");

        Assert.All(words, word => Assert.InRange(word.Length, 1, 75));
        Assert.Equal(text, string.Concat(words.Select(word => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(word["=?UTF-8?B?".Length..^2])))));
    }

    [Theory]
    [InlineData("rows.csv", "filename=\"rows.csv\"")]
    [InlineData("a \"b\" \\.csv", "filename=\"a \\\"b\\\" \\\\.csv\"")]
    [InlineData("附件2.xlsx", "filename*=UTF-8''%E9%99%84%E4%BB%B62.xlsx")]
    [InlineData("a'%.xlsx", "filename=\"a'%.xlsx\"")]
    public void FileNamesAreParameters(string name, string expected) => Assert.Equal([expected], MimeText.Parameter("filename", name));

    [Fact]
    public void LongFileNameComesInPiecesBetweenCharacters()
    {
        var name = string.Concat(Enumerable.Repeat("附件", 10)) + ".xlsx";

        var pieces = MimeText.Parameter("filename", name).ToList();

        Assert.StartsWith("filename*0*=UTF-8''%E9", pieces[0], StringComparison.Ordinal);
        Assert.All(pieces, piece => Assert.InRange(piece.Length, 1, 76));
        Assert.Equal(name, Uri.UnescapeDataString(string.Concat(pieces.Select(piece => piece[(piece.IndexOf('=', StringComparison.Ordinal) + 1)..]))["UTF-8''".Length..]));
    }
}
