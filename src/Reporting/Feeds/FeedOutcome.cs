namespace MinerFlow.Reporting.Feeds;

/// <summary>How far a transport came.</summary>
/// <param name="Done">Messages, from the first on, that need not be sent again: handed over, or lost for good.</param>
public sealed record FeedOutcome(int Done)
{
    /// <summary>Of these, messages that are longer than the way allows.</summary>
    public int TooLong { get; init; }

    /// <summary>Why it stopped; null when all is done.</summary>
    public FeedProblem? Problem { get; init; }

    /// <summary>What was seen, and what would be right. No secret.</summary>
    public string Detail { get; init; } = "";

    public static FeedOutcome Stopped(int done, FeedProblem problem, string detail) => new(done) { Problem = problem, Detail = detail };
}

/// <summary>Why messages wait.</summary>
public enum FeedProblem
{
    /// <summary>The far side, or the file, cannot be opened.</summary>
    Connect,

    /// <summary>The far side has another certificate than it should, or wants one of us.</summary>
    Tls,

    /// <summary>Name, password or right is refused.</summary>
    Refused,

    /// <summary>It broke off, or took too long.</summary>
    Write,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>The broker took a message and has nobody for it.</summary>
    Unrouted,
}

public static class FeedProblems
{
    /// <summary>The word of metrics.</summary>
    public static string ToWord(this FeedProblem problem) => problem switch
    {
        FeedProblem.Connect => "connect",
        FeedProblem.Tls => "tls",
        FeedProblem.Refused => "refused",
        FeedProblem.DiskFull => "disk_full",
        FeedProblem.Unrouted => "unrouted",
        _ => "write",
    };
}
