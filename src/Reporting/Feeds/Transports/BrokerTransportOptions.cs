using MinerFlow.Reporting.Push;

namespace MinerFlow.Reporting.Feeds.Transports;

/// <summary>An exchange of a message broker that speaks AMQP 0-9-1, such as RabbitMQ.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">Its port.</param>
/// <param name="Exchange">Name of the exchange.</param>
public sealed record BrokerTransportOptions(string Host, int Port, string Exchange)
{
    public string VirtualHost { get; init; } = "/";

    public string User { get; init; } = "guest";

    /// <summary>Null for an empty one.</summary>
    public ChannelSecret? Password { get; init; }

    /// <summary>Null for no TLS.</summary>
    public TlsPeerOptions? Tls { get; init; }

    /// <summary>Make the exchange, durable and of type topic, when it is not there; else it must be.</summary>
    public bool Declare { get; init; } = true;

    /// <summary>A message that no queue takes waits here until one does; else it is the broker's to drop.</summary>
    public bool Mandatory { get; init; } = true;

    /// <summary><c>{role}</c> and <c>{coin}</c> stand for the words of the record, in lower case.</summary>
    public string RoutingKey { get; init; } = "mining.{role}.{coin}";

    /// <summary>Media type of the records.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>How long the broker may take to accept a connection, or to confirm a batch.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}
