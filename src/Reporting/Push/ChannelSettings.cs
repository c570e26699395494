using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Push;

/// <summary>
/// The keys of one destination that its channel understands, each read once. What is wrong is collected with its line; keys that nobody asked for are told by
/// <see cref="RefuseOthers"/>. Names of files count from the folder of the destination's own file.
/// </summary>
/// <param name="file">The destination's file, as the operator knows it.</param>
/// <param name="values">Key, and value with the line it stands on.</param>
/// <param name="problems">Takes what is wrong.</param>
public sealed class ChannelSettings(string file, IReadOnlyDictionary<string, (string Value, int Line)> values, ICollection<Problem> problems)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>A text that may be missing.</summary>
    public string? Text(string key)
    {
        _asked.Add(key);
        return values.TryGetValue(key, out var found) ? found.Value : null;
    }

    /// <summary>A text that must be there; empty when it is not, with a problem.</summary>
    public string RequiredText(string key)
    {
        if (Text(key) is { Length: > 0 } text)
        {
            return text;
        }

        Report(key, $"'{key}' is missing.");
        return "";
    }

    public long Number(string key, long standard, long least, long most)
    {
        if (Text(key) is not { } text)
        {
            return standard;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most)
        {
            return value;
        }

        Report(key, string.Create(CultureInfo.InvariantCulture, $"'{key}' is a whole number from {least} to {most}, not '{text}'."));
        return standard;
    }

    public bool Switch(string key, bool standard)
    {
        switch (Text(key))
        {
            case null:
                return standard;
            case "true":
                return true;
            case "false":
                return false;
            case var text:
                Report(key, $"'{key}' is true or false, not '{text}'.");
                return standard;
        }
    }

    /// <summary>One of some words.</summary>
    public string Choice(string key, string standard, params ReadOnlySpan<string> words)
    {
        if (Text(key) is not { } text)
        {
            return standard;
        }

        if (words.Contains(text))
        {
            return text;
        }

        Report(key, $"'{key}' is one of {string.Join(", ", words!)}, not '{text}'.");
        return standard;
    }

    /// <summary>Path of a file that is there; null when it is missing, with a problem when a name was given.</summary>
    public string? ExistingFile(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, text);
        if (File.Exists(path))
        {
            return path;
        }

        Report(key, $"'{key}': there is no file '{path}'.");
        return null;
    }

    /// <summary>Something secret, said by where it stands: <c>file:PATH</c>, <c>env:NAME</c> or <c>credential:NAME</c> (systemd.exec, LoadCredential).</summary>
    /// <returns>Null when there is none, with a problem when a place was given.</returns>
    public ChannelSecret? Secret(string key)
    {
        if (Text(key) is not { } text)
        {
            return null;
        }

        if (ChannelSecret.From(text, Path.GetDirectoryName(Path.GetFullPath(file))!, out var problem) is { } secret)
        {
            return secret;
        }

        Report(key, $"'{key}': {problem}");
        return null;
    }

    /// <summary>Something about the value of a key that only the channel can tell.</summary>
    public void Report(string key, string message) => problems.Add(new Problem(file, values.TryGetValue(key, out var found) ? found.Line : 0, 0, message));

    /// <summary>Tells of keys that nobody asked for.</summary>
    public void RefuseOthers()
    {
        foreach (var key in values.Keys.Where(key => !_asked.Contains(key)))
        {
            Report(key, $"'{key}' is no key of this channel; known keys are {string.Join(", ", _asked.Order(StringComparer.Ordinal))}.");
        }
    }
}
