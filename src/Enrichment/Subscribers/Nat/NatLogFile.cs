using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>Files of translation logs, each with the name of the profile that reads it.</summary>
/// <param name="Profile">Name of a profile in <c>rules/nat-logs</c>.</param>
/// <param name="Path">File or folder.</param>
public sealed record NatLogFile(string Profile, string Path)
{
    /// <summary>Zone of times without one; null for that of the profile.</summary>
    public TimeSpan? TimeZone { get; init; }

    /// <summary>Reads all files together and hands their intervals to the sink. What cannot be read is named in <paramref name="problems"/>.</summary>
    /// <returns>Lines read, and records that were not understood.</returns>
    public static (long Lines, long Rejected) Load(IEnumerable<NatLogFile> files, string rules, IIntervalSink sink, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(problems);
        var profiles = NatProfiles.Load(rules, problems);
        var sources = new List<NatLogSource>();
        foreach (var file in files)
        {
            if (profiles.Find(file.Profile) is { } profile)
            {
                sources.Add(new NatLogSource(file.Path, profile) { Options = new NatLineOptions { TimeZone = file.TimeZone } });
            }
            else
            {
                problems.Add(new Problem(file.Path, 0, 0, $"there is no profile '{file.Profile}'; there are {string.Join(", ", profiles.All.Select(known => known.Name))}."));
            }
        }

        var log = NatLog.Load(sources, sink, problems);
        return (log.Sources.Sum(counters => counters.Lines), log.Sources.Sum(counters => counters.Rejected));
    }
}
