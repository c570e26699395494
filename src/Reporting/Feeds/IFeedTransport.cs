using MinerFlow.Reporting.Push;

namespace MinerFlow.Reporting.Feeds;

/// <summary>A way out for a feed. It reaches its far side anew by itself; for one caller at a time.</summary>
public interface IFeedTransport : IAsyncDisposable
{
    /// <summary>Where it leads, for logs; no secret.</summary>
    string Target { get; }

    /// <summary>Hands messages over in their order, up to the first that does not go.</summary>
    /// <returns>How far it came, errors included; the only exception is <see cref="OperationCanceledException"/>.</returns>
    Task<FeedOutcome> Send(IReadOnlyList<FeedMessage> messages, CancellationToken cancellation);

    /// <summary>Goes every step up to the first that fails, and sends nothing.</summary>
    Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation);

    /// <summary>A file that was moved away is begun again with the next message; any thread may ask. Other ways have nothing to do.</summary>
    void Reopen()
    {
    }
}
