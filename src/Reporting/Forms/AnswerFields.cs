using MinerFlow.Ledger.Snapshots;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>What a form can say of an answer: one line for each question of the lists.</summary>
internal static class AnswerFields
{
    public static FormRows<AnswerLine> Rows(string name, Func<FormSource, IEnumerable<AnswerLine>> items) => new(
        name,
        items,
        ("number", row => SheetCell.Of(row.Number)),
        ("batch", row => SheetCell.Of(row.Source.BatchOf(row.Item))),
        ("row", row => SheetCell.Of(row.Item.Table.Length > 0 ? $"{row.Item.Table}!{row.Item.Row}" : $"{row.Item.Row}")),
        ("county", row => SheetCell.Of(row.Item.Region ?? CountyWeeks.Undecided)),
        ("address", row => SheetCell.Of(row.Item.Address)),
        ("ports", row => SheetCell.Of(row.Item.Ports)),
        ("protocol", row => SheetCell.Of(row.Item.Protocol)),
        ("from", row => FormCells.Moment(row.Item.From)),
        ("to", row => FormCells.Moment(row.Item.To)),
        ("zone", row => SheetCell.Of(HumanUnits.Zone(row.Source.Head.TakenAt.Offset))),
        ("ours", row => SheetCell.Of(Ours(row.Item.Answer))),
        ("answer", row => SheetCell.Of(FormWords.Of(row.Item.Answer))),
        ("grade", row => SheetCell.Of(row.Item.Grade)),
        ("kind", row => FormCells.Kind(row.Source, row.Item.Subject)),
        ("subscriber", row => SheetCell.Of(row.Source.NameOf(row.Item.Subject))),
        ("credit_code", row => SheetCell.Of(row.Source.Shown(row.Item.Subject)?.CreditCode)),
        ("installation_address", row => SheetCell.Of(row.Source.Shown(row.Item.Subject)?.InstallationAddress)),
        ("real_name", row => SheetCell.Of(row.Source.Shown(row.Item.Subject)?.RealNameState)),
        ("access", row => SheetCell.Of(FormWords.Access(row.Item.AddressKind))),
        ("coin", row => SheetCell.Of(row.Item.Coin)),
        ("pool", row => SheetCell.Of(row.Item.Pool)),
        ("concentrated", row => SheetCell.Of(Label(row.Item, row.Item.IsConcentrated))),
        ("public_resource", row => SheetCell.Of(Label(row.Item, row.Item.IsPublicResource))),
        ("bitcoin", row => SheetCell.Of(Label(row.Item, row.Item.IsBitcoin))),
        ("priority", row => SheetCell.Of(FormWords.Of(row.Item.IsPriority))),
        ("site", row => SheetCell.Of(FormWords.Of(row.Item.Site))),
        ("judgement", row => SheetCell.Of(row.Item.Judgement is { } judgement ? FormWords.Of(judgement) : null)),
        ("own_view", row => SheetCell.Of(row.Item.OwnView is { } view ? FormWords.Of(view) : null)),
        ("verifier", row => SheetCell.Of(row.Item.Verifier)),
        ("reviewer", row => SheetCell.Of(row.Item.Reviewer)),
        ("finished", row => FormCells.Moment(row.Item.ReviewedAt)),
        ("remark", row => SheetCell.Of(FormRemarks.Of(row.Source, row.Item))));

    private static string Ours(RowAnswer answer) => answer switch
    {
        RowAnswer.NotOurs => FormWords.No,
        RowAnswer.BadFormat or RowAnswer.Silent => "不详",
        RowAnswer.Duplicate => "见同行",
        _ => FormWords.Yes,
    };

    /// <summary>A label is said of what was judged only.</summary>
    private static string? Label(AnswerLine line, bool value) => line.Judgement is null ? null : FormWords.Of(value);
}
