using System.Text;
using System.Text.Json;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>What Kea keeps of the relay in a lease's user context when <c>store-extended-info</c> is on (Kea ARM, "Storing Extended Lease Information").</summary>
internal static class KeaContext
{
    private const byte CircuitId = 1;
    private const byte RemoteId = 2;

    /// <summary>Circuit and remote id; empty when the context has none.</summary>
    public static string RelayOf(string context)
    {
        if (!context.Contains("relay-agent-info", StringComparison.Ordinal))
        {
            return "";
        }

        try
        {
            using var json = JsonDocument.Parse(context);
            var info = json.RootElement.GetProperty("ISC").GetProperty("relay-agent-info");
            // Text until Kea 2.2, an object with the sub-options since.
            var hex = info.ValueKind == JsonValueKind.String ? info.GetString() : info.GetProperty("sub-options").GetString();
            return SubOptions(Convert.FromHexString(hex is { Length: > 1 } && hex.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? hex[2..] : ""));
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return "";
        }
    }

    private static string SubOptions(ReadOnlySpan<byte> bytes)
    {
        var circuit = "";
        var remote = "";
        while (bytes.Length >= 2 && bytes[1] <= bytes.Length - 2)
        {
            var value = bytes.Slice(2, bytes[1]);
            circuit = bytes[0] == CircuitId ? Text(value) : circuit;
            remote = bytes[0] == RemoteId ? Text(value) : remote;
            bytes = bytes[(2 + bytes[1])..];
        }

        return circuit.Length > 0 && remote.Length > 0 ? $"{circuit} {remote}" : circuit + remote;
    }

    private static string Text(ReadOnlySpan<byte> value) =>
        value.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Convert.ToHexStringLower(value) : Encoding.ASCII.GetString(value);
}
