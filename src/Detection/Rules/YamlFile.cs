using System.Globalization;
using MinerFlow.Abstractions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace MinerFlow.Detection.Rules;

/// <summary>
/// Reads one rule file event by event, without reflection, and reports everything that is wrong in it at once. The caller says what
/// each key means; a value that is not what the key needs is reported and its default stays.
/// </summary>
internal sealed class YamlFile
{
    private readonly string _file;
    private readonly ICollection<Problem> _problems;
    private readonly Parser _parser;

    private YamlFile(string file, TextReader text, ICollection<Problem> problems)
    {
        _file = file;
        _problems = problems;
        _parser = new Parser(text);
    }

    /// <summary>Reads a file whose outermost value is a mapping.</summary>
    /// <param name="file">Path as the operator knows it.</param>
    /// <param name="text">What is in it.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="keys">Every key that may stand there, and what reads its value.</param>
    public static void Read(string file, TextReader text, ICollection<Problem> problems, IReadOnlyDictionary<string, Action<YamlFile>> keys)
    {
        var yaml = new YamlFile(file, text, problems);
        try
        {
            yaml._parser.Consume<StreamStart>();
            if (!yaml._parser.TryConsume<DocumentStart>(out _))
            {
                yaml.Report(0, 0, $"The file is empty; known keys are {string.Join(", ", keys.Keys)}.");
                return;
            }

            yaml.ReadMapping(keys);
        }
        catch (YamlException exception)
        {
            yaml.Report((int)exception.Start.Line, (int)exception.Start.Column, "This is not YAML: " + Sentence(exception.Message));
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet's scanner throws it for some plain scalars that are cut by an indicator.
            var at = yaml._parser.Current?.End ?? Mark.Empty;
            yaml.Report((int)at.Line, (int)at.Column, "This is not YAML: what follows cannot be read as a value; texts with special characters need quotes.");
        }
    }

    public void ReadMapping(IReadOnlyDictionary<string, Action<YamlFile>> keys)
    {
        if (!_parser.Accept<MappingStart>(out _))
        {
            Wrong($"a mapping with the keys {string.Join(", ", keys.Keys)}");
            return;
        }

        _parser.Consume<MappingStart>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                Wrong("a key");
                _parser.SkipThisAndNestedEvents();
                continue;
            }

            if (!keys.TryGetValue(key.Value, out var read))
            {
                Report(key, $"'{key.Value}' is no key here; known keys are {string.Join(", ", keys.Keys)}.");
                _parser.SkipThisAndNestedEvents();
            }
            else if (!seen.Add(key.Value))
            {
                Report(key, $"'{key.Value}' stands here for the second time; keep one of them.");
                _parser.SkipThisAndNestedEvents();
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
        if (!_parser.TryConsume<SequenceStart>(out _))
        {
            Wrong("a list");
            return;
        }

        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            readItem(this);
        }
    }

    public string? ReadText(string what = "a text")
    {
        if (_parser.Accept<Scalar>(out var scalar) && scalar.Value.Length > 0)
        {
            _parser.Consume<Scalar>();
            return scalar.Value;
        }

        Wrong(what);
        return null;
    }

    public bool? ReadSwitch()
    {
        if (_parser.Accept<Scalar>(out var scalar) && scalar.Value is "true" or "false")
        {
            _parser.Consume<Scalar>();
            return string.Equals(scalar!.Value, "true", StringComparison.Ordinal);
        }

        Wrong("true or false");
        return null;
    }

    public double? ReadFraction()
    {
        if (_parser.Accept<Scalar>(out var scalar) && double.TryParse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1)
        {
            _parser.Consume<Scalar>();
            return value;
        }

        Wrong("a number from 0 to 1");
        return null;
    }

    public int? ReadPort()
    {
        if (_parser.Accept<Scalar>(out var scalar) && int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue)
        {
            _parser.Consume<Scalar>();
            return port;
        }

        Wrong("a port from 1 to 65535");
        return null;
    }

    /// <summary>Reports the scalar just read, which was <paramref name="value"/>.</summary>
    public void ReportLast(string value, string message)
    {
        // A plain scalar ends where the parser stands now, or did a line earlier: its own mark is what counts.
        Report(_last.Line, _last.Column, $"'{value}' {message}");
    }

    private (int Line, int Column) _last;

    /// <summary>Reads a text and remembers where it stood, for a report about its meaning.</summary>
    public string? ReadMarkedText()
    {
        if (_parser.Accept<Scalar>(out var scalar))
        {
            _last = ((int)scalar.Start.Line, (int)scalar.Start.Column);
        }

        return ReadText();
    }

    private void Wrong(string right)
    {
        var current = _parser.Current ?? throw new InvalidOperationException("Read before the first event.");
        var found = current switch
        {
            Scalar { Value.Length: 0 } => "nothing",
            Scalar scalar => $"'{scalar.Value}'",
            MappingStart => "a mapping",
            SequenceStart => "a list",
            _ => "something else",
        };
        Report((int)current.Start.Line, (int)current.Start.Column, $"{right} belongs here, not {found}.");
        _parser.SkipThisAndNestedEvents();
    }

    private void Report(Scalar at, string message) => Report((int)at.Start.Line, (int)at.Start.Column, message);

    private void Report(int line, int column, string message) => _problems.Add(new Problem(_file, line, column, Sentence(message)));

    private static string Sentence(string text) =>
        text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..] + (text[^1] == '.' ? "" : ".");
}
