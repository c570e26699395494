using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Nat.Flows;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.System.Subscribers;

/// <summary>Our receivers against rsyslog.</summary>
public sealed class RsyslogTests : IDisposable
{
    private const int Messages = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-peers-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    [InlineData("tcp-counted")]
    [InlineData("tls")]
    public async Task RsyslogsMessagesAreReceived(string transport)
    {
        Need("rsyslogd");
        Assert.SkipWhen(transport == "tls" && !File.Exists("/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so"), "rsyslog-gnutls is not installed");
        var events = new Events();
        var ring = new MessageRing(1 << 20);
        var intake = new NatLogIntake(_ => Profile("nat444"), new NatLineOptions(), new FlowLogReader(new FlowLogOptions(), events), events);
        var reader = new Thread(() => ring.Drain(intake)) { IsBackground = true };
        reader.Start();
        var anywhere = new IPEndPoint(IPAddress.Loopback, 0);
        using var udp = new UdpReceiver(anywhere, ring, new ReceiverOptions(), TimeProvider.System);
        using var certificate = Certificate();
        await using var tcp = new StreamReceiver(
            anywhere, ring, new ReceiverOptions(), transport == "tls" ? new SslServerAuthenticationOptions { ServerCertificate = certificate } : null, TimeProvider.System);
        var log = PathOf("nat.log");
        File.WriteAllLines(log, Enumerable.Range(0, Messages).Select(i =>
            $"<134>1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.0.{i} - 203.0.113.9 - {1024 + (i * 16)} {1039 + (i * 16)}]"));
        File.WriteAllText(PathOf("ca.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(PathOf("rsyslog.conf"), Rsyslog(transport, log, transport == "udp" ? udp.Endpoint.Port : tcp.Endpoint.Port));

        using (Start("rsyslogd", "-n", "-f", PathOf("rsyslog.conf"), "-i", PathOf("rsyslog.pid")))
        {
            Assert.True(SpinWait.SpinUntil(() => events.Count >= Messages, Patience), $"{events.Count} of {Messages} messages came");
        }

        ring.Close();
        reader.Join();
        Assert.Equal(Enumerable.Range(0, Messages).Select(i => $"100.64.0.{i}"), events.Found.Select(found => found.Inner.ToString()).Distinct());
        Assert.All(events.Found, found => Assert.Equal("cgn01", found.Device));
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private string Rsyslog(string transport, string log, int port)
    {
        var action = transport switch
        {
            "udp" => $"""action(type="omfwd" target="127.0.0.1" port="{port}" protocol="udp" template="raw")""",
            "tcp" => $"""action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp" template="raw")""",
            "tcp-counted" => $"""action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp" tcp_framing="octet-counted" template="raw")""",
            _ => $"""action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp" tcp_framing="octet-counted" template="raw" streamdriver="gtls" streamdrivermode="1" streamdriverauthmode="anon")""",
        };
        return $$"""
            global(workDirectory="{{_folder.FullName}}" defaultNetstreamDriverCAFile="{{PathOf("ca.pem")}}")
            module(load="imfile" mode="polling" pollingInterval="1")
            template(name="raw" type="string" string="%msg%")
            input(type="imfile" file="{{log}}" tag="nat")
            {{action}}
            """;
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2_048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    private static NatProfile Profile(string name) => NatProfiles.LoadOne(Repository.PathOf("rules", "nat-logs", name + ".yaml"), [])!;

    private static void Need(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/usr/bin"]);
        Assert.SkipUnless(folders.Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is not installed");
    }

    private static Peer Start(string program, params string[] arguments) =>
        new(Process.Start(new ProcessStartInfo("/usr/sbin/" + program, arguments) { UseShellExecute = false })!);

    private sealed class Events : INatEventHandler
    {
        private readonly List<NatEvent> _found = [];

        public IReadOnlyList<NatEvent> Found
        {
            get
            {
                lock (_found)
                {
                    return [.. _found];
                }
            }
        }

        public int Count
        {
            get
            {
                lock (_found)
                {
                    return _found.Count;
                }
            }
        }

        public void Take(in NatEvent happened)
        {
            lock (_found)
            {
                _found.Add(happened);
            }
        }
    }

    /// <summary>A program that a test started: asked to end when the test does.</summary>
    private sealed class Peer(Process process) : IDisposable
    {
        public void Dispose()
        {
            if (!process.HasExited)
            {
                using var kill = Process.Start("kill", ["-TERM", process.Id.ToString()]);
                kill.WaitForExit();
                if (!process.WaitForExit(TimeSpan.FromSeconds(20)))
                {
                    process.Kill();
                }
            }

            process.Dispose();
        }
    }
}
