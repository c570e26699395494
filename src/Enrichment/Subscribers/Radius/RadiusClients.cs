using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>An access server, or a proxy, that sends accounting.</summary>
/// <param name="Range">Its address, or the prefix that it and its like are in.</param>
/// <param name="Secret">Shared with it.</param>
/// <param name="IsAnswered">Whether what it sends is acknowledged; not when it sends a copy of what another server acknowledges.</param>
internal sealed record RadiusClient(IpRange Range, byte[] Secret, bool IsAnswered)
{
    public RadiusClientCounters Counters { get; } = new(Range.ToString());
}

/// <summary>What became of the datagrams of a client. Written by one thread, read by any.</summary>
internal sealed class RadiusClientCounters(string name)
{
    private readonly long[] _rejected = new long[Enum.GetValues<RadiusRejection>().Length];
    private long _accepted;
    private long _passed;
    private long _duplicates;
    private long _answered;
    private long _unsent;

    /// <summary>Address or range; <c>unknown</c> for senders that are no clients.</summary>
    public string Name { get; } = name;

    /// <summary>Records taken.</summary>
    public long Accepted => Interlocked.Read(ref _accepted);

    /// <summary>Packets that are right and say nothing of a session: Status-Server, tunnels.</summary>
    public long Passed => Interlocked.Read(ref _passed);

    /// <summary>Requests sent again with the same identifier and authenticator.</summary>
    public long Duplicates => Interlocked.Read(ref _duplicates);

    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>Answers that the system did not take: the client asks again.</summary>
    public long Unsent => Interlocked.Read(ref _unsent);

    public long this[RadiusRejection rejection] => Interlocked.Read(ref _rejected[(int)rejection]);

    public void Accept() => Interlocked.Increment(ref _accepted);

    public void Pass() => Interlocked.Increment(ref _passed);

    public void Duplicate() => Interlocked.Increment(ref _duplicates);

    public void Reject(RadiusRejection rejection) => Interlocked.Increment(ref _rejected[(int)rejection]);

    public void Answer(bool isSent) => Interlocked.Increment(ref isSent ? ref _answered : ref _unsent);
}

/// <summary>Who may send accounting; the most specific range that holds an address counts.</summary>
internal sealed class RadiusClients(IEnumerable<RadiusClient> clients)
{
    private readonly RadiusClient[] _clients = [.. clients.OrderBy(client => client.Range.Span)];

    public IReadOnlyList<RadiusClient> All => _clients;

    /// <summary>Counts what comes from anybody else.</summary>
    public RadiusClientCounters Unknown { get; } = new("unknown");

    public RadiusClient? Find(IpAddress address)
    {
        foreach (var client in _clients)
        {
            if (client.Range.Contains(address))
            {
                return client;
            }
        }

        return null;
    }
}
