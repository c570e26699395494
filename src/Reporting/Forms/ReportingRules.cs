using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Snapshots;

namespace MinerFlow.Reporting.Forms;

/// <summary>Reads who reports to whom and by which figures: <c>rules/reporting.csv</c> with the columns <c>name,value</c>. What it does not say keeps its default.</summary>
public static class ReportingRules
{
    public const string FileName = "reporting.csv";

    /// <summary>What is wrong is added to <paramref name="problems"/>, all at once.</summary>
    public static ReportingProfile Load(string folder, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var profile = new ReportingProfile();
        if (CsvFile.Read(Path.Combine(folder, FileName), ["name", "value"], problems) is not { } file)
        {
            return profile;
        }

        foreach (var row in file.Rows)
        {
            var value = file.Get(row, "value");
            var changed = file.Get(row, "name") switch
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
            };
            if (changed is null)
            {
                file.Report(row, "name", $"'{file.Get(row, "name")}' with the value '{value}' is not known; numbers must be above zero, and least_recall at most 1.");
            }

            profile = changed ?? profile;
        }

        return profile;
    }

    private static int? Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;

    private static double? Amount(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount > 0 ? amount : null;
}
