using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using MinerFlow.Reporting.Push.Tls;

namespace MinerFlow.Reporting.Push.Https;

/// <summary>From what the framework throws to a reason that a person can act upon.</summary>
internal static class HttpsFailures
{
    /// <summary>Codes of OpenSSL's TLS errors: library 20 in the upper bits, and 1000 and the alert's number for an alert that came (openssl/sslerr.h).</summary>
    private const string OpenSslError = "error:0A";
    private const int AlertBase = 1000;

    /// <param name="error">What was thrown; not a cancellation.</param>
    /// <param name="check">What the far side's certificate was found to be.</param>
    /// <param name="use">What came of our certificate, when the far side has not answered with a byte.</param>
    /// <param name="settings">For what would be right.</param>
    public static HttpsFailure From(Exception error, ServerCheck check, ClientCertificateUse use, HttpsSettings settings)
    {
        if (check.Problem is { } problem)
        {
            return new HttpsFailure(HttpsFailure.Tls, DeliveryOutcomeKind.Refused, problem);
        }

        if (Alert(error) is { } alert)
        {
            return FromAlert(alert, settings);
        }

        var reason = Innermost(error).Message;
        return (error as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => new HttpsFailure(HttpsFailure.Connect, DeliveryOutcomeKind.TryLater, $"nobody knows the address of {settings.FirstHop}: {reason}"),
            HttpRequestError.ConnectionError => new HttpsFailure(HttpsFailure.Connect, DeliveryOutcomeKind.TryLater, $"no connection to {settings.FirstHop}: {reason}"),
            HttpRequestError.ProxyTunnelError => FromProxy(reason, settings),
            HttpRequestError.SecureConnectionError when Innermost(error) is AuthenticationException => new HttpsFailure(
                HttpsFailure.Tls, DeliveryOutcomeKind.TryLater, $"the TLS handshake with {settings.Host} failed: {reason}"),
            HttpRequestError.SecureConnectionError when use == ClientCertificateUse.NotAsked => new HttpsFailure(
                HttpsFailure.Tls,
                DeliveryOutcomeKind.TryLater,
                $"the connection to {settings.Host} was cut in the TLS handshake{(check.Shown is null || settings.ClientCertificate is null ? "" : " (so hangs up who does not accept our client certificate, too)")}: {reason}"),
            HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded => new HttpsFailure(
                HttpsFailure.Answer, DeliveryOutcomeKind.TryLater, $"what {settings.Host} answers is no HTTP: {reason}"),
            _ when use == ClientCertificateUse.NotAsked => new HttpsFailure(
                HttpsFailure.Answer, DeliveryOutcomeKind.TryLater, $"the connection to {settings.Host} was cut before the whole answer was there: {reason}"),
            _ => FromHangUp(reason, settings),
        };
    }

    /// <summary>What the far side said in TLS before it hung up (RFC 8446, section 6).</summary>
    private static HttpsFailure FromAlert(int alert, HttpsSettings settings) => alert switch
    {
        // bad, unsupported, revoked, expired, unknown, unknown_ca, access_denied, certificate_required
        (>= 42 and <= 46) or 48 or 49 or 116 => new HttpsFailure(
            HttpsFailure.Authenticate,
            DeliveryOutcomeKind.Refused,
            settings.ClientCertificate is null
                ? $"{settings.Host} wants a client certificate (TLS alert {alert}): name one in 'client-certificate' and 'client-key'."
                : $"{settings.Host} refuses our client certificate (TLS alert {alert}{MeaningOf(alert)}): it has to be one that they issued or know; {settings.ClientCertificate.Description}."),
        40 or 70 or 71 => new HttpsFailure(
            HttpsFailure.Tls,
            DeliveryOutcomeKind.Refused,
            $"{settings.Host} refuses the TLS handshake (alert {alert}): it has no TLS 1.2 or 1.3 with a cipher known here{(settings.ClientCertificate is null ? ", or wants a client certificate" : "")}."),
        112 => new HttpsFailure(HttpsFailure.Tls, DeliveryOutcomeKind.Refused, $"the far side has no host named {settings.Host} (TLS alert 112): 'url' has to name it as they do."),
        _ => new HttpsFailure(HttpsFailure.Tls, DeliveryOutcomeKind.TryLater, $"{settings.Host} ended TLS with alert {alert}."),
    };

    /// <summary>
    /// Some far sides (Kestrel) end TLS without an alert when a client certificate does not do: with TLS 1.3 behind the handshake, at the first byte that is read. A line that is cut just
    /// there looks the same, so that other attempts may help.
    /// </summary>
    private static HttpsFailure FromHangUp(string reason, HttpsSettings settings) => new(
        HttpsFailure.Authenticate,
        DeliveryOutcomeKind.HungUp,
        settings.ClientCertificate is { } certificate
            ? $"{settings.Host} asked for our client certificate and hung up without a word: most likely it does not accept it, which has to be one that they issued or know; {certificate.Description} ({reason})"
            : $"{settings.Host} asked for a client certificate, there is none to show, and it hung up without a word: most likely it takes nobody without; name one in 'client-certificate' and 'client-key' ({reason})");

    private static string MeaningOf(int alert) => alert switch
    {
        44 => ", revoked",
        45 => ", expired",
        48 => ", unknown CA",
        _ => "",
    };

    private static HttpsFailure FromProxy(string reason, HttpsSettings settings)
    {
        // The framework has the proxy's status in its message only, in quotation marks. tinyproxy says 401 to wrong credentials, 407 only to none.
        if (reason.Contains("'407'", StringComparison.Ordinal) || reason.Contains("'401'", StringComparison.Ordinal))
        {
            return new HttpsFailure(
                HttpsFailure.Proxy,
                DeliveryOutcomeKind.Refused,
                settings.ProxyCredential is null
                    ? $"the proxy {settings.FirstHop} wants credentials: name them in 'proxy-user' and 'proxy-password'."
                    : $"the proxy {settings.FirstHop} refuses the credentials of '{settings.ProxyCredential.UserName}': 'proxy-user' and 'proxy-password' are not what it knows.");
        }

        return reason.Contains("'403'", StringComparison.Ordinal)
            ? new HttpsFailure(HttpsFailure.Proxy, DeliveryOutcomeKind.Refused, $"the proxy {settings.FirstHop} does not let connections to {settings.Host} through: its operator has to allow it.")
            : new HttpsFailure(HttpsFailure.Proxy, DeliveryOutcomeKind.TryLater, $"the proxy {settings.FirstHop} has no connection to {settings.Host}: {reason}");
    }

    /// <summary>Number of the TLS alert that the far side sent; null when it sent none. With TLS 1.3 it comes when the answer is read, not in the handshake.</summary>
    private static int? Alert(Exception error)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            var at = inner.Message.IndexOf(OpenSslError, StringComparison.Ordinal);
            if (at >= 0 && inner.Message.Length >= at + OpenSslError.Length + 6
                && int.TryParse(inner.Message.AsSpan(at + OpenSslError.Length, 6), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                && code is > AlertBase and <= AlertBase + byte.MaxValue)
            {
                return code - AlertBase;
            }
        }

        return null;
    }

    private static Exception Innermost(Exception error)
    {
        // The framework's own exceptions say the same thing around each other; the system's word is the one that names the cause.
        var found = error;
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            found = inner;
            if (inner is SocketException or AuthenticationException)
            {
                break;
            }
        }

        return found;
    }
}
