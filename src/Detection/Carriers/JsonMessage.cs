using System.Buffers;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// One JSON-RPC-like message on loan: the members of its outermost object, each as a slice of the bytes received.
/// Escapes are left as they are: no name or number of any dialect needs them.
/// </summary>
public ref struct JsonMessage
{
    /// <summary>The whole object as received.</summary>
    public ReadOnlySpan<byte> Raw { readonly get; private set; }

    /// <summary>Text of the member <c>method</c> without its quotes; empty when there is none.</summary>
    public ReadOnlySpan<byte> Method { readonly get; private set; }

    /// <summary>What <see cref="Method"/> is in the Stratum family; found once, because two dozen dialects ask.</summary>
    internal StratumMethod StratumMethod { readonly get; private set; }

    public JsonSlice Id { readonly get; private set; }

    public JsonSlice Params { readonly get; private set; }

    public JsonSlice Result { readonly get; private set; }

    public JsonSlice Error { readonly get; private set; }

    /// <summary>The bytes end before the object does (snap length, gap): what is there is still told.</summary>
    public bool IsTruncated { readonly get; private set; }

    public readonly bool IsRequest => !Method.IsEmpty;

    /// <summary>A message without a method that has a result or an error.</summary>
    public readonly bool IsResponse => Method.IsEmpty && (Result.Exists || Error.Exists);

    /// <summary>The error says something: null and false are none, and neither is an empty one, as some servers put beside a result.</summary>
    public readonly bool HasError => Error.Kind is not (JsonKind.Missing or JsonKind.Null or JsonKind.False)
        && Error is not ({ IsString: true, Text.IsEmpty: true } or { IsArray: true, Count: 0 } or { IsObject: true, Raw: [_, _] });

    /// <summary>Any member of the outermost object, such as <c>worker</c>, <c>body</c>, <c>identifier</c>; <see cref="JsonSlice.Exists"/> is false when there is none.</summary>
    public readonly JsonSlice this[ReadOnlySpan<byte> member] => new JsonSlice { Raw = Raw, Kind = Raw.IsEmpty ? JsonKind.Missing : JsonKind.Object }[member];

    /// <summary>Reads the object at the front of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">Begins with <c>{</c>; what follows the object is not looked at.</param>
    /// <param name="message">On <see cref="OperationStatus.NeedMoreData"/> the members that are complete, marked <see cref="IsTruncated"/>.</param>
    /// <param name="consumed">Length of the object; 0 unless <see cref="OperationStatus.Done"/>.</param>
    /// <remarks>Of members with the same name the last counts, as for the JSON readers that miners and pools are built on (jansson, Python, JavaScript, Go).</remarks>
    public static OperationStatus TryRead(ReadOnlySpan<byte> bytes, out JsonMessage message, out int consumed) =>
        TryRead(bytes, null, out message, out consumed);

    /// <summary>The same for a message that is offered to many: the elements of its arrays are found on the way.</summary>
    internal static OperationStatus TryRead(ReadOnlySpan<byte> bytes, JsonWalk? walk, out JsonMessage message, out int consumed)
    {
        message = default;
        consumed = 0;
        if (bytes.IsEmpty)
        {
            return OperationStatus.NeedMoreData;
        }

        if (bytes[0] != (byte)'{')
        {
            return OperationStatus.InvalidData;
        }

        var members = new JsonMembers(bytes);
        while (members.MoveToValue())
        {
            switch (members.Name.Length)
            {
                case 2 when members.Name.SequenceEqual("id"u8):
                    message.Id = members.ReadValue() ? members.Value : message.Id;
                    break;
                case 5 when members.Name.SequenceEqual("error"u8):
                    message.Error = members.ReadValue() ? members.Value : message.Error;
                    break;
                case 6 when members.Name.SequenceEqual("method"u8):
                    message.Method = !members.ReadValue() ? message.Method : members.Value.Kind == JsonKind.String ? members.Value.Text : default;
                    break;
                case 6 when members.Name.SequenceEqual("params"u8):
                    message.Params = (walk is null ? members.ReadValue() : members.ReadValue(ref walk.Params)) ? members.Value : message.Params;
                    break;
                case 6 when members.Name.SequenceEqual("result"u8):
                    message.Result = (walk is null ? members.ReadValue() : members.ReadValue(ref walk.Result)) ? members.Value : message.Result;
                    break;
                default:
                    members.ReadValue();
                    break;
            }
        }

        if (members.End == JsonScanner.Invalid)
        {
            message = default;
            return OperationStatus.InvalidData;
        }

        consumed = Math.Max(members.End, 0);
        message.Raw = consumed > 0 ? bytes[..consumed] : bytes;
        message.StratumMethod = StratumMethods.Of(message.Method);
        message.IsTruncated = consumed == 0;
        return consumed > 0 ? OperationStatus.Done : OperationStatus.NeedMoreData;
    }

    /// <summary>Reads the one object that a line or a body holds, with white space around it and nothing else.</summary>
    public static OperationStatus TryRead(ReadOnlySpan<byte> line, out JsonMessage message) => TryRead(line, null, out message);

    /// <summary>The same for a message that is offered to many.</summary>
    internal static OperationStatus TryRead(ReadOnlySpan<byte> line, JsonWalk? walk, out JsonMessage message)
    {
        var start = JsonScanner.SkipWhite(line, 0);
        var status = TryRead(line[start..], walk, out message, out var consumed);
        if (status != OperationStatus.Done || JsonScanner.SkipWhite(line, start + consumed) == line.Length)
        {
            return status;
        }

        message = default;
        return OperationStatus.InvalidData;
    }
}
