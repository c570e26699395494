using System.Net;

namespace MinerFlow.Traffic;

/// <summary>What two or more hosts say to each other, before it becomes packets.</summary>
/// <param name="Start">When the first packet is on the wire.</param>
/// <param name="Flows">Connections in the order they are opened.</param>
/// <param name="Writes">What is said, in order of time.</param>
/// <param name="MiddleIndex">Index of the first write that a capture started mid-stream still sees.</param>
public sealed record Dialogue(DateTimeOffset Start, IReadOnlyList<DialogueFlow> Flows, IReadOnlyList<DialogueWrite> Writes, int MiddleIndex)
{
    /// <summary>Longest TCP payload of one segment. 1,460: an Ethernet frame of 1,500 without TCP options.</summary>
    public int SegmentSize { get; init; } = 1_460;

    public static Dialogue Read(string path) => new DialogueReader().Read(File.ReadAllLines(path), path);
}

/// <summary>One connection of a dialogue; without <c>ClosesWithFin</c> it is still open at the end of the capture.</summary>
public sealed record DialogueFlow(IPEndPoint Client, IPEndPoint Server, bool IsUdp, bool ClosesWithFin);

/// <summary>One write of one side, so long after the start of the dialogue: one segment or more, or one datagram.</summary>
public sealed record DialogueWrite(int Flow, bool FromClient, TimeSpan At, byte[] Bytes);
