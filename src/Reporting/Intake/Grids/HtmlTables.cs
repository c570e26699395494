using System.Net;
using System.Text;

namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>
/// Tables of a web page that was saved under a workbook's name, as many web systems export. Only rows and cells are taken; a table within a cell, which such exports
/// do not have, ends that cell.
/// </summary>
internal sealed class HtmlTables
{
    private readonly string _part;
    private readonly ReadLimits _limits;
    private readonly List<ListSheet> _sheets = [];
    private readonly List<SheetRow> _rows = [];
    private readonly List<ListCell> _cells = [];

    // What cells above still cover: rows left, and their text, by column.
    private readonly Dictionary<int, (int Rows, string Text)> _above = [];
    private StringBuilder? _text;
    private int _number;
    private int _columnSpan;
    private int _rowSpan;

    private HtmlTables(string part, ReadLimits limits)
    {
        _part = part;
        _limits = limits;
    }

    public static IEnumerable<ListSheet> Read(string html, string part, ReadLimits limits)
    {
        var tables = new HtmlTables(part, limits);
        tables.Walk(html);
        return tables._sheets;
    }

    private void Walk(string html)
    {
        for (var at = 0; at < html.Length;)
        {
            if (html[at] != '<')
            {
                var end = IndexOrEnd(html, "<", at);
                _text?.Append(html, at, end - at);
                at = end;
            }
            else if (html.AsSpan(at).StartsWith("<!--"))
            {
                at = Math.Min(IndexOrEnd(html, "-->", at) + 3, html.Length);
            }
            else
            {
                var end = IndexOrEnd(html, ">", at);
                Take(html.AsSpan(at + 1, end - at - 1));
                at = Math.Min(end + 1, html.Length);
            }
        }

        EndTable();
    }

    private void Take(ReadOnlySpan<char> tag)
    {
        switch (NameOf(tag))
        {
            case "td" or "th":
                EndCell();
                _text = new StringBuilder();
                _columnSpan = Number(tag, "colspan", _limits.Columns);
                _rowSpan = Number(tag, "rowspan", _limits.Rows);
                break;
            case "/td" or "/th":
                EndCell();
                break;
            case "tr" or "/tr":
                EndRow();
                break;
            case "table" or "/table":
                EndTable();
                break;
            case "br":
                _text?.Append('\n');
                break;
        }
    }

    private void EndCell()
    {
        if (_text is null)
        {
            return;
        }

        var value = WebUtility.HtmlDecode(_text.ToString()).Trim();
        FillFromAbove();
        for (var i = 0; i < _columnSpan && _cells.Count < _limits.Columns; i++)
        {
            if (_rowSpan > 1)
            {
                _above[_cells.Count] = (_rowSpan - 1, value);
            }

            _cells.Add(ListCell.OfText(value) with { IsMerged = i > 0 && value.Length > 0 });
        }

        _text = null;
    }

    private void FillFromAbove()
    {
        while (_cells.Count < _limits.Columns && _above.TryGetValue(_cells.Count, out var cover))
        {
            _above[_cells.Count] = cover with { Rows = cover.Rows - 1 };
            if (cover.Rows == 1)
            {
                _above.Remove(_cells.Count);
            }

            _cells.Add(ListCell.OfText(cover.Text) with { IsMerged = cover.Text.Length > 0 });
        }
    }

    private void EndRow()
    {
        EndCell();
        if (_cells.Count == 0)
        {
            return;
        }

        FillFromAbove();
        _number++;
        var row = new SheetRow(_number, [.. _cells[..(_cells.FindLastIndex(cell => !cell.IsEmpty) + 1)]]);
        if (row.OwnCells > 0)
        {
            _rows.Add(row);
        }

        _cells.Clear();
    }

    private void EndTable()
    {
        EndRow();
        if (_rows.Count > 0)
        {
            _sheets.Add(new ListSheet(_part, _sheets.Count == 0 ? "" : $"{_sheets.Count + 1}") { Rows = [.. _rows] });
        }

        _rows.Clear();
        _above.Clear();
        _number = 0;
    }

    private static int IndexOrEnd(string html, string mark, int at)
    {
        var found = html.IndexOf(mark, at, StringComparison.Ordinal);
        return found < 0 ? html.Length : found;
    }

    private static string NameOf(ReadOnlySpan<char> tag)
    {
        var blank = tag.IndexOfAny(" \t\r\n");
        var name = (blank < 0 ? tag : tag[..blank]).TrimEnd('/');
        return name.Length is 0 or > 6 ? "" : name.ToString().ToLowerInvariant();
    }

    private static int Number(ReadOnlySpan<char> tag, string attribute, int most)
    {
        var at = tag.IndexOf(attribute, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return 1;
        }

        var digits = tag[(at + attribute.Length)..].TrimStart(" =\"'");
        var length = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(length < 0 ? digits : digits[..length], out var number) ? Math.Clamp(number, 1, most) : 1;
    }
}
