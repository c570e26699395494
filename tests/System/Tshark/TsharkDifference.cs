using MinerFlow.Traffic;

namespace MinerFlow.SystemTests.Tshark;

/// <summary>A capture that this product and tshark decode differently, and why.</summary>
internal sealed record TsharkDifference(string Capture, string Ours, string Theirs, string Reason)
{
    private const string Heading = "capture\tours\ttshark\treason";

    private static readonly string Path = Repository.PathOf("tests", "System", "tshark-differences.tsv");

    public string WithoutReason => $"{Capture}: ours {Ours}, tshark {Theirs}";

    public static List<TsharkDifference> ReadList() =>
        File.Exists(Path) ? [.. File.ReadLines(Path).Skip(1).Select(line => line.Split('\t')).Select(cells => new TsharkDifference(cells[0], cells[1], cells[2], cells[3]))] : [];

    public static void WriteList(IEnumerable<TsharkDifference> found, List<TsharkDifference> former)
    {
        var reasons = former.ToDictionary(difference => difference.Capture, difference => difference.Reason, StringComparer.Ordinal);
        var lines = found.Select(difference => $"{difference.Capture}\t{difference.Ours}\t{difference.Theirs}\t{reasons.GetValueOrDefault(difference.Capture)}");
        File.WriteAllLines(Path, lines.Prepend(Heading));
    }
}
