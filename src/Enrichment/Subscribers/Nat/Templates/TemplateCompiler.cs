using System.Text;

namespace MinerFlow.Enrichment.Subscribers.Nat.Templates;

/// <summary>
/// Turns a pattern as operators write it into steps. Text stands for itself, a blank for any number of blanks, <c>{name}</c> for a field,
/// <c>{name?}</c> for a field or a lone hyphen, <c>{inner4}</c> or <c>{inner6}</c> for an address of that version only, <c>{time:FORM}</c> for a time of that form, <c>{*}</c> for anything up to the next text,
/// <c>{pairs}</c> for name=value pairs, <c>{each}</c> before the part that may repeat, <c>{{</c> and <c>}}</c> for braces.
/// </summary>
internal sealed class TemplateCompiler(PairNames? pairs)
{
    private readonly List<TemplateStep> _steps = [];
    private readonly StringBuilder _text = new();
    private int _each = -1;

    /// <summary>Null when the pattern has a mistake, which <paramref name="wrong"/> then names.</summary>
    public static LineTemplate? Compile(string pattern, PairNames? pairs, NatEventKind? kind, out string wrong)
    {
        var compiler = new TemplateCompiler(pairs);
        wrong = compiler.Read(pattern) ?? compiler.Check() ?? "";
        return wrong.Length > 0 ? null : new LineTemplate(pattern, compiler.WithStops(), compiler._each, kind);
    }

    /// <summary>A field with its form, as in patterns and in <c>pairs</c>: <c>inner</c>, <c>last-port?</c>, <c>time:epoch-hex</c>.</summary>
    public static TemplateStep? CompileField(string text, PairNames? pairs, out string wrong)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? text : text[..colon];
        var mayBeNil = colon < 0 && name.EndsWith('?');
        name = mayBeNil ? name[..^1] : name;
        wrong = "";
        TimePattern? time = null;
        var version = name is [.., '4' or '6'] && NatFields.ByName.TryGetValue(name[..^1], out var address) && address.IsAddress() ? name[^1] - '0' : 0;
        if (!NatFields.ByName.TryGetValue(version == 0 ? name : name[..^1], out var field))
        {
            wrong = $"'{{{name}}}' is no field; fields are {string.Join(", ", NatFields.ByName.Keys)}";
        }
        else if (field.IsTime() != (colon >= 0))
        {
            wrong = field.IsTime() ? $"'{{{name}}}' needs its form, such as {{{name}:yyyy-MM-dd HH:mm:ss}}" : $"'{{{name}}}' takes no form";
        }
        else if (field.IsTime())
        {
            time = TimePattern.Compile(text[(colon + 1)..], out wrong);
        }
        else if (field == NatField.Pairs && pairs is null)
        {
            wrong = "'{pairs}' needs a mapping 'pairs' that says what the names mean";
        }

        return wrong.Length > 0
            ? null
            : new TemplateStep { Kind = StepKind.Field, Field = field, MayBeNil = mayBeNil, Time = time, Pairs = pairs, Version = version, Spelling = $"{{{text}}}" };
    }

    private string? Read(string pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c is '{' or '}' && i + 1 < pattern.Length && pattern[i + 1] == c)
            {
                _text.Append(c);
                i++;
            }
            else if (c == '{')
            {
                var end = pattern.IndexOf('}', i);
                if (end < 0)
                {
                    return $"the brace at character {i + 1} is not closed";
                }

                if (ReadField(pattern[(i + 1)..end]) is { } wrong)
                {
                    return wrong;
                }

                i = end;
            }
            else if (c == '}')
            {
                return $"the brace at character {i + 1} closes nothing; a brace in the line is written twice";
            }
            else if (c is ' ' or '\t')
            {
                EndText();
                if (_steps is not [.., { Kind: StepKind.Blanks }])
                {
                    _steps.Add(new TemplateStep { Kind = StepKind.Blanks, Spelling = " " });
                }
            }
            else
            {
                _text.Append(c);
            }
        }

        EndText();
        return null;
    }

    private string? ReadField(string text)
    {
        EndText();
        if (text == "each")
        {
            var before = _each;
            _each = _steps.Count;
            return before >= 0 ? "'{each}' stands twice" : null;
        }

        if (CompileField(text, pairs, out var wrong) is not { } step)
        {
            return wrong;
        }

        if (_steps is [.., { Kind: StepKind.Field, Field: not NatField.Anything } last] && !last.Field.IsTime())
        {
            return $"nothing stands between {last.Spelling} and {step.Spelling}: where would the first end?";
        }

        _steps.Add(step);
        return null;
    }

    private void EndText()
    {
        if (_text.Length > 0)
        {
            var text = _text.ToString();
            _text.Clear();
            _steps.Add(new TemplateStep { Kind = StepKind.Text, Text = Encoding.UTF8.GetBytes(text), Spelling = text });
        }
    }

    private string? Check()
    {
        if (_steps.Count == 0)
        {
            return "the pattern is empty";
        }

        if (_each >= 0 && (_each >= _steps.Count || _steps[_each].Kind != StepKind.Text))
        {
            return "'{each}' must be followed by a text such as [ with which each record begins";
        }

        for (var i = 0; i < _steps.Count; i++)
        {
            if (_steps[i] is { Kind: StepKind.Field, Field: NatField.Anything } && (i + 1 == _steps.Count || _steps[i + 1].Kind != StepKind.Text))
            {
                return "'{*}' must be followed by a text that ends it";
            }
        }

        return null;
    }

    /// <summary>Tells each field what ends it.</summary>
    private TemplateStep[] WithStops()
    {
        var steps = _steps.ToArray();
        for (var i = 0; i + 1 < steps.Length; i++)
        {
            var (step, next) = (steps[i], steps[i + 1]);
            if (step.Kind == StepKind.Field && next.Kind == StepKind.Text)
            {
                steps[i] = new TemplateStep
                {
                    Kind = StepKind.Field,
                    Field = step.Field,
                    MayBeNil = step.MayBeNil,
                    Time = step.Time,
                    Pairs = step.Pairs,
                    Version = step.Version,
                    Spelling = step.Spelling,
                    Text = next.Text,
                    Stop = next.Text[0],
                };
            }
        }

        return steps;
    }
}
