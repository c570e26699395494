using System.Runtime.InteropServices;
using MinerFlow.Reporting.Push.Signatures;

namespace MinerFlow.Reporting.Push.Encryption;

/// <summary>CMS EnvelopedData with one recipient who knows a password (RFC 5652, section 6.2.4; CMS_encrypt(3)). The framework's own knows neither SM4 nor passwords.</summary>
internal static unsafe partial class CmsCalls
{
    /// <summary>CMS_BINARY and CMS_PARTIAL of openssl/cms.h: bytes stay as they are, and the recipient is added before anything is encrypted.</summary>
    private const uint Binary = 0x80;
    private const uint Partial = 0x4000;

    /// <param name="cipher">As <see cref="LibcryptoCalls.Cipher"/> found it; for the content and for its key.</param>
    /// <param name="password">Shared with the recipient.</param>
    /// <param name="iterations">Of PBKDF2 (RFC 8018).</param>
    /// <param name="content">What is encrypted, under a key of its own.</param>
    /// <returns>DER.</returns>
    /// <exception cref="ChannelException">The library refused.</exception>
    public static byte[] Encrypt(nint cipher, ReadOnlySpan<byte> password, int iterations, ReadOnlySpan<byte> content)
    {
        var message = New(0, 0, cipher, Binary | Partial);
        try
        {
            fixed (byte* secret = password, bytes = content)
            {
                // The message owns its copy of the password and frees it.
                if (message == 0 || AddPassword(message, iterations, 0, 0, Duplicate(secret, (nuint)password.Length, null, 0), password.Length, 0) == 0)
                {
                    throw LibcryptoCalls.Failed("CMS_add0_recipient_password");
                }

                // A pointer to nothing is refused even where the length is zero.
                byte nothing = 0;
                var input = NewBuffer(content.IsEmpty ? &nothing : bytes, content.Length);
                try
                {
                    return input != 0 && Finish(message, input, 0, Binary) == 1 ? Encode(message) : throw LibcryptoCalls.Failed("CMS_final");
                }
                finally
                {
                    _ = FreeBuffer(input);
                }
            }
        }
        finally
        {
            Free(message);
        }
    }

    private static byte[] Encode(nint message)
    {
        var length = Encode(message, null);
        var der = new byte[Math.Max(length, 0)];
        fixed (byte* bytes = der)
        {
            var at = bytes;
            return length > 0 && Encode(message, &at) == length ? der : throw LibcryptoCalls.Failed("i2d_CMS_ContentInfo");
        }
    }

    [LibraryImport(LibcryptoCalls.Library, EntryPoint = "CMS_encrypt")]
    private static partial nint New(nint certificates, nint content, nint cipher, uint flags);

    [LibraryImport(LibcryptoCalls.Library, EntryPoint = "CMS_add0_recipient_password")]
    private static partial nint AddPassword(nint message, int iterations, int wrap, int derivation, nint password, nint length, nint cipher);

    [LibraryImport(LibcryptoCalls.Library, EntryPoint = "CMS_final")]
    private static partial int Finish(nint message, nint content, nint detached, uint flags);

    [LibraryImport(LibcryptoCalls.Library, EntryPoint = "i2d_CMS_ContentInfo")]
    private static partial int Encode(nint message, byte** der);

    [LibraryImport(LibcryptoCalls.Library, EntryPoint = "CMS_ContentInfo_free")]
    private static partial void Free(nint message);

    [LibraryImport(LibcryptoCalls.Library, EntryPoint = "CRYPTO_memdup")]
    private static partial nint Duplicate(byte* bytes, nuint length, byte* file, int line);

    [LibraryImport(LibcryptoCalls.Library, EntryPoint = "BIO_new_mem_buf")]
    private static partial nint NewBuffer(byte* bytes, int length);

    [LibraryImport(LibcryptoCalls.Library, EntryPoint = "BIO_free")]
    private static partial int FreeBuffer(nint buffer);
}
