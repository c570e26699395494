using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat.Templates;

namespace MinerFlow.Enrichment.Subscribers.Nat;

/// <summary>How a family of devices writes its translation log: <c>rules/nat-logs/NAME.yaml</c>, compiled. Never changes.</summary>
internal sealed record NatProfile(string Name)
{
    public string TitleEnglish { get; init; } = Name;

    public string TitleChinese { get; init; } = Name;

    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>What times without offset are relative to, unless the source says otherwise.</summary>
    public TimeSpan TimeZone { get; init; } = TimeSpan.FromHours(8);

    /// <summary>The device's own head, where it is none of the usual ones.</summary>
    public LineTemplate[] Heads { get; init; } = [];

    /// <summary>Messages, tried in this order.</summary>
    public LineTemplate[] Bodies { get; init; } = [];

    public EventNames Events { get; init; } = EventNames.None;
}

/// <summary>All profiles of a rules folder.</summary>
internal sealed class NatProfiles
{
    public const string Folder = "nat-logs";

    private readonly SortedDictionary<string, NatProfile> _profiles = new(StringComparer.Ordinal);

    public IEnumerable<NatProfile> All => _profiles.Values;

    public NatProfile? Find(string name) => _profiles.GetValueOrDefault(name);

    /// <summary>Reads <c>nat-logs/*.yaml</c>. What is wrong is added to <paramref name="problems"/>, all at once; the other profiles hold.</summary>
    public static NatProfiles Load(string rules, ICollection<Problem> problems)
    {
        var profiles = new NatProfiles();
        var folder = Path.Combine(rules, Folder);
        if (!Directory.Exists(folder))
        {
            return profiles;
        }

        var files = Directory.GetFiles(folder, "*.yaml");
        Array.Sort(files, StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (LoadOne(file, problems) is { } profile)
            {
                profiles._profiles[profile.Name] = profile;
            }
        }

        return profiles;
    }

    /// <summary>Reads one profile from wherever it is; null when it cannot be used.</summary>
    public static NatProfile? LoadOne(string file, ICollection<Problem> problems)
    {
        try
        {
            using var text = new StreamReader(file);
            return new NatProfileReader(file, problems).Read(text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(file, 0, 0, FileProblem.Why(file, exception)));
            return null;
        }
    }
}
