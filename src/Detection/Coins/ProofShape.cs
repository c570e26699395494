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
    /// Compares the hash with the target that nbits states. 64 zero bits or more are needed before the answer is trusted, so that a
    /// random hash passes once in 2^60; below that every hash could be either.
    /// </summary>
    /// <param name="previousHash">Hex of <c>mining.notify</c>: eight words of four bytes, each swapped, the most significant word last.</param>
    /// <param name="bits">nbits, as a number.</param>
    public static ProofShape Of(ReadOnlySpan<byte> previousHash, uint bits)
    {
        // The leading zero bytes of the target are 32 - exponent; a retarget moves it by a factor of 4 at most: one byte of slack.
        const int LeastZeroBytes = 5;
        var zeroBytes = 32 - (int)(bits >> 24) - 1;
        if (previousHash.Length != 64 || zeroBytes < LeastZeroBytes || zeroBytes > 16)
        {
            return ProofShape.Unknown;
        }

        for (var index = 0; index < zeroBytes; index++)
        {
            // Byte n of the most significant end: word 7 - n / 4, byte n % 4 of it as sent.
            var place = (((7 - (index / 4)) * 4) + (index % 4)) * 2;
            if (previousHash[place] != (byte)'0' || previousHash[place + 1] != (byte)'0')
            {
                return ProofShape.HashIsNotProof;
            }
        }

        return ProofShape.HashIsProof;
    }
}
