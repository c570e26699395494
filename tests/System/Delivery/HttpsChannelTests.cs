using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Https;
using MinerFlow.SystemTests.Live;
using MinerFlow.SystemTests.Service;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>The HTTPS channel against Kestrel, and through tinyproxy.</summary>
public sealed class HttpsChannelTests : IDisposable
{
    private const string Key = "0123456789abcdef0123456789abcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-https-");
    private readonly TestAuthority _authority;

    public HttpsChannelTests()
    {
        _authority = new TestAuthority(_folder.FullName, "authority");
        File.WriteAllText(Path.Combine(_folder.FullName, "hmac.key"), Key + "\n");
        _authority.ClientCertificate("carrier").Dispose();
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<(string, string)> Hmac => [("hmac", "sha-256"), ("hmac-key", "file:hmac.key"), ("hmac-key-id", "carrier-1")];

    private static IEnumerable<(string, string)> Mutual => [("client-certificate", "carrier.pem"), ("client-key", "file:carrier.pem.key")];

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("multipart", "sha-256")]
    [InlineData("multipart", "sm3")]
    [InlineData("json", "sha-256")]
    [InlineData("json", "sm3")]
    public async Task APackageArrivesWholeWithBothProofs(string body, string hmac)
    {
        await using var receiver = await Receiver(mutual: true, key: true);
        await using var channel = Channel(receiver.Port, [.. Mutual, ("hmac", hmac), ("hmac-key", "file:hmac.key"), ("hmac-key-id", "carrier-1"), ("body", body)]);
        var package = SyntheticPackage.Of(1, 300_000, 0, 17);

        var outcome = await channel.Send(package, Cancellation);

        Assert.Equal((DeliveryOutcomeKind.Delivered, "localhost says HTTP 201."), (outcome.Kind, outcome.Detail));
        Assert.Equal(new DeliveryReceipt(package.Id, true, "taken", "answer"), outcome.Receipt);
        var received = Assert.Single(receiver.Packages).Value;
        Assert.Equal(package.Files.Select(file => (file.Name, file.Sha256)).Order(), received.Files.Select(file => (file.Key, file.Value)).Order());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(package.Manifest.Span)), received.Manifest);
    }

    [Fact]
    public async Task ARepeatIsTheSameBytesUnderANewNonce()
    {
        await using var receiver = await Receiver(mutual: false, key: true);
        await using var channel = Channel(receiver.Port, Hmac);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation)).Kind);
        }

        Assert.Equal(3, Assert.Single(receiver.Packages).Value.Arrivals);
    }

    [Fact]
    public async Task ACertificateThatIsNotRightIsRefusedByNameAndNothingIsSent()
    {
        using var stranger = new TestAuthority(_folder.FullName, "stranger");
        var cases = new (X509Certificate2 Certificate, string Said, (string, string)[] Settings)[]
        {
            (_authority.ServerCertificate("expired", endsAfterDays: -0.5), "expired on", []),
            (_authority.ServerCertificate("early", endsAfterDays: 30), "is none of 'pins'", [("pins", "sha256/" + Convert.ToBase64String(new byte[32]))]),
            (_authority.ServerCertificate("elsewhere", host: "other.example"), "is for other.example, not for localhost", []),
            (stranger.ServerCertificate("foreign"), "nobody who is trusted here issued", []),
            (stranger.ServerCertificate("foreign-expired", endsAfterDays: -0.5), "expired on", [("pin-only", "true")]),
            (stranger.ServerCertificate("foreign-elsewhere", host: "other.example"), "not for localhost", [("pin-only", "true")]),
        };
        foreach (var (certificate, said, settings) in cases)
        {
            using (certificate)
            {
                await using var receiver = new HttpsReceiver();
                await receiver.StartAsync(certificate);
                (string, string)[] pins = settings.Contains(("pin-only", "true")) ? [("pins", PinOf(certificate))] : [];
                await using var channel = Channel(receiver.Port, [.. Hmac, .. settings, .. pins]);

                var outcome = await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);

                Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
                Assert.Contains(said, outcome.Detail, StringComparison.Ordinal);
                Assert.Equal(0, receiver.Requests);
            }
        }
    }

    [Fact]
    public async Task APinnedKeyIsEnoughAloneOrComesOnTop()
    {
        using var stranger = new TestAuthority(_folder.FullName, "stranger");
        using var own = _authority.ServerCertificate("own");
        using var foreign = stranger.ServerCertificate("foreign");
        await using var receiver = new HttpsReceiver { Key = null };
        await receiver.StartAsync(own);
        await using var foreignReceiver = new HttpsReceiver();
        await foreignReceiver.StartAsync(foreign);

        await using (var issuer = Channel(receiver.Port, [.. Hmac, ("pins", PinOf(_authority.Certificate))]))
        {
            Assert.Equal(DeliveryOutcomeKind.Delivered, (await issuer.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation)).Kind);
        }

        await using (var alone = Channel(foreignReceiver.Port, [.. Hmac, ("pins", PinOf(foreign)), ("pin-only", "true")]))
        {
            Assert.Equal(DeliveryOutcomeKind.Delivered, (await alone.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation)).Kind);
        }

        // The issuer's certificate is in nobody's trust: anyone can put it beside their own.
        await using var issuerAlone = Channel(foreignReceiver.Port, [.. Hmac, ("pins", PinOf(stranger.Certificate)), ("pin-only", "true")]);
        Assert.Equal(DeliveryOutcomeKind.Refused, (await issuerAlone.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation)).Kind);
    }

    [Fact]
    public async Task AClientCertificateThatHasExpiredIsNotShown()
    {
        _authority.ClientCertificate("old", endsAfterDays: -0.5).Dispose();
        await using var receiver = await Receiver(mutual: true, key: false);
        await using var channel = Channel(receiver.Port, [("client-certificate", "old.pem"), ("client-key", "file:old.pem.key")]);

        var outcome = await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains("our client certificate (CN=old) expired on", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(0, receiver.Requests);
    }

    // Kestrel hangs up without a word, as a cut line does: the attempts go on until a person sees them.
    [Fact]
    public async Task WhoHangsUpOnOurCertificateIsToldApartInWords()
    {
        using var stranger = new TestAuthority(_folder.FullName, "stranger");
        stranger.ClientCertificate("somebody").Dispose();
        await using var receiver = await Receiver(mutual: true, key: false);
        await using var foreign = Channel(receiver.Port, [("client-certificate", "somebody.pem"), ("client-key", "file:somebody.pem.key")]);
        await using var none = Channel(receiver.Port, Hmac);

        var refused = await foreign.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);
        Assert.Contains("so hangs up who does not accept our client certificate, too", refused.Detail, StringComparison.Ordinal);
        var wanted = await none.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);
        Assert.Contains("so hangs up who wants a client certificate, too", wanted.Detail, StringComparison.Ordinal);
        Assert.Equal(0, receiver.Requests);
    }

    [Theory]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2")]
    public async Task OpenSslsAlertsAboutOurCertificateAreUnderstood(string version)
    {
        Assert.SkipUnless(Tool.Exists("openssl"), "openssl is not installed");
        using var stranger = new TestAuthority(_folder.FullName, "stranger");
        stranger.ClientCertificate("somebody").Dispose();
        _authority.ServerCertificate("server").Dispose();
        var port = RunningService.FreePort();
        using var server = await Peer.Start(
            port, "openssl", "s_server", "-accept", $"127.0.0.1:{port}", "-www", version, "-Verify", "1", "-verify_return_error", "-CAfile", _authority.FileOf("authority"),
            "-cert", _authority.FileOf("server"), "-key", _authority.FileOf("server") + ".key");
        await using var foreign = Channel(port, [("client-certificate", "somebody.pem"), ("client-key", "file:somebody.pem.key")]);
        await using var none = Channel(port, Hmac);

        var refused = await foreign.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);
        Assert.True(refused.Kind == DeliveryOutcomeKind.Refused, refused.Detail);
        Assert.Contains("refuses our client certificate (TLS alert 48, unknown CA)", refused.Detail, StringComparison.Ordinal);
        var wanted = await none.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);
        Assert.True(wanted.Kind == DeliveryOutcomeKind.Refused, wanted.Detail);
        Assert.Contains("wants a client certificate", wanted.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWrongKeyIsRefusedWithWhatWouldBeRight()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "wrong.key"), Key[..^1] + "0");
        await using var receiver = await Receiver(mutual: false, key: true);
        await using var channel = Channel(receiver.Port, [("hmac", "sha-256"), ("hmac-key", "file:wrong.key"), ("hmac-key-id", "carrier-1")]);

        var outcome = await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains("HTTP 401 (proof, the proof does not fit)", outcome.Detail, StringComparison.Ordinal);
        Assert.Contains("'carrier-1'", outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(Key[..^1], outcome.Detail, StringComparison.Ordinal);
        Assert.Empty(receiver.Packages);
    }

    [Fact]
    public async Task AProofIsTakenOnce()
    {
        await using var receiver = await Receiver(mutual: false, key: true);
        await using var channel = Channel(receiver.Port, Hmac);
        string? seen = null;
        receiver.Instead = request =>
        {
            seen = request.Headers.Authorization;
            return null;
        };
        Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation)).Kind);

        // Who overheard the request and says it again: the same proof over the same body.
        receiver.Instead = request =>
        {
            request.Headers.Authorization = seen;
            return null;
        };
        var outcome = await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.TryLater, outcome.Kind);
        Assert.Contains("replayed-nonce", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(receiver.Packages).Value.Arrivals);
    }

    [Fact]
    public async Task MissingNumbersComeBackAndFillTheGap()
    {
        await using var receiver = await Receiver(mutual: false, key: true);
        await using var channel = Channel(receiver.Port, Hmac);
        await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);

        var gap = await channel.Send(SyntheticPackage.Of(4, 20_000, 3), Cancellation);
        Assert.Equal((DeliveryOutcomeKind.EarlierMissing, "localhost says HTTP 409 (missing): it lacks 2 earlier packages, the first is number 2."), (gap.Kind, gap.Detail));
        Assert.Equal([2, 3], gap.Missing);

        foreach (var number in gap.Missing.Append(4))
        {
            Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(SyntheticPackage.Of((int)number, 20_000, 3), Cancellation)).Kind);
        }
    }

    [Fact]
    public async Task ARedirectIsNotFollowed()
    {
        await using var elsewhere = await Receiver(mutual: false, key: true);
        await using var receiver = await Receiver(mutual: false, key: true);
        receiver.Instead = _ => Results.Redirect($"https://localhost:{elsewhere.Port}/packages?token=secret", permanent: true, preserveMethod: true);
        await using var channel = Channel(receiver.Port, Hmac);

        var outcome = await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains($"https://localhost:{elsewhere.Port}/packages, which is not followed", outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(0, elsewhere.Requests);
    }

    [Fact]
    public async Task ALongBodyIsNotSentToWhoRefusesIt()
    {
        await using var receiver = await Receiver(mutual: false, key: true);
        receiver.Instead = request => Results.StatusCode(413);
        await using var proxy = CuttingProxy.Start(receiver.Port);
        await using var channel = Channel(proxy.Port, Hmac);

        var outcome = await channel.Send(SyntheticPackage.Of(1, 8 << 20), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains("bytes are more than it takes", outcome.Detail, StringComparison.Ordinal);
        Assert.InRange(proxy.Carried.FromClient, 1, 64 << 10);
    }

    [Fact]
    public async Task ReceiptsAreToldUntilTheyAreKept()
    {
        await using var receiver = await Receiver(mutual: false, key: true);
        await using var channel = Channel(receiver.Port, [.. Hmac, ("receipts-url", $"https://localhost:{receiver.Port}/receipts")]);
        await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);

        var first = await channel.Receipts(Cancellation);
        Assert.Equal([new DeliveryReceipt("pkg-1", true, "收到", "r-pkg-1")], first);
        Assert.Equal(first, await channel.Receipts(Cancellation));

        await channel.Keep(first, Cancellation);
        Assert.Empty(await channel.Receipts(Cancellation));
    }

    [Fact]
    public async Task ATestGoesEveryStepAndLeavesNothing()
    {
        await using var receiver = await Receiver(mutual: true, key: true);
        await using var channel = Channel(receiver.Port, [.. Mutual, .. Hmac, ("receipts-url", $"https://localhost:{receiver.Port}/receipts")]);

        var steps = await channel.Test(Cancellation);

        Assert.Equal(["connect", "tls", "authenticate", "receipts"], steps.Select(step => step.Name));
        Assert.All(steps, step => Assert.True(step.Succeeded, step.Detail));
        Assert.Matches("^TLS 1.3, certificate of CN=server, until .* days\\), key sha256/.{44}; we show CN=carrier, issued by CN=authority, until ", steps[1].Detail);
        Assert.Empty(receiver.Packages);
    }

    [Fact]
    public async Task ATestEndsAtTheStepThatFails()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "wrong.key"), new string('x', 32));
        await using var receiver = await Receiver(mutual: false, key: true);
        await using var wrongKey = Channel(receiver.Port, [("hmac", "sha-256"), ("hmac-key", "file:wrong.key"), ("hmac-key-id", "carrier-1")]);
        await using var nobody = Channel(RunningService.FreePort(), Hmac);
        await using var wrongPin = Channel(receiver.Port, [.. Hmac, ("pins", "sha256/" + Convert.ToBase64String(new byte[32]))]);

        Assert.Equal(["connect +", "tls +", "authenticate -"], Short(await wrongKey.Test(Cancellation)));
        Assert.Equal(["connect -"], Short(await nobody.Test(Cancellation)));
        Assert.Equal(["connect +", "tls -"], Short(await wrongPin.Test(Cancellation)));

        static IEnumerable<string> Short(IReadOnlyList<ChannelStep> steps) => steps.Select(step => $"{step.Name} {(step.Succeeded ? '+' : '-')}");
    }

    [Fact]
    public async Task AProxyIsUsedWithItsCredentialsAndNamedWithoutThem()
    {
        Assert.SkipUnless(Tool.Exists("tinyproxy"), "tinyproxy is not installed");
        var port = RunningService.FreePort();
        var configuration = Path.Combine(_folder.FullName, "tinyproxy.conf");
        File.WriteAllText(configuration, $"Port {port}\nListen 127.0.0.1\nAllow 127.0.0.1\nBasicAuth carrier pass-word\nLogLevel Critical\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "proxy.password"), "pass-word");
        File.WriteAllText(Path.Combine(_folder.FullName, "proxy.wrong"), "other");
        using var tinyproxy = await Peer.Start(port, "tinyproxy", "-d", "-c", configuration);
        await using var receiver = await Receiver(mutual: true, key: true);
        (string, string)[] through = [.. Mutual, .. Hmac, ("proxy", $"http://127.0.0.1:{port}")];

        await using var right = Channel(receiver.Port, [.. through, ("proxy-user", "carrier"), ("proxy-password", "file:proxy.password")]);
        await using var wrong = Channel(receiver.Port, [.. through, ("proxy-user", "carrier"), ("proxy-password", "file:proxy.wrong")]);
        await using var none = Channel(receiver.Port, through);

        var delivered = await right.Send(SyntheticPackage.Of(1, 300_000, 0, 17), Cancellation);
        Assert.True(delivered.Kind == DeliveryOutcomeKind.Delivered, delivered.Detail);
        Assert.Equal(["connect", "proxy", "tls", "authenticate"], (await right.Test(Cancellation)).Select(step => step.Name));
        var requests = receiver.Requests;
        var refused = await wrong.Send(SyntheticPackage.Of(2, 20_000, 3), Cancellation);
        Assert.Equal((DeliveryOutcomeKind.Refused, $"the proxy 127.0.0.1:{port} refuses the credentials of 'carrier': 'proxy-user' and 'proxy-password' are not what it knows."), (refused.Kind, refused.Detail));
        refused = await none.Send(SyntheticPackage.Of(2, 20_000, 3), Cancellation);
        Assert.Equal((DeliveryOutcomeKind.Refused, $"the proxy 127.0.0.1:{port} wants credentials: name them in 'proxy-user' and 'proxy-password'."), (refused.Kind, refused.Detail));
        Assert.Equal(requests, receiver.Requests);
    }

    [Fact]
    public async Task ConnectionsCutAThousandTimesDeliverEachPackageOnce()
    {
        const int Cuts = 1_000;
        await using var receiver = await Receiver(mutual: true, key: true);
        await using var proxy = CuttingProxy.Start(receiver.Port);
        await using var channel = Channel(proxy.Port, [.. Mutual, .. Hmac]);
        var random = new SeededRandom(1);
        var clock = Stopwatch.StartNew();
        var later = 0;
        var sequence = 1;
        Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(SyntheticPackage.Of(sequence, 20_000, 3), Cancellation)).Kind);
        var whole = proxy.Carried;

        while (proxy.Cuts < Cuts)
        {
            sequence++;
            var package = SyntheticPackage.Of(sequence, 20_000, 3);
            for (var attempt = 0; ; attempt++)
            {
                // The fourth attempt is let through, so that packages move on.
                if (attempt < 3)
                {
                    proxy.CutNext(Cut.Anywhere(random, whole));
                }

                var outcome = await channel.Send(package, Cancellation);
                if (outcome.Kind == DeliveryOutcomeKind.Delivered)
                {
                    break;
                }

                Assert.True(outcome.Kind == DeliveryOutcomeKind.TryLater, $"{outcome.Kind}: {outcome.Detail}");
                Assert.True(attempt < 3, outcome.Detail);
                later++;
            }
        }

        var packages = receiver.Packages;
        Assert.Equal(Enumerable.Range(1, sequence).Select(number => (long)number), packages.Values.Select(package => package.Sequence).Order());
        Assert.All(packages.Values, package => Assert.Equal(SyntheticPackage.Of((int)package.Sequence, 20_000, 3).Files.Select(file => file.Sha256).Order(), package.Files.Values.Order()));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{proxy.Cuts} cuts, {sequence} packages, {later} attempts repeated, {packages.Values.Count(package => package.Arrivals > 1)} packages arrived again after an answer was lost, {clock.Elapsed.TotalSeconds:F1} s");
        Assert.Contains(packages.Values, package => package.Arrivals > 1);
    }

    private static string PinOf(X509Certificate2 certificate) => "sha256/" + Convert.ToBase64String(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    private async Task<HttpsReceiver> Receiver(bool mutual, bool key)
    {
        var receiver = new HttpsReceiver { Key = key ? global::System.Text.Encoding.ASCII.GetBytes(Key) : null };
        await receiver.StartAsync(_authority.ServerCertificate("server"), mutual ? _authority.Certificate : null);
        return receiver;
    }

    private IDeliveryChannel Channel(int port, params IEnumerable<(string, string)> values)
    {
        var problems = new List<Problem>();
        var settings = SyntheticPackage.Settings(problems, _folder.FullName, [("url", $"https://localhost:{port}/packages"), ("ca-file", "authority.pem"), ("timeout-seconds", "60"), .. values]);
        var channel = HttpsChannel.Create(settings);
        settings.RefuseOthers();
        Assert.Empty(problems);
        return channel!;
    }
}
