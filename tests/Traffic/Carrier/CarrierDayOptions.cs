namespace MinerFlow.Traffic.Carrier;

/// <summary>What an invented carrier's day is like. Whoever answers the questions does not know any of it.</summary>
public sealed record CarrierDayOptions
{
    public ulong Seed { get; init; } = 1;

    public int Subscribers { get; init; } = 1500;

    public int Questions { get; init; } = 20_000;

    /// <summary>Mean length of a session, and of the pause before the next, seconds.</summary>
    public int SessionSeconds { get; init; } = 9_000;

    public int PauseSeconds { get; init; } = 1_200;

    /// <summary>Mean time to a further port block of a session, and how long that is kept, seconds.</summary>
    public int BlockEverySeconds { get; init; } = 5_400;

    public int BlockKeptSeconds { get; init; } = 2_400;

    /// <summary>Of ten thousand lines of a kind, so many are lost on their own.</summary>
    public int LostStops { get; init; } = 100;

    public int LostRecords { get; init; } = 30;

    public int LostAllocations { get; init; } = 10;

    public int LostReleases { get; init; } = 50;

    /// <summary>Of ten thousand accounting records, so many are sent again.</summary>
    public int Repeated { get; init; } = 100;

    public int InterimSeconds { get; init; } = 1_800;

    /// <summary>Each device is silent so often, for up to so many seconds: all its lines of the time are lost.</summary>
    public int Gaps { get; init; } = 1;

    public int LongestGapSeconds { get; init; } = 1_500;

    /// <summary>Clocks of the NATs and of the access servers are off by up to so many seconds to either side.</summary>
    public int NatClockSeconds { get; init; } = 90;

    public int ServerClockSeconds { get; init; } = 5;
}
