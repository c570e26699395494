namespace MinerFlow.Abstractions;

/// <summary>HMAC (RFC 2104) over SM3, as Chinese authorities ask for beside HMAC-SHA-256.</summary>
public static class HmacSm3
{
    private const int BlockLength = 64;

    /// <param name="key">Of any length; one of more than 64 bytes counts by its digest.</param>
    /// <param name="data">What is proved.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] HashData(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        Span<byte> block = stackalloc byte[BlockLength];
        block.Clear();
        if (key.Length > BlockLength)
        {
            Sm3.HashData(key, block);
        }
        else
        {
            key.CopyTo(block);
        }

        var hash = new Sm3();
        Span<byte> inner = stackalloc byte[Sm3.Length];
        Append(hash, block, 0x36);
        hash.AppendData(data);
        hash.GetHashAndReset(inner);

        var proof = new byte[Sm3.Length];
        Append(hash, block, 0x5C);
        hash.AppendData(inner);
        hash.GetHashAndReset(proof);
        return proof;
    }

    private static void Append(Sm3 hash, ReadOnlySpan<byte> key, byte pad)
    {
        Span<byte> padded = stackalloc byte[BlockLength];
        for (var i = 0; i < padded.Length; i++)
        {
            padded[i] = (byte)(key[i] ^ pad);
        }

        hash.AppendData(padded);
    }
}
