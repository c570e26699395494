namespace MinerFlow.Abstractions;

/// <summary>How a question "who was behind this address then" ended. Never a pick of one of several.</summary>
public enum AttributionOutcome
{
    /// <summary>Exactly one subscriber fits.</summary>
    Unique,

    /// <summary>Several fit; all are listed.</summary>
    Ambiguous,

    /// <summary>Our address, sources cover the time, nobody had it.</summary>
    None,

    /// <summary>Cannot be said; <see cref="Attribution.Missing"/> names what would be needed.</summary>
    Insufficient,

    /// <summary>Not an address of ours.</summary>
    NotOurs,

    /// <summary>Not an address that can have a subscriber.</summary>
    Invalid,
}

/// <summary>A subscriber that fits, with the interval and the log lines it rests on.</summary>
/// <param name="Account">Account or line number as the source names it.</param>
/// <param name="Source">Kind of source: <c>line</c>, <c>radius</c>.</param>
/// <param name="ValidFrom">Start of the interval; <see cref="PacketTime.None"/> when open.</param>
/// <param name="ValidTo">End of the interval, exclusive; null when open.</param>
/// <param name="EndIsEstimated">The end was concluded, not logged (a lost Stop).</param>
/// <param name="Evidence">SHA-256 digests of the log lines, lower-case hexadecimal.</param>
public sealed record AttributionCandidate(
    string Account,
    string Source,
    PacketTime ValidFrom,
    PacketTime? ValidTo,
    bool EndIsEstimated,
    IReadOnlyList<string> Evidence)
{
    public Subscriber? Subscriber { get; init; }
}

/// <summary>Who holds a line, as the carrier's register has it.</summary>
/// <param name="Name">Organisation or person.</param>
/// <param name="IsNaturalPerson">Persons are masked in every output.</param>
public sealed record Subscriber(string Name, bool IsNaturalPerson)
{
    public string? CreditCode { get; init; }

    /// <summary>Kind of subject, such as 党政机关, 国有企业, 个人.</summary>
    public string? Kind { get; init; }

    public string? InstallationAddress { get; init; }

    public string? Province { get; init; }

    public string? City { get; init; }

    public string? County { get; init; }

    public string? LineNumber { get; init; }

    public string? ContactName { get; init; }

    public string? ContactPhone { get; init; }
}

/// <summary>The answer to "who was behind this address then".</summary>
public sealed record Attribution(AttributionOutcome Outcome, IReadOnlyList<AttributionCandidate> Candidates)
{
    /// <summary>A to E, A best; null unless the outcome is unique or ambiguous.</summary>
    public char? Grade { get; init; }

    /// <summary>Which sources or fields would be needed, in English words; empty when nothing is.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];
}
