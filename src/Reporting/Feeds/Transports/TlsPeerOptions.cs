using System.Security.Cryptography.X509Certificates;
using MinerFlow.Reporting.Push.Tls;

namespace MinerFlow.Reporting.Feeds.Transports;

/// <summary>Whom TLS must show on the far side, and what we show.</summary>
/// <param name="Name">Name that the far side's certificate must be for.</param>
public sealed record TlsPeerOptions(string Name)
{
    /// <summary>Authorities that may have signed it; null for those of the system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>SHA-256 of the far side's certificate, lower-case hexadecimal; then it must be this one, whoever signed it. Null for any that is valid.</summary>
    public string? Pin { get; init; }

    /// <summary>Our certificate with its key; null for none.</summary>
    public OwnCertificate? Own { get; init; }
}
