namespace MinerFlow.Detection.Coins;

/// <summary>What the previous block's hash says about the proof of work of its chain.</summary>
internal enum ProofShape : byte
{
    Unknown,

    /// <summary>The hash that names a block is small: it is the proof itself (SHA-256d, X11 and the like).</summary>
    HashIsProof,

    /// <summary>The hash that names a block looks random: another hash is the proof (scrypt, NeoScrypt, yespower and the like).</summary>
    HashIsNotProof,
}

internal static class ProofShapes
{
    public static bool Fits(this ProofShape shape, string algorithm) => shape == ProofShape.Unknown || algorithm switch
    {
        "" => true,
        "sha256d" or "x11" => shape == ProofShape.HashIsProof,
        "scrypt" => shape == ProofShape.HashIsNotProof,
        _ => true,
    };

    /// <summary>
    /// Compares the leading zero bytes of the hash with those of the target that nbits states. A proof has them all, so that one that is
    /// missing settles it; test networks may lower the difficulty to 1 for a single block, which still leaves four.
    /// </summary>
    /// <param name="previousHash">Hex of <c>mining.notify</c>: eight words of four bytes, each swapped, the most significant word last.</param>
    /// <param name="bits">nbits, as a number.</param>
    public static ProofShape Of(ReadOnlySpan<byte> previousHash, uint bits)
    {
        const int ZeroBytesOfDifficultyOne = 4;

        // A target has 32 - exponent of them; a retarget moves it by a factor of 4 at most: one byte of slack.
        var expected = 32 - (int)(bits >> 24) - 1;
        if (previousHash.Length != 64 || expected is < 1 or > 16)
        {
            return ProofShape.Unknown;
        }

        var zeros = 0;
        while (zeros < expected && IsZero(previousHash, zeros))
        {
            zeros++;
        }

        if (zeros < Math.Min(expected, ZeroBytesOfDifficultyOne))
        {
            return ProofShape.HashIsNotProof;
        }

        // Fewer than four zero bytes are there by chance too often to prove anything.
        return zeros == expected && zeros >= ZeroBytesOfDifficultyOne ? ProofShape.HashIsProof : ProofShape.Unknown;
    }

    /// <param name="previousHash">As sent.</param>
    /// <param name="index">Counted from the most significant byte: byte n is byte n % 4 of word 7 - n / 4.</param>
    private static bool IsZero(ReadOnlySpan<byte> previousHash, int index)
    {
        var place = (((7 - (index / 4)) * 4) + (index % 4)) * 2;
        return previousHash[place] == (byte)'0' && previousHash[place + 1] == (byte)'0';
    }
}
