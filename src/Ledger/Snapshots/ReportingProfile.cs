namespace MinerFlow.Ledger.Snapshots;

/// <summary>Who reports to whom, and by which figures; from <c>rules/reporting.csv</c>, frozen in each snapshot.</summary>
public sealed record ReportingProfile
{
    /// <summary>Prefecture: 运城市.</summary>
    public string City { get; init; } = "";

    /// <summary>Who reports: the carrier's name as it stands in file names and letters.</summary>
    public string Carrier { get; init; } = "";

    /// <summary>Whom the forms go to.</summary>
    public string Regulator { get; init; } = "";

    /// <summary>The documents on which the work rests, as letters cite them.</summary>
    public string LegalBasis { get; init; } = "";

    /// <summary>Surcharge on the electricity of mining, yuan for each kWh.</summary>
    public double SurchargeYuanPerKilowattHour { get; init; } = 0.30;

    /// <summary>Days from the receipt of a list or the opening of a case until it should be cleared.</summary>
    public int DaysToClear { get; init; } = 7;

    /// <summary>Share of the listed miners that our own sensors must have seen, else a county counts as one that cannot find its miners.</summary>
    public double LeastRecall { get; init; } = 0.5;

    /// <summary>Listed miners of a county and week from which on <see cref="LeastRecall"/> is judged.</summary>
    public int LeastListedForRecall { get; init; } = 3;

    /// <summary>Weeks in the second class behind each other after which a county falls into the third.</summary>
    public int WeeksToThirdTier { get; init; } = 2;
}
