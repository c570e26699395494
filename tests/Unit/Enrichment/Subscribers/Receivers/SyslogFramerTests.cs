using System.Text;
using MinerFlow.Enrichment.Subscribers.Receivers;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Receivers;

public sealed class SyslogFramerTests
{
    // RFC 6587: lines, counts, and senders that change between the two or add line ends to counts.
    [Theory]
    [InlineData("<1>a\n<2>b\r\n<3>c", "<1>a|<2>b|<3>c")]
    [InlineData("4 <1>a4 <2>b", "<1>a|<2>b")]
    [InlineData("4 <1>a\n4 <2>b\n", "<1>a|<2>b")]
    [InlineData("7 <1>a\nbc<2>b\n5 <3>cc", "<1>a\nbc|<2>b|<3>cc")]
    [InlineData("2022 is a year\n1 2022 Apr 7\n", "2022 is a year|1 2022 Apr 7")]
    [InlineData("0 <1>a\n", "0 <1>a")]
    [InlineData("\0\n\n<1>a\0\n", "<1>a\0")]
    public void MessagesAreTheSameHoweverTheStreamIsCut(string stream, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);
        for (var piece = 1; piece <= bytes.Length; piece++)
        {
            var sink = new Sink();
            var framer = new SyslogFramer(64, sink);
            for (var at = 0; at < bytes.Length; at += piece)
            {
                framer.Read(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
            }

            framer.End();
            Assert.Equal(expected, string.Join('|', sink.Messages));
            Assert.Empty(sink.Losses);
        }
    }

    [Theory]
    [InlineData("60 <1>")]
    [InlineData("12 <1>abc")]
    [InlineData("12")]
    public void ACountedMessageThatIsNotWholeIsLost(string stream)
    {
        var sink = new Sink();
        var framer = new SyslogFramer(64, sink);
        framer.Read(Encoding.UTF8.GetBytes(stream));
        framer.End();

        Assert.Empty(sink.Messages);
        Assert.Equal([ReceiveLoss.Cut], sink.Losses);
    }

    [Fact]
    public void WhatIsTooLongIsCountedAndTheNextMessageIsRead()
    {
        var sink = new Sink();
        var framer = new SyslogFramer(16, sink);
        framer.Read(Encoding.UTF8.GetBytes($"200 <1>{new string('x', 197)}5 <2>bb<3>{new string('y', 300)}\n<4>d\n"));
        framer.End();

        Assert.Equal(["<2>bb", "<4>d"], sink.Messages);
        Assert.Equal([ReceiveLoss.TooLong, ReceiveLoss.TooLong], sink.Losses);
    }

    private sealed class Sink : IFrameSink
    {
        public List<string> Messages { get; } = [];

        public List<ReceiveLoss> Losses { get; } = [];

        public void Take(ReadOnlySpan<byte> message) => Messages.Add(Encoding.UTF8.GetString(message));

        public void Lost(ReceiveLoss loss) => Losses.Add(loss);
    }
}
