using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Unit.Enrichment.Subscribers.Store;

/// <summary>The store of the moment, and names that stay the same when it is opened again.</summary>
internal sealed class Reopened(IntervalStore store) : IIntervalSink
{
    private readonly NameTable _names = new();

    public IntervalStore Store { get; set; } = store;

    public string NameOf(NameId id) => _names[id];

    public LogSource SourceOf(LogKind kind, string device) => Store.SourceOf(kind, device);

    public NameId Intern(ReadOnlySpan<char> name) => _names.Intern(name);

    public void Add(in AddressInterval interval) => Store.Add(interval with
    {
        Realm = Store.Intern(_names[interval.Realm]),
        Account = Store.Intern(_names[interval.Account]),
        AccessPort = Store.Intern(_names[interval.AccessPort]),
    });
}
