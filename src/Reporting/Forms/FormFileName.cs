using System.Globalization;

namespace MinerFlow.Reporting.Forms;

/// <summary>Names of files: <c>附件2_{city}_{carrier}_{batch}_{yyyyMMddHHmm}</c>. The moment is the snapshot's, so that the same form has the same name.</summary>
internal static class FormFileName
{
    /// <summary>Characters of the batch's name that are kept: many file systems take 255 bytes, a Chinese character has three.</summary>
    private const int LongestBatch = 30;

    /// <param name="title">附件2, 联系人名单.</param>
    /// <param name="source">The snapshot.</param>
    /// <param name="sheet">Of a CSV file: the sheet; else empty.</param>
    /// <param name="extension">Without a dot.</param>
    public static string Of(string title, FormSource source, string sheet, string extension)
    {
        var batches = source.Head.Batches;
        var batch = batches.Count == 0 ? "" : Plain(FormScalars.Batches(source));
        batch = batch.Length > LongestBatch ? batch[..LongestBatch] + "等" : batch;
        var moment = source.Head.TakenAt.ToString("yyyyMMddHHmm", CultureInfo.InvariantCulture);
        string[] parts = [title, source.Head.Profile.City, source.Head.Profile.Carrier, batch, moment, sheet, source.Release is null ? "" : "明文"];
        return string.Join('_', parts.Select(Plain).Where(part => part.Length > 0)) + "." + extension;
    }

    /// <summary>Without what some file system forbids.</summary>
    private static string Plain(string text) =>
        string.Concat(text.Where(character => !char.IsControl(character) && !"<>:\"/\\|?*".Contains(character, StringComparison.Ordinal))).Trim().Replace(' ', '-');
}
