using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace MinerFlow.Detection.Protocols;

/// <summary>What a slice holds.</summary>
public enum JsonKind : byte
{
    /// <summary>Not there.</summary>
    Missing,
    Null,
    True,
    False,
    Number,
    String,
    Array,
    Object,
}

/// <summary>One JSON value on loan, not yet looked into.</summary>
public readonly ref struct JsonSlice
{
    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    // Where the elements are, when somebody walked the array before; a null reference otherwise.
    private readonly ref readonly JsonPlaces _walked;

    /// <summary>An array that was walked before, so that many may look at its elements.</summary>
    internal JsonSlice(JsonSlice array, in JsonPlaces walked)
    {
        Raw = array.Raw;
        Kind = array.Kind;
        _walked = ref walked;
    }

    /// <summary>The value as received, quotes and brackets included; without its end when the message was cut inside it.</summary>
    public ReadOnlySpan<byte> Raw { get; init; }

    public JsonKind Kind { get; init; }

    public bool Exists => Kind != JsonKind.Missing;

    public bool IsNull => Kind == JsonKind.Null;

    public bool IsString => Kind == JsonKind.String;

    public bool IsArray => Kind == JsonKind.Array;

    public bool IsObject => Kind == JsonKind.Object;

    /// <summary>A string's bytes without quotes; a number's or literal's text; empty for others.</summary>
    public ReadOnlySpan<byte> Text => Kind == JsonKind.String ? Raw[1..^1] : Kind < JsonKind.Array ? Raw : default;

    /// <summary>Elements of an array, members of an object; 0 for others. Walks the value if nobody did before.</summary>
    public int Count
    {
        get
        {
            if (Kind < JsonKind.Array)
            {
                return 0;
            }

            if (!Unsafe.IsNullRef(in _walked))
            {
                return _walked.Count;
            }

            var members = new JsonMembers(Raw);
            var count = 0;
            while (members.MoveNext())
            {
                count++;
            }

            return count;
        }
    }

    /// <summary>Element of an array; missing when there is none.</summary>
    public JsonSlice this[int index]
    {
        get
        {
            if (Kind != JsonKind.Array)
            {
                return default;
            }

            if (!Unsafe.IsNullRef(in _walked) && index < JsonElements.Kept)
            {
                return _walked.Element(Raw, index);
            }

            var members = new JsonMembers(Raw);
            while (members.MoveNext())
            {
                if (index-- == 0)
                {
                    return members.Value;
                }
            }

            return default;
        }
    }

    /// <summary>Member of an object; missing when there is none.</summary>
    public JsonSlice this[ReadOnlySpan<byte> member]
    {
        get
        {
            JsonSlice value = default;
            if (Kind != JsonKind.Object)
            {
                return value;
            }

            var members = new JsonMembers(Raw);
            while (members.MoveNext())
            {
                if (members.Name.SequenceEqual(member))
                {
                    value = members.Value;
                }
            }

            return value;
        }
    }

    /// <summary>A string member that the end of the message cut: what there is of it, without its quote.</summary>
    internal bool TryGetCut(ReadOnlySpan<byte> member, out ReadOnlySpan<byte> begun)
    {
        var members = new JsonMembers(Kind == JsonKind.Object ? Raw : "{}"u8);
        while (members.MoveNext())
        {
        }

        begun = members.End == JsonScanner.Cut && members.Name.SequenceEqual(member) && members.Rest is [(byte)'"', .. var text] ? text : default;
        return !begun.IsEmpty;
    }

    /// <summary>The first elements of an array, found in one walk.</summary>
    public JsonElements Elements => new(this, in _walked);

    /// <summary>A number, or a string that holds one in decimal.</summary>
    public bool TryGetNumber(out double value)
    {
        var text = Kind is JsonKind.Number or JsonKind.String ? Text : default;
        if (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length && double.IsFinite(value))
        {
            return true;
        }

        value = 0;
        return false;
    }

    public bool TryGetInt64(out long value)
    {
        var text = Kind is JsonKind.Number or JsonKind.String ? Text : default;
        if (Utf8Parser.TryParse(text, out value, out var used) && used == text.Length)
        {
            return true;
        }

        value = 0;
        return false;
    }

    /// <summary>True for a string of exactly this many hexadecimal digits, with or without <c>0x</c> (not counted).</summary>
    public bool IsHex(int digits) => TryGetHex(out var text) && text.Length == digits;

    /// <summary>True for a string of at least this many hexadecimal digits and nothing else, with or without <c>0x</c> (not counted).</summary>
    public bool IsHexAtLeast(int digits) => TryGetHex(out var text) && text.Length >= digits;

    /// <summary>The digits of a hexadecimal string, without <c>0x</c>.</summary>
    public bool TryGetHex(out ReadOnlySpan<byte> digits)
    {
        digits = Kind == JsonKind.String ? Text : default;
        if (digits is [(byte)'0', (byte)'x' or (byte)'X', ..])
        {
            digits = digits[2..];
        }

        return !digits.IsEmpty && !digits.ContainsAnyExcept(HexDigits);
    }
}
