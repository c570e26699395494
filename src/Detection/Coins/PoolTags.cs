using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Coins;

/// <summary>The texts of <c>rules/pool-tags.csv</c> that pools write into the coinbase, and whose they are.</summary>
internal sealed class PoolTags
{
    public static readonly PoolTags Empty = new([]);

    /// <summary>Shorter ones turn up by chance among the random bytes of a coinbase.</summary>
    private const int ShortestTag = 5;

    private static readonly string[] Columns = ["tag", "pool"];

    private readonly PoolTag[] _tags;

    private PoolTags(PoolTag[] tags) => _tags = tags;

    public int Count => _tags.Length;

    /// <summary>The pool whose tag stands in these bytes of a coinbase script, the longest tag first, of equal ones the first of the file; null when none does.</summary>
    public string? Find(ReadOnlySpan<byte> script)
    {
        foreach (var entry in _tags)
        {
            if (script.IndexOf(entry.Tag) >= 0)
            {
                return entry.Pool;
            }
        }

        return null;
    }

    /// <summary>Reads the table; faulty lines are reported and left out.</summary>
    public static PoolTags Read(TextReader reader, string file, List<Problem> problems)
    {
        var rows = new RuleRows(reader, file, Columns, problems);
        var tags = new List<PoolTag>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (rows.MoveNext())
        {
            var tag = Encoding.UTF8.GetBytes(rows[0]);
            if (tag.Length < ShortestTag)
            {
                rows.Report(0, $"'{rows[0]}' is too short: a tag of {ShortestTag} bytes or more is needed.");
            }
            else if (rows.IsEmpty(1))
            {
                rows.Report(1, "The pool's name is missing.");
            }
            else if (!seen.Add(rows[0]))
            {
                rows.Report(0, $"'{rows[0]}' is listed twice.");
            }
            else
            {
                tags.Add(new PoolTag(tag, rows[1], rows.Line));
            }
        }

        tags.Sort((left, right) => left.Tag.Length == right.Tag.Length ? left.Line.CompareTo(right.Line) : right.Tag.Length.CompareTo(left.Tag.Length));
        return new PoolTags([.. tags]);
    }

    private sealed record PoolTag(byte[] Tag, string Pool, int Line);
}
