namespace MinerFlow.Reporting.Workbooks;

/// <summary>How the cells of a sheet look, and whether it is made to be printed.</summary>
/// <param name="Heading">Style of headings, one of <see cref="SheetStyles"/>; so are the others.</param>
/// <param name="Text">Of texts.</param>
/// <param name="Whole">Of whole numbers.</param>
/// <param name="Real">Of other numbers.</param>
internal sealed record SheetLook(uint Heading, uint Text, uint Whole, uint Real)
{
    /// <summary>A list that a person filters and sorts.</summary>
    public static readonly SheetLook List = new(SheetStyles.Heading, SheetStyles.Text, SheetStyles.Whole, SheetStyles.Real);

    /// <summary>A form that is printed: framed cells, one page wide on A4 across.</summary>
    public static readonly SheetLook Form = new(SheetStyles.FormHeading, SheetStyles.FormText, SheetStyles.FormWhole, SheetStyles.FormReal) { IsPrinted = true };

    public bool IsPrinted { get; private init; }

    /// <summary>Header of each page, in the codes of ECMA-376 part 1 section 18.3.1.46; made by <see cref="Coded"/>.</summary>
    public string Header { get; init; } = "";

    /// <summary>Footer of each page.</summary>
    public string Footer { get; init; } = "";

    /// <summary>A text for <see cref="Header"/> or <see cref="Footer"/>, where an ampersand begins a code.</summary>
    public static string Coded(string text) => text.Replace("&", "&&", StringComparison.Ordinal);
}
