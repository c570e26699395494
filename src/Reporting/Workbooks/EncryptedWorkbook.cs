using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MinerFlow.Reporting.Workbooks;

/// <summary>
/// Locks an Office document with a password to open: agile encryption ([MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15) with AES-256, SHA-512 and 100,000 rounds, as Excel 2013 and later
/// write it.
/// </summary>
public sealed class EncryptedWorkbook : IDisposable
{
    private const int Rounds = 100_000;
    private const int SaltLength = 16;
    private const int BlockLength = 16;
    private const int KeyLength = 32;
    private const int HashLength = 64;
    private const int SegmentLength = 4_096;

    // 2.3.4.11 to 2.3.4.14: what a key or an initial vector is for.
    private static readonly byte[] VerifierInputBlock = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
    private static readonly byte[] VerifierValueBlock = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
    private static readonly byte[] KeyValueBlock = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];
    private static readonly byte[] MacKeyBlock = [0x5F, 0xB2, 0xAD, 0x01, 0x0C, 0xB9, 0xE1, 0xF6];
    private static readonly byte[] MacValueBlock = [0xA0, 0x67, 0x7F, 0x02, 0xB2, 0x2C, 0x84, 0x33];

    private readonly byte[] _documentSalt = RandomNumberGenerator.GetBytes(SaltLength);
    private readonly byte[] _passwordSalt = RandomNumberGenerator.GetBytes(SaltLength);
    private readonly byte[] _verifier = RandomNumberGenerator.GetBytes(SaltLength);
    private readonly byte[] _macKey = RandomNumberGenerator.GetBytes(HashLength);
    private readonly byte[] _fromPassword;
    private readonly Aes _documentKey = Aes.Create();

    private EncryptedWorkbook(string password)
    {
        _documentKey.Key = RandomNumberGenerator.GetBytes(KeyLength);
        _fromPassword = Stretch(password);
    }

    /// <summary>Whether Office opens a document of this name with a password: the formats that are zip archives inside.</summary>
    public static bool CanLock(string fileName) => Path.GetExtension(fileName) is ".xlsx" or ".docx";

    /// <summary>Writes the locked document from its first byte to its last; neither it nor the clear one is held in memory.</summary>
    /// <param name="document">Read once, from where it stands.</param>
    /// <param name="length">Bytes that it has from there.</param>
    /// <param name="password">What opens it; Office takes up to 255 characters.</param>
    /// <param name="output">Takes it; needs not be one that can be sought.</param>
    public static void Write(Stream document, long length, string password, Stream output)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentException.ThrowIfNullOrEmpty(password);
        using var workbook = new EncryptedWorkbook(password);
        workbook.Write(document, length, output);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_fromPassword);
        _documentKey.Dispose();
    }

    private void Write(Stream document, long length, Stream output)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA512, _macKey);

        // All its values have fixed lengths, so that its own length is known before the last of them is.
        var descriptionLength = Description(new byte[HashLength]).Length;
        CompoundFile.Write(
            output,
            DataSpaces.Storage(),
            new CompoundStream("EncryptedPackage", sizeof(long) + Whole(length), stream => WritePackage(document, length, stream, mac)),
            new CompoundStream("EncryptionInfo", descriptionLength, stream => stream.Write(Description(mac.GetHashAndReset()))));
    }

    /// <summary>2.3.4.15: the length, and segments that are encrypted each for itself. The mac goes over all of it (2.3.4.14).</summary>
    private void WritePackage(Stream document, long length, Stream output, IncrementalHash mac)
    {
        var head = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(head, length);
        Put(head);
        var clear = new byte[SegmentLength];
        var locked = new byte[SegmentLength];
        var number = new byte[sizeof(int)];
        for (long at = 0; at < length; at += SegmentLength)
        {
            var count = (int)Math.Min(SegmentLength, length - at);
            document.ReadExactly(clear, 0, count);
            var whole = (int)Whole(count);
            clear.AsSpan(count, whole - count).Clear();
            BinaryPrimitives.WriteInt32LittleEndian(number, (int)(at / SegmentLength));
            _documentKey.EncryptCbc(clear.AsSpan(0, whole), Vector(number), locked, PaddingMode.None);
            Put(locked.AsSpan(0, whole));
        }

        void Put(ReadOnlySpan<byte> bytes)
        {
            mac.AppendData(bytes);
            output.Write(bytes);
        }
    }

    /// <summary>2.3.4.10: the stream <c>EncryptionInfo</c>.</summary>
    private byte[] Description(byte[] mac)
    {
        const string Cipher = "saltSize=\"16\" blockSize=\"16\" keyBits=\"256\" hashSize=\"64\" cipherAlgorithm=\"AES\" cipherChaining=\"ChainingModeCBC\" hashAlgorithm=\"SHA512\"";
        const string Password = "http://schemas.microsoft.com/office/2006/keyEncryptor/password";
        var xml = $"""
            <encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="{Password}">
            <keyData {Cipher} saltValue="{Text(_documentSalt)}"/>
            <dataIntegrity encryptedHmacKey="{Text(WithDocumentKey(_macKey, MacKeyBlock))}" encryptedHmacValue="{Text(WithDocumentKey(mac, MacValueBlock))}"/>
            <keyEncryptors><keyEncryptor uri="{Password}"><p:encryptedKey spinCount="{Rounds}" {Cipher} saltValue="{Text(_passwordSalt)}"
             encryptedVerifierHashInput="{Text(WithPassword(_verifier, VerifierInputBlock))}"
             encryptedVerifierHashValue="{Text(WithPassword(SHA512.HashData(_verifier), VerifierValueBlock))}"
             encryptedKeyValue="{Text(WithPassword(_documentKey.Key, KeyValueBlock))}"/></keyEncryptor></keyEncryptors></encryption>
            """.ReplaceLineEndings("");

        // Version 4.4, and the flag that says agile.
        return [4, 0, 4, 0, 0x40, 0, 0, 0, .. Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\r\n" + xml)];
    }

    private static string Text(byte[] bytes) => Convert.ToBase64String(bytes);

    private static long Whole(long length) => (length + BlockLength - 1) / BlockLength * BlockLength;

    /// <summary>2.3.4.11: what a guess of the password costs.</summary>
    private byte[] Stretch(string password)
    {
        var hash = SHA512.HashData([.. _passwordSalt, .. Encoding.Unicode.GetBytes(password)]);
        var round = new byte[sizeof(int) + HashLength];
        for (var i = 0; i < Rounds; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(round, i);
            hash.CopyTo(round, sizeof(int));
            SHA512.HashData(round, hash);
        }

        return hash;
    }

    private byte[] WithPassword(byte[] value, byte[] purpose)
    {
        using var aes = Aes.Create();
        aes.Key = SHA512.HashData([.. _fromPassword, .. purpose])[..KeyLength];
        return aes.EncryptCbc(value, _passwordSalt, PaddingMode.None);
    }

    private byte[] WithDocumentKey(byte[] value, byte[] purpose) => _documentKey.EncryptCbc(value, Vector(purpose), PaddingMode.None);

    /// <summary>2.3.4.12: the initial vector of a segment or of a value.</summary>
    private byte[] Vector(byte[] purpose) => SHA512.HashData([.. _documentSalt, .. purpose])[..BlockLength];
}
