using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Inventory;

namespace MinerFlow.Enrichment.Subscribers.Resolution;

/// <summary>The deterministic pools of the inventory as intervals: for each address and port the inner address that the rule of that time gives.</summary>
internal sealed class DeterministicIntervals : IAddressIntervals
{
    private readonly AddressPool[] _pools;
    private readonly LogSource[] _sources;

    public DeterministicIntervals(AddressInventory inventory)
    {
        _pools = [.. inventory.Pools.Where(pool => pool.Rule is not null)];
        _sources = [.. _pools.Select((pool, number) => new LogSource((ushort)number, LogKind.Rule, pool.Device ?? pool.Range.ToString()))];
    }

    public IReadOnlyList<LogSource> Sources => _sources;

    public bool Knows(IpAddress address) => Array.Exists(_pools, pool => pool.Range.Contains(address));

    public string NameOf(NameId id) => "";

    public void Find(IpAddress address, ushort? port, PacketTime from, PacketTime to, ICollection<AddressInterval> found)
    {
        for (var i = 0; i < _pools.Length; i++)
        {
            var pool = _pools[i];
            if (!pool.Range.Contains(address) || !pool.IsValid(from, to))
            {
                continue;
            }

            if (port is not { } asked)
            {
                foreach (var (holder, ports) in pool.Rule!.HoldersOf(pool.Range, address))
                {
                    found.Add(ToInterval(pool, (ushort)i, address, holder, ports));
                }
            }
            else if (pool.Rule!.TryFind(pool.Range, address, asked, out var inner, out var block))
            {
                found.Add(ToInterval(pool, (ushort)i, address, inner, block));
            }
        }
    }

    private static AddressInterval ToInterval(AddressPool pool, ushort source, IpAddress address, IpAddress inner, (ushort First, ushort Last) block) => new()
    {
        Kind = IntervalKind.PortBlock,
        Source = source,
        Range = IpRange.Single(address),
        FirstPort = block.First,
        LastPort = block.Last,
        Inner = inner,
        From = pool.From,
        To = pool.To,
        // Without a date of begin the row proves today's rule only: no first proof, so never the best grade.
        FirstProof = pool.From.IsNone ? AddressInterval.Open : pool.From,
        LastProof = pool.To,
        FirstLine = pool.Digest,
        LastLine = pool.Digest,
    };
}
