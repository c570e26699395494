using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MinerFlow.Reporting.Push;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace MinerFlow.Reporting.Feeds.Transports;

/// <summary>
/// Persistent messages to an exchange, each confirmed by the broker before it counts as sent (rabbitmq.com/docs/confirms): at least once. The client's own recovery is off,
/// for what was not confirmed comes again from the ledger.
/// </summary>
public sealed class BrokerTransport(BrokerTransportOptions options) : IFeedTransport
{
    private readonly TlsPeer? _peer = options.Tls is null ? null : new TlsPeer(options.Tls);
    private IConnection? _connection;
    private IChannel? _channel;

    public string Target => string.Create(CultureInfo.InvariantCulture, $"{(options.Tls is null ? "amqp" : "amqps")}://{options.Host}:{options.Port}/{options.Exchange}");

    public async Task<FeedOutcome> Send(IReadOnlyList<FeedMessage> messages, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(messages);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Patience);
        if (await Open(limit.Token, cancellation).ConfigureAwait(false) is { } refusal)
        {
            return refusal;
        }

        // All on their way at once, each confirmed by itself: a round trip for every message would be the limit otherwise.
        var confirmations = messages.Select(message => Publish(message, limit.Token)).ToList();
        var done = 0;
        FeedOutcome? failure = null;
        foreach (var confirmation in confirmations)
        {
            var problem = await Confirmed(confirmation, cancellation).ConfigureAwait(false);
            failure ??= problem is null ? null : problem with { Done = done };
            done += failure is null ? 1 : 0;
        }

        cancellation.ThrowIfCancellationRequested();
        if (failure is { Problem: not FeedProblem.Unrouted })
        {
            await Close().ConfigureAwait(false);
        }

        return failure ?? new FeedOutcome(done);
    }

    public async Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Patience);
        var refusal = await Open(limit.Token, cancellation).ConfigureAwait(false);
        await Close().ConfigureAwait(false);
        return [new ChannelStep(refusal?.Problem?.ToWord() ?? "exchange", refusal is null, refusal?.Detail ?? Target)];
    }

    public async ValueTask DisposeAsync() => await Close().ConfigureAwait(false);

    private async Task Publish(FeedMessage message, CancellationToken cancellation)
    {
        var properties = new BasicProperties
        {
            Persistent = true,
            ContentType = options.ContentType,
            ContentEncoding = "utf-8",
            MessageId = message.Id,
            Type = "mining",
            AppId = "minerflow",
        };
        var key = options.RoutingKey
            .Replace("{role}", message.Role, StringComparison.Ordinal)
            .Replace("{coin}", message.Coin.ToLowerInvariant(), StringComparison.Ordinal);
        await _channel!.BasicPublishAsync(options.Exchange, key, options.Mandatory, properties, message.Bytes, cancellation).ConfigureAwait(false);
    }

    /// <returns>Null when the broker has the message.</returns>
    private static async Task<FeedOutcome?> Confirmed(Task confirmation, CancellationToken cancellation)
    {
        try
        {
            await confirmation.ConfigureAwait(false);
            return null;
        }
        catch (PublishException problem)
        {
            return problem.IsReturn
                ? FeedOutcome.Stopped(0, FeedProblem.Unrouted, "no queue is bound to the exchange for this routing key")
                : FeedOutcome.Stopped(0, FeedProblem.Write, "the broker refused the message");
        }
        catch (Exception problem) when (IsOfTheWay(problem))
        {
            return FeedOutcome.Stopped(0, FeedProblem.Write, problem.Message);
        }
        catch (OperationCanceledException)
        {
            return cancellation.IsCancellationRequested ? null : FeedOutcome.Stopped(0, FeedProblem.Write, "the broker confirms nothing");
        }
    }

    /// <returns>Null once the channel is open; else why it is not.</returns>
    private async Task<FeedOutcome?> Open(CancellationToken limit, CancellationToken cancellation)
    {
        if (_channel is { IsOpen: true })
        {
            return null;
        }

        await Close().ConfigureAwait(false);
        try
        {
            _connection = await Factory().CreateConnectionAsync(limit).ConfigureAwait(false);
            _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), limit).ConfigureAwait(false);
            await (options.Declare
                ? _channel.ExchangeDeclareAsync(options.Exchange, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: limit)
                : _channel.ExchangeDeclarePassiveAsync(options.Exchange, limit)).ConfigureAwait(false);
            return null;
        }
        catch (Exception problem) when (IsOfTheWay(problem))
        {
            await Close().ConfigureAwait(false);
            return Refusal(problem);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            await Close().ConfigureAwait(false);
            return FeedOutcome.Stopped(0, FeedProblem.Connect, string.Create(CultureInfo.InvariantCulture, $"the broker took longer than {options.Patience.TotalSeconds:0} s"));
        }
    }

    /// <summary>What the client throws when the broker, or the way to it, is not as it should be.</summary>
    private static bool IsOfTheWay(Exception problem) =>
        problem is RabbitMQClientException or IOException or SocketException or AuthenticationException or TimeoutException or ObjectDisposedException;

    private FeedOutcome Refusal(Exception problem)
    {
        var cause = problem is AggregateException several ? several.Flatten().InnerExceptions[0] : problem;
        for (var inner = cause; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case AuthenticationFailureException:
                    return FeedOutcome.Stopped(0, FeedProblem.Refused, inner.Message);
                case AuthenticationException:
                    return FeedOutcome.Stopped(0, FeedProblem.Tls, _peer?.Refusal is { Length: > 0 } refusal ? refusal : inner.Message);
                case OperationInterruptedException { ShutdownReason: { } reason }:
                    return FeedOutcome.Stopped(0, FeedProblem.Refused, reason.ReplyText);
                default:
                    continue;
            }
        }

        return FeedOutcome.Stopped(0, FeedProblem.Connect, cause.GetBaseException().Message);
    }

    private ConnectionFactory Factory()
    {
        var factory = new ConnectionFactory
        {
            HostName = options.Host,
            Port = options.Port,
            VirtualHost = options.VirtualHost,
            UserName = options.User,
            Password = options.Password?.Reveal() ?? "",
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            ClientProvidedName = "minerflow",
            RequestedConnectionTimeout = options.Patience,
        };
        if (options.Tls is { } tls)
        {
            factory.Ssl = new SslOption(tls.Name, enabled: true)
            {
                // The client takes no context: of ours only the certificate itself goes, and the broker has to have its issuers (ssl_options.cacertfile).
                Certs = tls.Own is null ? null : new X509CertificateCollection { tls.Own.Certificate },
                CertificateValidationCallback = _peer!.Accept,

                // The callback decides; these would be passed over before it.
                AcceptablePolicyErrors = SslPolicyErrors.None,
            };
        }

        return factory;
    }

    private async Task Close()
    {
        var (channel, connection) = (_channel, _connection);
        (_channel, _connection) = (null, null);
        try
        {
            if (channel is not null)
            {
                await channel.DisposeAsync().ConfigureAwait(false);
            }

            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }
        catch (Exception problem) when (IsOfTheWay(problem))
        {
            // It had gone already.
        }
    }
}
