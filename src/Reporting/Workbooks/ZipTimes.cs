using System.Buffers.Binary;

namespace MinerFlow.Reporting.Workbooks;

/// <summary>Sets the times inside a ZIP file to its epoch, so that the same content gives the same bytes (APPNOTE.TXT sections 4.3.7, 4.3.12, 4.3.16).</summary>
internal static class ZipTimes
{
    private const uint EndOfDirectory = 0x06054b50;
    private const uint DirectoryEntry = 0x02014b50;
    private const int EndLength = 22;
    private const int EntryLength = 46;

    /// <summary>1980-01-01 00:00:00 as MS-DOS time and date.</summary>
    private const uint DosEpoch = 0x0021_0000;

    public static void Clear(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        file.Flush();
        Span<byte> record = stackalloc byte[EntryLength];
        ReadAt(file, file.Length - EndLength, record[..EndLength]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != EndOfDirectory)
        {
            throw new InvalidDataException("A ZIP file without a comment ends with its end-of-central-directory record.");
        }

        var entries = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        long position = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        for (var i = 0; i < entries; i++)
        {
            ReadAt(file, position, record);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) != DirectoryEntry)
            {
                throw new InvalidDataException("The central directory of a ZIP file is a row of its entries.");
            }

            WriteEpoch(file, position + 12);
            WriteEpoch(file, BinaryPrimitives.ReadUInt32LittleEndian(record[42..]) + 10L);
            position += EntryLength + BinaryPrimitives.ReadUInt16LittleEndian(record[28..])
                + BinaryPrimitives.ReadUInt16LittleEndian(record[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(record[32..]);
        }

        file.Position = file.Length;
    }

    private static void ReadAt(Stream file, long position, Span<byte> bytes)
    {
        file.Position = position;
        file.ReadExactly(bytes);
    }

    private static void WriteEpoch(Stream file, long position)
    {
        Span<byte> epoch = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(epoch, DosEpoch);
        file.Position = position;
        file.Write(epoch);
    }
}
