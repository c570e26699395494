using ExcelDataReader;

namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>Merged ranges of a sheet: every cell of one shows the value of its first. Nothing is carried on beyond the range.</summary>
internal sealed class MergedRanges(CellRange[]? ranges, int mostCells)
{
    private readonly Queue<CellRange> _ahead = new((ranges ?? []).OrderBy(range => range.FromRow));
    private readonly List<(CellRange Range, ListCell Value)> _open = [];
    private int _filled;

    /// <summary>Fills the cells of a row; rows come in ascending order, counted from 0.</summary>
    public void Fill(int row, List<ListCell> cells)
    {
        _open.RemoveAll(open => open.Range.ToRow < row);
        while (_ahead.TryPeek(out var next) && next.FromRow <= row)
        {
            _ahead.Dequeue();
            if (next.FromRow == row && next.FromColumn < cells.Count && !cells[next.FromColumn].IsEmpty)
            {
                _open.Add((next, cells[next.FromColumn] with { IsMerged = true }));
            }
        }

        foreach (var (range, value) in _open)
        {
            for (var column = range.FromColumn; column <= range.ToColumn && column < cells.Count && _filled < mostCells; column++)
            {
                if (cells[column].IsEmpty)
                {
                    cells[column] = value;
                    _filled++;
                }
            }
        }
    }
}
