using System.Buffers.Binary;
using MinerFlow.Abstractions;

namespace MinerFlow.Exchange;

/// <summary>
/// The bytes of a segment, little endian: a header of "MFSPOOL1", id of the spool (16), sequence of the first record (8), checksum (4); then records of
/// length of the payload (4), checksum (4), sequence (8), payload. A checksum is the CRC-32C (RFC 3720 section 12.1) of what it covers: the header before it,
/// or sequence and payload.
/// </summary>
internal static class SpoolFormat
{
    public const int HeaderLength = 36;
    public const int RecordHeaderLength = 16;

    /// <summary>16 MiB: no sighting comes near, so a longer one is damage.</summary>
    public const int LongestPayload = 16 << 20;

    private static ReadOnlySpan<byte> Magic => "MFSPOOL1"u8;

    public static void WriteHeader(Span<byte> header, Guid id, long first)
    {
        Magic.CopyTo(header);
        id.TryWriteBytes(header[8..]);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], first);
        BinaryPrimitives.WriteUInt32LittleEndian(header[32..], Crc32C.Of(header[..32]));
    }

    public static bool TryReadHeader(ReadOnlySpan<byte> header, out Guid id, out long first)
    {
        (id, first) = (Guid.Empty, 0);
        if (header.Length < HeaderLength || !header.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(header[32..]) != Crc32C.Of(header[..32]))
        {
            return false;
        }

        id = new Guid(header.Slice(8, 16));
        first = BinaryPrimitives.ReadInt64LittleEndian(header[24..]);
        return true;
    }

    /// <summary>Fills the header before a payload.</summary>
    /// <param name="record">Header and payload.</param>
    /// <param name="sequence">Number of the record in its spool.</param>
    public static void Seal(Span<byte> record, long sequence)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - RecordHeaderLength);
        BinaryPrimitives.WriteInt64LittleEndian(record[8..], sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Crc32C.Of(record[8..]));
    }

    /// <summary>Length of the record that these bytes begin, header included; 0 when they are the beginning of none.</summary>
    public static int LengthOf(ReadOnlySpan<byte> header)
    {
        var payload = header.Length < RecordHeaderLength ? 0 : BinaryPrimitives.ReadInt32LittleEndian(header);
        return payload is > 0 and <= LongestPayload ? payload + RecordHeaderLength : 0;
    }

    /// <summary>True when this is the record with this number, whole.</summary>
    public static bool IsSound(ReadOnlySpan<byte> record, long sequence) =>
        BinaryPrimitives.ReadInt64LittleEndian(record[8..]) == sequence && BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) == Crc32C.Of(record[8..]);
}
