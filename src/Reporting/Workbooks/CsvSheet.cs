using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Reporting.Workbooks;

/// <summary>Writes one table as CSV: RFC 4180 with CRLF, guarded against formula injection.</summary>
internal sealed class CsvSheet : IDisposable
{
    private readonly StreamWriter _text;
    private readonly CsvWriter _csv;

    /// <param name="output">Stays open.</param>
    /// <param name="encoding">Character set.</param>
    public CsvSheet(Stream output, CsvEncoding encoding)
    {
        _text = new StreamWriter(output, CharacterSet(encoding), 65_536, leaveOpen: true);
        _csv = new CsvWriter(_text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n" });
    }

    public void Heading(IEnumerable<string> headings)
    {
        foreach (var heading in headings)
        {
            _csv.WriteField(heading);
        }

        _csv.NextRecord();
    }

    public void Row(IEnumerable<SheetCell> cells)
    {
        foreach (var cell in cells)
        {
            _csv.WriteField(cell.Number is { } value ? Number(value) : cell.Text);
        }

        _csv.NextRecord();
    }

    public void Dispose()
    {
        _csv.Dispose();
        _text.Dispose();
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
