using MinerFlow.Traffic;

namespace MinerFlow.Fuzz;

/// <summary>What is damaged: the shipped captures and dialogues.</summary>
internal static class Corpus
{
    public static IReadOnlyList<Dialogue> Dialogues { get; } = [.. Repository.Scenarios.Select(Repository.ReadScenario)];

    /// <summary>Every shipped capture as it is on disk.</summary>
    public static IReadOnlyList<byte[]> Captures { get; } = [.. Repository.Scenarios.Select(scenario => File.ReadAllBytes(Repository.PathOf("captures", scenario + ".pcapng")))];

    /// <summary>What the sides of all dialogues say, write by write.</summary>
    public static IReadOnlyList<byte[]> Writes { get; } = [.. Dialogues.SelectMany(dialogue => dialogue.Writes).Select(write => write.Bytes)];

    /// <summary>A few frames of every dialogue in every form.</summary>
    public static IReadOnlyList<byte[]> Frames { get; } =
    [
        .. from dialogue in Dialogues
           from form in TrafficForm.Others.Append(TrafficForm.Plain)
           from frame in TrafficWriter.Frames(dialogue, form).Take(6)
           select frame.Bytes,
    ];

    public static byte[] Pick(IReadOnlyList<byte[]> corpus, SeededRandom random) => corpus[random.Below(corpus.Count)];
}
