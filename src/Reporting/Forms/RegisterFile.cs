using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Reporting.Forms;

/// <summary>Reads a register that people keep as a CSV file: <c>contacts.csv</c>, <c>sites.csv</c>, <c>corrections.csv</c>, <c>referrals.csv</c>.</summary>
public static class RegisterFile
{
    /// <summary>Registers there are, by name.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. FormCatalogue.Rows.Values.OfType<RegisterRows>().Select(rows => rows.Name)];

    /// <summary>Rows of a register. A column that no form knows is told: what is misspelt would silently stay empty.</summary>
    /// <param name="register">One of <see cref="Names"/>.</param>
    /// <param name="path">The file.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string register, string path, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var columns = ((RegisterRows)FormCatalogue.Rows[register]).Columns;
        if (CsvFile.Read(path, [columns[0]], problems) is not { } file)
        {
            return [];
        }

        foreach (var unknown in file.Columns.Except(columns, StringComparer.OrdinalIgnoreCase))
        {
            problems.Add(new Problem(path, 1, 0, $"column '{unknown}' is not known; {register} has {string.Join(',', columns)}."));
        }

        return
        [
            .. file.Rows.Select(row => columns.Select(column => (Column: column, Value: file.Get(row, column))).Where(pair => pair.Value.Length > 0)
                .ToDictionary(pair => pair.Column, pair => pair.Value, StringComparer.Ordinal)),
        ];
    }
}
