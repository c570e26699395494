using System.Globalization;
using System.Text.RegularExpressions;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>Amounts with their unit: <c>10PH/s</c>, <c>10 P</c>, <c>26万度/天</c>, <c>3.25kW</c>.</summary>
internal static partial class QuantityCell
{
    private const string Prefixes = "kmgtpez";

    /// <param name="report">Takes what is no amount.</param>
    /// <param name="headerUnit">Unit that the header names, for cells that are bare numbers; empty for none.</param>
    public static ListQuantity? Read(CellReport report, string headerUnit)
    {
        var text = report.Clean();
        if (CellText.SaysNothing(text))
        {
            return null;
        }

        var match = Form().Match(text);
        var unit = match.Groups["unit"].Value.Replace(" ", "", StringComparison.Ordinal);
        if (!match.Success
            || !double.TryParse(match.Groups["amount"].Value.Replace(",", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture, out var amount)
            || Unit(unit.Length > 0 ? unit : headerUnit) is not { } known)
        {
            report.Add(RowProblemKind.BadQuantity);
            return null;
        }

        var many = match.Groups["many"].Value switch { "万" => 1e4, "亿" => 1e8, "千" => 1e3, "百万" => 1e6, _ => 1 };
        return new ListQuantity(double.Round(amount * many * known.Factor, 6), known.Unit);
    }

    private static (double Factor, string Unit)? Unit(string text)
    {
        var unit = text.ToLowerInvariant().Replace("每天", "/天", StringComparison.Ordinal).Replace("每日", "/天", StringComparison.Ordinal).Replace("/日", "/天", StringComparison.Ordinal);
        switch (unit)
        {
            case "度/天" or "kwh/天" or "千瓦时/天" or "度" or "kwh" or "千瓦时" or "kwh/d" or "kwh/day":
                return (1, "kWh/d");
            case "kw" or "千瓦":
                return (1, "kW");
            case "mw" or "兆瓦":
                return (1_000, "kW");
            case "w" or "瓦":
                return (0.001, "kW");
        }

        var match = Rate().Match(unit);
        if (!match.Success)
        {
            return null;
        }

        var prefix = match.Groups["prefix"].Value;
        var factor = prefix.Length == 0 ? 1 : Math.Pow(1_000, Prefixes.IndexOf(prefix[0], StringComparison.Ordinal) + 1);
        return (factor, match.Groups["work"].Value.StartsWith("sol", StringComparison.Ordinal) ? "Sol/s" : "H/s");
    }

    // Thousands may be grouped; a comma with other than three digits behind it is something else.
    [GeneratedRegex(@"^约?(?<amount>\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?)\s*(?<many>百万|[万亿千])?\s*(?<unit>[A-Za-z度千瓦时每天日兆/ ]*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Form();

    // In the column of hash rates a bare prefix can only mean hashes: 10 P, 100M.
    [GeneratedRegex(@"^(?<prefix>[kmgtpez])?(?<work>h|hash|hashes|sol|sols)(/s|ps|/秒|每秒)?$|^(?<prefix>[kmgtpez])(?<work>)(/s)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Rate();
}
