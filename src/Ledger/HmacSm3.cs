namespace MinerFlow.Ledger;

/// <summary>HMAC (RFC 2104) over SM3, as Chinese authorities ask for beside HMAC-SHA-256.</summary>
public static class HmacSm3
{
    /// <param name="key">Of any length; one of more than 64 bytes counts by its digest.</param>
    /// <param name="data">What is proved.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] HashData(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        Span<byte> block = stackalloc byte[Sm3.BlockLength];
        block.Clear();
        if (key.Length > Sm3.BlockLength)
        {
            key = Sm3.HashData(key);
        }

        key.CopyTo(block);
        var inner = Hash(block, 0x36, data);
        return Hash(block, 0x5C, inner);
    }

    private static byte[] Hash(ReadOnlySpan<byte> key, byte pad, ReadOnlySpan<byte> data)
    {
        Span<byte> padded = stackalloc byte[Sm3.BlockLength];
        for (var i = 0; i < padded.Length; i++)
        {
            padded[i] = (byte)(key[i] ^ pad);
        }

        var hash = new Sm3Hash();
        hash.Append(padded);
        hash.Append(data);
        return hash.Finish();
    }
}
