using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>CRC-32C (RFC 3720 section 12.1), for the few bytes of a file that are not authenticated by their encryption.</summary>
internal static class Checksum
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
        }

        foreach (var rest in bytes[(bytes.Length & ~7)..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return ~crc;
    }
}
