using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MinerFlow.Reporting.Feeds.Transports;
using Xunit;

namespace MinerFlow.Unit.Reporting.Feeds;

/// <summary>Whom a feed over TLS takes for its far side; the chain comes as the message client hands it over, built without a policy.</summary>
public sealed class TlsPeerTests : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _authority;

    public TlsPeerTests()
    {
        var request = new CertificateRequest("CN=authority", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(1));
    }

    public void Dispose()
    {
        _authority.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void WhatANamedAuthoritySignedIsTaken() => Assert.Equal("", Judge(new TlsPeerOptions("siem.example") { Authorities = [_authority] }));

    [Fact]
    public void AuthoritiesThatAreNoneStandForNobody() => Assert.Contains("nobody who is trusted here issued", Judge(new TlsPeerOptions("siem.example") { Authorities = [] }), StringComparison.Ordinal);

    [Fact]
    public void WithoutOneTheRefusalNamesTheSettingAndTheFingerprintThatWouldDo()
    {
        using var shown = Issue(endsAfterDays: 30);
        var fingerprint = shown.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();

        var refusal = Judge(new TlsPeerOptions("siem.example"), shown);

        Assert.Contains($"name its CA in 'Authorities', or its fingerprint in 'Pin'; it shows {fingerprint}", refusal, StringComparison.Ordinal);
        Assert.Equal("", Judge(new TlsPeerOptions("siem.example") { Pin = fingerprint }, shown));
    }

    [Fact]
    public void ACertificateThatIsOverIsRefusedWithItsLastDay()
    {
        using var shown = Issue(endsAfterDays: -3);

        var refusal = Judge(new TlsPeerOptions("siem.example") { Authorities = [_authority] }, shown);

        Assert.Contains($"expired on {shown.NotAfter.ToUniversalTime():yyyy-MM-dd}", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherNameIsRefused() =>
        Assert.Contains(", not for siem.example", Judge(new TlsPeerOptions("siem.example") { Authorities = [_authority] }, errors: SslPolicyErrors.RemoteCertificateNameMismatch), StringComparison.Ordinal);

    private string Judge(TlsPeerOptions options, X509Certificate2? shown = null, SslPolicyErrors errors = SslPolicyErrors.None)
    {
        using var issued = shown is null ? Issue(endsAfterDays: 30) : null;
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.Build(shown ?? issued!);
        var peer = new TlsPeer(options);

        var isTaken = peer.Accept(this, shown ?? issued, chain, errors | SslPolicyErrors.RemoteCertificateChainErrors);

        Assert.Equal(isTaken, peer.Refusal.Length == 0);
        return peer.Refusal;
    }

    private X509Certificate2 Issue(double endsAfterDays)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=collector.example", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        var end = DateTimeOffset.UtcNow.AddDays(endsAfterDays);
        return request.Create(_authority, end.AddDays(-60), end, [1, 2, 3, 4]);
    }
}
