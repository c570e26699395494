using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment;

/// <summary>A CSV table that says one setting in each row; what it does not say keeps its default.</summary>
public static class SettingsTable
{
    /// <param name="path">The table.</param>
    /// <param name="nameColumn">Heading above the names; the values stand under <c>value</c>.</param>
    /// <param name="defaults">What holds without the table.</param>
    /// <param name="change">The settings with one changed, from name and value; null when there is no such name or the value does not fit.</param>
    /// <param name="hint">How values must be, for the problem of one that does not fit.</param>
    /// <param name="problems">Takes what is wrong, all at once.</param>
    public static T Read<T>(string path, string nameColumn, T defaults, Func<T, string, string, T?> change, Sentence hint, ICollection<Problem> problems)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(change);
        if (CsvFile.Read(path, [nameColumn, "value"], problems) is not { } file)
        {
            return defaults;
        }

        var settings = defaults;
        foreach (var row in file.Rows)
        {
            var (name, value) = (file.Get(row, nameColumn), file.Get(row, "value"));
            if (change(settings, name, value) is { } changed)
            {
                settings = changed;
            }
            else
            {
                file.Report(row, nameColumn, $"'{name}' with the value '{value}' is not known; {hint}");
            }
        }

        return settings;
    }

    /// <summary>A whole number above zero; null when it is none.</summary>
    public static int? Count(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count : null;

    /// <summary>A number above zero; null when it is none.</summary>
    public static double? Amount(string text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount > 0 ? amount : null;

    /// <summary>Words with bars between them.</summary>
    public static IReadOnlyList<string> Words(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
