using System.Buffers.Binary;

namespace MinerFlow.Detection.Coins;

/// <summary>What can be read from the half-built coinbase transaction of a Bitcoin-like job.</summary>
/// <remarks>
/// <c>coinb1</c> is version(4) [time(4)] 01 prevout(32 zero bytes) ffffffff script-length height-push rest-of-script; the extra nonces
/// follow, then <c>coinb2</c> with the rest of the script (BIP34; Peercoin and its kin have the time). A script has 2 to 100 bytes.
/// </remarks>
internal static class Coinbase
{
    private const int LongestScript = 100;

    /// <summary>Version, time, input count, previous output, script length.</summary>
    private const int LongestHead = 4 + 4 + 1 + 36 + 1;

    /// <summary>Bytes of coinb1 worth decoding: head and script.</summary>
    public const int LongestStart = LongestHead + LongestScript;

    /// <summary>Finds the script behind the head.</summary>
    /// <param name="start">Decoded beginning of coinb1.</param>
    /// <param name="script">The script as far as coinb1 has it.</param>
    public static bool TryFindScript(ReadOnlySpan<byte> start, out ReadOnlySpan<byte> script)
    {
        return TryFindScript(start, 4, out script) || TryFindScript(start, 8, out script);
    }

    private static bool TryFindScript(ReadOnlySpan<byte> start, int inputs, out ReadOnlySpan<byte> script)
    {
        script = default;
        var head = inputs + 1 + 36;
        if (start.Length <= head
            || start[inputs] != 1
            || start.Slice(inputs + 1, 32).ContainsAnyExcept((byte)0)
            || BinaryPrimitives.ReadUInt32LittleEndian(start[(inputs + 33)..]) != uint.MaxValue
            || start[head] is < 2 or > LongestScript)
        {
            return false;
        }

        script = start[(head + 1)..];
        script = script[..Math.Min(script.Length, start[head])];
        return true;
    }

    /// <summary>The height that BIP34 puts first: a push of 1 to 4 bytes, least significant first.</summary>
    public static bool TryReadHeight(ReadOnlySpan<byte> script, out long height)
    {
        height = 0;
        if (script.IsEmpty || script[0] is < 1 or > 4 || script.Length <= script[0])
        {
            return false;
        }

        for (int index = script[0]; index > 0; index--)
        {
            height = (height << 8) | script[index];
        }

        return height > 0;
    }

    /// <summary>True when the script carries the mark of merged mining.</summary>
    public static bool IsMergedMining(ReadOnlySpan<byte> script) => script.IndexOf(MergedMining) >= 0;

    private static ReadOnlySpan<byte> MergedMining => [0xfa, 0xbe, (byte)'m', (byte)'m'];
}
