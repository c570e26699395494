using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using MinerFlow.SystemTests.Delivery;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>The service as its neighbours see it: supervisor, operator, Prometheus, those who ask the API.</summary>
public sealed class ServiceTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task SightingsComeOverTheApiMaskedAndPageByPage()
    {
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        using var service = await RunningService.StartAsync(folder.Path, null, "--follow", link.Path);
        link.Connect(3).Mine(25);
        await service.UntilMetricAsync("minerflow_ledger_sightings_total", added => added >= 6, "added");

        using var first = JsonDocument.Parse(await service.GetAsync("api/sightings?limit=2&role=miner"));
        var next = first.RootElement.GetProperty("next").GetString();
        using var second = JsonDocument.Parse(await service.GetAsync($"api/sightings?limit=2&role=miner&after={next}"));

        var sighting = first.RootElement.GetProperty("sightings")[0];
        Assert.StartsWith("10.0.0.", sighting.GetProperty("src_ip").GetString(), StringComparison.Ordinal);
        Assert.Equal("2026-03-02T08:00:00.000000+00:00", sighting.GetProperty("window_start").GetString());
        Assert.DoesNotContain("acct1", first.RootElement.GetRawText(), StringComparison.Ordinal);
        Assert.NotEqual(sighting.GetProperty("key").GetString(), second.RootElement.GetProperty("sightings")[0].GetProperty("key").GetString());
        using var wrong = await service.AskAsync("api/sightings?from=yesterday&client=here&role=king&limit=0&after=x");
        var problems = await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.All(new[] { "from", "client", "role", "limit", "after" }, name => Assert.Contains($"\"{name}\":", problems, StringComparison.Ordinal));
        var openApi = await service.GetAsync("openapi/v1.json");
        Assert.All(new[] { "/api/sightings", "/api/status", "/metrics", "/healthz", "/readyz" }, path => Assert.Contains($"\"{path}\"", openApi, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RulesAreReloadedUnderLoadWithoutLosingAPacketAndBadOnesAreRefused()
    {
        using var folder = new ServiceFolder();
        var rules = folder.PathOf("rules");
        Repository.CopyRules(rules);
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        using var service = await RunningService.StartAsync(
            folder.Path, null, "--follow", link.Path, "--set", $"Sources:Rules={rules}", "--set", "Sources:WatchSeconds=1");
        link.Connect(10);
        for (var reload = 1; reload <= 5; reload++)
        {
            link.Mine(10);
            service.Reload();
            link.Mine(10);
            await service.UntilMetricAsync("minerflow_reloads_total", done => done >= reload, "done");
        }

        // A bad file is noticed by itself; so is the good one that follows.
        var thresholds = Path.Combine(rules, "thresholds.yaml");
        var good = await File.ReadAllTextAsync(thresholds, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(thresholds, "report: much\ntale: 1\n", TestContext.Current.CancellationToken);
        await service.UntilMetricAsync("minerflow_reloads_total", refused => refused == 1, "refused");
        Assert.Equal(0, await service.MetricAsync("minerflow_sources_up_to_date"));
        link.Mine(10);
        await File.WriteAllTextAsync(thresholds, good, TestContext.Current.CancellationToken);
        await service.UntilMetricAsync("minerflow_sources_up_to_date", upToDate => upToDate == 1);

        // Connections that begin now are read by the rules in force now.
        link.Connect(5).Mine(10);
        await service.UntilMetricAsync("minerflow_packets_total", packets => packets == link.Packets);
        Assert.Equal(0, service.Stop());

        Assert.Equal(link.Shares, folder.InLedger(link.Path).Values.Sum());
        Assert.Contains("the changed files have 2 problems; the old ones stay in force", service.Log, StringComparison.Ordinal);
        Assert.Contains("thresholds.yaml:1", service.Log, StringComparison.Ordinal);
        Assert.Contains("thresholds.yaml:2", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSupervisorHearsOfStartAndStopAndOfProgress()
    {
        using var folder = new ServiceFolder();
        var path = folder.PathOf("notify");
        using var supervisor = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        supervisor.Bind(new UnixDomainSocketEndPoint(path));
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        var heard = new StringBuilder();
        var environment = new Dictionary<string, string> { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "3000000" };
        using var service = await RunningService.StartAsync(folder.Path, environment, "--follow", link.Path);

        // The link stays silent: the loops turn all the same.
        await service.UntilAsync(() => Task.FromResult(Hear("WATCHDOG=1") >= 2));
        Assert.Equal(0, service.Stop());

        Assert.Equal(1, Hear("READY=1"));
        Assert.Equal(1, Hear("STOPPING=1"));
        Assert.Contains("STATUS=", heard.ToString(), StringComparison.Ordinal);

        int Hear(string word)
        {
            var buffer = new byte[4_096];
            while (supervisor.Available > 0)
            {
                heard.Append(Encoding.UTF8.GetString(buffer, 0, supervisor.Receive(buffer))).Append('\n');
            }

            return heard.ToString().Split(word).Length - 1;
        }
    }

    [Theory]
    [InlineData("en", "the web side cannot listen: this machine has no such address", "clients will refuse it, renew it")]
    [InlineData("zh", "网页端口无法监听:本机没有这个地址", "客户端将拒绝,请更换证书")]
    public void AnAddressOfAnotherMachineEndsTheStartAndACertificateThatIsOverIsSaid(string language, string expected, string expired)
    {
        using var folder = new ServiceFolder();
        using var root = new TestAuthority(folder.Path, "root");
        root.ServerCertificate("sensor", endsAfterDays: -1).Dispose();
        var tokens = folder.PathOf("tokens");
        File.WriteAllText(tokens, "a-token-for-the-tests-0001\n");

        var refused = Refused(folder, language, "192.0.2.1:9433", $"Web:Certificate={root.FileOf("sensor")}", $"Web:CertificateKey={root.FileOf("sensor")}.key", $"Web:TokenFile={tokens}");

        Assert.Contains(expected, refused.Messages, StringComparison.Ordinal);
        Assert.Contains(expired, refused.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain("Hosting failed", refused.Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "the web side cannot listen: another program listens there already")]
    [InlineData("zh", "网页端口无法监听:已有其他程序监听该地址")]
    public void APortThatIsTakenEndsTheStartWithWords(string language, string expected)
    {
        using var folder = new ServiceFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        var refused = Refused(folder, language, other.LocalEndpoint.ToString()!);

        Assert.Contains(expected, refused.Messages, StringComparison.Ordinal);
        Assert.DoesNotContain("Hosting failed", refused.Messages, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OtherMachinesNeedATokenAndGetTls()
    {
        const string Token = "a-token-for-the-tests-0001";
        using var folder = new ServiceFolder();
        using var root = new TestAuthority(folder.Path, "root");
        using var issuing = new TestAuthority(folder.Path, "issuing", root);
        issuing.ServerCertificate("sensor").Dispose();
        var tokens = folder.PathOf("tokens");
        await File.WriteAllTextAsync(tokens, Token + "\n", TestContext.Current.CancellationToken);
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        using var handler = new SocketsHttpHandler { SslOptions = Trusting(root.Certificate) };
        var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        using var service = await RunningService.StartAsync(
            folder.Path, null, client, "https", "0.0.0.0", "--follow", link.Path,
            "--set", $"Web:Certificate={issuing.ChainOf("sensor")}", "--set", $"Web:CertificateKey={issuing.FileOf("sensor")}.key", "--set", $"Web:TokenFile={tokens}");

        Assert.Equal(1, await service.MetricAsync("minerflow_build_info"));
        foreach (var shown in new[] { null, "a-token-for-the-tests-0002", "" })
        {
            client.DefaultRequestHeaders.Authorization = shown is null ? null : new AuthenticationHeaderValue("Bearer", shown);
            foreach (var path in new[] { "metrics", "api/status", "api/sightings", "openapi/v1.json" })
            {
                using var answer = await service.AskAsync(path);
                Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            }

            using var health = await service.AskAsync("healthz");
            Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        }

        Assert.Equal(0, service.Stop());
    }

    [Fact]
    public async Task AsRootItGivesUpAllButWhatCaptureNeeds()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "there is nothing to give up without root");
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        using var service = await RunningService.StartAsync(folder.Path, null, "--follow", link.Path, "--set", "Sensor:DropPrivileges=true");

        foreach (var thread in Directory.GetDirectories($"/proc/{service.ProcessId}/task"))
        {
            var status = await File.ReadAllLinesAsync(Path.Combine(thread, "status"), TestContext.Current.CancellationToken);
            Assert.All(new[] { "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:" }, set => Assert.Equal("0000000000000000", status.Single(line => line.StartsWith(set, StringComparison.Ordinal)).Split('\t')[1]));
            Assert.Contains("NoNewPrivs:\t1", status);
        }

        Assert.Equal(0, service.Stop());
    }

    // Real sockets on loopback: from the share on the wire to the metrics and to the ledger, with the times it took.
    [Fact]
    public async Task OnAnInterfaceItSeesAShareInTheMetricsAndThenInTheLedger()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "listening on an interface needs CAP_NET_RAW");
        using var folder = new ServiceFolder();
        using var service = await RunningService.StartAsync(
            folder.Path, null, "--interface", "lo", "--set", "Capture:Interfaces:0:RingMegabytes=8", "--set", "Sensor:DropPrivileges=true",
            "--set", "Sightings:WindowSeconds=4", "--set", "Sightings:PeriodSeconds=1");
        var status = await File.ReadAllLinesAsync($"/proc/{service.ProcessId}/status", TestContext.Current.CancellationToken);
        Assert.Contains("CapEff:\t0000000000002000", status);

        const int Shares = 20;
        await using (var pool = await LoopbackPool.StartAsync())
        {
            await pool.MineAsync(Shares);
            var handedIn = Stopwatch.GetTimestamp();
            await service.UntilMetricAsync("minerflow_shares_total", accepted => accepted >= Shares, "accepted");
            TestContext.Current.TestOutputHelper?.WriteLine($"share to /metrics: {Stopwatch.GetElapsedTime(handedIn).TotalSeconds:0.00} s with periods of 1 s");
            await service.UntilMetricAsync("minerflow_ledger_sightings_total", added => added >= 1, "added");
            TestContext.Current.TestOutputHelper?.WriteLine($"share to ledger: {Stopwatch.GetElapsedTime(handedIn).TotalSeconds:0.00} s with windows of 4 s");
        }

        Assert.Equal(0, service.Stop());
        Assert.Equal(Shares, folder.InLedger("lo").Values.Sum());
    }

    /// <summary>As a client that knows the root alone: what stands between has to come from the service.</summary>
    private static SslClientAuthenticationOptions Trusting(X509Certificate2 root)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(root);
        return new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
    }

    private static Product.Outcome Refused(ServiceFolder folder, string language, string listen, params IEnumerable<string> settings)
    {
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        var refused = Product.Run(
            [
                "run", "--lang", language, "--follow", link.Path, "--ledger", folder.Ledger, "--spool", RunningService.SpoolOf(folder.Path), "--listen", listen,
                "--set", $"Sensor:IdentityKeyFile={folder.PathOf("identity.key")}", "--set", "Sensor:DropPrivileges=false", .. settings.SelectMany(setting => (string[])["--set", setting]),
            ]);
        Assert.Equal(4, refused.ExitCode);
        return refused;
    }
}
