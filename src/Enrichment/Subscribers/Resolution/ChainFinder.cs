using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;

namespace MinerFlow.Enrichment.Subscribers.Resolution;

/// <summary>Follows an address to accounts: directly, or over the inner address behind a NAT.</summary>
internal sealed class ChainFinder
{
    private readonly SubscriberSources _sources;
    private readonly HoldingFinder _holdings;
    private readonly IAddressIntervals? _lines;

    public ChainFinder(SubscriberSources sources, long skew)
    {
        _sources = sources;
        _lines = sources.Lines?.Intervals;
        var all = new List<IAddressIntervals>();
        if (_lines is not null)
        {
            all.Add(_lines);
        }

        if (sources.Logs is { } logs)
        {
            all.Add(logs);
        }

        if (sources.Inventory is { } inventory && inventory.Pools.Any(pool => pool.Rule is not null))
        {
            all.Add(new DeterministicIntervals(inventory));
        }

        _holdings = new HoldingFinder(all, skew);
    }

    /// <summary>Everything that competes for the address in the time asked; address pools of the register are left out.</summary>
    public List<Holding> Holdings(AttributionQuestion question, ushort? port)
    {
        var holdings = _holdings.Find(question.Address, port, question.Protocol, question.Destination, new TimeWindow(question.From, question.To));
        holdings.RemoveAll(holding => holding.Interval.Kind == IntervalKind.Line && holding.Account.Length == 0);
        return holdings;
    }

    /// <summary>Chains of the holdings. The most specific range decides; a wider one only for the time that it leaves open.</summary>
    public List<Chain> Follow(List<Holding> holdings, AttributionQuestion question)
    {
        var chains = new List<Chain>();
        foreach (var level in Levels(holdings))
        {
            foreach (var holding in level)
            {
                if (holding.Interval.SharesAddress && holding.Account.Length == 0)
                {
                    Through(holding, question, chains);
                }
                else
                {
                    chains.Add(ToChain([holding]));
                }
            }

            if (IsCovered(chains))
            {
                break;
            }
        }

        return chains;
    }

    /// <summary>Whether the chains together reach over the whole time asked without a pause.</summary>
    public static bool IsCovered(IEnumerable<Chain> chains)
    {
        PacketTime? reached = null;
        foreach (var chain in chains.OrderBy(chain => chain.From.UnixNanoseconds))
        {
            if (chain.Covers)
            {
                return true;
            }

            if (chain.From > (reached ?? chain.Links[0].Asked.From))
            {
                return false;
            }

            reached = reached is { } moment && moment > chain.To ? moment : chain.To;
            if (chain.Links.All(link => reached > link.Asked.To))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Behind a NAT: who had the inner address while it had the ports.</summary>
    private void Through(Holding nat, AttributionQuestion question, List<Chain> chains)
    {
        var asked = new TimeWindow(question.From, question.To);
        var inner = nat.Interval.Inner == default ? [] : _holdings.Find(nat.Interval.Inner, null, 0, null, asked);
        inner.RemoveAll(holding => holding.Interval.SharesAddress || !IsBehind(holding, nat));
        inner.RemoveAll(holding => holding.Interval.Kind == IntervalKind.Line && holding.Account.Length == 0);
        KeepNamedAccessServers(nat, inner, asked);
        // Whoever came online after the last proof of the ports has not taken them over from the one before: their release is lost.
        inner.RemoveAll(holding => nat.UnprovenEnd is not null && holding.From.UnixNanoseconds - nat.Interval.LastProof.UnixNanoseconds > nat.Skew + holding.Skew);
        var before = chains.Count;
        foreach (var level in Levels(inner))
        {
            var first = chains.Count;
            foreach (var holding in level)
            {
                chains.Add(ToChain([nat, holding]));
            }

            if (IsCovered(chains.Skip(first)))
            {
                break;
            }
        }

        if (chains.Count == before)
        {
            chains.Add(new Chain([nat], "", null));
        }
    }

    private static bool IsBehind(Holding holding, Holding nat)
    {
        var session = holding.Of.NameOf(holding.Interval.Realm);
        var behind = nat.Of.NameOf(nat.Interval.Realm);
        return session.Length == 0 || behind.Length == 0 || session == behind;
    }

    /// <summary>Where the inventory says which access servers lie behind this NAT, sessions of others do not compete for its inner addresses.</summary>
    private void KeepNamedAccessServers(Holding nat, List<Holding> inner, TimeWindow asked)
    {
        if (_sources.Inventory is not { } inventory || inner.Count < 2)
        {
            return;
        }

        var pools = new List<AddressPool>();
        inventory.Find(nat.Interval.Inner, asked.From, asked.To, pools);
        var servers = pools.Where(pool => pool.Device == nat.Source.Device && pool.AccessServer is not null).Select(pool => pool.AccessServer!).ToHashSet(StringComparer.Ordinal);
        if (servers.Count > 0)
        {
            inner.RemoveAll(holding => !holding.IsStanding && !servers.Contains(holding.Source.Device));
        }
    }

    private static IEnumerable<List<Holding>> Levels(List<Holding> holdings) =>
        holdings.Count <= 1
            ? holdings.Count == 0 ? [] : [holdings]
            : holdings
                .GroupBy(holding => holding.Interval.Range)
                .OrderBy(group => group.Key.Span)
                .ThenByDescending(group => group.Max(holding => holding.From.UnixNanoseconds))
                .Select(group => group.ToList());

    private Chain ToChain(List<Holding> links)
    {
        var last = links[^1];
        if (_lines is not null && last.Of == _lines)
        {
            return new Chain(links, last.Account, _sources.Lines!.HolderOf(last.Interval));
        }

        var account = last.Account;
        if (account.Length == 0 && last.Of.NameOf(last.Interval.AccessPort) is { Length: > 0 } port)
        {
            // A DHCP lease names a port, not an account; without a register the port itself is the line.
            account = _sources.Master?.AccountAt(port) ?? $"port:{port}";
        }

        return new Chain(links, account, _sources.Master?.Find(account) ?? _sources.Lines?.FindByLineNumber(account));
    }
}
