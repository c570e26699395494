using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Nat.Flows;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>
/// Reads what receivers took: flow logs by their first byte, all else as lines with the profile of whoever sent it. One message may hold several lines. For one thread.
/// </summary>
/// <param name="profileOf">Profile of a sender's lines.</param>
/// <param name="lineOptions">How they are read.</param>
/// <param name="flows">Reads flow logs.</param>
/// <param name="handler">Takes the events.</param>
/// <param name="quarantine">Takes lines that were not understood; null when nothing does.</param>
internal sealed class NatLogIntake(
    Func<string, NatProfile> profileOf, NatLineOptions lineOptions, FlowLogReader flows, INatEventHandler handler, Quarantine? quarantine = null) : IMessageHandler
{
    private readonly Dictionary<LogPeer, NatLineParser> _parsers = [];

    /// <summary>What became of the lines of each sender.</summary>
    public IEnumerable<(LogPeer Peer, NatLineCounters Counters)> Lines => _parsers.Select(pair => (pair.Key, pair.Value.Counters));

    public FlowLogReader Flows => flows;

    public void Rest()
    {
    }

    public void Take(ReadOnlySpan<byte> message, in MessageOrigin origin)
    {
        var (peer, received) = (origin.Peer, origin.Received);

        // Versions 9 and 10 with a zero byte before them, and 3 of Comware: no text begins so.
        if (message is [0, 9 or 10, ..] or [3, ..])
        {
            flows.Read(message, peer.Name, received);
            return;
        }

        if (!_parsers.TryGetValue(peer, out var parser))
        {
            _parsers.Add(peer, parser = new NatLineParser(profileOf(peer.Name), lineOptions, handler));
        }

        while (!message.IsEmpty)
        {
            var end = message.IndexOf((byte)'\n');
            var line = end < 0 ? message : message[..end];
            message = end < 0 ? [] : message[(end + 1)..];
            line = line.TrimEnd("\r\0"u8);
            if (!line.IsEmpty && parser.Parse(line, received, peer.Name) is var rejection and not LineRejection.None)
            {
                quarantine?.Add(peer.Name, rejection.ToString(), line, received);
            }
        }
    }
}
