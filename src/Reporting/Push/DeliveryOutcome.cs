namespace MinerFlow.Reporting.Push;

/// <summary>What became of one attempt to deliver.</summary>
/// <param name="Kind">What the sender does next.</param>
/// <param name="Detail">What was seen, in a sentence for the delivery log. No secret, no personal data.</param>
public sealed record DeliveryOutcome(DeliveryOutcomeKind Kind, string Detail)
{
    /// <summary>Earlier numbers that the far side lacks; only with <see cref="DeliveryOutcomeKind.EarlierMissing"/>.</summary>
    public IReadOnlyList<long> Missing { get; init; } = [];

    /// <summary>How long the far side asked to wait; null when it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What the far side said on the spot; null when it says so later or never.</summary>
    public DeliveryReceipt? Receipt { get; init; }
}

public enum DeliveryOutcomeKind
{
    /// <summary>The far side has it, whole, or had it already.</summary>
    Delivered,

    /// <summary>It did not arrive, or nobody knows whether it did; another attempt may succeed: no connection, cut, busy, disk full.</summary>
    TryLater,

    /// <summary>It ended the connection where it had to say whether it takes us: most likely it does not. Some attempts more show whether it was the line, then a person has to look.</summary>
    HungUp,

    /// <summary>Packages with lower numbers have to come first.</summary>
    EarlierMissing,

    /// <summary>No further attempt can succeed before a person has changed something: wrong key, authentication refused, schema refused, certificate expired.</summary>
    Refused,
}
