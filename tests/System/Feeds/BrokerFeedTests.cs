using System.Text;
using System.Text.Json;
using MinerFlow.Reporting.Feeds;
using MinerFlow.Reporting.Feeds.Transports;
using MinerFlow.Reporting.Push;
using MinerFlow.SystemTests.Delivery;
using RabbitMQ.Client;
using Xunit;

namespace MinerFlow.SystemTests.Feeds;

/// <summary>An exchange of RabbitMQ.</summary>
public sealed class BrokerFeedTests : IDisposable
{
    private const string Exchange = "noc";
    private const int Count = 300;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-feeds-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task EveryRecordIsInTheQueueAlthoughTheBrokerIsKilledInBetween()
    {
        RabbitBroker.NeedOrSkip();
        using var broker = await RabbitBroker.StartAsync(_folder.FullName);
        await using var feed = new BrokerTransport(Options(broker));
        var messages = FeedSamples.Messages(Count, FeedFormat.Eve.Make(FeedSamples.Origin));

        // Without a queue nothing may count as sent; the exchange is there after the first attempt.
        var unrouted = await Send(feed, messages[..1]);
        Assert.Equal((0, FeedProblem.Unrouted), (unrouted.Done, unrouted.Problem!.Value));
        await BindAsync(broker, "all", "mining.#");
        await BindAsync(broker, "bitcoin-pools", "mining.pool.btc");

        var sent = (await Send(feed, messages[..100])).Done;
        broker.Kill();
        var away = await Send(feed, messages[sent..]);
        Assert.Equal(0, away.Done);
        Assert.Equal(FeedProblem.Connect, (await Send(feed, messages[sent..])).Problem);
        await broker.StartAsync();
        sent += (await Send(feed, messages[sent..])).Done;

        Assert.Equal(Count, sent);
        var all = await DrainAsync(broker, "all");
        Assert.Equal(messages.Select(message => message.Id), all.Select(message => message.Id).Distinct());
        Assert.All(all, message => Assert.Equal((DeliveryModes.Persistent, "application/json", message.Id), (message.Mode, message.ContentType, message.Key)));
        var pools = messages.Where(message => message is { Role: "pool", Coin: "BTC" }).Select(message => message.Id);
        Assert.Equal(pools, (await DrainAsync(broker, "bitcoin-pools")).Select(message => message.Id).Distinct());
    }

    [Fact]
    public async Task WhatTheBrokerRefusesIsToldWithItsReason()
    {
        RabbitBroker.NeedOrSkip();
        using var broker = await RabbitBroker.StartAsync(_folder.FullName);
        var right = Options(broker);

        await Refused(right with { User = "stranger" }, FeedProblem.Refused, "ACCESS_REFUSED");
        await Refused(right with { VirtualHost = "/none" }, FeedProblem.Refused, "vhost");
        await Refused(right with { Declare = false }, FeedProblem.Refused, "no exchange 'noc'");
        await Refused(right with { Port = MinerFlow.SystemTests.Service.RunningService.FreePort() }, FeedProblem.Connect, "");

        await using var feed = new BrokerTransport(right);
        Assert.True(Assert.Single(await feed.Test(TestContext.Current.CancellationToken)).Succeeded);
    }

    [Fact]
    public async Task OverTlsBothSidesShowWhoTheyAre()
    {
        RabbitBroker.NeedOrSkip();
        using var authority = new TestAuthority(_folder.FullName, "authority");
        using var other = new TestAuthority(_folder.FullName, "other");
        using var server = authority.ServerCertificate("server");
        authority.ClientCertificate("client").Dispose();
        using var client = authority.Own("client");
        using var broker = await RabbitBroker.StartAsync(_folder.FullName, (authority.FileOf("server"), authority.FileOf("server") + ".key", authority.FileOf("authority")));
        var tls = new TlsPeerOptions("localhost") { Authorities = [authority.Certificate], Own = client };
        var right = Options(broker) with { Port = broker.TlsPort, Tls = tls };

        await Refused(right with { Tls = tls with { Authorities = [other.Certificate] } }, FeedProblem.Tls, "nobody who is trusted here issued");
        await Refused(right with { Tls = tls with { Name = "siem.example" } }, FeedProblem.Tls, "not for siem.example");
        await using var feed = new BrokerTransport(right);
        Assert.Equal(FeedProblem.Unrouted, (await Send(feed, FeedSamples.Messages(1, FeedFormat.Ecs.Make(FeedSamples.Origin)))).Problem);
        await BindAsync(broker, "all", "mining.#");
        Assert.Equal(3, (await Send(feed, FeedSamples.Messages(3, FeedFormat.Ecs.Make(FeedSamples.Origin)))).Done);
        Assert.Equal(3, (await DrainAsync(broker, "all")).Count);
    }

    private BrokerTransportOptions Options(RabbitBroker broker)
    {
        var secret = Path.Combine(_folder.FullName, "password");
        File.WriteAllText(secret, "guest\n");
        return new BrokerTransportOptions("127.0.0.1", broker.Port, Exchange) { User = "guest", Password = ChannelSecret.From("file:" + secret, "/", out _) };
    }

    private static Task<FeedOutcome> Send(BrokerTransport feed, IReadOnlyList<FeedMessage> messages) => feed.Send(messages, TestContext.Current.CancellationToken);

    private static async Task Refused(BrokerTransportOptions options, FeedProblem problem, string reason)
    {
        await using var feed = new BrokerTransport(options);
        var outcome = await Send(feed, FeedSamples.Messages(1, FeedFormat.Eve.Make(FeedSamples.Origin)));

        Assert.Equal((0, problem), (outcome.Done, outcome.Problem!.Value));
        Assert.Contains(reason, outcome.Detail, StringComparison.Ordinal);
        Assert.False((await feed.Test(TestContext.Current.CancellationToken))[0].Succeeded);
    }

    private static async Task BindAsync(RabbitBroker broker, string queue, string key)
    {
        await using var connection = await broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: TestContext.Current.CancellationToken);
        await channel.QueueBindAsync(queue, Exchange, key, cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>Takes what lies in a queue.</summary>
    private static async Task<List<(string Id, string Key, DeliveryModes Mode, string ContentType)>> DrainAsync(RabbitBroker broker, string queue)
    {
        await using var connection = await broker.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        var found = new List<(string, string, DeliveryModes, string)>();
        while (await channel.BasicGetAsync(queue, autoAck: true, TestContext.Current.CancellationToken) is { } message)
        {
            using var record = JsonDocument.Parse(Encoding.UTF8.GetString(message.Body.Span));
            var key = record.RootElement.TryGetProperty("mining", out var mining) ? mining.GetProperty("key").GetString()! : "";
            found.Add((message.BasicProperties.MessageId!, key, message.BasicProperties.DeliveryMode, message.BasicProperties.ContentType!));
        }

        return found;
    }
}
