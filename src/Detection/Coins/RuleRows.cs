using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Coins;

/// <summary>
/// Reads a comma-separated rule file line by line and collects what is wrong with it instead of stopping at the first fault.
/// Fields hold no commas and no quotes; empty lines and lines that begin with <c>#</c> are passed over.
/// </summary>
internal sealed class RuleRows
{
    private readonly TextReader _reader;
    private readonly string _file;
    private readonly List<Problem> _problems;
    private readonly string[] _columns;
    private string[] _fields = [];

    /// <param name="reader">Stays open.</param>
    /// <param name="file">Path as the operator knows it.</param>
    /// <param name="columns">Names that the first line must hold, in this order.</param>
    /// <param name="problems">Where faults go.</param>
    public RuleRows(TextReader reader, string file, string[] columns, List<Problem> problems)
    {
        _reader = reader;
        _file = file;
        _columns = columns;
        _problems = problems;
        var header = reader.ReadLine()?.TrimStart('\uFEFF');
        Line = 1;
        if (header is null || !header.Split(',').AsSpan().SequenceEqual(columns))
        {
            problems.Add(new Problem(file, 1, 0, $"The first line must be: {string.Join(',', columns)}"));
            _reader = TextReader.Null;
        }
    }

    public int Line { get; private set; }

    public bool MoveNext()
    {
        while (_reader.ReadLine() is { } line)
        {
            Line++;
            if (string.IsNullOrWhiteSpace(line) || line.StartsWith('#'))
            {
                continue;
            }

            _fields = line.Split(',');
            if (_fields.Length == _columns.Length)
            {
                return true;
            }

            _problems.Add(new Problem(_file, Line, 0, $"{_fields.Length} fields where {_columns.Length} are needed: {string.Join(',', _columns)}"));
        }

        return false;
    }

    public string this[int column] => _fields[column].Trim();

    public bool IsEmpty(int column) => this[column].Length == 0;

    /// <summary>Notes a fault of the current line; <paramref name="column"/> counts fields from 0.</summary>
    public void Report(int column, Sentence message) =>
        _problems.Add(new Problem(_file, Line, 1 + _fields.Take(column).Sum(field => field.Length + 1), message));
}
