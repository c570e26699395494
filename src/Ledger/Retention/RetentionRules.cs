using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment;

namespace MinerFlow.Ledger.Retention;

/// <summary>What is kept how long. An operator may keep longer, and never shorter than the law asks.</summary>
public enum RetentionClass
{
    /// <summary>Sightings: evidence counters of flows. Network logs are kept for six months at least (CSL article 21, since 2026 article 23).</summary>
    Sighting,

    /// <summary>Findings about somebody who has no case: unconfirmed, false, a visit. Deleted soon after (PIPL article 47).</summary>
    Unconfirmed,

    /// <summary>Subjects and answers behind a case, from its clearing on: as long as there may be a dispute.</summary>
    Cleared,

    /// <summary>Batches of which nothing is open any more, from their acceptance on.</summary>
    Batch,
}

/// <summary><c>rules/retention.csv</c>: days of each class.</summary>
public sealed record RetentionRules
{
    private static readonly Dictionary<RetentionClass, int> Defaults = new()
    {
        [RetentionClass.Sighting] = 183,
        [RetentionClass.Unconfirmed] = 30,
        [RetentionClass.Cleared] = 730,
        [RetentionClass.Batch] = 1_095,
    };

    /// <summary>Days that the law asks for at least.</summary>
    private static readonly Dictionary<RetentionClass, int> Least = new() { [RetentionClass.Sighting] = 183, [RetentionClass.Batch] = 1_095 };

    private readonly Dictionary<RetentionClass, int> _days = new(Defaults);

    public int DaysOf(RetentionClass kind) => _days[kind];

    /// <summary>Reads <c>class,days</c>; what is wrong is added to <paramref name="problems"/>, and what is not said keeps its default.</summary>
    public static RetentionRules Load(string path, ICollection<Problem> problems)
    {
        var rules = new RetentionRules();
        if (CsvFile.Read(path, ["class", "days"], problems) is not { } file)
        {
            return rules;
        }

        foreach (var row in file.Rows)
        {
            if (!Enum.TryParse<RetentionClass>(file.Get(row, "class"), ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
            {
                file.Report(row, "class", $"'{file.Get(row, "class")}' is no class; known are {string.Join(", ", Enum.GetNames<RetentionClass>())}.");
            }
            else if (!int.TryParse(file.Get(row, "days"), NumberStyles.None, CultureInfo.InvariantCulture, out var days) || days < Math.Max(1, Least.GetValueOrDefault(kind)))
            {
                file.Report(row, "days", $"'{file.Get(row, "days")}' must be a number of days, {Math.Max(1, Least.GetValueOrDefault(kind))} at least.");
            }
            else
            {
                rules._days[kind] = days;
            }
        }

        return rules;
    }
}
