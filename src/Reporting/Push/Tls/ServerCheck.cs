using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace MinerFlow.Reporting.Push.Tls;

/// <summary>Judges the certificate that the far side shows in one attempt, and says why when it does not do.</summary>
internal sealed class ServerCheck(ServerTrust trust, string host, TimeProvider clock)
{
    /// <summary>With <see cref="ServerTrust.ByPinAlone"/> nobody has to vouch for the key; all else that a chain can lack still counts.</summary>
    private const X509ChainStatusFlags NobodyVouches = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    /// <summary>What is wrong and what would be right; null while nothing is.</summary>
    public string? Problem { get; private set; }

    /// <summary>What was shown, for <c>push test</c>.</summary>
    public string? Shown { get; private set; }

    public bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown || chain is null)
        {
            Problem = "the far side shows no certificate.";
            return false;
        }

        var end = End(shown);
        Shown = $"certificate of {shown.Subject}, until {end:yyyy-MM-dd} ({(end - clock.GetUtcNow()).Days} days), key {ServerTrust.PinOf(shown)}{(trust.Pins.Count > 0 ? " (pinned)" : "")}";
        Problem = TimeProblem(shown, "the far side's certificate", clock) ?? NameProblem(shown, errors) ?? ChainProblem(shown, chain) ?? PinProblem(shown, chain);
        return Problem is null;
    }

    /// <summary>Whether a certificate has begun and has not ended.</summary>
    /// <returns>Null when it is so.</returns>
    public static string? TimeProblem(X509Certificate2 certificate, string whose, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        if (now > End(certificate))
        {
            return $"{whose} ({certificate.Subject}) expired on {End(certificate):yyyy-MM-dd HH:mm}Z: it has to be renewed.";
        }

        var begin = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
        return now < begin
            ? $"{whose} ({certificate.Subject}) is not valid before {begin:yyyy-MM-dd HH:mm}Z: look at the clock of this machine, or have it issued anew."
            : null;
    }

    private static DateTimeOffset End(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    private string? NameProblem(X509Certificate2 shown, SslPolicyErrors errors)
    {
        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return null;
        }

        var names = shown.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => $"{address}")))
            .Take(10)
            .ToList();
        return $"the far side's certificate is for {(names.Count > 0 ? string.Join(", ", names) : shown.Subject)}, not for {host}: "
            + "the settings have to name the host as the certificate does, or another machine answers.";
    }

    private string? ChainProblem(X509Certificate2 shown, X509Chain chain)
    {
        // Only the chain's own findings: the name has been judged, and a missing chain has no element.
        var faults = chain.ChainElements.SelectMany(element => element.ChainElementStatus.Select(status => (element.Certificate, status.Status)))
            .Concat(chain.ChainStatus.Select(status => (Certificate: shown, status.Status)))
            .Where(fault => fault.Status != X509ChainStatusFlags.NoError && !(trust.ByPinAlone && NobodyVouches.HasFlag(fault.Status)))
            .ToList();
        foreach (var (certificate, _) in faults.Where(fault => fault.Status == X509ChainStatusFlags.NotTimeValid))
        {
            if (TimeProblem(certificate, "an issuer's certificate of the far side", clock) is { } problem)
            {
                return problem;
            }
        }

        return faults.Count == 0
            ? null
            : faults.Any(fault => NobodyVouches.HasFlag(fault.Status))
                ? $"nobody who is trusted here issued the far side's certificate (issuer {shown.Issuer}): {trust.Remedy(shown)}."
                : $"the far side's certificate ({shown.Subject}) does not do: {string.Join(", ", faults.Select(fault => fault.Status).Distinct())}.";
    }

    private string? PinProblem(X509Certificate2 shown, X509Chain chain)
    {
        // An issuer's key counts only where its signature has been checked up to somebody trusted.
        var isPinned = trust.Pins.Count == 0 || trust.IsPinned(shown) || (!trust.ByPinAlone && chain.ChainElements.Any(element => trust.IsPinned(element.Certificate)));
        return isPinned
            ? null
            : $"the far side shows the key {ServerTrust.PinOf(shown)}, which is none of 'pins': ask them by another way whether it is theirs, and add it only then.";
    }
}
