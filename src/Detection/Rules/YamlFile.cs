using System.Globalization;
using MinerFlow.Abstractions;
using YamlDotNet.Core;

namespace MinerFlow.Detection.Rules;

/// <summary>
/// Reads one rule file event by event, without reflection, and reports everything that is wrong in it at once. The caller says what
/// each key means; a value that is not what the key needs is reported and its default stays.
/// </summary>
public sealed class YamlFile
{
    private readonly string _file;
    private readonly ICollection<Problem> _problems;
    private readonly YamlEvents _events;

    private YamlFile(string file, TextReader text, ICollection<Problem> problems)
    {
        _file = file;
        _problems = problems;
        _events = new YamlEvents(text);
    }

    /// <summary>Reads a file whose outermost value is a mapping.</summary>
    /// <param name="file">Path as the operator knows it.</param>
    /// <param name="text">What is in it.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="keys">Every key that may stand there, and what reads its value.</param>
    public static void Read(string file, TextReader text, ICollection<Problem> problems, IReadOnlyDictionary<string, Action<YamlFile>> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        Read(file, text, problems, (Sentence)$"The file is empty; known keys are {string.Join(", ", keys.Keys)}.", yaml => yaml.ReadMapping(keys));
    }

    /// <summary>As <see cref="Read(string, TextReader, ICollection{Problem}, IReadOnlyDictionary{string, Action{YamlFile}})"/>, where the keys are the operator's own.</summary>
    public static void Read(string file, TextReader text, ICollection<Problem> problems, Action<string, YamlFile> readValue) =>
        Read(file, text, problems, "The file is empty.", yaml => yaml.ReadNamed(readValue));

    private static void Read(string file, TextReader text, ICollection<Problem> problems, Sentence whenEmpty, Action<YamlFile> readContent)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var yaml = new YamlFile(file, text, problems);
        try
        {
            if (!yaml._events.Open())
            {
                yaml.Report(0, 0, whenEmpty);
                return;
            }

            readContent(yaml);
        }
        catch (YamlException exception)
        {
            yaml.Report((int)exception.Start.Line, (int)exception.Start.Column, $"This is not YAML: {Ended(exception.Message)}");
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet's scanner throws it for some plain scalars that are cut by an indicator.
            yaml.Report((int)yaml._events.Start.Line, (int)yaml._events.Start.Column, "This is not YAML: what follows cannot be read as a value; texts with special characters need quotes.");
        }
    }

    public void ReadMapping(IReadOnlyDictionary<string, Action<YamlFile>> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var known = string.Join(", ", keys.Keys);
        ReadPairs($"A mapping with the keys {known}", keys.GetValueOrDefault, known);
    }

    /// <summary>Reads a mapping whose keys are the operator's own; calls <paramref name="readValue"/> with each key in front of its value.</summary>
    public void ReadNamed(Action<string, YamlFile> readValue)
    {
        ArgumentNullException.ThrowIfNull(readValue);
        ReadPairs("A mapping", key => yaml => readValue(key, yaml), "");
    }

    /// <param name="expected">What belongs here.</param>
    /// <param name="find">Who reads the value of a key; null for a key that is none.</param>
    /// <param name="known">The keys there are.</param>
    private void ReadPairs(Sentence expected, Func<string, Action<YamlFile>?> find, string known)
    {
        if (!TryTake(YamlEvent.MappingStart))
        {
            Wrong(expected);
            return;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!TryTake(YamlEvent.MappingEnd))
        {
            var (key, at) = (_events.Value, _events.Start);
            if (!TryTake(YamlEvent.Scalar))
            {
                Wrong("A key");
                _events.SkipWhole();
                continue;
            }

            if (find(key) is not { } read)
            {
                Report(at, $"'{key}' is no key here; known keys are {known}.");
                _events.SkipWhole();
            }
            else if (!seen.Add(key))
            {
                Report(at, $"'{key}' stands here for the second time; keep one of them.");
                _events.SkipWhole();
            }
            else
            {
                read(this);
            }
        }
    }

    /// <summary>Calls <paramref name="readItem"/> once for each item of a list.</summary>
    public void ReadList(Action<YamlFile> readItem)
    {
        ArgumentNullException.ThrowIfNull(readItem);
        if (!TryTake(YamlEvent.SequenceStart))
        {
            Wrong("A list");
            return;
        }

        while (!TryTake(YamlEvent.SequenceEnd))
        {
            readItem(this);
        }
    }

    public string? ReadText()
    {
        if (Scalar is { Length: > 0 } text)
        {
            _events.Advance();
            return text;
        }

        Wrong("A text");
        return null;
    }

    public bool? ReadSwitch()
    {
        if (Scalar is "true" or "false")
        {
            var text = Scalar;
            _events.Advance();
            return string.Equals(text, "true", StringComparison.Ordinal);
        }

        Wrong("True or false");
        return null;
    }

    public double? ReadFraction()
    {
        if (Scalar is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1)
        {
            _events.Advance();
            return value;
        }

        Wrong("A number from 0 to 1");
        return null;
    }

    public int? ReadPort()
    {
        if (Scalar is { } text && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue)
        {
            _events.Advance();
            return port;
        }

        Wrong("A port from 1 to 65535");
        return null;
    }

    /// <summary>Reports the scalar just read, which was <paramref name="value"/>.</summary>
    public void ReportLast(string value, Sentence message)
    {
        // A plain scalar ends where the parser stands now, or did a line earlier: its own mark is what counts.
        Report(_last.Line, _last.Column, $"'{value}' {message}.");
    }

    /// <summary>Where the last marked text stood; line and column from 1.</summary>
    public (int Line, int Column) Mark => _last;

    private (int Line, int Column) _last;

    /// <summary>Reads a text and remembers where it stood, for a report about its meaning.</summary>
    public string? ReadMarkedText()
    {
        if (Scalar is not null)
        {
            _last = ((int)_events.Start.Line, (int)_events.Start.Column);
        }

        return ReadText();
    }

    /// <summary>Text of the scalar that stands here, empty where a value is missing; null when something else stands here.</summary>
    private string? Scalar => _events.Current == YamlEvent.Scalar ? _events.Value : null;

    private bool TryTake(YamlEvent what)
    {
        if (_events.Current != what)
        {
            return false;
        }

        _events.Advance();
        return true;
    }

    private void Wrong(Sentence right)
    {
        Sentence found = _events.Current switch
        {
            YamlEvent.Scalar when _events.Value.Length == 0 => "nothing",
            YamlEvent.Scalar => (Sentence)$"'{_events.Value}'",
            YamlEvent.MappingStart => "a mapping",
            YamlEvent.SequenceStart => "a list",
            _ => "something else",
        };
        Report(_events.Start, $"{right} belongs here, not {found}.");
        _events.SkipWhole();
    }

    private void Report(Mark at, Sentence message) => Report((int)at.Line, (int)at.Column, message);

    private void Report(int line, int column, Sentence message) => _problems.Add(new Problem(_file, line, column, message));

    private static string Ended(string text) => text.EndsWith('.') ? text : text + ".";
}
