using MinerFlow.Ledger.Snapshots;
using MinerFlow.Ledger.Verification;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>What a form can say of a county, or of all together.</summary>
internal static class CountyFields
{
    public static FormRows<CountyFigures> Rows(string name, Func<FormSource, IEnumerable<CountyFigures>> items) => new(
        name,
        items,
        ("number", row => SheetCell.Of(row.Number)),
        ("county", row => SheetCell.Of(row.Item.Judged?.Region ?? "合计")),
        ("listed", row => SheetCell.Of(row.Item.Listed)),
        ("ours", row => SheetCell.Of(row.Item.Ours)),
        ("verified", row => SheetCell.Of(row.Item.Verified)),
        ("verified_share", row => FormCells.Percent(row.Item.Listed == 0 ? null : (double)row.Item.Verified / row.Item.Listed)),
        ("located", row => SheetCell.Of(row.Item[RowAnswer.Located])),
        ("organisations", row => SheetCell.Of(row.Item.Organisations)),
        ("persons", row => SheetCell.Of(row.Item.Persons)),
        ("ambiguous", row => SheetCell.Of(row.Item[RowAnswer.Ambiguous])),
        ("none", row => SheetCell.Of(row.Item[RowAnswer.None])),
        ("insufficient", row => SheetCell.Of(row.Item[RowAnswer.Insufficient])),
        ("not_ours", row => SheetCell.Of(row.Item[RowAnswer.NotOurs])),
        ("bad_format", row => SheetCell.Of(row.Item[RowAnswer.BadFormat])),
        ("duplicate", row => SheetCell.Of(row.Item[RowAnswer.Duplicate])),
        ("silent", row => SheetCell.Of(row.Item[RowAnswer.Silent])),
        ("unanswerable", row => SheetCell.Of(row.Item.Unanswerable)),
        ("active", row => SheetCell.Of(row.Item[Judgement.ActiveMining])),
        ("infected", row => SheetCell.Of(row.Item[Judgement.Infected])),
        ("visit_only", row => SheetCell.Of(row.Item[Judgement.VisitOnly])),
        ("false_positive", row => SheetCell.Of(row.Item[Judgement.FalsePositive])),
        ("undeterminable", row => SheetCell.Of(row.Item[Judgement.Undeterminable])),
        ("key", row => SheetCell.Of(row.Item.Key)),
        ("key_cleared", row => SheetCell.Of(row.Item.KeyCleared)),
        ("concentrated_open", row => SheetCell.Of(row.Item.ConcentratedOpen)),
        ("public_resource_open", row => SheetCell.Of(row.Item.PublicResourceOpen)),
        ("bitcoin_open", row => SheetCell.Of(row.Item.BitcoinOpen)),
        ("cases", row => SheetCell.Of(row.Item.Cases)),
        ("open", row => SheetCell.Of(row.Item.Open)),
        ("cleared_cases", row => SheetCell.Of(row.Item.Cleared)),
        ("unconfirmed", row => SheetCell.Of(row.Item.Unconfirmed)),
        ("key_open", row => SheetCell.Of(Weeks(row).Sum(week => week.KeyOpen))),
        ("kilowatts", row => SheetCell.Of(Math.Round(row.Item.Kilowatts, 2))),
        ("opened", row => SheetCell.Of(Weeks(row).Sum(week => week.Opened))),
        ("cleared", row => SheetCell.Of(Weeks(row).Sum(week => week.Cleared))),
        ("relapsed", row => SheetCell.Of(Weeks(row).Sum(week => week.Relapsed))),
        ("change", row => FormCells.Percent(Change([.. Weeks(row)]))),
        ("own", row => SheetCell.Of(row.Item.OwnDiscoveries)),
        ("own_share", row => FormCells.Percent(row.Item.OwnShare)),
        ("tier", row => SheetCell.Of(FormWords.Tier(row.Item.IsNamed ? row.Item.Week.Tier : 0))),
        ("weeks_in_a_row", row => row.Item.IsNamed ? SheetCell.Of(row.Item.Week.WeeksInARow) : SheetCell.Empty),
        ("reasons", row => SheetCell.Of(row.Item is { IsNamed: true, Week: var week } ? FormRemarks.Reasons(week) : null)),
        ("warning", row => SheetCell.Of(row.Item is { IsNamed: true, Week: var week } ? FormRemarks.Warning(week, row.Source.Head.Profile) : null)),
        ("remark", row => SheetCell.Of(row.Item is { IsNamed: true, Week: var week } ? FormRemarks.Of(week, row.Source.Head.Profile) : null)));

    /// <summary>The weeks that a row is about: its county's, or all.</summary>
    private static IEnumerable<CountyWeek> Weeks(FormItem<CountyFigures> row) => row.Item.Judged is { } week ? [week] : row.Source.Snapshot.Counties;

    /// <summary>环比: open cases against those when the week began; null when there were none.</summary>
    private static double? Change(IReadOnlyList<CountyWeek> weeks) =>
        weeks.Sum(week => week.OpenBefore) is > 0 and var before ? (double)(weeks.Sum(week => week.Open) - before) / before : null;
}
