using System.Buffers;

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

    /// <summary>What <see cref="Method"/> is in the Stratum family; found once, because two dozen dialects ask.</summary>
    internal StratumMethod StratumMethod { get; init; }

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
    public JsonSlice this[ReadOnlySpan<byte> member] => new JsonSlice { Raw = Raw, Kind = Raw.IsEmpty ? JsonKind.Missing : JsonKind.Object }[member];

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

        ReadOnlySpan<byte> method = default;
        JsonSlice id = default, parameters = default, result = default, error = default;
        var members = new JsonMembers(bytes);
        while (members.MoveToValue())
        {
            switch (members.Name.Length)
            {
                case 2 when members.Name.SequenceEqual("id"u8):
                    id = members.ReadValue() ? members.Value : id;
                    break;
                case 5 when members.Name.SequenceEqual("error"u8):
                    error = members.ReadValue() ? members.Value : error;
                    break;
                case 6 when members.Name.SequenceEqual("method"u8):
                    method = !members.ReadValue() ? method : members.Value.Kind == JsonKind.String ? members.Value.Text : default;
                    break;
                case 6 when members.Name.SequenceEqual("params"u8):
                    parameters = (walk is null ? members.ReadValue() : members.ReadValue(ref walk.Params)) ? members.Value : parameters;
                    break;
                case 6 when members.Name.SequenceEqual("result"u8):
                    result = (walk is null ? members.ReadValue() : members.ReadValue(ref walk.Result)) ? members.Value : result;
                    break;
                default:
                    members.ReadValue();
                    break;
            }
        }

        if (members.End == JsonScanner.Invalid)
        {
            return OperationStatus.InvalidData;
        }

        consumed = Math.Max(members.End, 0);
        message = new JsonMessage
        {
            Raw = consumed > 0 ? bytes[..consumed] : bytes,
            Method = method,
            StratumMethod = StratumMethods.Of(method),
            Id = id,
            Params = parameters,
            Result = result,
            Error = error,
            IsTruncated = consumed == 0,
        };
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
