using System.Security.Cryptography;

namespace MinerFlow.Ledger.Audit;

/// <summary>The key that signs heads, or its public half that checks them: EC P-256 in PEM, as <c>openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256</c> writes it.</summary>
public sealed class AuditKey : IDisposable
{
    private readonly ECDsa _key;

    private AuditKey(ECDsa key)
    {
        _key = key;
        Id = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));
    }

    public string Id { get; }

    /// <exception cref="LedgerException">The file cannot be read or holds no such key.</exception>
    public static AuditKey Load(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            if (key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
            {
                throw new CryptographicException("another curve than P-256");
            }

            return new AuditKey(key);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new LedgerException($"{path}: holds no EC P-256 key in PEM ({error.Message}); make one with openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256.", error);
        }
    }

    /// <exception cref="LedgerException">This is only the public half.</exception>
    public AuditHead Sign(AuditHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        try
        {
            var named = head with { KeyId = Id };
            return named with { Signature = Convert.ToBase64String(_key.SignData(named.Signed(), HashAlgorithmName.SHA256)) };
        }
        catch (CryptographicException error)
        {
            throw new LedgerException("the key to sign with is only the public half; name the file with the private one.", error);
        }
    }

    public bool Fits(AuditHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        var signature = new byte[((head.Signature.Length / 4) + 1) * 3];
        return Convert.TryFromBase64String(head.Signature, signature, out var length) && _key.VerifyData(head.Signed(), signature.AsSpan(0, length), HashAlgorithmName.SHA256);
    }

    public void Dispose() => _key.Dispose();
}
