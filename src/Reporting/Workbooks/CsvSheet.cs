using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Reporting.Workbooks;

/// <summary>Writes one table as CSV: RFC 4180 with CRLF, guarded against formula injection.</summary>
internal sealed class CsvSheet : IDisposable
{
    /// <summary>A decimal reaches to 7.9E+28.</summary>
    private const double LargestDecimal = 7.9e28;

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

    /// <summary>Without an exponent, which spreadsheets would show as 1.4E+17: as a decimal, which keeps the 15 digits that a double is good for.</summary>
    private static string Number(double value) => Math.Abs(value) < LargestDecimal
        ? ((decimal)value).ToString(CultureInfo.InvariantCulture)
        : value.ToString("G9", CultureInfo.InvariantCulture);
}
