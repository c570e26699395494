using MinerFlow.Abstractions;
using MinerFlow.Connections;
using Xunit;

namespace MinerFlow.Unit.Connections.Streams;

/// <summary>What the network does to a stream on its way never changes the bytes that are delivered. Seeds are fixed.</summary>
public sealed class StreamPropertyTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void CutReorderedDuplicatedAndOverlappedItIsTheSameStream(int seed)
    {
        var random = new Random(seed);
        var stream = Text(random, random.Next(1, 6_000));
        var start = seed % 3 == 0 ? uint.MaxValue - (uint)random.Next(stream.Length + 1) : (uint)random.NextInt64(uint.MaxValue);
        using var script = new TcpScript(Lines(), clientStart: start, batch: random.Next(1, 33));
        script.Open();
        foreach (var (offset, length) in Disturb(random, Cut(random, stream.Length)))
        {
            script.Client(offset, stream[offset..(offset + length)], 0);
        }

        script.End();
        Assert.Empty(script.Only.Gaps);
        Assert.Equal(stream, script.Only.Of(FlowSide.Low).Concat(System.Text.Encoding.Latin1.GetBytes(script.Only.UnconsumedAtEnd!)).ToArray());
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void OfOverlappingSegmentsTheFirstToArriveWins(int seed)
    {
        var random = new Random(seed);
        const int Length = 300;
        var expected = new byte[Length];
        var seen = new bool[Length];
        using var script = new TcpScript();
        script.Open();
        var pieces = Enumerable.Range(0, 60).Select(_ => (Offset: random.Next(Length), Length: random.Next(1, 40))).ToList();
        pieces.Add((0, Length));
        foreach (var (offset, length) in pieces)
        {
            var piece = Text(random, Math.Min(length, Length - offset));
            for (var index = 0; index < piece.Length; index++)
            {
                expected[offset + index] = seen[offset + index] ? expected[offset + index] : piece[index];
                seen[offset + index] = true;
            }

            script.Client(offset, piece, 0);
        }

        script.End();
        Assert.Equal(expected, script.Only.Of(FlowSide.Low));
    }

    [Fact]
    public void AMissingSegmentAnywhereIsOneGapAndTheRestArrives()
    {
        for (var missing = 1; missing < 9; missing++)
        {
            using var script = new TcpScript();
            script.Open();
            for (var number = 0; number < 10; number++)
            {
                if (number != missing)
                {
                    script.Client(number * 3, $"<{number}>", 0);
                }
            }

            script.End();
            Assert.Equal(string.Concat(Enumerable.Range(0, 10).Where(number => number != missing).Select(number => $"<{number}>")), script.Only.TextOf(FlowSide.Low));
            Assert.Equal([(FlowSide.Low, 3L, string.Empty)], script.Only.Gaps);
        }
    }

    [Fact]
    public void EveryPrefixOfTheCaptureDeliversAPrefixOfTheStream()
    {
        var random = new Random(7);
        var stream = Text(random, 900);
        var segments = Disturb(random, Cut(random, stream.Length));
        for (var count = 1; count <= segments.Count; count++)
        {
            using var script = new TcpScript();
            script.Open();
            foreach (var (offset, length) in segments.Take(count))
            {
                script.Client(offset, stream[offset..(offset + length)], 0);
            }

            script.Flush();
            var delivered = script.Inspector.Connections.Count == 0 ? [] : script.Only.Of(FlowSide.Low);
            Assert.Equal(stream[..delivered.Length], delivered);
        }
    }

    [Fact]
    public void EndlessSegmentsAheadAndRandomNumbersStayWithinTheBounds()
    {
        var options = new FlowOptions { StreamBytesAhead = 8_192, StreamBytesKept = 2_048, StreamBytesTotal = 1_048_576 };
        var random = new Random(3);
        using var script = new TcpScript(RecordingInspector.OfEverything().WithReader(_ => 0), options);
        script.Open().Client(0, "a", 0);
        for (var number = 0; number < 20_000; number++)
        {
            var data = Text(random, random.Next(1, 200));
            script.Client(number % 3 == 0 ? random.NextInt64(uint.MaxValue) : (number * 211L) + 5, data, number % 17 == 0 ? (uint)random.NextInt64(uint.MaxValue) : 0);
        }

        script.End();
        Assert.NotEmpty(script.Only.Gaps);
        Assert.All(script.Only.Gaps, gap => Assert.InRange(gap.Unconsumed.Length, 0, 2_048));
    }

    private static RecordingInspector Lines() => RecordingInspector.OfEverything().WithReader(bytes => Array.LastIndexOf(bytes, (byte)'\n') + 1);

    private static byte[] Text(Random random, int length)
    {
        var text = new byte[length];
        for (var index = 0; index < length; index++)
        {
            text[index] = random.Next(40) == 0 ? (byte)'\n' : (byte)random.Next('a', 'z' + 1);
        }

        return text;
    }

    private static List<(int Offset, int Length)> Cut(Random random, int length)
    {
        var pieces = new List<(int, int)>();
        for (var offset = 0; offset < length;)
        {
            var piece = Math.Min(random.Next(1, 120), length - offset);
            pieces.Add((offset, piece));
            offset += piece;
        }

        return pieces;
    }

    /// <summary>Swaps neighbours up to five apart, repeats some, and sends some again with other borders.</summary>
    private static List<(int Offset, int Length)> Disturb(Random random, List<(int Offset, int Length)> pieces)
    {
        var total = pieces[^1].Offset + pieces[^1].Length;
        var sent = new List<(int Offset, int Length)>();
        foreach (var piece in pieces)
        {
            sent.Insert(sent.Count - random.Next(0, Math.Min(5, sent.Count) + 1), piece);
            if (random.Next(4) == 0)
            {
                sent.Add(sent[random.Next(sent.Count)]);
            }

            if (random.Next(5) == 0)
            {
                var offset = Math.Max(0, piece.Offset - random.Next(60));
                sent.Add((offset, Math.Min(total - offset, random.Next(1, 200))));
            }
        }

        return sent;
    }
}
