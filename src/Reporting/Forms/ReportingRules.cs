using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Snapshots;
using static MinerFlow.Enrichment.SettingsTable;

namespace MinerFlow.Reporting.Forms;

/// <summary>Reads who reports to whom and by which figures: <c>rules/reporting.csv</c> with the columns <c>name,value</c>. What it does not say keeps its default.</summary>
public static class ReportingRules
{
    public const string FileName = "reporting.csv";

    /// <summary>What is wrong is added to <paramref name="problems"/>, all at once.</summary>
    public static ReportingProfile Load(string folder, ICollection<Problem> problems) => SettingsTable.Read(
        Path.Combine(folder, FileName),
        "name",
        new ReportingProfile(),
        (profile, name, value) => name switch
        {
            "city" => profile with { City = value },
            "carrier" => profile with { Carrier = value },
            "regulator" => profile with { Regulator = value },
            "legal_basis" => profile with { LegalBasis = value },
            "surcharge_yuan_per_kwh" when Amount(value) is { } amount => profile with { SurchargeYuanPerKilowattHour = amount },
            "days_to_clear" when Count(value) is { } days => profile with { DaysToClear = days },
            "least_recall" when Amount(value) is { } share and <= 1 => profile with { LeastRecall = share },
            "least_listed_for_recall" when Count(value) is { } listed => profile with { LeastListedForRecall = listed },
            "weeks_to_third_tier" when Count(value) is { } weeks => profile with { WeeksToThirdTier = weeks },
            _ => null,
        },
        "numbers must be above zero, and least_recall at most 1.",
        problems);
}
