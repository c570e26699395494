using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using MinerFlow.Reporting.Push;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>The mail channel against aiosmtpd, and its messages against Python's <c>email</c>.</summary>
public sealed class MailTests : IDisposable
{
    private const int Cuts = 1_000;

    private readonly MailLab _lab = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("implicit", "PLAIN")]
    [InlineData("starttls", "PLAIN LOGIN")]
    [InlineData("starttls", "LOGIN")]
    public async Task MessageArrivesAsItWasMeant(string tls, string mechanisms)
    {
        MailServer.OrSkip();
        using var server = await MailServer.Start(_lab.Authority, new MailServerOptions { ImplicitTls = tls == "implicit", Certificate = "server", Mechanisms = mechanisms });
        await using var channel = _lab.Channel(server.Port, ("tls", tls), ("to", "office@example.org, copy@example.org"));
        var package = SyntheticPackage.Of(7, 100_000, 17, 0);

        var outcome = await channel.Send(package, Cancellation);

        Assert.Equal((DeliveryOutcomeKind.Delivered, $"localhost:{server.Port} took the message: 250 2.0.0 taken as 1."), (outcome.Kind, outcome.Detail));
        var message = MailServer.Read(Assert.Single(server.Messages));
        var envelope = MailServer.Envelope(server.Messages[0]);
        Assert.Equal(
            ("carrier@example.net", "[\"office@example.org\", \"copy@example.org\"]", true),
            (Text(envelope, "from"), envelope.GetProperty("to").GetRawText(), envelope.GetProperty("tls").GetBoolean()));
        Assert.Equal("[]", message.GetProperty("defects").GetRawText());
        Assert.Equal("<pkg-7.1-1@example.net>", Text(message, "id"));
        Assert.Equal("pkg-7; sequence=7; part=1; parts=1", Text(message, "package"));
        Assert.Equal("虚拟货币“挖矿”核查材料 第7号", Text(message, "subject"));
        Assert.Equal("Mon, 02 Mar 2026 08:00:00 +0800", Text(message, "date"));
        Assert.Contains("附件1_示例市_示例通信_第7批.xlsx", Text(message, "text"), StringComparison.Ordinal);
        Assert.Equal(
            MailLab.Attached(package).Select(file => (file.Name, file.Name, file.Sha256)),
            message.GetProperty("files").EnumerateArray().Select(file => (Text(file, "name"), Text(file, "old"), Text(file, "sha256"))));
    }

    [Fact]
    public async Task LargePackageComesInPartsThatTheServerTakes()
    {
        MailServer.OrSkip();
        const int Limit = 200_000;
        using var server = await MailServer.Start(_lab.Authority, new MailServerOptions { ImplicitTls = true, Certificate = "server", LargestMessage = Limit });
        await using var channel = _lab.Channel(server.Port);
        var package = SyntheticPackage.Of(7, 100_000, 1_000, 0, 100_000, 100_000);

        var outcome = await channel.Send(package, Cancellation);
        var tooLarge = await channel.Send(SyntheticPackage.Of(8, 150_000), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Delivered, outcome.Kind);
        Assert.All(server.Messages, message => Assert.InRange(new FileInfo(message).Length, 1, Limit));
        var messages = server.Messages.Select(MailServer.Read).ToList();
        Assert.Equal(["<pkg-7.1-3@example.net>", "<pkg-7.2-3@example.net>", "<pkg-7.3-3@example.net>"], messages.Select(message => Text(message, "id")));
        Assert.Equal("虚拟货币“挖矿”核查材料 第7号 (2/3)", Text(messages[1], "subject"));
        Assert.Equal(
            MailLab.Attached(package),
            messages.SelectMany(message => message.GetProperty("files").EnumerateArray()).Select(file => (Text(file, "name"), Text(file, "sha256"))));
        Assert.Equal(DeliveryOutcomeKind.Refused, tooLarge.Kind);
        Assert.Contains("and a message has 200000 at most: send it by SFTP or HTTPS", tooLarge.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("implicit")]
    [InlineData("starttls")]
    public async Task WrongPasswordIsRefusedAndNothingIsSent(string tls)
    {
        MailServer.OrSkip();
        using var server = await MailServer.Start(_lab.Authority, new MailServerOptions { ImplicitTls = tls == "implicit", Certificate = "server" });
        await using var channel = _lab.Channel(server.Port, ("tls", tls), ("password", _lab.Secret("wrong", "something else")));

        var outcome = await channel.Send(SyntheticPackage.Of(7, 20_000), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains("refuses carrier@example.net with this password: nothing was sent: 535", outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("something else", outcome.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task ServerWithoutStartTlsGetsNothing()
    {
        MailServer.OrSkip();
        using var server = await MailServer.Start(_lab.Authority, new MailServerOptions { Mechanisms = "" });
        await using var channel = _lab.Channel(server.Port, ("tls", "starttls"));

        var outcome = await channel.Send(SyntheticPackage.Of(7, 20_000), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains("offers no STARTTLS, and it is asked for: nothing was sent", outcome.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task ServerWithoutAuthenticationGetsNothing()
    {
        MailServer.OrSkip();
        using var server = await MailServer.Start(_lab.Authority, new MailServerOptions { ImplicitTls = true, Certificate = "server", Mechanisms = "" });
        await using var channel = _lab.Channel(server.Port);

        var outcome = await channel.Send(SyntheticPackage.Of(7, 20_000), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains("PLAIN or LOGIN is asked for: nothing was sent", outcome.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Messages);
    }

    [Theory]
    [InlineData("expired", "expired on")]
    [InlineData("elsewhere", "is for mail.example.org, not for localhost")]
    [InlineData("stranger", "nobody who is trusted here issued")]
    public async Task CertificateThatDoesNotDoStopsBeforeAnythingIsSaid(string certificate, string words)
    {
        MailServer.OrSkip();
        using var strangers = new TestAuthority(Directory.CreateDirectory(Path.Combine(_lab.Folder, "strangers")).FullName, "stranger-authority");
        strangers.ServerCertificate("stranger").Dispose();
        _lab.Authority.ServerCertificate("expired", endsAfterDays: -1).Dispose();
        _lab.Authority.ServerCertificate("elsewhere", host: "mail.example.org").Dispose();
        using var server = await MailServer.Start(certificate == "stranger" ? strangers : _lab.Authority, new MailServerOptions { Certificate = certificate });
        await using var channel = _lab.Channel(server.Port, ("tls", "starttls"));

        var outcome = await channel.Send(SyntheticPackage.Of(7, 20_000), Cancellation);
        var steps = await channel.Test(Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains(words, outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(["connect True", "tls False"], steps.Select(step => $"{step.Name} {step.Succeeded}"));
        Assert.Empty(server.Messages);
    }

    // RFC 3207, section 6: who sits on the line could put words of his own before TLS, for us to take for the server's behind it.
    [Fact]
    public async Task WhatIsSaidBeforeTlsDoesNotCount()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var certificate = _lab.Authority.ServerCertificate("scripted");
        await using var channel = _lab.Channel(((IPEndPoint)listener.LocalEndpoint).Port, ("tls", "starttls"));

        var sending = channel.Send(SyntheticPackage.Of(7, 20_000), Cancellation);
        using var client = await listener.AcceptTcpClientAsync(Cancellation);
        await using var open = client.GetStream();
        await Answer(open, "220 mail.example.net\r\n", "EHLO [127.0.0.1]\r\n");
        await Answer(open, "250-mail.example.net\r\n250 STARTTLS\r\n", "STARTTLS\r\n");
        await open.WriteAsync("220 go\r\n250-mail.example.net\r\n250 AUTH PLAIN\r\n235 welcome\r\n"u8.ToArray(), Cancellation);
        await using var locked = new SslStream(open);
        await locked.AuthenticateAsServerAsync(certificate);
        var hello = new byte[18];
        await locked.ReadExactlyAsync(hello, Cancellation);
        await locked.WriteAsync("554 5.7.1 not here\r\n"u8.ToArray(), Cancellation);
        var outcome = await sending;

        Assert.Equal((DeliveryOutcomeKind.Refused, true), (outcome.Kind, outcome.Detail.EndsWith("refuses EHLO: 554 5.7.1 not here", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("nobody@example.org", DeliveryOutcomeKind.Refused, "refuses recipient 2 of 2: 550 5.1.1 <…> no such mailbox")]
    [InlineData("busy@example.org", DeliveryOutcomeKind.TryLater, "refuses recipient 2 of 2: 451 4.3.0 <…> later")]
    public async Task OneRecipientWhoIsRefusedKeepsTheMessageFromAll(string recipient, DeliveryOutcomeKind kind, string words)
    {
        MailServer.OrSkip();
        using var server = await MailServer.Start(_lab.Authority, new MailServerOptions { ImplicitTls = true, Certificate = "server" });
        await using var channel = _lab.Channel(server.Port, ("to", $"office@example.org {recipient}"));

        var outcome = await channel.Send(SyntheticPackage.Of(7, 20_000), Cancellation);

        Assert.Equal(kind, outcome.Kind);
        Assert.Contains(words, outcome.Detail, StringComparison.Ordinal);
        Assert.Empty(server.Messages);
    }

    [Theory]
    [InlineData(true, DeliveryOutcomeKind.Delivered)]
    [InlineData(false, DeliveryOutcomeKind.Refused)]
    public async Task AddressBeyondAsciiNeedsAServerThatTakesIt(bool utf8, DeliveryOutcomeKind kind)
    {
        MailServer.OrSkip();
        using var server = await MailServer.Start(_lab.Authority, new MailServerOptions { ImplicitTls = true, Certificate = "server", Utf8 = utf8 });
        await using var channel = _lab.Channel(server.Port, ("to", "办公室@example.org"));

        Assert.Equal(kind, (await channel.Send(SyntheticPackage.Of(7, 20_000), Cancellation)).Kind);
    }

    [Fact]
    public async Task TestSendsNothing()
    {
        MailServer.OrSkip();
        using var server = await MailServer.Start(_lab.Authority, new MailServerOptions { Certificate = "server", LargestMessage = 1_000_000 });
        await using var channel = _lab.Channel(server.Port, ("tls", "starttls"));

        var steps = await channel.Test(Cancellation);

        Assert.Equal(["connect", "tls", "authenticate", "recipients"], steps.Select(step => step.Name));
        Assert.All(steps, step => Assert.True(step.Succeeded, step.Detail));
        Assert.Equal("1 would be taken, messages up to 1000000 bytes", steps[^1].Detail);
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task LockedWorkbookOpensInLibreOfficeWithThePasswordThatIsToldByAnotherWay()
    {
        MailServer.OrSkip();
        LibreOffice.OrSkip();
        var clear = Path.Combine(_lab.Folder, "hits.xlsx");
        Assert.Equal(0, Product.Run("replay", "--xlsx", clear, Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng")).ExitCode);
        var content = await File.ReadAllBytesAsync(clear, Cancellation);
        var passwords = Path.Combine(_lab.Folder, "passwords");
        var one = SyntheticPackage.Of(7, 1);
        var package = one with { IsMasked = false, Files = [one.Files[0] with { Content = content, Sha256 = MailLab.Sha256(content) }] };
        using var server = await MailServer.Start(_lab.Authority, new MailServerOptions { ImplicitTls = true, Certificate = "server" });
        await using var channel = _lab.Channel(server.Port, ("password-folder", passwords));

        var outcome = await channel.Send(package, Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Delivered, outcome.Kind);
        var password = (await File.ReadAllTextAsync(Path.Combine(passwords, package.Id + ".txt"), Cancellation)).Trim();
        var message = Assert.Single(server.Messages);
        Assert.DoesNotContain(password, Text(MailServer.Read(message), "text"), StringComparison.Ordinal);
        var saved = Directory.CreateDirectory(Path.Combine(_lab.Folder, "saved")).FullName;
        MailServer.Save(message, saved);
        var attachment = Path.Combine(saved, package.Files[0].Name);
        var cells = LibreOffice.FirstCells(_lab.Folder, (clear, ""), (attachment, password), (attachment, password + "x"), (attachment, ""));
        Assert.NotEqual("", cells[0]);
        Assert.Equal([cells[0], cells[0], LibreOffice.Refused, LibreOffice.Refused], cells);
    }

    // A message may come twice when its answer was lost; it never comes changed, and never not at all.
    [Theory]
    [InlineData("implicit")]
    [InlineData("starttls")]
    public async Task CutsAnywhereDeliverEachMessageOnceByItsIdentity(string tls)
    {
        MailServer.OrSkip();
        using var server = await MailServer.Start(_lab.Authority, new MailServerOptions { ImplicitTls = tls == "implicit", Certificate = "server" });
        await using var proxy = CuttingProxy.Start(server.Port);
        await using var channel = _lab.Channel(proxy.Port, ("tls", tls));
        Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(SyntheticPackage.Of(1, 20_000), Cancellation)).Kind);
        var whole = proxy.Carried;
        var random = new SeededRandom(1);
        var number = 1;
        while (proxy.Cuts < Cuts)
        {
            var package = SyntheticPackage.Of(++number, 20_000);
            DeliveryOutcome outcome;
            do
            {
                if (proxy.Cuts < Cuts)
                {
                    proxy.CutNext(Cut.Anywhere(random, whole));
                }

                outcome = await channel.Send(package, Cancellation);
                Assert.True(outcome.Kind is DeliveryOutcomeKind.Delivered or DeliveryOutcomeKind.TryLater, $"{package.Id} after {proxy.Cuts} cuts: {outcome.Kind}: {outcome.Detail}");
            }
            while (outcome.Kind != DeliveryOutcomeKind.Delivered);
        }

        var received = server.Messages.Select(File.ReadAllText).GroupBy(IdOf).ToList();
        Assert.Equal(Enumerable.Range(1, number).Select(i => $"<pkg-{i}.1-1@example.net>").Order(StringComparer.Ordinal), received.Select(message => message.Key).Order(StringComparer.Ordinal));
        Assert.All(received, message => Assert.Single(message.Distinct()));
        TestContext.Current.TestOutputHelper?.WriteLine($"{proxy.Cuts} cuts, {number} messages, {received.Sum(message => message.Count() - 1)} repeats");
    }

    /// <summary>Says something and hears what is said then.</summary>
    private static async Task Answer(NetworkStream stream, string said, string heard)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(said), Cancellation);
        var bytes = new byte[heard.Length];
        await stream.ReadExactlyAsync(bytes, Cancellation);
        Assert.Equal(heard, Encoding.ASCII.GetString(bytes));
    }

    private static string IdOf(string message) => message.Split("\r\n").First(line => line.StartsWith("Message-ID: ", StringComparison.Ordinal))["Message-ID: ".Length..];

    private static string Text(JsonElement element, string property) => element.GetProperty(property).GetString()!;
}
