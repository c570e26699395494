namespace MinerFlow.Ledger.Tasks;

/// <summary>Rows of one table of a batch, the first and the last included.</summary>
/// <remarks>
/// Never of several tables: a database can tell how many lines lie between two, but not how many pairs of table and line, and would read the whole list for each page of it.
/// </remarks>
internal readonly record struct RowSpan(long Batch, int Table, int First, int Last)
{
    /// <summary>What a query asks of the columns of <paramref name="alias"/>, with <see cref="Parameters"/>.</summary>
    public static string Condition(string alias) =>
        $"{alias}.batch = @batch AND {alias}.list_table = @list_table AND {alias}.line >= @first_line AND {alias}.line <= @last_line";

    public (string Name, object? Value)[] Parameters() => [("batch", Batch), ("list_table", Table), ("first_line", First), ("last_line", Last)];
}
