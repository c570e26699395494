namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>What a list may hold at most. A list far beyond these is no list of addresses; meeting one is told, never passed over.</summary>
public sealed record ReadLimits
{
    /// <summary>Bytes of a file, also of one in an archive.</summary>
    public long FileBytes { get; init; } = 128L << 20;

    /// <summary>Bytes of everything in an archive, a workbook's own parts included.</summary>
    public long UnpackedBytes { get; init; } = 1L << 30;

    /// <summary>Bytes of the texts of a workbook, which are held in memory whole.</summary>
    public long SharedStringBytes { get; init; } = 128L << 20;

    /// <summary>Files in an archive.</summary>
    public int Parts { get; init; } = 1_000;

    /// <summary>Rows that are not empty, of all tables.</summary>
    public int Rows { get; init; } = 1_000_000;

    /// <summary>Columns of a row.</summary>
    public int Columns { get; init; } = 256;

    /// <summary>Cells that merged ranges fill, of one sheet.</summary>
    public int MergedCells { get; init; } = 1_000_000;

    /// <summary>Characters of a cell: Excel's own limit.</summary>
    public int CellCharacters { get; init; } = 32_767;
}
