using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Commands;

/// <summary>Which language a user reads, and how far a word is from one that exists.</summary>
internal static class Languages
{
    /// <summary>By <c>--lang</c>, else by the first of LC_ALL, LC_MESSAGES, LANG that is set (POSIX.1-2024 section 8.2), else English.</summary>
    public static ReportLanguage Of(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var name = Given(arguments);
        foreach (var variable in new[] { "LC_ALL", "LC_MESSAGES", "LANG" })
        {
            name = string.IsNullOrEmpty(name) ? environment(variable) : name;
        }

        return name is not null && name.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? ReportLanguage.Chinese : ReportLanguage.English;
    }

    /// <summary>Levenshtein distance: insertions, deletions and exchanges that make one word the other.</summary>
    public static int Distance(string first, string second)
    {
        var row = Enumerable.Range(0, second.Length + 1).ToArray();
        for (var i = 1; i <= first.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= second.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (first[i - 1] == second[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }

    private static string? Given(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count && arguments[i] != "--"; i++)
        {
            if (arguments[i] == "--lang" && i + 1 < arguments.Count)
            {
                return arguments[i + 1];
            }

            if (arguments[i].StartsWith("--lang=", StringComparison.Ordinal))
            {
                return arguments[i]["--lang=".Length..];
            }
        }

        return null;
    }
}
