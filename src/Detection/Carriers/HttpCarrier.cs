using System.Buffers;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// HTTP/1 as a carrier of mining: JSON-RPC bodies (getwork, getblocktemplate, eth_getWork, Monero daemons), WebSocket upgrades and CONNECT tunnels
/// (RFC 9112, RFC 6455, RFC 9110 section 9.3.6). By itself it is never a verdict.
/// </summary>
internal sealed class HttpCarrier : IStreamProtocol
{
    /// <summary>Words that a mining request or answer has in its head or body; one search finds any of them.</summary>
    private static readonly SearchValues<string> MiningWords = SearchValues.Create(
        ["getwork", "_submit", "blocktemplate", "block_template", "submitblock", "x-mining", "miner_data", "-long-polling", "x-stratum", "x-roll-n", "previousblockhash", "midstate", "\"target\"", "[\"0x"],
        StringComparison.OrdinalIgnoreCase);

    public string Name => "http";

    public ReadOnlySpan<byte> FirstBytes => "PGHC"u8;

    /// <summary>
    /// A request or answer that names mining, opens a WebSocket or a tunnel, or is the head of a JSON-RPC call whose body comes in the next segment.
    /// </summary>
    public bool Probe(ReadOnlySpan<byte> start)
    {
        if (!HttpHead.MayBegin(start))
        {
            return false;
        }

        return start[0] switch
        {
            (byte)'P' => MayBeCall(start),
            (byte)'C' => HttpHead.TryRead(start, out _, out _) != OperationStatus.InvalidData,
            (byte)'G' => NamesUpgrade(start) || start.IndexOf("-Mining-"u8) >= 0 || start.IndexOf("-mining-"u8) >= 0 || IsShortAndCut(start),
            _ => NamesUpgrade(start) || IsTunnelOpened(start) || NamesMining(start),
        };
    }

    public IStreamReader CreateReader(MiningSession session) => new HttpReader(session);

    /// <summary>A packet far from full that ends inside the head: its sender writes in pieces, and what matters may come with the next.</summary>
    private static bool IsShortAndCut(ReadOnlySpan<byte> start) => start.Length < 512 && start.IndexOf("\r\n\r\n"u8) < 0;

    private static bool NamesUpgrade(ReadOnlySpan<byte> bytes) => bytes.IndexOf("ebsocket"u8) >= 0 || bytes.IndexOf("ebSocket"u8) >= 0;

    /// <summary>True when one of the words of mining stands in the bytes.</summary>
    internal static bool NamesMining(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[1_460];
        var length = Math.Min(bytes.Length, text.Length);
        System.Text.Ascii.ToUtf16(bytes[..length], text, out var written);
        return text[..written].ContainsAny(MiningWords);
    }

    /// <summary>A head without a body yet is let in when it could be JSON-RPC to a node: the body decides.</summary>
    private static bool MayBeCall(ReadOnlySpan<byte> start)
    {
        if (NamesMining(start))
        {
            return true;
        }

        switch (HttpHead.TryRead(start, out var head, out var length))
        {
            case OperationStatus.Done when length == start.Length || start[length] is (byte)'{' or (byte)'[' || (head.IsChunked && char.IsAsciiHexDigit((char)start[length])):
                return head.ContentLength is null or (> 0 and <= HttpReader.LongestBody) && MayBeRpc(head) && start.Length - length < (head.ContentLength ?? long.MaxValue);
            case OperationStatus.NeedMoreData:
                return head.Target.IsEmpty || MayBeRpc(head);
            default:
                return false;
        }
    }

    private static bool MayBeRpc(in HttpHead head)
    {
        var path = head.Target;
        return path.SequenceEqual("/"u8) || path.StartsWith("/?"u8) || path.SequenceEqual("/json_rpc"u8) || HttpHead.Contains(path, "://"u8)
            || EthereumGetWork.TryFindWallet(path, out _, out _) || head["authorization"u8].StartsWith("Basic "u8) || HttpConversation.IsMinerAgent(head["user-agent"u8]);
    }

    /// <summary>The answer to CONNECT has no body and a reason phrase of its own ("Connection established").</summary>
    private static bool IsTunnelOpened(ReadOnlySpan<byte> start)
    {
        var line = start[..Math.Min(start.Length, 48)];
        line = line.IndexOf((byte)'\n') is >= 0 and var end ? line[..end] : line;
        return line.IndexOf(" 200 "u8) is >= 0 and < 12 && HttpHead.Contains(line, "established"u8);
    }
}
