using System.Buffers.Binary;
using System.Security.Cryptography;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>What a block of a file holds: blocks of another kind or number do not open as this one.</summary>
internal enum BlockKind : uint
{
    Page = 1,
    Index = 2,
    Filter = 3,
    Record = 4,
}

/// <summary>
/// AES-256-GCM (NIST SP 800-38D) over the blocks of one file. The file's own key comes from its partition's key and the file's random salt by
/// HKDF-SHA-256 (RFC 5869); each block is written once, so kind and number are a nonce that never repeats under a key.
/// </summary>
internal sealed class BlockCipher : IDisposable
{
    public const int SaltLength = 32;
    public const int TagLength = 16;
    private readonly AesGcm _cipher;
    private readonly Lock _gate = new();

    public BlockCipher(byte[] partitionKey, ReadOnlySpan<byte> salt)
    {
        Span<byte> key = stackalloc byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, partitionKey, key, salt, "minerflow interval store 1"u8);
        _cipher = new AesGcm(key, TagLength);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Writes the cipher text and behind it the tag: <see cref="TagLength"/> bytes more than the plain text.</summary>
    public void Seal(BlockKind kind, ulong number, ReadOnlySpan<byte> plain, Span<byte> sealedBlock)
    {
        Span<byte> nonce = stackalloc byte[12];
        Nonce(kind, number, nonce);
        lock (_gate)
        {
            _cipher.Encrypt(nonce, plain, sealedBlock[..plain.Length], sealedBlock.Slice(plain.Length, TagLength));
        }
    }

    /// <summary>False when a bit of the block is not as it was written.</summary>
    public bool TryOpen(BlockKind kind, ulong number, ReadOnlySpan<byte> sealedBlock, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[12];
        Nonce(kind, number, nonce);
        try
        {
            // One context of the library underneath serves one call at a time.
            lock (_gate)
            {
                _cipher.Decrypt(nonce, sealedBlock[..^TagLength], sealedBlock[^TagLength..], plain[..(sealedBlock.Length - TagLength)]);
            }

            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    public void Dispose() => _cipher.Dispose();

    private static void Nonce(BlockKind kind, ulong number, Span<byte> nonce)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(nonce, (uint)kind);
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[4..], number);
    }
}
