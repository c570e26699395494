using System.Text;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Which dialects are asked about a message: those that declare its method, or for a message without one the form of its result.
/// Most of what passes is known to few dialects, and benign JSON-RPC to hardly any.
/// </summary>
/// <remarks>Only a hint that saves questions: a dialect judges every message that it is asked about by itself.</remarks>
internal sealed class DialectTable
{
    private readonly int[] _all;
    private readonly Dictionary<ulong, int[]> _byMethod = [];
    private readonly (byte[] End, int[] Dialects)[] _byEnd;
    private readonly int[][] _byResult = new int[(int)ResultForms.Any + 1][];

    public DialectTable(IReadOnlyList<IJsonDialect> dialects)
    {
        _all = [.. Enumerable.Range(0, dialects.Count)];
        var methods = _all.SelectMany(i => dialects[i].Methods).Distinct(StringComparer.Ordinal).ToArray();
        foreach (var method in methods.Where(method => !IsEnd(method)))
        {
            _byMethod[NameKey.Of(Encoding.UTF8.GetBytes(method))] = [.. _all.Where(i => Declares(dialects[i], method))];
        }

        // The longest first: whoever declares a shorter end of the same method is among those that are asked about the longer one.
        _byEnd = [.. methods.Where(IsEnd).Select(end => end[1..]).OrderByDescending(end => end.Length)
            .Select(end => (Encoding.UTF8.GetBytes(end), _all.Where(i => Declares(dialects[i], end)).ToArray()))];

        for (var form = 0; form < _byResult.Length; form++)
        {
            _byResult[form] = [.. _all.Where(i => ((int)dialects[i].Results & form) != 0)];
        }
    }

    /// <summary>Indices of the dialects to ask, ascending. Of a cut message neither method nor result can be relied on: all of them.</summary>
    public ReadOnlySpan<int> For(in JsonMessage message)
    {
        if (message.IsTruncated)
        {
            return _all;
        }

        if (message.Method.IsEmpty)
        {
            return _byResult[(int)FormOf(message.Result.Kind)];
        }

        return _byMethod.TryGetValue(NameKey.Of(message.Method), out var dialects) ? dialects : ByEnd(message.Method);
    }

    private ReadOnlySpan<int> ByEnd(ReadOnlySpan<byte> method)
    {
        foreach (var (end, dialects) in _byEnd)
        {
            if (method.EndsWith(end))
            {
                return dialects;
            }
        }

        return default;
    }

    private static ResultForms FormOf(JsonKind result) => result switch
    {
        JsonKind.Missing => ResultForms.Missing,
        JsonKind.Array => ResultForms.Array,
        JsonKind.Object => ResultForms.Object,
        _ => ResultForms.Other,
    };

    private static bool IsEnd(string method) => method.StartsWith('*');

    private static bool Declares(IJsonDialect dialect, string method) =>
        dialect.Methods.Any(declared => IsEnd(declared) ? method.EndsWith(declared[1..], StringComparison.Ordinal) : declared == method);
}
