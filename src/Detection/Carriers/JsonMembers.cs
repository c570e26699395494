using System.Diagnostics.CodeAnalysis;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Walks the elements of an array or the members of an object, complete or cut. Of a cut value every complete element is given,
/// and last the array or object that the cut went through; a cut string or number is not, because it would be a wrong one.
/// </summary>
internal ref struct JsonMembers
{
    private readonly ReadOnlySpan<byte> _text;
    private readonly bool _named;
    private int _position;

    /// <summary>Starts behind the opening bracket of <paramref name="text"/>.</summary>
    public JsonMembers(ReadOnlySpan<byte> text)
    {
        _text = text;
        _named = text.Length > 0 && text[0] == (byte)'{';
        _position = 1;
    }

    /// <summary>Name of the current member without quotes; empty in an array.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    public JsonSlice Value { get; private set; }

    /// <summary>Position behind the closing bracket once <see cref="MoveNext"/> answered false; otherwise <see cref="JsonScanner.Invalid"/> or <see cref="JsonScanner.Cut"/>.</summary>
    public int End { get; private set; }

    /// <summary>From the current value to the end of the text: where a cut one begins.</summary>
    public readonly ReadOnlySpan<byte> Rest => _text[_position..];

    private int _count;

    public bool MoveNext() => MoveToValue() && ReadValue();

    /// <summary>The first half of <see cref="MoveNext"/>: reads the name, and stops in front of the value.</summary>
    public bool MoveToValue()
    {
        if (End != 0)
        {
            return false;
        }

        var text = _text;
        var position = JsonScanner.SkipWhite(text, _position);
        if ((uint)position >= (uint)text.Length)
        {
            return Stop(JsonScanner.Cut);
        }

        if (text[position] == (_named ? (byte)'}' : (byte)']'))
        {
            return Stop(position + 1);
        }

        if (_count++ > 0)
        {
            if (text[position] != (byte)',')
            {
                return Stop(JsonScanner.Invalid);
            }

            position = JsonScanner.SkipWhite(text, position + 1);
        }

        if (_named)
        {
            return ReadName(position);
        }

        _position = position;
        return true;
    }

    /// <summary>The second half: steps over the value.</summary>
    public bool ReadValue()
    {
        var position = _position;
        var end = JsonScanner.SkipValue(_text, position, out var kind);
        if (end > 0)
        {
            Value = new JsonSlice { Raw = _text[position..end], Kind = kind };
            _position = end;
            return true;
        }

        End = end;
        if (end == JsonScanner.Cut && kind is JsonKind.Array or JsonKind.Object)
        {
            Value = new JsonSlice { Raw = _text[position..], Kind = kind };
            return true;
        }

        return false;
    }

    /// <summary>The second half for an array whose elements will be looked at: they are found in the same walk.</summary>
    public bool ReadValue([UnscopedRef] ref JsonPlaces places)
    {
        var value = _text[_position..];
        if (value.IsEmpty || value[0] != (byte)'[' || places.Walk(value) is var length && length == JsonScanner.Invalid)
        {
            return ReadValue();
        }

        End = length < 0 ? length : 0;
        value = length < 0 ? value : value[..length];
        Value = new JsonSlice(new JsonSlice { Raw = value, Kind = JsonKind.Array }, in places);
        _position += value.Length;
        return true;
    }

    private bool ReadName(int position)
    {
        var text = _text;
        if ((uint)position >= (uint)text.Length)
        {
            return Stop(JsonScanner.Cut);
        }

        if (text[position] != (byte)'"')
        {
            return Stop(JsonScanner.Invalid);
        }

        var end = JsonScanner.SkipString(text, position + 1);
        if (end < 0)
        {
            return Stop(end);
        }

        Name = text[(position + 1)..(end - 1)];
        position = JsonScanner.SkipWhite(text, end);
        if ((uint)position >= (uint)text.Length)
        {
            return Stop(JsonScanner.Cut);
        }

        if (text[position] != (byte)':')
        {
            return Stop(JsonScanner.Invalid);
        }

        _position = JsonScanner.SkipWhite(text, position + 1);
        return true;
    }

    private bool Stop(int end)
    {
        End = end;
        return false;
    }
}
