using MinerFlow.Abstractions;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Rules;

/// <summary>What an operator may change about reading lists: headers, words, regions.</summary>
public sealed class IntakeRules
{
    private IntakeRules(HeaderSynonyms headers, ListWords words, RegionTable regions)
    {
        Headers = headers;
        Words = words;
        Regions = regions;
    }

    internal HeaderSynonyms Headers { get; }

    internal ListWords Words { get; }

    internal RegionTable Regions { get; }

    /// <summary>Counties of the task, in the order of the file.</summary>
    public IReadOnlyList<ListRegion> Counties => Regions.Regions;

    /// <summary>Reads the folder; every problem is named in <paramref name="problems"/>, the rest holds.</summary>
    public static IntakeRules Load(string folder, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        return new IntakeRules(HeaderSynonyms.Load(folder, problems), ListWords.Load(folder, problems), RegionTable.Load(folder, problems));
    }
}
