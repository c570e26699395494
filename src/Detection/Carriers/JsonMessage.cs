namespace MinerFlow.Detection.Protocols;

/// <summary>
/// One JSON-RPC-like message on loan: the members of its outermost object, each as a slice of the bytes received.
/// Escapes are left as they are: no name or number of any dialect needs them.
/// </summary>
public readonly ref struct JsonMessage
{
    /// <summary>The whole object as received.</summary>
    public ReadOnlySpan<byte> Raw { get; init; }

    /// <summary>Text of the member <c>method</c> without its quotes; empty when there is none.</summary>
    public ReadOnlySpan<byte> Method { get; init; }

    public JsonSlice Id { get; init; }

    public JsonSlice Params { get; init; }

    public JsonSlice Result { get; init; }

    public JsonSlice Error { get; init; }

    /// <summary>The bytes end before the object does (snap length, gap): what is there is still told.</summary>
    public bool IsTruncated { get; init; }

    public bool IsRequest => !Method.IsEmpty;

    /// <summary>A message without a method that has a result or an error.</summary>
    public bool IsResponse => Method.IsEmpty && (Result.Exists || Error.Exists);

    /// <summary>Any member of the outermost object, such as <c>worker</c>, <c>body</c>, <c>identifier</c>; <see cref="JsonSlice.Exists"/> is false when there is none.</summary>
    public JsonSlice this[ReadOnlySpan<byte> member] => throw new NotSupportedException();
}

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
    /// <summary>The value as received, quotes and brackets included.</summary>
    public ReadOnlySpan<byte> Raw { get; init; }

    public JsonKind Kind { get; init; }

    public bool Exists => Kind != JsonKind.Missing;

    /// <summary>A string's bytes without quotes; a number's or literal's text; empty for others.</summary>
    public ReadOnlySpan<byte> Text => throw new NotSupportedException();

    /// <summary>Elements of an array, members of an object; 0 for others. Walks the value.</summary>
    public int Count => throw new NotSupportedException();

    /// <summary>Element of an array; missing when there is none.</summary>
    public JsonSlice this[int index] => throw new NotSupportedException();

    /// <summary>Member of an object; missing when there is none.</summary>
    public JsonSlice this[ReadOnlySpan<byte> member] => throw new NotSupportedException();

    /// <summary>A number, or a string that holds one in decimal.</summary>
    public bool TryGetNumber(out double value) => throw new NotSupportedException();

    public bool TryGetInt64(out long value) => throw new NotSupportedException();

    /// <summary>True for a string of exactly this many hexadecimal digits, with or without <c>0x</c> (not counted).</summary>
    public bool IsHex(int digits) => throw new NotSupportedException();

    /// <summary>True for a string of at least this many hexadecimal digits and nothing else, with or without <c>0x</c> (not counted).</summary>
    public bool IsHexAtLeast(int digits) => throw new NotSupportedException();
}
