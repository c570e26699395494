using System.Security.Cryptography;
using System.Text.Json;
using MinerFlow.Reporting.Feeds;
using MinerFlow.Reporting.Feeds.Transports;
using MinerFlow.SystemTests.Delivery;
using MinerFlow.SystemTests.Service;
using Xunit;

namespace MinerFlow.SystemTests.Feeds;

/// <summary>Syslog against rsyslog.</summary>
public sealed class SyslogFeedTests : IDisposable
{
    private const int Count = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-feeds-");
    private readonly int _port = RunningService.FreePort();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    public async Task RsyslogParsesEveryMessage(string transport)
    {
        RsyslogReceiver.NeedOrSkip();
        using var receiver = RsyslogReceiver.Start(_folder.FullName, transport, _port);
        await using IFeedTransport feed = transport == "udp" ? new SyslogUdpTransport("127.0.0.1", _port, 8_096) : Tcp();

        await SendAll(feed, FeedSamples.Messages(Count, FeedFormat.Syslog.MakeForSyslog(FeedSamples.Origin)));

        var messages = receiver.Until(Count);
        Assert.Equal(Enumerable.Range(0, Count).Select(FeedSamples.KeyOf), messages.Select(KeyIn).Distinct());
        Assert.All(messages, message => Assert.Equal(("sensor01.example", "minerflow", "812", "mining"), (Text(message, "host"), Text(message, "app"), Text(message, "process"), Text(message, "id"))));
        Assert.Equal(["132", "133", "134"], messages.Select(message => Text(message, "pri")).Distinct().Order(StringComparer.Ordinal));
        Assert.StartsWith("2026-03-02T16:00:0", Text(messages[0], "time"), StringComparison.Ordinal);

        // Escaped as it was written, so the element was read to its own end and not to a bracket inside.
        Assert.Contains("""agent="rig \"1\" a=b|c\\d\]e 矿机" """, Text(messages[1], "data"), StringComparison.Ordinal);
        Assert.Contains("shares accepted in 2 connections", Text(messages[1], "message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FeedFormat.Cef)]
    [InlineData(FeedFormat.Eve)]
    public async Task OtherFormatsAreTheMessage(FeedFormat format)
    {
        RsyslogReceiver.NeedOrSkip();
        using var receiver = RsyslogReceiver.Start(_folder.FullName, "tcp", _port);
        await using var feed = Tcp();
        var plain = FeedSamples.Messages(3, format.Make(FeedSamples.Origin));

        await SendAll(feed, FeedSamples.Messages(3, format.MakeForSyslog(FeedSamples.Origin)));

        Assert.Equal(plain.Select(message => global::System.Text.Encoding.UTF8.GetString(message.Bytes.Span)), receiver.Until(3).Select(message => Text(message, "message").TrimStart()));
    }

    [Fact]
    public async Task AReceiverThatWasAwayGetsWhatFollows()
    {
        RsyslogReceiver.NeedOrSkip();
        var messages = FeedSamples.Messages(Count, FeedFormat.Syslog.MakeForSyslog(FeedSamples.Origin));
        await using var feed = Tcp();
        using (var first = RsyslogReceiver.Start(_folder.FullName, "tcp", _port))
        {
            await SendAll(feed, messages[..(Count / 2)]);
            first.Until(Count / 2);
        }

        var away = await feed.Send(messages[(Count / 2)..], TestContext.Current.CancellationToken);
        Assert.Equal((0, FeedProblem.Connect), (away.Done, away.Problem!.Value));

        using var second = RsyslogReceiver.Start(_folder.FullName, "tcp", _port);
        await SendAll(feed, messages[(Count / 2)..]);
        Assert.Equal(Enumerable.Range(0, Count).Select(FeedSamples.KeyOf), second.Until(Count).Select(KeyIn));
    }

    [Fact]
    public async Task OverTlsBothSidesShowWhoTheyAre()
    {
        RsyslogReceiver.NeedOrSkip(tls: true);
        using var authority = new TestAuthority(_folder.FullName, "authority");
        using var server = authority.ServerCertificate("server");
        authority.ClientCertificate("client").Dispose();
        using var client = authority.Own("client");
        using var receiver = RsyslogReceiver.Start(_folder.FullName, "tls", _port, (authority.FileOf("server"), authority.FileOf("server") + ".key", authority.FileOf("authority")));
        var right = new TlsPeerOptions("localhost") { Authorities = [authority.Certificate], Own = client };
        await using (var feed = Tls(right))
        {
            await SendAll(feed, FeedSamples.Messages(Count, FeedFormat.Syslog.MakeForSyslog(FeedSamples.Origin)));
        }

        await using (var pinned = Tls(right with { Authorities = null, Pin = Convert.ToHexStringLower(SHA256.HashData(server.RawData)) }))
        {
            await SendAll(pinned, FeedSamples.Messages(1, FeedFormat.Syslog.MakeForSyslog(FeedSamples.Origin)));
        }

        Assert.Equal(Enumerable.Range(0, Count).Append(0).Select(FeedSamples.KeyOf), receiver.Until(Count + 1).Select(KeyIn));
    }

    [Fact]
    public async Task OverTlsNothingGoesToTheWrongFarSideAndTheReasonIsTold()
    {
        RsyslogReceiver.NeedOrSkip(tls: true);
        using var authority = new TestAuthority(_folder.FullName, "authority");
        using var other = new TestAuthority(_folder.FullName, "other");
        using var server = authority.ServerCertificate("server");
        authority.ClientCertificate("client").Dispose();
        using var client = authority.Own("client");
        other.ClientCertificate("stranger").Dispose();
        using var stranger = other.Own("stranger");
        using var receiver = RsyslogReceiver.Start(_folder.FullName, "tls", _port, (authority.FileOf("server"), authority.FileOf("server") + ".key", authority.FileOf("authority")));
        var right = new TlsPeerOptions("localhost") { Authorities = [authority.Certificate], Own = client };

        await Refused(right with { Authorities = [other.Certificate] }, "nobody who is trusted here issued");
        await Refused(right with { Name = "siem.example" }, "not for siem.example");
        await Refused(right with { Pin = new string('0', 64) }, "not the one that is pinned");
        await Refused(right with { Own = null }, "");
        await Refused(right with { Own = stranger }, "");

        await using var feed = Tls(right);
        await SendAll(feed, FeedSamples.Messages(1, FeedFormat.Syslog.MakeForSyslog(FeedSamples.Origin)));
        Assert.Single(receiver.Until(1));
    }

    [Fact]
    public async Task OverTlsAReceiverThatOnlyKnowsTheRootTakesUsByTheChain()
    {
        RsyslogReceiver.NeedOrSkip(tls: true);
        using var root = new TestAuthority(_folder.FullName, "root");
        using var issuing = new TestAuthority(_folder.FullName, "issuing", root);
        issuing.ClientCertificate("client").Dispose();
        root.ServerCertificate("server").Dispose();
        using var leaf = issuing.Own("client", withChain: false);
        using var chain = issuing.Own("client");
        using var receiver = RsyslogReceiver.Start(_folder.FullName, "tls", _port, (root.FileOf("server"), root.FileOf("server") + ".key", root.FileOf("root")));
        var right = new TlsPeerOptions("localhost") { Authorities = [root.Certificate], Own = chain };

        await Refused(right with { Own = leaf }, "");
        await using var feed = Tls(right);
        await SendAll(feed, FeedSamples.Messages(1, FeedFormat.Syslog.MakeForSyslog(FeedSamples.Origin)));

        Assert.Single(receiver.Until(1));
    }

    private async Task Refused(TlsPeerOptions options, string reason)
    {
        await using var feed = Tls(options);
        FeedOutcome? outcome = null;

        // The receiver may still be starting; then it is the connection that fails.
        for (var left = 200; left > 0 && outcome is null or { Problem: FeedProblem.Connect }; left--)
        {
            outcome = await feed.Send(FeedSamples.Messages(1, FeedFormat.Syslog.MakeForSyslog(FeedSamples.Origin)), TestContext.Current.CancellationToken);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Equal((0, FeedProblem.Tls), (outcome!.Done, outcome.Problem!.Value));
        Assert.NotEmpty(outcome.Detail);
        Assert.Contains(reason, outcome.Detail, StringComparison.Ordinal);
    }

    private SyslogStreamTransport Tcp() => new("127.0.0.1", _port, null, Patience);

    private SyslogStreamTransport Tls(TlsPeerOptions options) => new("127.0.0.1", _port, options, Patience);

    /// <summary>Until all is sent: the receiver may still be starting. A few at a time, for datagrams find only so much room with it.</summary>
    private static async Task SendAll(IFeedTransport feed, List<FeedMessage> messages)
    {
        for (var left = 200; messages.Count > 0; left--)
        {
            var outcome = await feed.Send(messages[..Math.Min(messages.Count, 20)], TestContext.Current.CancellationToken);
            messages = messages[outcome.Done..];
            Assert.True(left > 0, outcome.Detail);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static string Text(JsonElement message, string name) => message.GetProperty(name).GetString()!;

    private static string KeyIn(JsonElement message) => Text(message, "data").Split("key=\"")[1][..64];
}
