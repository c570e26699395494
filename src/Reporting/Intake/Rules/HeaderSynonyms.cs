using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Headers;

namespace MinerFlow.Reporting.Intake.Rules;

/// <summary>What headers mean: <c>list-headers.csv</c> with the columns <c>column,header</c>. Canonical names are known without it.</summary>
internal sealed class HeaderSynonyms
{
    public const string FileName = "list-headers.csv";

    private readonly Dictionary<string, ListColumn> _meanings = ListColumns.Names.ToDictionary(HeaderText.Key, ListColumns.Find, StringComparer.Ordinal);

    public static HeaderSynonyms Load(string folder, ICollection<Problem> problems)
    {
        var synonyms = new HeaderSynonyms();
        if (CsvFile.Read(Path.Combine(folder, FileName), ["column", "header"], problems) is not { } file)
        {
            return synonyms;
        }

        foreach (var row in file.Rows)
        {
            var column = ListColumns.Find(file.Get(row, "column"));
            var key = HeaderText.Key(file.Get(row, "header"));
            if (column == ListColumn.Unknown)
            {
                file.Report(row, "column", $"is no column of the list; one of {string.Join(", ", ListColumns.Names)}.");
            }
            else if (key.Length == 0)
            {
                file.Report(row, "header", "is empty.");
            }
            else if (!synonyms._meanings.TryAdd(key, column) && synonyms._meanings[key] != column)
            {
                file.Report(row, "header", $"already means {synonyms._meanings[key].Name()}; a header has one meaning.");
            }
        }

        return synonyms;
    }

    public ListColumn Find(string header) => _meanings.GetValueOrDefault(HeaderText.Key(header));

    /// <summary>The meaning of the first that has one.</summary>
    public ListColumn FindFirst(params ReadOnlySpan<string> headers)
    {
        foreach (var header in headers)
        {
            if (Find(header) is var column && column != ListColumn.Unknown)
            {
                return column;
            }
        }

        return ListColumn.Unknown;
    }
}
