using MinerFlow.Reporting.Push;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>The mail channel against Exim, which speaks TLS by another library than ours and delivers what it takes.</summary>
public sealed class EximTests : IDisposable
{
    private readonly MailLab _lab = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("implicit")]
    [InlineData("starttls")]
    public async Task MessageArrivesAsItWasMeant(string tls)
    {
        EximServer.OrSkip();
        MailServer.OrSkip();
        using var server = await EximServer.Start(_lab.Authority, tls == "implicit");
        await using var channel = _lab.Channel(server.Port, ("tls", tls));
        var package = SyntheticPackage.Of(7, 100_000, 17, 0);

        var outcome = await channel.Send(package, Cancellation);

        Assert.True(outcome.Kind == DeliveryOutcomeKind.Delivered, outcome.Detail);
        var message = MailServer.Read(Assert.Single(await server.MessagesAsync(1)));
        Assert.Equal("[]", message.GetProperty("defects").GetRawText());
        Assert.Equal("<pkg-7.1-1@example.net>", message.GetProperty("id").GetString());
        Assert.Equal("虚拟货币“挖矿”核查材料 第7号", message.GetProperty("subject").GetString());
        Assert.Equal(
            MailLab.Attached(package),
            message.GetProperty("files").EnumerateArray().Select(file => (file.GetProperty("name").GetString()!, file.GetProperty("sha256").GetString()!)));
    }

    [Fact]
    public async Task LargePackageComesInPartsThatTheServerTakes()
    {
        EximServer.OrSkip();
        using var server = await EximServer.Start(_lab.Authority, implicitTls: true, largestMessage: 200_000);
        await using var channel = _lab.Channel(server.Port);

        var outcome = await channel.Send(SyntheticPackage.Of(7, 100_000, 1_000, 0, 100_000, 100_000), Cancellation);

        Assert.True(outcome.Kind == DeliveryOutcomeKind.Delivered, outcome.Detail);
        Assert.Equal(3, (await server.MessagesAsync(3)).Count);
    }

    [Theory]
    [InlineData("password", "refuses carrier@example.net with this password: nothing was sent: 535")]
    [InlineData("to", "refuses recipient 1 of 1: 550 no such mailbox")]
    public async Task WhatItRefusesIsToldAndNothingIsTaken(string key, string told)
    {
        EximServer.OrSkip();
        using var server = await EximServer.Start(_lab.Authority, implicitTls: false);
        await using var channel = _lab.Channel(server.Port, ("tls", "starttls"), key == "to" ? ("to", "nobody@example.org") : ("password", _lab.Secret("wrong", "something else")));

        var outcome = await channel.Send(SyntheticPackage.Of(7, 20_000), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains(told, outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(0, server.Accepted);
    }
}
