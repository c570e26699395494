using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>Puts the lines of a detail file together to records. A record with something wrong in it is counted and named, never half used.</summary>
internal sealed class RadiusRecordParser(string file, RadiusSessionBuilder sessions, ICollection<Problem> problems, RadiusOptions options) : ILineHandler
{
    // Deeper than request, Vendor-Specific, vendor and one group nothing nests.
    private const int MaxDepth = 8;

    // So many lines of a record that is still being written may hold nothing that is read.
    private const int UnreadLines = 10;

    private readonly Sm3 _hash = new();
    private readonly List<string> _groups = [];
    private readonly RadiusRecordFields _fields = new(options.CstOffset);
    private char[] _text = new char[1024];
    private char[] _name = new char[256];
    private int _line;
    private int _texts;
    private bool _isRadius;
    private int _named;
    private int _unnamed;

    // The record being read.
    private int _attributes;
    private int _badLine;
    private Sentence? _bad;

    /// <summary>The last line ended a record: reading may be taken up behind it.</summary>
    public bool IsBetweenRecords => _attributes == 0;

    public void Take(ReadOnlySpan<byte> line)
    {
        _line++;
        var text = Decode(line).Trim();
        if (text.IsEmpty)
        {
            Finish();
            return;
        }

        var indented = line[0] is (byte)' ' or (byte)'\t';
        if (text[0] == '#')
        {
            return;
        }

        _texts++;
        var equals = text.IndexOf(" = ");
        if (!indented && equals < 0)
        {
            // A header: the record before it may lack its empty line.
            Finish();
            Hash(line);
            return;
        }

        Hash(line);
        _attributes++;
        if (text is "}")
        {
            CloseGroup();
        }
        else if (equals <= 0)
        {
            // An attribute with an empty value has nothing behind its sign.
            if (!text.EndsWith(" ="))
            {
                Malformed("a line is not of the form 'name = value'");
            }
        }
        else if (text[(equals + 3)..].Trim() is "{")
        {
            OpenGroup(text[..equals].Trim());
        }
        else
        {
            Attribute(text[..equals].Trim(), text[(equals + 3)..].Trim());
        }
    }

    public void LineTooLong(bool starts)
    {
        if (starts)
        {
            _line++;
            _attributes++;
            Malformed($"a line is longer than {options.MaxLineBytes} bytes");
        }
    }

    /// <summary>The end of the file; when its last line lacks the line feed, the last record was cut and is not used.</summary>
    public void End(bool cutOff)
    {
        if (cutOff)
        {
            _line++;
            _attributes++;
            Malformed("the file ends in the middle of the record");
        }

        Finish();
        TellUnnamed();
        TellForeign(most: 0);
    }

    /// <summary>The end for now: the last record may still be written, and is not used.</summary>
    public void Leave()
    {
        TellUnnamed();
        TellForeign(UnreadLines);
    }

    /// <summary>Of a file of another kind nothing would be named, and whoever asks would take the log for silent.</summary>
    private void TellForeign(int most)
    {
        if (!_isRadius && _named == 0 && _texts > most)
        {
            problems.Add(new Problem(file, 0, 0, "no attribute of RADIUS stands in it: a detail file of FreeRADIUS is wanted, or a table radacct with a name in .csv."));
        }
    }

    private void TellUnnamed()
    {
        if (_unnamed > 0)
        {
            problems.Add(new Problem(file, 0, 0, $"{_unnamed} more malformed records are not named one by one."));
        }
    }

    private void OpenGroup(ReadOnlySpan<char> name)
    {
        if (_groups.Count >= MaxDepth)
        {
            Malformed($"groups are nested deeper than {MaxDepth}");
            return;
        }

        _groups.Add(name.ToString());
    }

    private void CloseGroup()
    {
        if (_groups.Count == 0)
        {
            Malformed("a group is closed that was not opened");
            return;
        }

        _groups.RemoveAt(_groups.Count - 1);
    }

    private void Attribute(ReadOnlySpan<char> path, ReadOnlySpan<char> value)
    {
        var attribute = RadiusAttributes.Find(path);
        if (attribute == RadiusAttribute.Unread)
        {
            attribute = FindNested(path);
        }

        _isRadius |= attribute != RadiusAttribute.Unread;
        if (attribute != RadiusAttribute.Unread && !_fields.Take(attribute, Unquote(value)))
        {
            Malformed($"the value of {path.ToString()} cannot be read");
        }
    }

    private RadiusAttribute FindNested(ReadOnlySpan<char> path)
    {
        if (_groups.Count == 0 && path.IndexOfAny('.', '&') < 0)
        {
            return RadiusAttribute.Unread;
        }

        var full = _groups.Count == 0 ? path : string.Concat(string.Join('.', _groups), ".", path);
        if (_name.Length < full.Length)
        {
            _name = new char[full.Length];
        }

        return RadiusAttributes.Find(_name.AsSpan(0, RadiusAttributes.ToVersion3(full, _name)));
    }

    private void Finish()
    {
        Span<byte> hash = stackalloc byte[Sm3.Length];
        _hash.GetHashAndReset(hash);
        if (_groups.Count > 0)
        {
            Malformed("a group is not closed");
        }

        if (_attributes > 0)
        {
            Deliver(LineDigest.Read(hash));
        }

        Reset();
    }

    private void Deliver(LineDigest digest)
    {
        if (_bad is null && !_fields.IsAccounting)
        {
            sessions.Log.NotAccounting++;
            return;
        }

        _bad ??= _fields.Missing();
        if (_bad is null)
        {
            sessions.Add(_fields.ToRecord(digest));
        }
        else
        {
            Report();
        }
    }

    private void Report()
    {
        sessions.Log.Malformed++;
        if (_named < options.MaxNamedProblems)
        {
            _named++;
            problems.Add(new Problem(file, _badLine == 0 ? _line : _badLine, 0, $"the record is left out: {_bad}."));
        }
        else
        {
            _unnamed++;
        }
    }

    private void Reset()
    {
        _groups.Clear();
        _fields.Clear();
        _attributes = _badLine = 0;
        _bad = null;
    }

    private void Malformed(Sentence reason)
    {
        if (_bad is null)
        {
            _bad = reason;
            _badLine = _line;
        }
    }

    private void Hash(ReadOnlySpan<byte> line)
    {
        _hash.AppendData(line);
        _hash.AppendData("\n"u8);
    }

    private Span<char> Decode(ReadOnlySpan<byte> line)
    {
        if (_text.Length < line.Length)
        {
            _text = new char[line.Length];
        }

        return _text.AsSpan(0, Encoding.UTF8.GetChars(line, _text));
    }

    /// <summary>Takes the quotes off; FreeRADIUS escapes quote and backslash with a backslash.</summary>
    private static ReadOnlySpan<char> Unquote(ReadOnlySpan<char> value)
    {
        if (value is not ([('"' or '\''), .., ('"' or '\'')]) || value[0] != value[^1])
        {
            return value;
        }

        var inner = value[1..^1];
        return inner.Contains('\\') ? inner.ToString().Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : inner;
    }
}
