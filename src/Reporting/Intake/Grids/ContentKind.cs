using System.Text;

namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>What a file is by its first bytes; its extension may lie.</summary>
internal enum ContentKind
{
    Text,

    /// <summary>Compound file ([MS-CFB]): a workbook of Excel 97 to 2003, one of WPS, or an encrypted one.</summary>
    Compound,

    /// <summary>Workbook of Excel 2 to 5, which is a stream of records without a container.</summary>
    Biff,

    /// <summary>An archive; also every Office Open XML document, which is one.</summary>
    Zip,

    /// <summary>A web page that was named like a workbook: what many web systems export.</summary>
    Html,

    /// <summary>Excel 2003 XML.</summary>
    SpreadsheetXml,
    Pdf,
    Rar,
    SevenZip,
    Gzip,
    Picture,
}

internal static class ContentKinds
{
    public static ContentKind Of(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => ContentKind.Compound,
        [0x09, 0x00 or 0x02 or 0x04 or 0x08, ..] when bytes is [_, _, <= 16, 0, ..] => ContentKind.Biff,
        [(byte)'P', (byte)'K', 3, 4, ..] or [(byte)'P', (byte)'K', 5, 6, ..] => ContentKind.Zip,
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => ContentKind.Pdf,
        [(byte)'R', (byte)'a', (byte)'r', (byte)'!', 0x1A, ..] => ContentKind.Rar,
        [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] => ContentKind.SevenZip,
        [0x1F, 0x8B, 8, ..] => ContentKind.Gzip,
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] or [0xFF, 0xD8, 0xFF, ..] or [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] or [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..]
            or [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => ContentKind.Picture,
        _ => OfMarkup(bytes),
    };

    private static ContentKind OfMarkup(ReadOnlySpan<byte> bytes)
    {
        var start = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 1_024)]).Replace("\0", "", StringComparison.Ordinal);
        bool Has(string mark) => start.Contains(mark, StringComparison.OrdinalIgnoreCase);
        return !start.AsSpan().TrimStart("\u00EF\u00BB\u00BF\u00FE\u00FF \t\r\n").StartsWith('<') ? ContentKind.Text
            : Has("urn:schemas-microsoft-com:office:spreadsheet") && !Has("<html") ? ContentKind.SpreadsheetXml
            : Has("<html") || Has("<table") || Has("<!doctype") || Has("<meta") || Has("<body") || Has("<style") ? ContentKind.Html
            : ContentKind.Text;
    }
}
