using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Every dialogue through flow table, streams and detection, cut and damaged.</summary>
public sealed class StreamFuzzTests
{
    private static readonly List<string>[] Plain = [.. Corpus.Dialogues.Select(dialogue => Pipeline.Facts(Frames(dialogue)))];

    /// <summary>Makes what is expected before the first round: what a round allocates is bounded.</summary>
    public StreamFuzzTests() => Assert.NotEmpty(Plain);

    [Fact]
    public void OtherSegmentsChangeNothing() => FuzzRun.Rounds(random =>
    {
        var index = PickTcp(random);
        var dialogue = Corpus.Dialogues[index] with { SegmentSize = SegmentSize(Corpus.Dialogues[index], random) };

        Assert.Equal(Plain[index], Pipeline.Facts(Frames(dialogue)));
    });

    [Fact]
    public void RepeatedSegmentsChangeNothing() => FuzzRun.Rounds(random =>
    {
        var index = PickTcp(random);
        var frames = Frames(Corpus.Dialogues[index]).SelectMany(frame => Enumerable.Repeat(frame, random.Below(3) == 0 ? 2 : 1));

        Assert.Equal(Plain[index], Pipeline.Facts(frames));
    });

    [Fact]
    public void ReorderedSegmentsOfAConnectionChangeNothing() => FuzzRun.Rounds(random =>
    {
        var index = PickTcp(random);

        // Not under 40 bytes: each segment that waits for another takes a chunk, and chunks are bounded.
        var dialogue = Corpus.Dialogues[index] with { SegmentSize = Math.Max(40, SegmentSize(Corpus.Dialogues[index], random)) };
        var frames = Frames(dialogue).ToList();

        // Segments of one write are on the wire at one moment: any order of them is one that a network may give. The opening of each flow stays in order,
        // because a flow that is not yet a connection is only a slot and keeps no bytes.
        var open = dialogue.Writes[dialogue.MiddleIndex].At;
        var openings = dialogue.Writes.GroupBy(write => (write.Flow, write.FromClient)).Select(direction => direction.First().At).ToHashSet();
        foreach (var moment in frames.Index().Where(frame => frame.Item.At >= open && !openings.Contains(frame.Item.At)).GroupBy(frame => frame.Item.At).Where(moment => moment.Count() > 1).ToList())
        {
            var indices = moment.Select(frame => frame.Index).ToArray();
            var other = indices[random.Below(indices.Length)];
            (frames[indices[0]], frames[other]) = (frames[other], frames[indices[0]]);
        }

        Assert.Equal(Plain[index], Pipeline.Facts(frames));
    });

    [Fact]
    public void LostAndDamagedFramesNeverThrow() => FuzzRun.Rounds(random =>
    {
        var damaged = new List<(TimeSpan At, byte[] Bytes)>();
        foreach (var frame in Frames(Corpus.Dialogues[random.Below(Corpus.Dialogues.Count)]))
        {
            switch (random.Below(8))
            {
                case 0:
                    break;
                case 1:
                    damaged.Add((frame.At, Mutation.Of(frame.Bytes, random)));
                    break;
                case 2:
                    damaged.Add((frame.At, DamagePayload(frame.Bytes, random)));
                    break;
                default:
                    damaged.Add(frame);
                    break;
            }
        }

        Pipeline.Facts(damaged);
    });

    [Fact]
    public void MessagesOfOneProtocolInsideAnotherNeverThrow() => FuzzRun.Rounds(random =>
    {
        var dialogue = Corpus.Dialogues[PickTcp(random)];
        var writes = dialogue.Writes.Select(write => random.Below(4) == 0 ? write with { Bytes = Mutation.Of(Corpus.Pick(Corpus.Writes, random), random) } : write).ToList();

        Pipeline.Facts(Frames(dialogue with { Writes = writes }));
    });

    private static IEnumerable<(TimeSpan At, byte[] Bytes)> Frames(Dialogue dialogue) => TrafficWriter.Frames(dialogue, TrafficForm.Plain);

    /// <summary>
    /// Any size, from single bytes on. An opening that is not JSON (a head of HTTP, a handshake) comes in segments as a network makes them (536 is
    /// the least that every host takes, RFC 9293): such flows are judged by their first packets, before anything of them is kept.
    /// </summary>
    private static int SegmentSize(Dialogue dialogue, SeededRandom random)
    {
        return dialogue.Writes[0].Bytes[0] == '{' ? 1 + random.Below(200) : 536 + random.Below(900);
    }

    private static int PickTcp(SeededRandom random)
    {
        while (true)
        {
            var index = random.Below(Corpus.Dialogues.Count);
            if (!Corpus.Dialogues[index].Flows[0].IsUdp)
            {
                return index;
            }
        }
    }

    /// <summary>Headers stay, so that the damage reaches the protocols.</summary>
    private static byte[] DamagePayload(byte[] frame, SeededRandom random)
    {
        const int Headers = 54;
        var copy = frame.ToArray();
        for (var i = 0; i < 3 && copy.Length > Headers; i++)
        {
            copy[Headers + random.Below(copy.Length - Headers)] = (byte)random.Next();
        }

        return copy;
    }
}
