using System.Runtime.InteropServices;

namespace MinerFlow.Reporting.Push.Signatures;

/// <summary>
/// The functions of OpenSSL 3 (openssl.org, man7) that SM2 needs: the framework has no national algorithms, and no package that is kept up could be had. Check
/// <see cref="Require"/> first.
/// </summary>
internal static unsafe partial class LibcryptoCalls
{
    public const string Library = "libcrypto.so.3";

    private static readonly bool IsPresent = NativeLibrary.TryLoad(Library, out _);

    /// <exception cref="ChannelException">There is no OpenSSL 3.</exception>
    public static void Require(string algorithm)
    {
        if (!IsPresent)
        {
            throw new ChannelException($"{algorithm} needs OpenSSL 3, and there is no {Library} here: install the package libssl3 (Debian) or openssl-libs (RHEL, openEuler).");
        }
    }

    /// <exception cref="ChannelException">There is no OpenSSL 3, or one that was built without SM2 or SM3, as RHEL's is (no-sm2).</exception>
    public static void RequireSm2()
    {
        Require("SM2");
        var keys = FetchKeys(0, "SM2", null);
        var digest = Digest();
        FreeKeys(keys);
        ClearErrors();
        if (keys == 0 || digest == 0)
        {
            throw new ChannelException("the OpenSSL of this system was built without SM2 or SM3: take a distribution that has them (Debian, openEuler, Kylin), or a P-256 key.");
        }
    }

    /// <exception cref="ChannelException">There is no OpenSSL 3, or one that was built without the cipher, as RHEL's is without SM4.</exception>
    public static nint Cipher(string name)
    {
        Require(name);
        return CipherByName(name) is not 0 and var cipher
            ? cipher
            : throw new ChannelException($"the OpenSSL of this system was built without {name}: take a distribution that has it (Debian, openEuler, Kylin).");
    }

    public static EvpKeyHandle ReadPrivateKey(ReadOnlySpan<byte> der)
    {
        fixed (byte* bytes = der)
        {
            var at = bytes;
            return Forget(DecodePrivate(0, &at, der.Length));
        }
    }

    public static EvpKeyHandle ReadPublicKey(ReadOnlySpan<byte> der)
    {
        fixed (byte* bytes = der)
        {
            var at = bytes;
            return Forget(DecodePublic(0, &at, der.Length));
        }
    }

    public static bool IsSm2(EvpKeyHandle key) => IsA(key, "SM2") == 1;

    /// <summary>DER of the SubjectPublicKeyInfo.</summary>
    /// <exception cref="ChannelException">The library refused.</exception>
    public static byte[] PublicKey(EvpKeyHandle key)
    {
        var length = EncodePublic(key, null);
        var der = new byte[Math.Max(length, 0)];
        fixed (byte* bytes = der)
        {
            var at = bytes;
            return length > 0 && EncodePublic(key, &at) == length ? der : throw Failed("i2d_PUBKEY");
        }
    }

    /// <exception cref="ChannelException">The library refused.</exception>
    public static byte[] Sign(EvpKeyHandle key, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> message)
    {
        using var operation = new Operation(key, identity);
        fixed (byte* bytes = message)
        {
            nuint length = 0;
            if (SignInit(operation.Digest, null, Digest(), 0, key) != 1 || SignOnce(operation.Digest, null, &length, bytes, (nuint)message.Length) != 1)
            {
                throw Failed("EVP_DigestSign");
            }

            var signature = new byte[length];
            fixed (byte* place = signature)
            {
                return SignOnce(operation.Digest, place, &length, bytes, (nuint)message.Length) == 1 ? signature[..(int)length] : throw Failed("EVP_DigestSign");
            }
        }
    }

    public static bool Verify(EvpKeyHandle key, ReadOnlySpan<byte> identity, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        using var operation = new Operation(key, identity);
        fixed (byte* bytes = message, proof = signature)
        {
            var fits = VerifyInit(operation.Digest, null, Digest(), 0, key) == 1 && VerifyOnce(operation.Digest, proof, (nuint)signature.Length, bytes, (nuint)message.Length) == 1;
            ClearErrors();
            return fits;
        }
    }

    public static void Free(nint key) => FreeKey(key);

    /// <summary>What a failed call left in the queue of its thread would be taken for the next caller's, the framework's TLS among them.</summary>
    private static EvpKeyHandle Forget(EvpKeyHandle key)
    {
        ClearErrors();
        return key;
    }

    public static ChannelException Failed(string function)
    {
        var code = (uint)LastError();
        ClearErrors();
        return new ChannelException($"OpenSSL refused {function} with error {code:X8} (openssl errstr {code:X8} says more).");
    }

    /// <summary>A digest context whose signature context knows the signer's identity.</summary>
    private readonly ref struct Operation
    {
        private readonly nint _context;

        public Operation(EvpKeyHandle key, ReadOnlySpan<byte> identity)
        {
            Digest = NewDigestContext();
            _context = NewKeyContext(key, 0);
            fixed (byte* bytes = identity)
            {
                if (Digest == 0 || _context == 0 || SetIdentity(_context, bytes, identity.Length) != 1)
                {
                    Dispose();
                    throw Failed("EVP_PKEY_CTX_set1_id");
                }
            }

            SetKeyContext(Digest, _context);
        }

        public nint Digest { get; }

        public void Dispose()
        {
            // In this order: the digest context does not own a signature context that was set from outside (EVP_DigestInit(3)).
            FreeDigestContext(Digest);
            FreeKeyContext(_context);
        }
    }

    private static nint Digest() => DigestByName("SM3");

    [LibraryImport(Library, EntryPoint = "EVP_get_digestbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint DigestByName(string name);

    [LibraryImport(Library, EntryPoint = "EVP_get_cipherbyname", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint CipherByName(string name);

    [LibraryImport(Library, EntryPoint = "EVP_KEYMGMT_fetch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint FetchKeys(nint context, string algorithm, string? properties);

    [LibraryImport(Library, EntryPoint = "EVP_KEYMGMT_free")]
    private static partial void FreeKeys(nint keys);

    [LibraryImport(Library, EntryPoint = "d2i_AutoPrivateKey")]
    private static partial EvpKeyHandle DecodePrivate(nint into, byte** der, long length);

    [LibraryImport(Library, EntryPoint = "d2i_PUBKEY")]
    private static partial EvpKeyHandle DecodePublic(nint into, byte** der, long length);

    [LibraryImport(Library, EntryPoint = "i2d_PUBKEY")]
    private static partial int EncodePublic(EvpKeyHandle key, byte** der);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_is_a", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int IsA(EvpKeyHandle key, string name);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_free")]
    private static partial void FreeKey(nint key);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_new")]
    private static partial nint NewKeyContext(EvpKeyHandle key, nint engine);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_set1_id")]
    private static partial int SetIdentity(nint context, byte* identity, int length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_free")]
    private static partial void FreeKeyContext(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_new")]
    private static partial nint NewDigestContext();

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_set_pkey_ctx")]
    private static partial void SetKeyContext(nint digest, nint context);

    [LibraryImport(Library, EntryPoint = "EVP_MD_CTX_free")]
    private static partial void FreeDigestContext(nint digest);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSignInit")]
    private static partial int SignInit(nint digest, nint* context, nint algorithm, nint engine, EvpKeyHandle key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestSign")]
    private static partial int SignOnce(nint digest, byte* signature, nuint* signatureLength, byte* message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerifyInit")]
    private static partial int VerifyInit(nint digest, nint* context, nint algorithm, nint engine, EvpKeyHandle key);

    [LibraryImport(Library, EntryPoint = "EVP_DigestVerify")]
    private static partial int VerifyOnce(nint digest, byte* signature, nuint signatureLength, byte* message, nuint messageLength);

    [LibraryImport(Library, EntryPoint = "ERR_peek_last_error")]
    private static partial nuint LastError();

    [LibraryImport(Library, EntryPoint = "ERR_clear_error")]
    private static partial void ClearErrors();
}
