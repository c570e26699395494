namespace MinerFlow.Enrichment.Subscribers.Nat.Flows;

/// <summary>A set of records whose template has not come yet.</summary>
internal sealed record FlowPendingSet(byte[] Bytes, FlowMoment Moment);

/// <summary>Data before its template: UDP keeps no order, and after a restart of ours the template may be minutes away. Bounded; the oldest goes first.</summary>
internal sealed class FlowPending(int mostBytes)
{
    private readonly Dictionary<FlowTemplateKey, Queue<FlowPendingSet>> _sets = [];
    private Queue<FlowTemplateKey> _order = [];

    public int Bytes { get; private set; }

    /// <summary>Keeps a set; returns how many older ones had to go, this one included when it is larger than the bound.</summary>
    public int Keep(in FlowTemplateKey key, ReadOnlySpan<byte> set, in FlowMoment moment)
    {
        if (set.Length > mostBytes)
        {
            return 1;
        }

        var gone = 0;
        while (Bytes + set.Length > mostBytes)
        {
            gone += DropOldest();
        }

        if (!_sets.TryGetValue(key, out var queue))
        {
            _sets.Add(key, queue = []);
        }

        queue.Enqueue(new FlowPendingSet(set.ToArray(), moment));
        _order.Enqueue(key);
        Bytes += set.Length;
        return gone;
    }

    /// <summary>Hands out what waited for this template, oldest first.</summary>
    public IEnumerable<FlowPendingSet> Take(FlowTemplateKey key)
    {
        if (!_sets.Remove(key, out var queue))
        {
            return [];
        }

        Bytes -= queue.Sum(set => set.Bytes.Length);
        _order = new Queue<FlowTemplateKey>(_order.Where(other => other != key));
        return queue;
    }

    private int DropOldest()
    {
        var key = _order.Dequeue();
        var queue = _sets[key];
        Bytes -= queue.Dequeue().Bytes.Length;
        if (queue.Count == 0)
        {
            _sets.Remove(key);
        }

        return 1;
    }
}
