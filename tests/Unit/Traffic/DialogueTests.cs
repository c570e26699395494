using System.Text;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Unit.Traffic;

public sealed class DialogueTests
{
    private const string Flow = "flow 192.0.2.1:1000 198.51.100.1:3333";

    [Theory]
    [InlineData("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    public void KeccakGivesThePublishedHashes(string message, string hash) =>
        Assert.Equal(hash, Convert.ToHexStringLower(Keccak256.Hash(Encoding.ASCII.GetBytes(message))));

    [Fact]
    public void AMessageOverTheBlockLengthHashesAsOne() =>
        Assert.NotEqual(Keccak256.Hash(new byte[136]), Keccak256.Hash(new byte[137]));

    [Fact]
    public void ANamedValueStaysUntilItIsMadeNew()
    {
        var dialogue = Read(Flow, "C: ${hex 8 job}", "C: ${hex 8 job}", "C: ${hex 8 job!}");

        Assert.Equal(dialogue.Writes[0].Bytes, dialogue.Writes[1].Bytes);
        Assert.NotEqual(dialogue.Writes[1].Bytes, dialogue.Writes[2].Bytes);
    }

    [Fact]
    public void ARepeatedPartMovesItsCountersOn()
    {
        var dialogue = Read(Flow, "repeat 2", "C: ${next id}", "S: ${last id}", "end");

        Assert.Equal(["1\n", "1\n", "2\n", "2\n"], dialogue.Writes.Select(write => Encoding.ASCII.GetString(write.Bytes)));
    }

    [Fact]
    public void TheBodysLengthIsPutIntoTheHead()
    {
        var dialogue = Read(Flow, @"C| POST / HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n", "C+ {\"id\":1}");

        Assert.EndsWith("Content-Length: 8\r\n\r\n{\"id\":1}", Encoding.ASCII.GetString(dialogue.Writes[0].Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void BracketsPutTheLengthBeforeWhatTheyHold() =>
        Assert.Equal("00050203616263ff", Convert.ToHexStringLower(Read(Flow, "C# be16[ 02 u8[\"abc\"] ] ff").Writes[0].Bytes));

    [Theory]
    [InlineData("C: ${hexes 8}", "dialogue:2: unknown placeholder 'hexes 8'")]
    [InlineData("X: hello", "dialogue:2: cannot read 'X: hello'")]
    [InlineData("C# 0g", "dialogue:2:")]
    public void AWrongLineIsNamedWithItsNumber(string line, string message)
    {
        var error = Assert.Throws<FormatException>(() => Read(Flow, line));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AWriteOverTheSegmentSizeBecomesSeveralSegments()
    {
        var dialogue = Read("segment 536", Flow, "C# zero:1000");

        var lengths = TrafficWriter.Frames(dialogue, TrafficForm.Plain).Select(frame => frame.Bytes.Length - 54).Where(length => length > 4);

        Assert.Equal([536, 464], lengths);
    }

    [Fact]
    public void EveryFormGivesTheSameBytesTwice()
    {
        var dialogue = Read(Flow, "C: one", "middle", "S: two");
        foreach (var form in TrafficForm.Others)
        {
            Assert.Equal(TrafficWriter.Write(dialogue, form, "x"), TrafficWriter.Write(dialogue, form, "x"));
        }
    }

    [Fact]
    public void AOneSidedFormHoldsThatSideOnly()
    {
        var dialogue = Read(Flow, "C: one", "S: two");
        var clientOnly = TrafficForm.Others.Single(form => form.Name == "client-only");

        // Destination port of each frame: only the server's.
        Assert.All(TrafficWriter.Frames(dialogue, clientOnly), frame => Assert.Equal(3333, (frame.Bytes[36] << 8) | frame.Bytes[37]));
    }

    private static Dialogue Read(params string[] lines) => new DialogueReader().Read(lines, "dialogue");
}
