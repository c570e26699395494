using System.Text;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>Turns a file into grids of cells, by what it is and not by what its name says. Never throws for what a file holds.</summary>
internal sealed class ListFileReader(ReadLimits limits)
{
    /// <summary>Archives within archives that are opened.</summary>
    private const int MaxDepth = 1;

    private readonly ListContent _content = new();
    private long _unpacked;
    private int _rows;

    public static ListContent Read(byte[] bytes, ReadLimits limits)
    {
        var reader = new ListFileReader(limits);
        reader.Read(bytes, part: "", depth: 0);
        return reader._content;
    }

    private void Read(byte[] bytes, string part, int depth)
    {
        if (bytes.LongLength > limits.FileBytes)
        {
            _content.Report(RowProblemKind.TooLarge, part, $"{limits.FileBytes >> 20} MiB");
            return;
        }

        var kind = ContentKinds.Of(bytes);
        switch (kind)
        {
            case ContentKind.Zip:
                ReadZip(bytes, part, depth);
                break;
            case ContentKind.Compound or ContentKind.Biff:
                Add(new WorkbookReader(limits, _content, part).ReadBinary(bytes));
                break;
            case ContentKind.Html:
                Decode(bytes, part, text => HtmlTables.Read(text, part, limits));
                break;
            case ContentKind.SpreadsheetXml:
                Add(SpreadsheetXml.Read(bytes, part, limits, _content));
                break;
            case ContentKind.Text:
                Decode(bytes, part, text => DelimitedText.Read(text, part, limits));
                break;
            default:
                _content.Report(RowProblemKind.UnreadFormat, part, kind.ToString());
                break;
        }
    }

    private void ReadZip(byte[] bytes, string part, int depth)
    {
        using var archive = ListArchive.Open(bytes, part, limits, _content);
        if (archive is null)
        {
            return;
        }

        if (archive.Document is { } document)
        {
            if (document is not ("xlsx" or "xlsb"))
            {
                _content.Report(RowProblemKind.UnreadFormat, part, document);
            }
            else if (Spend(archive.UnpackedBytes, part))
            {
                Add(new WorkbookReader(limits, _content, part).ReadXlsx(bytes, archive));
            }

            return;
        }

        if (depth > MaxDepth)
        {
            _content.Report(RowProblemKind.TooLarge, part, $"{MaxDepth + 1}");
            return;
        }

        foreach (var (name, length, read) in archive.Parts())
        {
            var inner = part.Length == 0 ? name : $"{part}/{name}";
            if (Spend(length, inner) && read() is { } content)
            {
                Read(content, inner, depth + 1);
            }
        }
    }

    private void Decode(byte[] bytes, string part, Func<string, IEnumerable<ListSheet>> read)
    {
        try
        {
            Add(read(TextEncodings.Decode(bytes)));
        }
        catch (DecoderFallbackException)
        {
            _content.Report(RowProblemKind.Damaged, part, "UTF-8, UTF-16, GB18030");
        }
    }

    private void Add(IEnumerable<ListSheet> sheets)
    {
        foreach (var sheet in sheets)
        {
            _rows += sheet.Rows.Count;
            if (_rows > limits.Rows)
            {
                _content.Report(RowProblemKind.TooLarge, sheet.Part, $"{limits.Rows}");
                return;
            }

            _content.Sheets.Add(sheet);
        }
    }

    private bool Spend(long bytes, string part)
    {
        _unpacked += bytes;
        if (_unpacked <= limits.UnpackedBytes)
        {
            return true;
        }

        _content.Report(RowProblemKind.TooLarge, part, $"{limits.UnpackedBytes >> 20} MiB");
        return false;
    }
}
