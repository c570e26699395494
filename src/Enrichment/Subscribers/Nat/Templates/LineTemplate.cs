using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Nat.Templates;

/// <summary>What a pattern took out of a line; texts are on loan from the line.</summary>
internal ref struct LineValues
{
    public ReadOnlySpan<byte> Device;
    public ReadOnlySpan<byte> Vrf;
    public ReadOnlySpan<byte> Account;
    public NatEventKind? Kind;
    public PacketTime Time;
    public TimeSpan Precision;
    public PacketTime Start;
    public IpAddress Inner;
    public IpAddress Outer;
    public IpAddress Destination;
    public bool HasInner;
    public bool HasOuter;
    public bool AsksForPort;
    public int FirstPort;
    public int LastPort;
    public int PortCount;
    public int InnerPort;
    public int DestinationPort;
    public byte Protocol;

    public static LineValues None => new() { Time = PacketTime.None, Start = PacketTime.None, FirstPort = -1, LastPort = -1, PortCount = -1 };
}

/// <summary>Where and why a pattern stopped fitting.</summary>
internal struct LineFailure
{
    public LineRejection Reason;

    /// <summary>Offset in the cleaned line.</summary>
    public int Position;

    /// <summary>The pattern as the operator wrote it.</summary>
    public LineTemplate? Template;

    /// <summary>The step that did not fit.</summary>
    public TemplateStep? Step;

    /// <summary>Keeps the failure that came furthest: the one that a person wants to see.</summary>
    public void Keep(LineRejection reason, int position, LineTemplate template, TemplateStep step)
    {
        if (Reason is LineRejection.None or LineRejection.NoPattern || position > Position)
        {
            (Reason, Position, Template, Step) = (reason, position, template, step);
        }
    }
}

/// <summary>How times and names of a profile are meant while a line is read.</summary>
internal readonly record struct LineContext(TimeSpan Zone, PacketTime Reference, EventNames Events);

/// <summary>
/// One pattern of a profile, compiled to steps that a line is walked through once. A pattern that begins with a text is looked for from the
/// place given; what follows a part marked <c>{each}</c> may repeat.
/// </summary>
internal sealed class LineTemplate
{
    /// <summary>A first text that is short may stand in the line by chance; more often than this it is not tried.</summary>
    private const int MostPlaces = 8;

    private readonly TemplateStep[] _steps;
    private readonly int _each;
    private readonly int _anchor;
    private readonly NatEventKind? _kind;

    internal LineTemplate(string text, TemplateStep[] steps, int each, NatEventKind? kind)
    {
        Text = text;
        _steps = steps;
        _each = each;
        _kind = kind;
        for (var i = 1; i < steps.Length && steps[i].Kind != StepKind.Field; i++)
        {
            _anchor = steps[i].Text.Length > steps[_anchor].Text.Length ? i : _anchor;
        }
    }

    /// <summary>The pattern as it was written.</summary>
    public string Text { get; }

    /// <summary>What is looked for to find the pattern: the longest text before its first field.</summary>
    public ReadOnlySpan<byte> Anchor => _steps[_anchor].Text;

    public IReadOnlyList<TemplateStep> Steps => _steps;

    public bool Repeats => _each >= 0;

    /// <summary>Fits the pattern exactly at <paramref name="position"/>; moves behind it on success.</summary>
    public bool TryMatchAt(ReadOnlySpan<byte> line, ref int position, in LineContext context, ref LineValues values, ref LineFailure failure)
    {
        values.Kind = _kind;
        return Walk(0, _steps.Length, line, ref position, context, ref values, ref failure);
    }

    /// <summary>Fits the pattern wherever its first text stands, from <paramref name="position"/> on.</summary>
    public bool TryFind(ReadOnlySpan<byte> line, ref int position, in LineContext context, ref LineValues values, ref LineFailure failure)
    {
        var from = position;
        for (var places = 0; places < MostPlaces; places++)
        {
            var found = line[from..].IndexOf(Anchor);
            if (found < 0)
            {
                return false;
            }

            var at = from + found;
            var tried = values;
            if (TryGoToStart(line, position, ref at) && TryMatchAt(line, ref at, context, ref tried, ref failure))
            {
                values = tried;
                position = at;
                return true;
            }

            from += found + 1;
        }

        return false;
    }

    /// <summary>Fits the repeating part once more.</summary>
    /// <returns>False when no further record begins at <paramref name="position"/>; a record that begins and does not fit sets the failure.</returns>
    public bool TryMatchNext(ReadOnlySpan<byte> line, ref int position, in LineContext context, ref LineValues values, ref LineFailure failure)
    {
        var at = position;
        ByteText.SkipBlanks(line, ref at);
        if (_each < 0 || !line[at..].StartsWith(_steps[_each].Text))
        {
            return false;
        }

        values.Kind = _kind ?? values.Kind;
        var isMatch = Walk(_each, _steps.Length, line, ref at, context, ref values, ref failure);
        position = at;
        return isMatch;
    }

    /// <summary>Moves to where a further record may begin.</summary>
    public bool TryGoToNext(ReadOnlySpan<byte> line, ref int position)
    {
        var from = Math.Min(position + 1, line.Length);
        var found = line[from..].IndexOf(_steps[_each].Text);
        position = from + Math.Max(found, 0);
        return found >= 0;
    }

    /// <summary>Finds the first record that fits where the one behind the first text does not.</summary>
    public bool TryFindLater(ReadOnlySpan<byte> line, ref int position, in LineContext context, ref LineValues values)
    {
        var unseen = default(LineFailure);
        var found = line[position..].IndexOf(Anchor);
        var at = position + Math.Max(found, 0);
        values.Kind = _kind;
        if (found < 0 || !TryGoToStart(line, position, ref at) || !Walk(0, _each, line, ref at, context, ref values, ref unseen))
        {
            return false;
        }

        while (TryGoToNext(line, ref at))
        {
            var tried = values;
            var start = at;
            if (TryMatchNext(line, ref at, context, ref tried, ref unseen))
            {
                position = at;
                values = tried;
                return true;
            }

            at = start;
        }

        return false;
    }

    /// <summary>Goes back from the anchor over the texts and blanks before it.</summary>
    private bool TryGoToStart(ReadOnlySpan<byte> line, int least, ref int at)
    {
        for (var i = _anchor - 1; i >= 0; i--)
        {
            if (_steps[i].Kind == StepKind.Blanks)
            {
                at = line[..at].TrimEnd(" \t"u8).Length;
            }
            else if (line[..at].EndsWith(_steps[i].Text))
            {
                at -= _steps[i].Text.Length;
            }
            else
            {
                return false;
            }
        }

        return at >= least;
    }

    private bool Walk(int first, int end, ReadOnlySpan<byte> line, ref int position, in LineContext context, ref LineValues values, ref LineFailure failure)
    {
        for (var i = first; i < end; i++)
        {
            var step = _steps[i];
            var reason = step.Kind switch
            {
                StepKind.Text => ReadText(step, line, ref position),
                StepKind.Blanks => ByteText.SkipBlanks(line, ref position) ? LineRejection.None : position >= line.Length ? LineRejection.Cut : LineRejection.OtherText,
                _ => FieldReader.Read(step, line, ref position, context, ref values),
            };
            if (reason != LineRejection.None)
            {
                failure.Keep(reason, position, this, step);
                return false;
            }
        }

        return true;
    }

    private static LineRejection ReadText(TemplateStep step, ReadOnlySpan<byte> line, ref int position)
    {
        var rest = line[position..];
        if (rest.StartsWith(step.Text))
        {
            position += step.Text.Length;
            return LineRejection.None;
        }

        return rest.Length < step.Text.Length && step.Text.AsSpan().StartsWith(rest) ? LineRejection.Cut : LineRejection.OtherText;
    }
}
