using System.Security.Cryptography;

namespace MinerFlow.Reporting.Push.Signatures;

/// <summary>ECDSA on P-256 with SHA-256 (FIPS 186-5).</summary>
internal sealed class EcdsaKey : SigningKey
{
    private readonly ECDsa _key;

    private EcdsaKey(ECDsa key) => _key = key;

    public override string Algorithm => "ecdsa-p256-sha256";

    /// <exception cref="ChannelException">It holds no such key.</exception>
    public static EcdsaKey Read(ReadOnlySpan<char> pem, string name)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
            {
                throw new CryptographicException("another curve than P-256 and SM2");
            }

            return new EcdsaKey(key);
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new ChannelException(
                $"{name} holds no key to sign with ({error.Message}): it is EC P-256 or SM2 in PEM without a password, as openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 (or SM2) writes it.",
                error);
        }
    }

    protected override byte[] SignData(ReadOnlySpan<byte> message)
    {
        try
        {
            return _key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException error)
        {
            throw new ChannelException($"key {Id} is only the public half: to sign, name the file with the private one.", error);
        }
    }

    protected override bool VerifyData(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        _key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    protected override byte[] PublicKey() => _key.ExportSubjectPublicKeyInfo();

    protected override void Dispose(bool disposing) => _key.Dispose();
}
