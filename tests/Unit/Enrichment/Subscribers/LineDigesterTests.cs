using System.Text;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers;

public sealed class LineDigesterTests
{
    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void EveryLineOfALogHasTheDigestItHasAlone(string lineEnd)
    {
        var random = new SeededRandom(1);
        var log = new StringBuilder();

        // Longer than the reader's buffer: lines are cut at its end; some are empty, some too long to be made with others.
        for (var i = 0; i < 20_000; i++)
        {
            log.Append('x', random.Below(50) switch { 0 => 0, 1 => 1000 + random.Below(2000), _ => random.Below(200) }).Append(i).Append(lineEnd);
        }

        var lines = new Digested();
        using var stream = new MemoryStream(Encoding.ASCII.GetBytes(log.Append("the last, without end").ToString()));
        LogLines.Read(stream, lines, 0, () => true);
        Assert.Equal(20_001, lines.Count);
    }

    [Fact]
    public void LinesThatAreLeftOutDoNotShiftTheOthers()
    {
        var digester = new LineDigester();
        var log = "one\ntwo\nthree\nfour\n"u8;
        Assert.Equal(LineDigest.Of("one"u8), digester.Of(new PlacedLine(log[..3], log, 0, 4)));
        Assert.Equal(LineDigest.Of("three"u8), digester.Of(new PlacedLine(log[8..13], log[8..], 8, 14)));
        Assert.Equal(LineDigest.Of("four"u8), digester.Of(new PlacedLine(log[14..18], log[14..], 14, 19)));
    }

    private sealed class Digested : IPlacedLineHandler
    {
        private readonly LineDigester _digester = new();

        public int Count { get; private set; }

        public void Take(in PlacedLine line)
        {
            Count++;
            Assert.Equal(LineDigest.Of(line.Bytes), _digester.Of(line));
        }
    }
}
