using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using MinerFlow.Reporting.Push;
using MinerFlow.SystemTests.Live;
using MinerFlow.SystemTests.Service;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>Who the two sides of the HTTPS channel take each other for, against Kestrel and OpenSSL.</summary>
public sealed class HttpsTlsTests : IDisposable
{
    private readonly HttpsLab _lab = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _lab.Dispose();

    [Fact]
    public async Task ACertificateThatIsNotRightIsRefusedByNameAndNothingIsSent()
    {
        using var stranger = new TestAuthority(_lab.Folder, "stranger");
        var cases = new (X509Certificate2 Certificate, string Said, (string, string)[] Settings)[]
        {
            (_lab.Authority.ServerCertificate("expired", endsAfterDays: -0.5), "expired on", []),
            (_lab.Authority.ServerCertificate("early", endsAfterDays: 30), "is none of 'pins'", [("pins", "sha256/" + Convert.ToBase64String(new byte[32]))]),
            (_lab.Authority.ServerCertificate("elsewhere", host: "other.example"), "is for other.example, not for localhost", []),
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
                (string, string)[] pins = settings.Contains(("pin-only", "true")) ? [("pins", HttpsLab.PinOf(certificate))] : [];
                await using var channel = _lab.Channel(receiver.Port, [.. HttpsLab.Hmac, .. settings, .. pins]);

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
        using var stranger = new TestAuthority(_lab.Folder, "stranger");
        using var own = _lab.Authority.ServerCertificate("own");
        using var foreign = stranger.ServerCertificate("foreign");
        await using var receiver = new HttpsReceiver { Key = null };
        await receiver.StartAsync(own);
        await using var foreignReceiver = new HttpsReceiver();
        await foreignReceiver.StartAsync(foreign);

        await using (var issuer = _lab.Channel(receiver.Port, [.. HttpsLab.Hmac, ("pins", HttpsLab.PinOf(_lab.Authority.Certificate))]))
        {
            Assert.Equal(DeliveryOutcomeKind.Delivered, (await issuer.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation)).Kind);
        }

        await using (var alone = _lab.Channel(foreignReceiver.Port, [.. HttpsLab.Hmac, ("pins", HttpsLab.PinOf(foreign)), ("pin-only", "true")]))
        {
            Assert.Equal(DeliveryOutcomeKind.Delivered, (await alone.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation)).Kind);
        }

        // The issuer's certificate is in nobody's trust: anyone can put it beside their own.
        await using var issuerAlone = _lab.Channel(foreignReceiver.Port, [.. HttpsLab.Hmac, ("pins", HttpsLab.PinOf(stranger.Certificate)), ("pin-only", "true")]);
        Assert.Equal(DeliveryOutcomeKind.Refused, (await issuerAlone.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation)).Kind);
    }

    [Fact]
    public async Task AClientCertificateThatHasExpiredIsNotShown()
    {
        _lab.Authority.ClientCertificate("old", endsAfterDays: -0.5).Dispose();
        await using var receiver = await _lab.Receiver(mutual: true, key: false);
        await using var channel = _lab.Channel(receiver.Port, [("client-certificate", "old.pem"), ("client-key", "file:old.pem.key")]);

        var outcome = await channel.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains("our client certificate (CN=old) expired on", outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(0, receiver.Requests);
    }

    // With TLS 1.3 it hangs up behind the handshake, when the request is on its way: a long one meets a reset, a short one the end.
    [Theory]
    [InlineData(20_000)]
    [InlineData(8 << 20)]
    public async Task KestrelsHangUpOnOurCertificateIsToldFromACutLine(int length)
    {
        using var stranger = new TestAuthority(_lab.Folder, "stranger");
        stranger.ClientCertificate("somebody").Dispose();
        await using var receiver = await _lab.Receiver(mutual: true, key: false);
        await using var foreign = _lab.Channel(receiver.Port, [("client-certificate", "somebody.pem"), ("client-key", "file:somebody.pem.key"), ("expect-continue", "false")]);
        await using var none = _lab.Channel(receiver.Port, [.. HttpsLab.Hmac, ("expect-continue", "false")]);

        var refused = await foreign.Send(SyntheticPackage.Of(1, length), Cancellation);
        Assert.True(refused.Kind == DeliveryOutcomeKind.HungUp, refused.Detail);
        Assert.Contains("most likely it does not accept it, which has to be one that they issued or know; we show CN=somebody, issued by CN=stranger", refused.Detail, StringComparison.Ordinal);
        var wanted = await none.Send(SyntheticPackage.Of(1, length), Cancellation);
        Assert.True(wanted.Kind == DeliveryOutcomeKind.HungUp, wanted.Detail);
        Assert.Contains("name one in 'client-certificate' and 'client-key'", wanted.Detail, StringComparison.Ordinal);
        Assert.Equal(0, receiver.Requests);
        var step = (await foreign.Test(Cancellation))[^1];
        Assert.Equal(("authenticate", false), (step.Name, step.Succeeded));
    }

    [Fact]
    public async Task ALineThatIsCutIsNoRefusalWhereNobodyAskedForACertificateOrTheAnswerHadBegun()
    {
        await using var open = await _lab.Receiver(mutual: false, key: true);
        await using var line = CuttingProxy.Start(open.Port);
        await using var unasked = _lab.Channel(line.Port, [.. HttpsLab.Mutual, .. HttpsLab.Hmac]);
        await using var asking = new HttpsReceiver { Instead = request => new CutAnswer() };
        await asking.StartAsync(_lab.Authority.ServerCertificate("server"), _lab.Authority.Certificate);
        await using var shown = _lab.Channel(asking.Port, HttpsLab.Mutual);

        line.CutNext(new Cut(IsFromClient: true, AfterBytes: 10_000, IsReset: true));
        var cut = await unasked.Send(SyntheticPackage.Of(1, 20_000), Cancellation);
        Assert.Equal(1, line.Cuts);
        Assert.True(cut.Kind == DeliveryOutcomeKind.TryLater, cut.Detail);
        var half = await shown.Send(SyntheticPackage.Of(1, 20_000), Cancellation);
        Assert.True(half.Kind == DeliveryOutcomeKind.TryLater, half.Detail);
    }

    // What was agreed before somebody wanted certificates is not taken up again.
    [Fact]
    public async Task AnEarlierSessionDoesNotKeepOurCertificateBack()
    {
        var port = RunningService.FreePort();
        foreach (var mutual in (bool[])[false, true])
        {
            await using var receiver = await _lab.Receiver(mutual, key: true, port);
            await using var channel = _lab.Channel(port, [.. HttpsLab.Mutual, .. HttpsLab.Hmac]);

            var outcome = await channel.Send(SyntheticPackage.Of(1, 20_000), Cancellation);

            Assert.True(outcome.Kind == DeliveryOutcomeKind.Delivered, outcome.Detail);
        }
    }

    [Theory]
    [InlineData("-tls1_3")]
    [InlineData("-tls1_2")]
    public async Task OpenSslsAlertsAboutOurCertificateAreUnderstood(string version)
    {
        Assert.SkipUnless(Tool.Exists("openssl"), "openssl is not installed");
        using var stranger = new TestAuthority(_lab.Folder, "stranger");
        stranger.ClientCertificate("somebody").Dispose();
        _lab.Authority.ServerCertificate("server").Dispose();
        var port = RunningService.FreePort();
        using var server = await Peer.Start(
            port, "openssl", "s_server", "-accept", $"127.0.0.1:{port}", "-www", version, "-Verify", "1", "-verify_return_error", "-CAfile", _lab.Authority.FileOf("authority"),
            "-cert", _lab.Authority.FileOf("server"), "-key", _lab.Authority.FileOf("server") + ".key");
        await using var foreign = _lab.Channel(port, [("client-certificate", "somebody.pem"), ("client-key", "file:somebody.pem.key")]);
        await using var none = _lab.Channel(port, HttpsLab.Hmac);

        var refused = await foreign.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);
        Assert.True(refused.Kind == DeliveryOutcomeKind.Refused, refused.Detail);
        Assert.Contains("refuses our client certificate (TLS alert 48, unknown CA)", refused.Detail, StringComparison.Ordinal);
        var wanted = await none.Send(SyntheticPackage.Of(1, 20_000, 3), Cancellation);
        Assert.True(wanted.Kind == DeliveryOutcomeKind.Refused, wanted.Detail);
        Assert.Contains("wants a client certificate", wanted.Detail, StringComparison.Ordinal);
    }

    /// <summary>Announces more than it gives, upon which Kestrel ends the connection.</summary>
    private sealed class CutAnswer : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await httpContext.Request.Body.CopyToAsync(Stream.Null);
            httpContext.Response.ContentLength = 100;
            await httpContext.Response.WriteAsync("{");
            await httpContext.Response.Body.FlushAsync();
        }
    }
}
