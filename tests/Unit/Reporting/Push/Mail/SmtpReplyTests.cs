using System.Buffers;
using System.Text;
using MinerFlow.Reporting.Push.Mail;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Mail;

public sealed class SmtpReplyTests
{
    [Theory]
    [InlineData("250 OK\r\n", 250, "OK", 8)]
    [InlineData("250\r\n", 250, "", 5)]
    [InlineData("354 go\n", 354, "go", 7)]
    [InlineData("250-one\r\n250-two words\r\n250 three\r\n", 250, "one|two words|three", 35)]
    [InlineData("220 ready\r\n250 injected\r\n", 220, "ready", 11)]
    public void ReplyEndsAtTheLineWithoutAHyphen(string bytes, int code, string lines, int consumed)
    {
        Assert.Equal(OperationStatus.Done, SmtpReply.TryRead(Encoding.UTF8.GetBytes(bytes), out var reply, out var taken));
        Assert.Equal((code, lines, consumed), (reply!.Code, string.Join('|', reply.Lines), taken));
    }

    [Theory]
    [InlineData("250-one\r\n250 two\r\n")]
    [InlineData("421 closing\r\n")]
    public void EveryBeginningOfAReplyAsksForMore(string whole)
    {
        var bytes = Encoding.UTF8.GetBytes(whole);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Equal(OperationStatus.NeedMoreData, SmtpReply.TryRead(bytes.AsSpan(0, length), out _, out var consumed));
            Assert.Equal(0, consumed);
        }
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("25 OK\r\n")]
    [InlineData("650 OK\r\n")]
    [InlineData("150 OK\r\n")]
    [InlineData("250_OK\r\n")]
    [InlineData("250-one\r\n251 two\r\n")]
    [InlineData("\r\n")]
    public void WhatIsNoReplyIsTold(string bytes) => Assert.Equal(OperationStatus.InvalidData, SmtpReply.TryRead(Encoding.UTF8.GetBytes(bytes), out _, out _));

    [Fact]
    public void ReplyWithoutAnEndIsTold()
    {
        var line = new byte[SmtpReply.LongestBytes];
        line.AsSpan().Fill((byte)'2');
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("250-x\r\n", SmtpReply.LongestBytes / 7 + 1)));

        Assert.Equal(OperationStatus.InvalidData, SmtpReply.TryRead(line, out _, out _));
        Assert.Equal(OperationStatus.InvalidData, SmtpReply.TryRead(lines, out _, out _));
    }

    [Fact]
    public void ExtensionsAreReadWithTheirParameters()
    {
        var reply = new SmtpReply(250, ["mail.example.net", "SIZE 1000", "auth=LOGIN", "AUTH PLAIN", "StartTls", "SMTPUTF8"]);
        var extensions = new SmtpExtensions(reply);

        Assert.Equal((1_000L, true, true), (extensions.LargestMessage, extensions.HasStartTls, extensions.HasUtf8));
        Assert.Equal(["LOGIN", "PLAIN"], extensions.Authentication);
        Assert.Null(new SmtpExtensions(new SmtpReply(250, ["mail", "SIZE 0"])).LargestMessage);
        Assert.Null(new SmtpExtensions(new SmtpReply(250, ["mail", "SIZE"])).LargestMessage);
        Assert.False(new SmtpExtensions(new SmtpReply(250, ["STARTTLS"])).HasStartTls);
    }
}
