namespace MinerFlow.Reporting.Push.Https;

/// <summary>What came back of one request: an answer, or the reason why there is none.</summary>
internal sealed record HttpsReply
{
    /// <summary>Why there is no answer; null when there is one.</summary>
    public HttpsFailure? Failure { get; init; }

    public int Status { get; init; }

    /// <summary>The far side's clock; null when it did not say.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>How long it asks to wait.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Where it sends us, without the query, which may hold a secret.</summary>
    public string? Location { get; init; }

    /// <summary>Its body, at most as many bytes as the caller wanted.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Whether the body went on behind <see cref="Body"/>.</summary>
    public bool IsCut { get; init; }
}

/// <summary>Why a request has no answer.</summary>
/// <param name="Step">The step of <c>push test</c> that failed.</param>
/// <param name="Kind">Whether another attempt can help.</param>
/// <param name="Detail">What was seen and, where a person has to act, what would be right.</param>
internal sealed record HttpsFailure(string Step, DeliveryOutcomeKind Kind, string Detail)
{
    public const string Connect = "connect";
    public const string Proxy = "proxy";
    public const string Tls = "tls";
    public const string Authenticate = "authenticate";
    public const string Answer = "answer";
}
