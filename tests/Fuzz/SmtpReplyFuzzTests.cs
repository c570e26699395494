using System.Buffers;
using System.Text;
using MinerFlow.Reporting.Push.Mail;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Damaged answers of mail servers: never an exception, never more consumed than there is, and what a shorter piece says a longer one says too.</summary>
public sealed class SmtpReplyFuzzTests
{
    private static readonly byte[] Stream = Encoding.ASCII.GetBytes(
        "220 mail.example.net ESMTP\r\n250-mail.example.net\r\n250-SIZE 35882577\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n535 5.7.8 no\r\n421 bye\r\n");

    [Fact]
    public void DamagedRepliesAreReadOrRefused() => FuzzRun.Rounds(random =>
    {
        var bytes = Mutation.Of(Stream, random);
        for (var at = 0; at < bytes.Length;)
        {
            var status = SmtpReply.TryRead(bytes.AsSpan(at), out var reply, out var consumed);
            var shorter = SmtpReply.TryRead(bytes.AsSpan(at, Math.Min(consumed == 0 ? bytes.Length - at : consumed, bytes.Length - at)), out var same, out var sameConsumed);
            Assert.Equal((status, consumed), (shorter, sameConsumed));
            if (status != OperationStatus.Done)
            {
                Assert.Equal(0, consumed);
                return;
            }

            Assert.InRange(reply!.Code, 200, 599);
            Assert.InRange(consumed, 1, bytes.Length - at);
            Assert.Equal(reply.Lines, same!.Lines);
            Assert.InRange($"{reply}".Length, 3, 300);
            _ = new SmtpExtensions(reply).LargestMessage;
            at += consumed;
        }
    });
}
