namespace MinerFlow.Reporting.Push;

/// <summary>
/// A way to one recipient. A package may be sent more than once, when nobody knows whether it arrived: each time it carries the same identity, number and bytes,
/// so that the far side can drop the repeat.
/// </summary>
public interface IDeliveryChannel : IAsyncDisposable
{
    /// <summary>Brings one package to the far side.</summary>
    /// <returns>What became of it, errors included; the only exception is <see cref="OperationCanceledException"/>.</returns>
    Task<DeliveryOutcome> Send(DeliveryPackage package, CancellationToken cancellation);

    /// <summary>Goes every step of a delivery that leaves nothing behind, up to the first that fails.</summary>
    Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation);

    /// <summary>What the far side has said about earlier packages; none where the way has no answers. A receipt that was taken is told again until <see cref="Keep"/>.</summary>
    /// <exception cref="ChannelException">They could not be picked up.</exception>
    Task<IReadOnlyList<DeliveryReceipt>> Receipts(CancellationToken cancellation);

    /// <summary>The ledger has these: they need not be told again.</summary>
    Task Keep(IReadOnlyList<DeliveryReceipt> receipts, CancellationToken cancellation);
}

/// <summary>One step of <c>minerflow push test</c>.</summary>
/// <param name="Name">What was tried, in the protocol's words: <c>connect</c>, <c>tls</c>, <c>host-key</c>, <c>authenticate</c>, <c>write</c>.</param>
/// <param name="Succeeded">Whether it went well.</param>
/// <param name="Detail">What was seen, and for a failure what would be right. No secret, no personal data.</param>
public sealed record ChannelStep(string Name, bool Succeeded, string Detail);

/// <summary>What the recipient says about a package.</summary>
/// <param name="PackageId">Identity of the package.</param>
/// <param name="Accepted">Whether the recipient could use it.</param>
/// <param name="Text">The recipient's words or number, as they came, cut to 500 characters.</param>
/// <param name="Source">Where it stood, for <see cref="IDeliveryChannel.Keep"/>: a file name, a header.</param>
public sealed record DeliveryReceipt(string PackageId, bool Accepted, string Text, string Source);

/// <summary>A channel could not do what it was asked; the message says what, where and what would be right, without a secret.</summary>
public sealed class ChannelException : Exception
{
    public ChannelException(string message)
        : base(message)
    {
    }

    public ChannelException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public ChannelException()
    {
    }
}
