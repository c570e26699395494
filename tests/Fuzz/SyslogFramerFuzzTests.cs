using System.Text;
using MinerFlow.Enrichment.Subscribers.Receivers;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Damaged streams of syslog: never an exception, never a message beyond the bound, and the same messages however the stream is cut.</summary>
public sealed class SyslogFramerFuzzTests
{
    private static readonly byte[] Stream = Encoding.ASCII.GetBytes("12 <134>message5 <1>aa<134>a line\n<134>another\r\n40 <134>something a good deal longer than that");

    [Fact]
    public void DamagedStreamsAreCutTheSameWayHoweverTheyCome() => FuzzRun.Rounds(random =>
    {
        var bytes = Mutation.Of(Stream, random);
        var whole = Frames(bytes, bytes.Length + 1);

        Assert.All(whole.Messages, message => Assert.InRange(message.Length, 0, 32));
        Assert.Equal(whole.Messages, Frames(bytes, 1 + random.Below(7)).Messages);
    });

    private static Sink Frames(byte[] bytes, int piece)
    {
        var sink = new Sink();
        var framer = new SyslogFramer(32, sink);
        for (var at = 0; at < bytes.Length; at += piece)
        {
            framer.Read(bytes.AsSpan(at, Math.Min(piece, bytes.Length - at)));
        }

        framer.End();
        return sink;
    }

    private sealed class Sink : IFrameSink
    {
        public List<string> Messages { get; } = [];

        public void Take(ReadOnlySpan<byte> message) => Messages.Add(Encoding.Latin1.GetString(message));

        public void Lost(ReceiveLoss loss)
        {
        }
    }
}
