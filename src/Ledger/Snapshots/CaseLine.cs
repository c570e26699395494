using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Ledger.Snapshots;

/// <summary>A case as it stood: one subject, all its addresses.</summary>
public sealed record CaseLine
{
    public required long Id { get; init; }

    public string? RegionCode { get; init; }

    public string? Region { get; init; }

    /// <summary>Number of the subject.</summary>
    public required long Subject { get; init; }

    public required CaseState State { get; init; }

    /// <summary>When it came to the states it was in, oldest first.</summary>
    public required IReadOnlyList<CaseMoment> Moments { get; init; }

    /// <summary>批次号 or names of the lists it stands in.</summary>
    public IReadOnlyList<string> Batches { get; init; } = [];

    /// <summary>Found by us, not listed by the regulator.</summary>
    public bool IsOwnDiscovery { get; init; }

    public required Judgement Judgement { get; init; }

    public bool IsConcentrated { get; init; }

    public bool IsPublicResource { get; init; }

    public bool IsBitcoin { get; init; }

    public bool IsPriority { get; init; }

    public int Addresses { get; init; }

    /// <summary>Devices; null when not known.</summary>
    public int? Devices { get; init; }

    /// <summary>One for each algorithm; never summed.</summary>
    public IReadOnlyList<CaseHashrate> Hashrates { get; init; } = [];

    public double? Kilowatts { get; init; }

    public double? KilowattHoursPerDay { get; init; }

    /// <summary>How scale and power were found, with their error.</summary>
    public string? PowerBasis { get; init; }

    public CaseMeasure? Measure { get; init; }

    public DateTimeOffset? MeasureAt { get; init; }

    /// <summary>Who took it.</summary>
    public string? MeasureBy { get; init; }

    /// <summary>Length of the observation; null when none has begun.</summary>
    public int? ObservationDays { get; init; }

    /// <summary>Sensors and logs whose silence proves, or is to prove, that it is over.</summary>
    public IReadOnlyList<string> ObservationSources { get; init; } = [];

    public DateTimeOffset? ClearedAt { get; init; }

    public DateTimeOffset? RelapsedAt { get; init; }

    /// <summary>Whole months since it was opened and not cleared.</summary>
    public int MonthsUncleared { get; init; }

    /// <summary>Mining is confirmed and not at zero.</summary>
    public bool IsOpen => Counts(State);

    /// <summary>One of the three labels of the key clearing, or the list's own flag.</summary>
    public bool IsKey => IsConcentrated || IsPublicResource || IsBitcoin || IsPriority;

    /// <summary>When mining was first confirmed; null when it never was.</summary>
    public DateTimeOffset? ConfirmedAt => Moments.FirstOrDefault(moment => Counts(moment.State))?.At;

    /// <summary>Whether mining was confirmed and not at zero at that moment.</summary>
    public bool WasOpen(DateTimeOffset at) => Moments.LastOrDefault(moment => moment.At <= at) is { } last && Counts(last.State);

    private static bool Counts(CaseState state) => state is CaseState.Handling or CaseState.AwaitingProof or CaseState.Observing or CaseState.Relapsed;
}

/// <param name="State">What it came to.</param>
/// <param name="At">When.</param>
public sealed record CaseMoment(CaseState State, DateTimeOffset At);

/// <param name="Algorithm">Of the coin's work.</param>
/// <param name="PerSecond">In <paramref name="Unit"/>.</param>
/// <param name="Unit"><c>H/s</c>, <c>Sol/s</c>.</param>
/// <param name="RelativeError">Standard error as a share of the rate.</param>
public sealed record CaseHashrate(string Algorithm, double PerSecond, string Unit, double RelativeError);
