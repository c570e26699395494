using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>Cells that more than one kind of row has.</summary>
internal static class FormCells
{
    public static SheetCell Moment(DateTimeOffset? moment) => SheetCell.Of(moment is { } known ? FormSource.Moment(known) : null);

    /// <summary>用户类型 as the register has it; of a person without one, 个人.</summary>
    public static SheetCell Kind(FormSource source, long? subject) =>
        SheetCell.Of(source.Shown(subject) is not { } shown ? null : !string.IsNullOrEmpty(shown.Kind) ? shown.Kind : shown.IsNaturalPerson ? "个人" : "未知");

    /// <summary>A share in percent with one digit.</summary>
    public static SheetCell Percent(double? share) => SheetCell.Of(share is { } known ? Math.Round(known * 100, 1) : (double?)null);
}
