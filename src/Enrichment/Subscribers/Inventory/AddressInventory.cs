using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Inventory;

/// <summary>The carrier's own prefixes and how their addresses are given out. Answers "ours or not", and what a question about an address needs.</summary>
public sealed class AddressInventory
{
    /// <summary>Zone of dates in tables that name none. UTC+8: all of China.</summary>
    public static readonly TimeSpan DefaultOffset = TimeSpan.FromHours(8);

    private readonly AddressPool[] _pools;
    private readonly IpAddress[] _latestLast;

    /// <summary>The pools, most specific last among those that hold an address.</summary>
    public AddressInventory(IEnumerable<AddressPool> pools)
    {
        _pools = [.. pools.OrderBy(pool => pool.Range.First).ThenByDescending(pool => pool.Range.Span).ThenBy(pool => pool.From.UnixNanoseconds)];
        _latestLast = new IpAddress[_pools.Length];
        for (var i = 0; i < _pools.Length; i++)
        {
            _latestLast[i] = i > 0 && _latestLast[i - 1] > _pools[i].Range.Last ? _latestLast[i - 1] : _pools[i].Range.Last;
        }
    }

    public IReadOnlyList<AddressPool> Pools => _pools;

    /// <summary>Reads the table. Every row that cannot be used is named in <paramref name="problems"/> with line and column; the rest is loaded.</summary>
    public static AddressInventory Load(string path, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var pools = new List<AddressPool>();
        if (CsvFile.Read(path, InventoryReader.Required, problems) is { } file)
        {
            var reader = new InventoryReader(file, DefaultOffset);
            foreach (var row in file.Rows)
            {
                if (reader.Read(row) is { } pool)
                {
                    pools.Add(pool);
                }
            }

            ReportContradictions(path, pools, problems);
        }

        return new AddressInventory(pools);
    }

    /// <summary>Several tables as one.</summary>
    public static AddressInventory Join(IEnumerable<AddressInventory> inventories) => new(inventories.SelectMany(inventory => inventory.Pools));

    /// <summary>
    /// The pools an address belonged to in a time: of the most specific prefix that was valid then, all rows, for its kind may have changed. Empty when it is
    /// none of ours.
    /// </summary>
    public void Find(IpAddress address, PacketTime from, PacketTime to, ICollection<AddressPool> found)
    {
        ArgumentNullException.ThrowIfNull(found);
        found.Clear();
        UInt128? span = null;
        for (var i = LastStartingAtOrBefore(address); i >= 0 && _latestLast[i] >= address; i--)
        {
            var pool = _pools[i];
            if (!pool.Range.Contains(address) || !pool.IsValid(from, to) || pool.Range.Span > span)
            {
                continue;
            }

            if (pool.Range.Span != span)
            {
                found.Clear();
                span = pool.Range.Span;
            }

            found.Add(pool);
        }
    }

    private int LastStartingAtOrBefore(IpAddress address)
    {
        var low = 0;
        var high = _pools.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_pools[middle].Range.First <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low - 1;
    }

    private static void ReportContradictions(string path, List<AddressPool> pools, ICollection<Problem> problems)
    {
        foreach (var same in pools.GroupBy(pool => pool.Range))
        {
            AddressPool? before = null;
            foreach (var pool in same.OrderBy(pool => pool.From.UnixNanoseconds))
            {
                if (before is not null && before.To > pool.From && (before.Kind != pool.Kind || before.Device != pool.Device || before.Rule != pool.Rule))
                {
                    problems.Add(new Problem(path, pool.Line, 0, $"{pool.Range} is described differently in line {before.Line} for the same time; end the older row with 失效时间 (valid_to)."));
                }

                before = before is null || pool.To > before.To ? pool : before;
            }
        }
    }
}
