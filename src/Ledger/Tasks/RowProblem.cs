namespace MinerFlow.Ledger.Tasks;

/// <summary>Something about a cell, a row, a header or the file that a person should see. Texts in each language are made from kind and values.</summary>
/// <param name="Table">Index of the table in the batch; -1 when the file or one of its parts is meant.</param>
/// <param name="Row">Row or line, counted from 1; 0 when the whole table is meant.</param>
/// <param name="Column">Counted from 1; 0 when the whole row is meant.</param>
/// <param name="Meaning">What the column means.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Found">The cell as written, or the name of what is meant.</param>
/// <param name="Values">What the text of the kind speaks of: the readings of an ambiguous value, a limit, a number of addresses.</param>
public sealed record RowProblem(int Table, int Row, int Column, ListColumn Meaning, RowProblemKind Kind, string Found, params IReadOnlyList<string> Values)
{
    public ProblemGravity Gravity => Kind.Gravity();
}

/// <summary>What a problem does to its row.</summary>
public enum ProblemGravity : byte
{
    /// <summary>Mended without any doubt, or worth knowing.</summary>
    Note,

    /// <summary>The row stands, but something of it is missing or looks wrong.</summary>
    Warning,

    /// <summary>The row cannot be answered as it stands.</summary>
    Error,
}
