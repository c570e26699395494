using System.Globalization;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Forms;

namespace MinerFlow.Reporting.Push;

/// <summary>更正通知 to somebody who got what was wrong: the form of that name, with one row of its register for the correction.</summary>
public static class CorrectionLetter
{
    /// <summary>Name of the form.</summary>
    public const string Form = "correction-notice";

    /// <summary>The register whose rows the form shows.</summary>
    public const string Register = "corrections";

    /// <summary>The row: which entry, what was said, what is right and why. It names nobody.</summary>
    /// <param name="notice">The notice that is due.</param>
    /// <param name="batch">The list that was answered.</param>
    /// <param name="entry">What it is about.</param>
    /// <param name="offset">Zone of the times.</param>
    public static IReadOnlyDictionary<string, string> Row(CorrectionNotice notice, TaskBatch batch, TaskEntry entry, TimeSpan offset)
    {
        ArgumentNullException.ThrowIfNull(notice);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(entry);
        var row = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["批次号"] = batch.DocumentNumber ?? batch.File.Name,
            ["原表行号"] = entry.Place.Row.ToString(CultureInfo.InvariantCulture),
            ["IP地址"] = entry.Entry.Addresses.First == entry.Entry.Addresses.Last ? entry.Entry.Addresses.First.ToString() : $"{entry.Entry.Addresses.First}-{entry.Entry.Addresses.Last}",
            ["核查时间段"] = $"{FormSource.Moment(entry.From.ToDateTimeOffset().ToOffset(offset))} - {FormSource.Moment(entry.To.ToDateTimeOffset().ToOffset(offset))}",
            ["更正为"] = FormWords.Of(notice.Judgement),
            ["更正原因"] = notice.Reason ?? "经复核确有误报",
        };
        if (notice.Before is { } before)
        {
            row.Add("原结论", FormWords.Of(before));
        }

        return row;
    }
}
