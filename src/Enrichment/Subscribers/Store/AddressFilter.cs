using System.Numerics;
using System.Runtime.InteropServices;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>
/// Whether a segment may hold rows of a prefix: a Bloom filter of 64-byte blocks (Putze, Sanders, Singler 2007), 16 bits a prefix and 6 of them set,
/// so that about one in a thousand prefixes that are not there costs a page read all the same. A filter says by its length how many bits it has.
/// </summary>
internal sealed class AddressFilter
{
    private const int BitsPerPrefix = 16;
    private const int WordsPerBlock = 8;
    private const int BitsPerHash = 6;
    private readonly ulong[] _words;

    public AddressFilter(long prefixes) => _words = new ulong[Math.Max(1, (prefixes * BitsPerPrefix / 512) + 1) * WordsPerBlock];

    private AddressFilter(ulong[] words) => _words = words;

    /// <summary>Little-endian words, as they stand in the segment.</summary>
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(_words.AsSpan());

    /// <summary>Null when the bytes are no whole number of blocks.</summary>
    public static AddressFilter? From(ReadOnlySpan<byte> bytes) =>
        bytes.Length == 0 || bytes.Length % 64 != 0 ? null : new AddressFilter(MemoryMarshal.Cast<byte, ulong>(bytes).ToArray());

    /// <summary>Mixes prefix and length; the constants are those of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    public static ulong Hash(UInt128 prefix, int length)
    {
        var hash = Mix((ulong)prefix + ((ulong)length * 0x9E3779B97F4A7C15));
        return Mix(hash ^ (ulong)(prefix >> 64));
    }

    public void Add(ulong hash)
    {
        var block = Block(hash);
        for (var bit = 0; bit < BitsPerHash; bit++)
        {
            var at = BitAt(hash, bit);
            _words[block + (at >> 6)] |= 1UL << at;
        }
    }

    public bool MayHold(ulong hash)
    {
        var block = Block(hash);
        for (var bit = 0; bit < BitsPerHash; bit++)
        {
            var at = BitAt(hash, bit);
            if ((_words[block + (at >> 6)] & (1UL << at)) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private int Block(ulong hash) => (int)Math.BigMul(hash, (ulong)(_words.Length / WordsPerBlock), out _) * WordsPerBlock;

    /// <summary>The six positions in the block are nine bits each of the hash's low 54, which the choice of the block hardly used.</summary>
    private static int BitAt(ulong hash, int bit) => (int)(BitOperations.RotateRight(hash, bit * 9) & 511);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
