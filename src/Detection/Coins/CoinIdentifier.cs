using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Coins;

/// <summary>What a job of the Bitcoin family says about its chain and its pool.</summary>
/// <param name="Coin">Ticker, only when height, time and difficulty agree with exactly one coin.</param>
/// <param name="Algorithm">Algorithm of that coin; null without one.</param>
/// <param name="PoolTag">Pool whose text stands in the coinbase.</param>
/// <param name="Height">Height of the block being worked on; 0 when the coinbase does not tell.</param>
/// <param name="IsMergedMining">The same work counts for other chains too.</param>
/// <param name="Shape">What the previous block's hash says about the algorithm.</param>
internal readonly record struct JobFinding(string? Coin, string? Algorithm, string? PoolTag, long Height, bool IsMergedMining, ProofShape Shape)
{
    /// <summary>
    /// Hashes behind one share of difficulty 1: 2^32 where the block hash is the proof, 2^16 for scrypt and its kin, whose
    /// difficulty 1 is 65,536 times easier (share multiplier 65536 of miningcore's coins.json). Bitcoin's when nothing tells.
    /// </summary>
    public double WorkPerDifficulty => Shape == ProofShape.HashIsNotProof ? 65_536d : 4_294_967_296d;
}

/// <summary>
/// Names the coin of a job, never by guessing: what the job says must agree with one coin of <c>rules/coins.csv</c> and with no other.
/// One instance serves all connections; it allocates nothing.
/// </summary>
internal sealed class CoinIdentifier(CoinTable coins, PoolTags tags)
{
    /// <summary>Knows no coin and no pool.</summary>
    public static readonly CoinIdentifier Empty = new(CoinTable.Empty, PoolTags.Empty);

    /// <summary>A 9-element <c>mining.notify</c>: elements 1, 2, 3, 6 and 7 of its parameters, as received; and the coin of the payout address.</summary>
    public JobFinding OfBitcoinJob(
        ReadOnlySpan<byte> previousHash, ReadOnlySpan<byte> coinb1, ReadOnlySpan<byte> coinb2, ReadOnlySpan<byte> nbits, ReadOnlySpan<byte> ntime,
        string? paidIn = null)
    {
        Hex.TryRead(nbits, out var bits);
        Hex.TryRead(ntime, out var time);
        var shape = ProofShapes.Of(previousHash, (uint)bits);
        Span<byte> start = stackalloc byte[Coinbase.LongestStart];
        start = start[..Hex.Decode(coinb1, start)];
        if (!Coinbase.TryFindScript(start, out var script))
        {
            return new JobFinding(null, null, null, 0, IsMergedMining: false, shape);
        }

        Span<byte> rest = stackalloc byte[100];
        rest = rest[..Hex.Decode(coinb2, rest)];
        _ = Coinbase.TryReadHeight(script, out var height);
        return OfHeader(height, (long)time, (uint)bits, shape, paidIn) with
        {
            PoolTag = tags.Find(script) ?? tags.Find(rest),
            IsMergedMining = Coinbase.IsMergedMining(script) || Coinbase.IsMergedMining(rest),
        };
    }

    /// <summary>A job whose members are named, as a template's are.</summary>
    /// <param name="previousHash">64 digits, the most significant first.</param>
    /// <param name="height">Height of the block being worked on.</param>
    /// <param name="time">Unix seconds.</param>
    /// <param name="bits">nbits, as a number.</param>
    /// <param name="poolTag">What the pool writes into its coinbase.</param>
    public JobFinding OfTemplate(ReadOnlySpan<byte> previousHash, long height, long time, uint bits, ReadOnlySpan<byte> poolTag)
    {
        const int WordDigits = 8;
        Span<byte> words = stackalloc byte[previousHash.Length == 64 ? 64 : 0];
        for (var place = 0; place < words.Length; place += WordDigits)
        {
            previousHash.Slice(place, WordDigits).CopyTo(words[^(place + WordDigits)..]);
        }

        return OfHeader(height, time, bits, ProofShapes.Of(words, bits), paidIn: null) with { PoolTag = tags.Find(poolTag) };
    }

    private JobFinding OfHeader(long height, long time, uint bits, ProofShape shape, string? paidIn)
    {
        var algorithm = "";
        var coin = height > 0 ? coins.Only("bitcoin", height, time, (byte)(bits >> 24), shape, paidIn, out algorithm) : null;
        return new JobFinding(coin, algorithm.Length > 0 ? algorithm : null, null, height, IsMergedMining: false, shape);
    }

    /// <summary>True when this begins like a coinbase transaction.</summary>
    public static bool IsCoinbase(ReadOnlySpan<byte> coinb1)
    {
        Span<byte> start = stackalloc byte[60];
        return Coinbase.TryFindScript(start[..Hex.Decode(coinb1, start)], out _);
    }

    /// <summary>The height alone, without the cost of the rest: what a dialect compares to see whether the job is on a new block.</summary>
    public static bool TryReadHeight(ReadOnlySpan<byte> coinb1, out long height)
    {
        height = 0;
        Span<byte> start = stackalloc byte[60];
        start = start[..Hex.Decode(coinb1, start)];
        return Coinbase.TryFindScript(start, out var script) && Coinbase.TryReadHeight(script, out height);
    }

    /// <summary>A CryptoNote job: an algorithm of one coin names it; RandomX and CryptoNight need a height that fits the job's time.</summary>
    /// <param name="algorithm">Member <c>algo</c>; empty when the job has none.</param>
    /// <param name="height">Member <c>height</c>; 0 when the job has none.</param>
    /// <param name="blob">Member <c>blob</c>: its third number is the time of the block, when a pool has set it.</param>
    /// <param name="seen">When the job was on the wire, for blobs without a time.</param>
    public string? OfCryptonoteJob(ReadOnlySpan<byte> algorithm, long height, ReadOnlySpan<byte> blob, PacketTime seen)
    {
        if (coins.NamedBy(algorithm) is { } named)
        {
            return named;
        }

        var shared = algorithm.IsEmpty || algorithm.SequenceEqual("rx/0"u8) || algorithm.StartsWith("cn/"u8) || algorithm.SequenceEqual("randomx"u8);
        if (!shared || height <= 0)
        {
            return null;
        }

        var time = TryReadBlobTime(blob, out var told) ? told : seen.UnixNanoseconds / PacketTime.NanosecondsPerSecond;
        return coins.Only("cryptonote", height, time, 0, ProofShape.Unknown, null, out _);
    }

    /// <summary>A job of another family that tells its height: <c>ethash</c> or <c>kawpow</c>.</summary>
    /// <param name="family">As in <c>rules/coins.csv</c>.</param>
    /// <param name="height">Height of the block being worked on.</param>
    /// <param name="seen">When the job was on the wire.</param>
    /// <param name="exponent">First byte of nbits; 0 when the job has none.</param>
    public string? OfHeight(string family, long height, PacketTime seen, byte exponent = 0) =>
        coins.Only(family, height, seen.UnixNanoseconds / PacketTime.NanosecondsPerSecond, exponent, ProofShape.Unknown, null, out _);

    /// <summary>Major version, minor version, time: three base-128 numbers, least significant group first (CryptoNote standard 003).</summary>
    internal static bool TryReadBlobTime(ReadOnlySpan<byte> blob, out long time)
    {
        Span<byte> start = stackalloc byte[16];
        start = start[..Hex.Decode(blob, start)];
        time = 0;
        for (var number = 0; number < 3; number++)
        {
            time = 0;
            for (var shift = 0; ; shift += 7)
            {
                if (start.IsEmpty || shift > 35)
                {
                    return false;
                }

                var group = start[0];
                start = start[1..];
                time |= (long)(group & 0x7f) << shift;
                if (group < 0x80)
                {
                    break;
                }
            }
        }

        // Bitmonero's first block; a template without a time has 0.
        return time > 1_397_818_133;
    }
}
