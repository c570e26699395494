using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>What a form can say of a case: one line for each subject.</summary>
internal static class CaseFields
{
    public static FormRows<CaseLine> Rows(string name, Func<FormSource, IEnumerable<CaseLine>> items) => new(
        name,
        items,
        ("number", row => SheetCell.Of(row.Number)),
        ("id", row => SheetCell.Of($"C-{row.Item.Id:d5}")),
        ("batches", row => SheetCell.Of(row.Item.IsOwnDiscovery ? "自主发现" : string.Join("; ", row.Item.Batches))),
        ("county", row => SheetCell.Of(row.Item.Region ?? CountyWeeks.Undecided)),
        ("subscriber", row => SheetCell.Of(row.Source.NameOf(row.Item.Subject))),
        ("kind", row => FormCells.Kind(row.Source, row.Item.Subject)),
        ("credit_code", row => SheetCell.Of(row.Source.Shown(row.Item.Subject)?.CreditCode)),
        ("installation_address", row => SheetCell.Of(row.Source.Shown(row.Item.Subject)?.InstallationAddress)),
        ("state", row => SheetCell.Of(FormWords.Of(row.Item.State))),
        ("judgement", row => SheetCell.Of(FormWords.Of(row.Item.Judgement))),
        ("concentrated", row => SheetCell.Of(FormWords.Of(row.Item.IsConcentrated))),
        ("public_resource", row => SheetCell.Of(FormWords.Of(row.Item.IsPublicResource))),
        ("bitcoin", row => SheetCell.Of(FormWords.Of(row.Item.IsBitcoin))),
        ("priority", row => SheetCell.Of(FormWords.Of(row.Item.IsPriority))),
        ("addresses", row => SheetCell.Of(row.Item.Addresses)),
        ("devices", row => SheetCell.Of((double?)row.Item.Devices)),
        ("hashrate", row => SheetCell.Of(Hashrates(row.Item))),
        ("kilowatts", row => SheetCell.Of(Rounded(row.Item.Kilowatts))),
        ("kilowatt_hours", row => SheetCell.Of(Rounded(row.Item.KilowattHoursPerDay))),
        ("surcharge", row => SheetCell.Of(Rounded(row.Item.KilowattHoursPerDay * row.Source.Head.Profile.SurchargeYuanPerKilowattHour))),
        ("basis", row => SheetCell.Of(row.Item.PowerBasis)),
        ("measure", row => SheetCell.Of(row.Item.Measure is { } measure ? FormWords.Of(measure) : null)),
        ("measure_at", row => FormCells.Moment(row.Item.MeasureAt)),
        ("measure_by", row => SheetCell.Of(row.Item.Measure is null ? null : row.Source.Head.Profile.Carrier)),
        ("proof", row => SheetCell.Of(FormRemarks.Proof(row.Item))),
        ("days", row => SheetCell.Of((double?)row.Item.ObservationDays)),
        ("cleared", row => SheetCell.Of(FormWords.Of(row.Item.State == CaseState.Cleared))),
        ("cleared_at", row => FormCells.Moment(row.Item.ClearedAt)),
        ("relapsed", row => SheetCell.Of(FormWords.Of(row.Item.RelapsedAt is not null))),
        ("relapsed_at", row => FormCells.Moment(row.Item.RelapsedAt)),
        ("confirmed_at", row => FormCells.Moment(row.Item.ConfirmedAt)),
        ("months", row => SheetCell.Of(row.Item.MonthsUncleared)),
        ("contact", row => SheetCell.Of(row.Source.Shown(row.Item.Subject)?.ContactName)),
        ("phone", row => SheetCell.Of(row.Source.Shown(row.Item.Subject)?.ContactPhone)),
        ("remark", row => SheetCell.Of(FormRemarks.Of(row.Item))));

    /// <summary>One rate for each algorithm, with its error; never added up.</summary>
    private static string Hashrates(CaseLine line) =>
        string.Join("; ", line.Hashrates.Select(rate => $"{HumanUnits.Rate(rate.PerSecond, rate.Unit)}({(rate.Algorithm.Length > 0 ? rate.Algorithm : "算法不详")},±{HumanUnits.Percent(rate.RelativeError)})"));

    private static double? Rounded(double? value) => value is { } known ? Math.Round(known, 2) : null;
}
