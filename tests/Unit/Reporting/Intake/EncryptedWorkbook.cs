using System.Buffers.Binary;
using System.Text;

namespace MinerFlow.Unit.Reporting.Intake;

/// <summary>
/// A workbook behind a password as Excel writes it: a compound file ([MS-CFB] version 3) with the streams of agile encryption ([MS-OFFCRYPTO] 2.3.4.10).
/// Nothing in it can be decrypted; that it asks for a password is all it is for.
/// </summary>
internal static class EncryptedWorkbook
{
    private const int Sector = 512;
    private const uint EndOfChain = 0xFFFF_FFFE;
    private const uint Free = 0xFFFF_FFFF;

    // Streams from this size on lie in sectors of their own.
    private const int StreamLength = 4_096;
    private const int StreamSectors = StreamLength / Sector;

    public static byte[] Bytes()
    {
        var file = new byte[Sector * (3 + (2 * StreamSectors))];
        WriteHeader(file);
        var table = file.AsSpan(Sector, Sector);
        for (var i = 0; i < Sector / 4; i++)
        {
            var isLast = i is 1 or 1 + StreamSectors or 1 + (2 * StreamSectors);
            Write(table, 4 * i, i == 0 ? 0xFFFF_FFFD : i > 1 + (2 * StreamSectors) ? Free : isLast ? EndOfChain : (uint)i + 1);
        }

        var directory = file.AsSpan(2 * Sector, Sector);
        WriteEntry(directory, "Root Entry", kind: 5, child: 1, right: Free, start: EndOfChain, length: 0);
        WriteEntry(directory[128..], "EncryptionInfo", kind: 2, child: Free, right: 2, start: 2, length: StreamLength);
        WriteEntry(directory[256..], "EncryptedPackage", kind: 2, child: Free, right: Free, start: 2 + StreamSectors, length: StreamLength);
        var info = file.AsSpan(3 * Sector, StreamLength);
        info.Fill((byte)' ');
        Write(info, 0, 0x0004_0004);
        Write(info, 4, 0x40);
        Encoding.UTF8.GetBytes(Description()).CopyTo(info[8..]);
        return file;
    }

    private static string Description()
    {
        static string Base64(int length) => Convert.ToBase64String(new byte[length]);
        const string Cipher = "saltSize=\"16\" blockSize=\"16\" keyBits=\"256\" hashSize=\"64\" cipherAlgorithm=\"AES\" cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"SHA512\"";
        return $"""
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password">
            <keyData {Cipher} saltValue="{Base64(16)}"/><dataIntegrity encryptedHmacKey="{Base64(64)}" encryptedHmacValue="{Base64(64)}"/>
            <keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="1000" {Cipher} saltValue="{Base64(16)}"
            encryptedVerifierHashInput="{Base64(16)}" encryptedVerifierHashValue="{Base64(64)}" encryptedKeyValue="{Base64(32)}"/></keyEncryptor></keyEncryptors></encryption>
            """;
    }

    private static void WriteHeader(Span<byte> header)
    {
        new byte[] { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1 }.CopyTo(header);
        Write(header, 24, 0x0003_003E);
        Write(header, 28, 0x0009_FFFE);
        Write(header, 32, 6);
        Write(header, 44, 1);
        Write(header, 48, 1);
        Write(header, 56, StreamLength);
        Write(header, 60, EndOfChain);
        Write(header, 68, EndOfChain);
        header[76..Sector].Fill(0xFF);
        Write(header, 76, 0);
    }

    private static void WriteEntry(Span<byte> entry, string name, byte kind, uint child, uint right, uint start, uint length)
    {
        Encoding.Unicode.GetBytes(name).CopyTo(entry);
        BinaryPrimitives.WriteUInt16LittleEndian(entry[64..], (ushort)(2 * (name.Length + 1)));
        entry[66] = kind;
        entry[67] = 1;
        Write(entry, 68, Free);
        Write(entry, 72, right);
        Write(entry, 76, child);
        Write(entry, 116, start);
        Write(entry, 120, length);
    }

    private static void Write(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);
}
