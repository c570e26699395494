using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>Who holds each address, prefix or block, and who held it last: whoever is given it ends the one before, in whatever order their records come.</summary>
internal sealed class RadiusHolders
{
    // Holders of the same at the same time contradict each other; a few of them show that as well as all.
    private const int MostAtATime = 8;

    private const int Everywhere = -1;

    private readonly Dictionary<(int Server, Allocation Allocation), RadiusHolding> _heads = [];

    /// <summary>Adds a new holding.</summary>
    /// <param name="holding">Not in a chain yet.</param>
    /// <param name="ended">Told of each older holding that this one ends.</param>
    public void Add(RadiusHolding holding, Action<RadiusHolding> ended)
    {
        var key = Key(holding);
        _heads.TryGetValue(key, out var other);
        var last = holding;
        for (var count = 1; other is not null;)
        {
            var next = other.Other;
            other.Other = null;
            if (Keep(holding, other, ended) && count < MostAtATime)
            {
                last = last.Other = other;
                count++;
            }

            other = next;
        }

        _heads[key] = holding;
    }

    public void Remove(RadiusHolding holding)
    {
        var key = Key(holding);
        if (!_heads.TryGetValue(key, out var head))
        {
            return;
        }

        if (head == holding)
        {
            if (head.Other is null)
            {
                _heads.Remove(key);
            }
            else
            {
                _heads[key] = head.Other;
            }
        }

        for (var at = head; at is not null; at = at.Other)
        {
            if (at.Other == holding)
            {
                at.Other = holding.Other;
                break;
            }
        }

        holding.Other = null;
    }

    /// <summary>Sets the end of whichever of the two came first; false when the older one need not be known any more.</summary>
    private static bool Keep(RadiusHolding holding, RadiusHolding other, Action<RadiusHolding> ended)
    {
        if (other.Session == holding.Session)
        {
            return !other.IsEnded;
        }

        if (other.From >= holding.LastProof && other.From > holding.From)
        {
            // The record of the new one came late: it was over before.
            holding.PassOn(other.From);
            return true;
        }

        if (holding.From < other.LastProof)
        {
            return !other.IsEnded || other.To > holding.From;
        }

        if (other.PassOn(holding.From) && !other.IsEnded)
        {
            ended(other);
        }

        // A record may yet prove that it is held by both.
        return !other.IsEnded;
    }

    /// <summary>Inner addresses are given out by every access server again; public ones only once in the Internet.</summary>
    private static (int Server, Allocation Allocation) Key(RadiusHolding holding) =>
        (AddressScopes.Of(holding.Allocation.Range.First) == AddressScope.Inner ? holding.Session.Server.Source.Number : Everywhere, holding.Allocation);
}
