using System.Globalization;
using System.Security.Cryptography;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Rules;
using MinerFlow.Reporting.Push.Encryption;

namespace MinerFlow.Reporting.Push;

/// <summary>
/// Where packages go: one YAML file for each, <c>NAME.yaml</c>, with a value for each key and nothing nested. Some keys are the same for all destinations, the rest is
/// the channel's own.
/// </summary>
public sealed class Destination : IAsyncDisposable
{
    private const string Extension = ".yaml";

    /// <summary>Names stand in file names and metrics.</summary>
    private const int LongestName = 40;

    internal Destination(string name, string channelName, IDeliveryChannel channel)
    {
        Name = name;
        ChannelName = channelName;
        Channel = channel;
    }

    public string Name { get; }

    /// <summary>Which way: <c>folder</c>, <c>https</c>, ...</summary>
    public string ChannelName { get; }

    public IDeliveryChannel Channel { get; }

    /// <summary>Who gets it, in the words of releases and of the disclosure log.</summary>
    public required string Recipient { get; init; }

    /// <summary>Masked packages go without a release.</summary>
    public required bool TakesMasked { get; init; }

    /// <summary>How documents are encrypted before they are queued; null for not at all.</summary>
    public DocumentEncryption? Encryption { get; init; }

    /// <summary>When the recipient takes packages.</summary>
    public required DeliveryWindows Windows { get; init; }

    /// <summary>Attempts after which a package waits for a person.</summary>
    public required int MostAttempts { get; init; }

    /// <summary>Attempts in a row after which a package waits for a person when the far side hangs up on all of them.</summary>
    public int MostHangUps { get; init; } = 10;

    public required TimeSpan FirstWait { get; init; }

    public required TimeSpan LongestWait { get; init; }

    /// <summary>How long documents are kept after their package went, to be sent again when the recipient asks.</summary>
    public required TimeSpan Kept { get; init; }

    /// <summary>All destinations of a folder, by name. What is wrong in any file is added to <paramref name="problems"/>, all at once.</summary>
    public static IReadOnlyList<Destination> LoadAll(string folder, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (!Directory.Exists(folder))
        {
            problems.Add(new Problem(folder, 0, 0, $"There is no such folder; name the one that holds a NAME{Extension} for each destination (--destinations, or Push:Destinations of the service)."));
            return [];
        }

        string[] files;
        try
        {
            files = Directory.GetFiles(folder, "*" + Extension);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(folder, 0, 0, $"The folder cannot be searched by this user: {error.Message}"));
            return [];
        }

        return [.. files.Order(StringComparer.Ordinal).Select(file => Load(file, problems)).OfType<Destination>()];
    }

    /// <returns>Null when something is wrong with it, which <paramref name="problems"/> say.</returns>
    public static Destination? Load(string file, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var found = new List<Problem>();
        var destination = Read(file, found);
        foreach (var problem in found.OrderBy(problem => problem.Line))
        {
            problems.Add(problem);
        }

        return found.Count == 0 ? destination : null;
    }

    /// <summary>How long to wait after a failed attempt: twice as long each time, a part of it by chance so that many do not come back at once.</summary>
    /// <param name="attempts">Attempts so far, from 1.</param>
    /// <param name="asked">What the far side asked for, which is the least.</param>
    public TimeSpan WaitAfter(long attempts, TimeSpan? asked)
    {
        var doubled = FirstWait.TotalSeconds * Math.Pow(2, Math.Min(attempts - 1, 30));
        var seconds = Math.Min(doubled, LongestWait.TotalSeconds) * RandomNumberGenerator.GetInt32(500, 1_001) / 1_000;
        var wait = TimeSpan.FromSeconds(seconds);

        // A day is the most a mistaken answer can cost.
        return asked is { } least && least > wait ? least < TimeSpan.FromDays(1) ? least : TimeSpan.FromDays(1) : wait;
    }

    public ValueTask DisposeAsync() => Channel.DisposeAsync();

    /// <summary>Closes the channels of some destinations, where nothing can wait for them otherwise.</summary>
    public static void Close(IEnumerable<Destination> destinations)
    {
        ArgumentNullException.ThrowIfNull(destinations);
        foreach (var destination in destinations)
        {
            destination.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private static Destination? Read(string file, List<Problem> problems)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        if (name.Length is 0 or > LongestName || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            problems.Add(new Problem(file, 0, 0, $"The file is named after the destination, with at most {LongestName} small letters, digits and hyphens."));
        }

        var settings = new ChannelSettings(file, ReadValues(file, problems), problems);
        var kind = settings.RequiredText("channel");
        var recipient = settings.RequiredText("recipient");
        var takesMasked = settings.Choice("masked", "released", "automatic", "released") == "automatic";
        var encryption = DocumentEncryption.Read(settings);
        var windows = ReadWindows(settings);
        var mostAttempts = (int)settings.Number("max-attempts", 100, 1, 100_000);
        var mostHangUps = (int)settings.Number("max-hang-ups", 10, 1, 100_000);
        var firstWait = settings.Number("first-wait-seconds", 30, 1, 86_400);
        var longestWait = settings.Number("longest-wait-seconds", 3_600, 1, 86_400);
        var keepDays = settings.Number("keep-days", 92, 1, 3_650);
        if (!DeliveryChannels.ByName.TryGetValue(kind, out var create))
        {
            if (kind.Length > 0)
            {
                settings.Report("channel", $"'channel' is one of {string.Join(", ", DeliveryChannels.ByName.Keys)}, not '{kind}'.");
            }

            return null;
        }

        var channel = create(settings);
        settings.RefuseOthers();
        return channel is null ? null : new Destination(name, kind, channel)
        {
            Recipient = recipient,
            TakesMasked = takesMasked,
            Encryption = encryption,
            Windows = windows,
            MostAttempts = mostAttempts,
            MostHangUps = mostHangUps,
            FirstWait = TimeSpan.FromSeconds(firstWait),
            LongestWait = TimeSpan.FromSeconds(Math.Max(firstWait, longestWait)),
            Kept = TimeSpan.FromDays(keepDays),
        };
    }

    private static DeliveryWindows ReadWindows(ChannelSettings settings)
    {
        var zone = settings.Text("time-zone") ?? "+08:00";
        if (!DateTimeOffset.TryParseExact("2000-01-01T00:00" + zone, "yyyy-MM-dd'T'HH:mmzzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var sample))
        {
            settings.Report("time-zone", $"'time-zone' is an offset from UTC like +08:00, not '{zone}'.");
        }

        if (settings.Text("windows") is not { } text)
        {
            return DeliveryWindows.Always;
        }

        if (DeliveryWindows.Parse(text, sample.Offset) is { } windows)
        {
            return windows;
        }

        settings.Report("windows", $"'windows' are {DeliveryWindows.Form}, not '{text}'.");
        return DeliveryWindows.Always;
    }

    private static Dictionary<string, (string Value, int Line)> ReadValues(string file, List<Problem> problems)
    {
        var values = new Dictionary<string, (string Value, int Line)>(StringComparer.Ordinal);
        try
        {
            using var text = File.OpenText(file);
            YamlFile.Read(file, text, problems, (key, yaml) =>
            {
                if (yaml.ReadMarkedText() is { } value)
                {
                    values.Add(key, (value, yaml.Mark.Line));
                }
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(file, 0, 0, FileProblem.Why(file, error)));
        }

        return values;
    }
}
