using System.Runtime.InteropServices;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>
/// Port blocks that are held of one address. Each event looks for its ports among all of them, so the ports stand in a row of their own: 16 blocks
/// to a cache line.
/// </summary>
internal sealed class HeldBlocks
{
    private readonly List<uint> _ports = new(1);
    private readonly List<NatHolding> _holdings = new(1);

    public int Count => _holdings.Count;

    public NatHolding this[int index] => _holdings[index];

    public List<NatHolding>.Enumerator GetEnumerator() => _holdings.GetEnumerator();

    public void Add(NatHolding holding)
    {
        _ports.Add(Pack(holding.FirstPort, holding.LastPort));
        _holdings.Add(holding);
    }

    public void RemoveAt(int index)
    {
        _ports.RemoveAt(index);
        _holdings.RemoveAt(index);
    }

    /// <summary>The next block of exactly these ports, from an index on; negative when there is none.</summary>
    public int IndexOf(ushort firstPort, ushort lastPort, int from)
    {
        var found = CollectionsMarshal.AsSpan(_ports)[from..].IndexOf(Pack(firstPort, lastPort));
        return found < 0 ? found : from + found;
    }

    /// <summary>The last block before an index that shares a port with these; negative when there is none.</summary>
    public int LastIndexOfShared(ushort firstPort, ushort lastPort, int before)
    {
        var ports = CollectionsMarshal.AsSpan(_ports)[..before];
        for (var i = ports.Length - 1; i >= 0; i--)
        {
            if ((ports[i] >> 16) <= lastPort && firstPort <= (ushort)ports[i])
            {
                return i;
            }
        }

        return -1;
    }

    private static uint Pack(ushort firstPort, ushort lastPort) => ((uint)firstPort << 16) | lastPort;
}
