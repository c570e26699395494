using MinerFlow.Reporting.Push;

namespace MinerFlow.Unit.Reporting.Push;

/// <summary>A recipient in memory: drops what it has by identity, and asks for numbers that are missing.</summary>
internal sealed class FarSide : IDeliveryChannel
{
    private readonly HashSet<string> _ids = [];

    /// <summary>Numbers in the order in which they came; repeats are left out.</summary>
    public List<long> Taken { get; } = [];

    public int Repeats { get; private set; }

    public int Asked { get; private set; }

    /// <summary>What it does instead of taking a package; null to take it.</summary>
    public Func<DeliveryPackage, DeliveryOutcome?> Instead { get; set; } = _ => null;

    public List<DeliveryReceipt> Told { get; } = [];

    public int Kept { get; private set; }

    public Task<DeliveryOutcome> Send(DeliveryPackage package, CancellationToken cancellation)
    {
        Asked++;
        return Task.FromResult(Instead(package) ?? Take(package));
    }

    public DeliveryOutcome Take(DeliveryPackage package)
    {
        if (_ids.Add(package.Id))
        {
            Taken.Add(package.Sequence);
        }
        else
        {
            Repeats++;
        }

        return new DeliveryOutcome(DeliveryOutcomeKind.Delivered, "taken.");
    }

    public Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ChannelStep>>([]);

    public Task<IReadOnlyList<DeliveryReceipt>> Receipts(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<DeliveryReceipt>>(Told);

    public Task Keep(IReadOnlyList<DeliveryReceipt> receipts, CancellationToken cancellation)
    {
        Kept += receipts.Count;
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
