using Microsoft.Win32.SafeHandles;

namespace MinerFlow.Reporting.Push.Signatures;

/// <summary>SM2 signatures with SM3 (GB/T 32918.2-2016) through the system's OpenSSL, under the identity that GB/T 35276-2017 has everybody use: 1234567812345678.</summary>
internal sealed class Sm2Key : SigningKey
{
    /// <summary>GB/T 35276-2017, section 10: used unless both sides agreed upon another.</summary>
    private static ReadOnlySpan<byte> Identity => "1234567812345678"u8;

    private readonly EvpKeyHandle _key;
    private readonly bool _isPrivate;

    private Sm2Key(EvpKeyHandle key, bool isPrivate)
    {
        _key = key;
        _isPrivate = isPrivate;
    }

    public override string Algorithm => "sm2-sm3";

    /// <exception cref="ChannelException">It holds no such key, or this system has no SM2.</exception>
    public static Sm2Key Read(ReadOnlySpan<char> pem, string name)
    {
        LibcryptoCalls.RequireSm2();
        foreach (var (label, content) in Pem.Blocks(pem))
        {
            var isPrivate = label is "PRIVATE KEY" or "EC PRIVATE KEY" or "SM2 PRIVATE KEY";
            if (!isPrivate && label != "PUBLIC KEY")
            {
                continue;
            }

            var key = isPrivate ? LibcryptoCalls.ReadPrivateKey(content) : LibcryptoCalls.ReadPublicKey(content);
            Array.Clear(content);
            if (!key.IsInvalid && LibcryptoCalls.IsSm2(key))
            {
                return new Sm2Key(key, isPrivate);
            }

            key.Dispose();
        }

        throw new ChannelException(
            $"{name} holds no SM2 key that can be read: it is PEM without a password, as openssl genpkey -algorithm SM2 writes it, or openssl pkey -pubout its public half.");
    }

    protected override byte[] SignData(ReadOnlySpan<byte> message)
    {
        if (!_isPrivate)
        {
            throw new ChannelException($"key {Id} is only the public half: to sign, name the file with the private one.");
        }

        return LibcryptoCalls.Sign(_key, Identity, message);
    }

    protected override bool VerifyData(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => LibcryptoCalls.Verify(_key, Identity, message, signature);

    protected override byte[] PublicKey() => LibcryptoCalls.PublicKey(_key);

    protected override void Dispose(bool disposing) => _key.Dispose();
}

/// <summary>An EVP_PKEY.</summary>
internal sealed class EvpKeyHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        LibcryptoCalls.Free(handle);
        return true;
    }
}
