using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Cells;
using MinerFlow.Reporting.Intake.Headers;

namespace MinerFlow.Reporting.Intake.Rules;

/// <summary>What words of the list mean, by column: <c>list-words.csv</c> with the columns <c>column,word,value</c>.</summary>
internal sealed class ListWords
{
    public const string FileName = "list-words.csv";

    // What each of these columns can be; a coin is any symbol.
    private static readonly Dictionary<ListColumn, string[]> Values = new()
    {
        [ListColumn.Carrier] = ["telecom", "unicom", "mobile", "broadnet"],
        [ListColumn.LeadKind] = ["Protocol", "Connection", "Domain", "Dns"],
        [ListColumn.Priority] = ["yes", "no"],
        [ListColumn.Protocol] = ["6", "17"],
        [ListColumn.Coin] = [],
    };

    private readonly Dictionary<(ListColumn Column, string Word), string> _values = [];

    public static ListWords Load(string folder, ICollection<Problem> problems)
    {
        var words = new ListWords();
        if (CsvFile.Read(Path.Combine(folder, FileName), ["column", "word", "value"], problems) is not { } file)
        {
            return words;
        }

        foreach (var row in file.Rows)
        {
            var column = ListColumns.Find(file.Get(row, "column"));
            var value = file.Get(row, "value");
            if (!Values.TryGetValue(column, out var known))
            {
                file.Report(row, "column", $"takes no words; one of {string.Join(", ", Values.Keys.Select(ListColumns.Name))}.");
            }
            else if (known.Length > 0 ? !known.Contains(value) : value.Length == 0)
            {
                file.Report(row, "value", known.Length > 0 ? (Sentence)$"must be one of {string.Join(", ", known)}." : "is empty.");
            }
            else if (!words._values.TryAdd((column, Key(file.Get(row, "word"))), value))
            {
                file.Report(row, "word", "is listed twice for this column; the first one is used.");
            }
        }

        return words;
    }

    /// <summary>Null when the word is unknown.</summary>
    public string? Find(ListColumn column, string plain) => _values.GetValueOrDefault((column, Key(plain)));

    private static string Key(string text) => CellText.Plain(text).Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}
