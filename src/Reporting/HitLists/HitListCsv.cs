using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using MinerFlow.Enrichment;
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

/// <summary>Writes hit lists as CSV: RFC 4180 with CRLF, guarded against formula injection.</summary>
public static class HitListCsv
{
    /// <param name="output">Stays open.</param>
    /// <param name="sightings">In the order of the rows.</param>
    /// <param name="offset">Offset from UTC in which moments are shown.</param>
    /// <param name="language">Language of headings and words.</param>
    /// <param name="encoding">Character set.</param>
    public static void Write(Stream output, IEnumerable<Sighting> sightings, TimeSpan offset, ReportLanguage language, CsvEncoding encoding)
    {
        ArgumentNullException.ThrowIfNull(sightings);
        var configuration = new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n" };
        using var text = new StreamWriter(output, CharacterSet(encoding), 65_536, leaveOpen: true);
        using var csv = new CsvWriter(text, configuration);
        foreach (var column in HitListColumns.All)
        {
            csv.WriteField(column.Heading(language));
        }

        csv.NextRecord();
        var texts = ReportTexts.For(language);
        var number = 0L;
        foreach (var sighting in sightings)
        {
            var row = new HitListRow(++number, sighting, offset, texts);
            foreach (var column in HitListColumns.All)
            {
                var cell = column.Read(row);
                csv.WriteField(cell.Number is { } value ? Number(value) : cell.Text);
            }

            csv.NextRecord();
        }
    }

    private static Encoding CharacterSet(CsvEncoding encoding)
    {
        if (encoding == CsvEncoding.Utf8)
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: true);
        }

        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding("gb18030");
    }

    /// <summary>Whole numbers without an exponent, which spreadsheets would show as 1.4E+17.</summary>
    private static string Number(double value) => Math.Abs(value) < 1e15 && value == Math.Floor(value)
        ? value.ToString("F0", CultureInfo.InvariantCulture)
        : value.ToString("G9", CultureInfo.InvariantCulture);
}
