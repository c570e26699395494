using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Xunit;

namespace MinerFlow.System.Subscribers;

/// <summary>rsyslog, reading a file and passing its lines on: <c>udp</c>, <c>tcp</c> (a line feed behind each), <c>tcp-counted</c> (RFC 6587 section 3.4.1) or <c>tls</c> (RFC 5425).</summary>
internal sealed class RsyslogPeer : IDisposable
{
    private const string Program = "/usr/sbin/rsyslogd";
    private readonly Process _process;

    private RsyslogPeer(Process process) => _process = process;

    /// <summary>Skips the test, by its name, where rsyslog or its TLS driver is not installed.</summary>
    public static void Need(string transport)
    {
        Assert.SkipUnless(File.Exists(Program), "rsyslogd is not installed");
        Assert.SkipWhen(transport == "tls" && !File.Exists("/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so"), "rsyslog-gnutls is not installed");
    }

    /// <param name="folder">Takes its configuration and state.</param>
    /// <param name="log">The file it reads.</param>
    /// <param name="transport">How it passes lines on.</param>
    /// <param name="port">Where to, on loopback.</param>
    /// <param name="certificate">The one authority it trusts, for TLS.</param>
    public static RsyslogPeer Start(string folder, string log, string transport, int port, X509Certificate2 certificate)
    {
        var trusted = Path.Combine(folder, "ca.pem");
        var configuration = Path.Combine(folder, "rsyslog.conf");
        File.WriteAllText(trusted, certificate.ExportCertificatePem());
        File.WriteAllText(configuration, $$"""
            global(workDirectory="{{folder}}" defaultNetstreamDriverCAFile="{{trusted}}")
            module(load="imfile" mode="polling" pollingInterval="1")
            template(name="raw" type="string" string="%msg%")
            input(type="imfile" file="{{log}}" tag="nat")
            action(type="omfwd" target="127.0.0.1" port="{{port}}" template="raw" {{Transport(transport)}})
            """);
        var start = new ProcessStartInfo(Program, ["-n", "-f", configuration, "-i", Path.Combine(folder, "rsyslog.pid")]) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return new RsyslogPeer(process);
    }

    /// <summary>A certificate of ours with its key.</summary>
    public static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2_048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null, X509KeyStorageFlags.Exportable);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(global::System.Globalization.CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
            {
                _process.Kill();
            }
        }

        _process.Dispose();
    }

    private static string Transport(string transport) => transport switch
    {
        "udp" => """protocol="udp" """,
        "tcp" => """protocol="tcp" """,
        "tcp-counted" => """protocol="tcp" tcp_framing="octet-counted" """,
        _ => """protocol="tcp" tcp_framing="octet-counted" streamdriver="gtls" streamdrivermode="1" streamdriverauthmode="x509/certvalid" """,
    };
}
