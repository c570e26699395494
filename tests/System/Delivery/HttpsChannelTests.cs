using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using MinerFlow.Reporting.Push;
using MinerFlow.SystemTests.Live;
using MinerFlow.SystemTests.Service;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>The HTTPS channel against Kestrel, and through tinyproxy.</summary>
public sealed class HttpsChannelTests : IDisposable
{
    private readonly HttpsLab _lab = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("multipart", "sha-256")]
    [InlineData("multipart", "sm3")]
    [InlineData("json", "sha-256")]
    [InlineData("json", "sm3")]
    public async Task APackageArrivesWholeWithBothProofs(string body, string hmac)
    {
        await using var receiver = await _lab.Receiver(mutual: true, key: true);
        await using var channel = _lab.Channel(receiver.Port, [.. HttpsLab.Mutual, ("hmac", hmac), ("hmac-key", "file:hmac.key"), ("hmac-key-id", "carrier-1"), ("body", body)]);
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
        await using var receiver = await _lab.Receiver(mutual: false, key: true);
        await using var channel = _lab.Channel(receiver.Port, HttpsLab.Hmac);

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation)).Kind);
        }

        Assert.Equal(3, Assert.Single(receiver.Packages).Value.Arrivals);
    }

    [Fact]
    public async Task AWrongKeyIsRefusedWithWhatWouldBeRight()
    {
        File.WriteAllText(Path.Combine(_lab.Folder, "wrong.key"), HttpsLab.Key[..^1] + "0");
        await using var receiver = await _lab.Receiver(mutual: false, key: true);
        await using var channel = _lab.Channel(receiver.Port, [("hmac", "sha-256"), ("hmac-key", "file:wrong.key"), ("hmac-key-id", "carrier-1")]);

        var outcome = await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains("HTTP 401 (proof, the proof does not fit)", outcome.Detail, StringComparison.Ordinal);
        Assert.Contains("'carrier-1'", outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(HttpsLab.Key[..^1], outcome.Detail, StringComparison.Ordinal);
        Assert.Empty(receiver.Packages);
    }

    [Fact]
    public async Task AProofIsTakenOnce()
    {
        await using var receiver = await _lab.Receiver(mutual: false, key: true);
        await using var channel = _lab.Channel(receiver.Port, HttpsLab.Hmac);
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
        await using var receiver = await _lab.Receiver(mutual: false, key: true);
        await using var channel = _lab.Channel(receiver.Port, HttpsLab.Hmac);
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
        await using var elsewhere = await _lab.Receiver(mutual: false, key: true);
        await using var receiver = await _lab.Receiver(mutual: false, key: true);
        receiver.Instead = _ => Results.Redirect($"https://localhost:{elsewhere.Port}/packages?token=secret", permanent: true, preserveMethod: true);
        await using var channel = _lab.Channel(receiver.Port, HttpsLab.Hmac);

        var outcome = await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains($"https://localhost:{elsewhere.Port}/packages, which is not followed", outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(0, elsewhere.Requests);
    }

    [Fact]
    public async Task ALongBodyIsNotSentToWhoRefusesIt()
    {
        await using var receiver = await _lab.Receiver(mutual: false, key: true);
        receiver.Instead = request => Results.StatusCode(413);
        await using var proxy = CuttingProxy.Start(receiver.Port);
        await using var channel = _lab.Channel(proxy.Port, HttpsLab.Hmac);

        var outcome = await channel.Send(SyntheticPackage.Of(1, 8 << 20), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains("bytes are more than it takes", outcome.Detail, StringComparison.Ordinal);
        Assert.InRange(proxy.Carried.FromClient, 1, 64 << 10);
    }

    [Fact]
    public async Task ReceiptsAreToldUntilTheyAreKept()
    {
        await using var receiver = await _lab.Receiver(mutual: false, key: true);
        await using var channel = _lab.Channel(receiver.Port, [.. HttpsLab.Hmac, ("receipts-url", $"https://localhost:{receiver.Port}/receipts")]);
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
        await using var receiver = await _lab.Receiver(mutual: true, key: true);
        await using var channel = _lab.Channel(receiver.Port, [.. HttpsLab.Mutual, .. HttpsLab.Hmac, ("receipts-url", $"https://localhost:{receiver.Port}/receipts")]);

        var steps = await channel.Test(Cancellation);

        Assert.Equal(["connect", "tls", "authenticate", "receipts"], steps.Select(step => step.Name));
        Assert.All(steps, step => Assert.True(step.Succeeded, step.Detail));
        Assert.Matches("^TLS 1.3, certificate of CN=server, until .* days\\), key sha256/.{44}; we show CN=carrier, issued by CN=authority, until ", steps[1].Detail);
        Assert.Empty(receiver.Packages);
    }

    [Fact]
    public async Task ATestEndsAtTheStepThatFails()
    {
        File.WriteAllText(Path.Combine(_lab.Folder, "wrong.key"), new string('x', 32));
        await using var receiver = await _lab.Receiver(mutual: false, key: true);
        await using var wrongKey = _lab.Channel(receiver.Port, [("hmac", "sha-256"), ("hmac-key", "file:wrong.key"), ("hmac-key-id", "carrier-1")]);
        await using var nobody = _lab.Channel(RunningService.FreePort(), HttpsLab.Hmac);
        await using var wrongPin = _lab.Channel(receiver.Port, [.. HttpsLab.Hmac, ("pins", "sha256/" + Convert.ToBase64String(new byte[32]))]);

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
        var configuration = Path.Combine(_lab.Folder, "tinyproxy.conf");
        File.WriteAllText(configuration, $"Port {port}\nListen 127.0.0.1\nAllow 127.0.0.1\nBasicAuth carrier pass-word\nLogLevel Critical\n");
        File.WriteAllText(Path.Combine(_lab.Folder, "proxy.password"), "pass-word");
        File.WriteAllText(Path.Combine(_lab.Folder, "proxy.wrong"), "other");
        using var tinyproxy = await Peer.Start(port, "tinyproxy", "-d", "-c", configuration);
        await using var receiver = await _lab.Receiver(mutual: true, key: true);
        (string, string)[] through = [.. HttpsLab.Mutual, .. HttpsLab.Hmac, ("proxy", $"http://127.0.0.1:{port}")];

        await using var right = _lab.Channel(receiver.Port, [.. through, ("proxy-user", "carrier"), ("proxy-password", "file:proxy.password")]);
        await using var wrong = _lab.Channel(receiver.Port, [.. through, ("proxy-user", "carrier"), ("proxy-password", "file:proxy.wrong")]);
        await using var none = _lab.Channel(receiver.Port, through);

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
        await using var receiver = await _lab.Receiver(mutual: true, key: true);
        await using var proxy = CuttingProxy.Start(receiver.Port);
        await using var channel = _lab.Channel(proxy.Port, [.. HttpsLab.Mutual, .. HttpsLab.Hmac]);
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

                Assert.True(outcome.Kind is DeliveryOutcomeKind.TryLater or DeliveryOutcomeKind.HungUp, $"{outcome.Kind}: {outcome.Detail}");
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
}
