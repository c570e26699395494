using System.Buffers;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// WebSocket connections that were open before the capture began: a text or binary frame whose payload, unmasked, begins like a JSON object.
/// Those whose upgrade is seen come from <see cref="HttpCarrier"/>. By itself it is never a verdict.
/// </summary>
internal sealed class WebSocketCarrier : IStreamProtocol
{
    private const byte LastText = 0x81;
    private const byte LastBinary = 0x82;

    public string Name => "websocket";

    public ReadOnlySpan<byte> FirstBytes => [LastText, LastBinary];

    public bool Probe(ReadOnlySpan<byte> start)
    {
        if (start.Length < 8 || start[0] is not (LastText or LastBinary) || WebSocketFrame.TryReadHeader(start, out var frame) != OperationStatus.Done || frame.Length is < 16 or > 16_384)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[12];
        var payload = start[frame.HeaderLength..];
        text = text[..Math.Min(text.Length, payload.Length)];
        payload[..text.Length].CopyTo(text);
        frame.Unmask(text);
        return text.Length >= 2 && text[0] == (byte)'{' && text[1..].TrimStart(" \t\r\n"u8).StartsWith("\""u8) && !text.ContainsAnyExceptInRange((byte)0x09, (byte)0x7E);
    }

    public IStreamReader CreateReader(MiningSession session) => new WebSocketReader(session, mayCompress: true);
}
