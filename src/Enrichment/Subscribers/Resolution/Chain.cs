using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Resolution;

/// <summary>From the address asked to an account: the holding of the address itself, and behind NAT the holding of the inner one.</summary>
/// <param name="Links">One or two; the last one knows the account.</param>
/// <param name="Account">Empty when the inner address leads to nobody.</param>
/// <param name="Subscriber">Who holds the account; null when no register knows.</param>
internal sealed record Chain(IReadOnlyList<Holding> Links, string Account, Subscriber? Subscriber)
{
    public PacketTime From => Links.MaxBy(link => link.From.UnixNanoseconds)!.From;

    public PacketTime To => Links.MinBy(link => link.To.UnixNanoseconds)!.To;

    /// <summary>Every link holds over the whole time asked, by its own device's clock.</summary>
    public bool Covers => Links.All(link => link.Covers);

    public bool IsProven => Links.All(link => link.IsProven);

    /// <summary>No change of hands is so near that a clock could have put it on the wrong side.</summary>
    public bool IsFarFromChanges => Links.All(link => link.Margin is not { } margin || margin > 2 * link.Skew);
}
