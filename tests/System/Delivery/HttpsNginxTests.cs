using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Https;
using MinerFlow.SystemTests.Live;
using MinerFlow.SystemTests.Service;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>The HTTPS channel against nginx, which ends TLS in front of a receiver as a regulator's gateway does.</summary>
public sealed class HttpsNginxTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-nginx-");
    private readonly TestAuthority _authority;

    public HttpsNginxTests()
    {
        _authority = new TestAuthority(_folder.FullName, "authority");
        _authority.ServerCertificate("server").Dispose();
        _authority.ClientCertificate("carrier").Dispose();
        File.WriteAllText(PathOf("hmac.key"), new string('k', 32));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task APackageGoesThroughNginxWithAClientCertificate()
    {
        await using var receiver = new HttpsReceiver();
        await receiver.StartAsync(certificate: null);
        var port = RunningService.FreePort();
        using var nginx = await StartNginx(port, receiver.Port, "nginx", []);
        await using var channel = Channel(port, "carrier");

        var outcome = await channel.Send(SyntheticPackage.Of(1, 3_000_000), Cancellation);

        Assert.True(outcome.Kind == DeliveryOutcomeKind.Delivered, outcome.Detail);
        Assert.Equal(SyntheticPackage.Of(1, 3_000_000).Files.Select(file => file.Sha256).Order(), Assert.Single(receiver.Packages).Value.Files.Values.Order());
    }

    [Fact]
    public async Task NginxsRefusalOfACertificateIsUnderstood()
    {
        using var stranger = new TestAuthority(_folder.FullName, "stranger");
        stranger.ClientCertificate("somebody").Dispose();
        await using var receiver = new HttpsReceiver();
        await receiver.StartAsync(certificate: null);
        var port = RunningService.FreePort();
        using var nginx = await StartNginx(port, receiver.Port, "nginx", []);
        await using var foreign = Channel(port, "somebody");
        await using var none = Channel(port, null);

        var outcomes = new[] { await foreign.Send(SyntheticPackage.Of(1, 20_000), Cancellation), await none.Send(SyntheticPackage.Of(1, 20_000), Cancellation) };

        Assert.All(outcomes, outcome => Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind));
        Assert.Contains("they have to know our certificate (we show CN=somebody, issued by CN=stranger", outcomes[0].Detail, StringComparison.Ordinal);
        Assert.Contains("they may want 'client-certificate' and 'client-key'", outcomes[1].Detail, StringComparison.Ordinal);
        Assert.False((await foreign.Test(Cancellation))[^1].Succeeded);
        Assert.Equal(0, receiver.Requests);
    }

    [Fact]
    public async Task AGatewayThatOnlyKnowsTheRootTakesUsByTheChain()
    {
        using var issuing = new TestAuthority(_folder.FullName, "issuing", _authority);
        issuing.ClientCertificate("branch").Dispose();
        File.Copy(issuing.FileOf("branch") + ".key", issuing.ChainOf("branch") + ".key");
        await using var receiver = new HttpsReceiver();
        await receiver.StartAsync(certificate: null);
        var port = RunningService.FreePort();
        using var nginx = await StartNginx(port, receiver.Port, "nginx", []);
        await using var leaf = Channel(port, "branch");
        await using var chain = Channel(port, "branch.chain");

        Assert.Equal(DeliveryOutcomeKind.Refused, (await leaf.Send(SyntheticPackage.Of(1, 20_000), Cancellation)).Kind);
        var outcome = await chain.Send(SyntheticPackage.Of(1, 20_000), Cancellation);

        Assert.True(outcome.Kind == DeliveryOutcomeKind.Delivered, outcome.Detail);
        Assert.Single(receiver.Packages);
    }

    [Fact]
    public async Task AFullDiskBehindNginxIsTriedAgainAndNothingIsHalf()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && Tool.Exists("unshare"), "a file system of its own needs root and unshare(1)");
        await using var receiver = new HttpsReceiver();
        await receiver.StartAsync(certificate: null);
        var port = RunningService.FreePort();
        Directory.CreateDirectory(PathOf("bodies"));

        // nginx keeps bodies in a file system of 256 KiB that only it sees.
        using var nginx = await StartNginx(port, receiver.Port, "unshare", ["--mount", "--kill-child", "sh", "-c", "mount -t tmpfs -o size=256k none \"$0\" && exec nginx \"$@\"", PathOf("bodies")]);
        await using var channel = Channel(port, "carrier");

        var full = await channel.Send(SyntheticPackage.Of(1, 3_000_000), Cancellation);
        Assert.True(full.Kind == DeliveryOutcomeKind.TryLater, full.Detail);
        Assert.Contains("HTTP 500", full.Detail, StringComparison.Ordinal);
        Assert.Empty(receiver.Packages);

        var small = await channel.Send(SyntheticPackage.Of(1, 20_000), Cancellation);
        Assert.True(small.Kind == DeliveryOutcomeKind.Delivered, small.Detail);
    }

    [Fact]
    public async Task AFarSideThatOnlyHasAStatusIsTakenAtItWhenSaidSo()
    {
        await using var receiver = new HttpsReceiver();
        receiver.Instead = _ => Microsoft.AspNetCore.Http.Results.Text("<html>Log in</html>", "text/html");
        await receiver.StartAsync(certificate: null);
        var port = RunningService.FreePort();
        using var nginx = await StartNginx(port, receiver.Port, "nginx", []);
        await using var careful = Channel(port, "carrier");
        await using var status = Channel(port, "carrier", ("answer", "status"));

        var unnamed = await careful.Send(SyntheticPackage.Of(1, 20_000), Cancellation);
        Assert.Equal(DeliveryOutcomeKind.TryLater, unnamed.Kind);
        Assert.Contains("does not name the package", unnamed.Detail, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcomeKind.Delivered, (await status.Send(SyntheticPackage.Of(1, 20_000), Cancellation)).Kind);
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private Task<Peer> StartNginx(int port, int receiverPort, string program, IEnumerable<string> before)
    {
        Assert.SkipUnless(Tool.Exists("nginx"), "nginx is not installed");
        File.WriteAllText(PathOf("nginx.conf"), string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off;
            master_process off;
            pid {{PathOf("nginx.pid")}};
            error_log stderr;
            events {}
            http {
              access_log off;
              client_body_temp_path {{PathOf("bodies")}};
              proxy_temp_path {{PathOf("answers")}};
              fastcgi_temp_path {{PathOf("unused-1")}};
              uwsgi_temp_path {{PathOf("unused-2")}};
              scgi_temp_path {{PathOf("unused-3")}};
              client_max_body_size 64m;
              server {
                listen 127.0.0.1:{{port}} ssl;
                server_name localhost;
                ssl_certificate {{_authority.FileOf("server")}};
                ssl_certificate_key {{_authority.FileOf("server")}}.key;
                ssl_client_certificate {{_authority.FileOf("authority")}};
                ssl_verify_client on;
                ssl_verify_depth 2;
                location / { proxy_pass http://127.0.0.1:{{receiverPort}}; }
              }
            }
            """));
        return Peer.Start(port, program, [.. before, "-c", PathOf("nginx.conf"), "-e", "stderr"]);
    }

    private IDeliveryChannel Channel(int port, string? certificate, params IEnumerable<(string, string)> values)
    {
        var problems = new List<Problem>();
        IEnumerable<(string, string)> who = certificate is null
            ? [("hmac", "sha-256"), ("hmac-key", "file:hmac.key"), ("hmac-key-id", "carrier-1")]
            : [("client-certificate", certificate + ".pem"), ("client-key", $"file:{certificate}.pem.key")];
        var channel = HttpsChannel.Create(SyntheticPackage.Settings(problems, _folder.FullName, [("url", $"https://localhost:{port}/packages"), ("ca-file", "authority.pem"), .. who, .. values]));
        Assert.Empty(problems);
        return channel!;
    }
}
