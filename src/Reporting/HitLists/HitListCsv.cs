using MinerFlow.Enrichment;
using MinerFlow.Reporting.Workbooks;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Reporting.HitLists;

/// <summary>Character sets that a CSV is written in.</summary>
public enum CsvEncoding
{
    /// <summary>With a byte order mark: without one Excel and WPS take the file for the ANSI page.</summary>
    Utf8,

    /// <summary>GB 18030-2022, which holds every character; GB2312 and GBK lack rare surnames and places.</summary>
    Gb18030,
}

/// <summary>Writes hit lists as CSV.</summary>
public static class HitListCsv
{
    /// <param name="output">Stays open.</param>
    /// <param name="sightings">In the order of the rows.</param>
    /// <param name="offset">Offset from UTC in which moments are shown.</param>
    /// <param name="language">Language of headings and words.</param>
    /// <param name="reasonsInChinese">Reasons that only one protocol gives, by the English words of its evidence.</param>
    /// <param name="encoding">Character set.</param>
    public static void Write(
        Stream output, IEnumerable<Sighting> sightings, TimeSpan offset, ReportLanguage language, IReadOnlyDictionary<string, string> reasonsInChinese, CsvEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(sightings);
        using var csv = new CsvSheet(output, encoding);
        csv.Heading(HitListColumns.All.Select(column => column.Heading(language)));
        var texts = ReportTexts.For(language, reasonsInChinese);
        var number = 0L;
        foreach (var sighting in sightings)
        {
            var row = new HitListRow(++number, sighting, offset, texts);
            csv.Row(HitListColumns.All.Select(column => column.Read(row)));
        }
    }
}
