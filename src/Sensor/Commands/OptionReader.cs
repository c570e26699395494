using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using MinerFlow.Enrichment.Subscribers.Nat;

namespace MinerFlow.Sensor.Commands;

/// <summary>Reads the values of options and collects what is wrong with them, so that a user learns all of it at once.</summary>
internal sealed class OptionReader(ParseResult parsed, CommandTexts texts)
{
    public List<string> Problems { get; } = [];

    public void Problem(string text, params object[] values) => Problems.Add(string.Format(CultureInfo.InvariantCulture, text, values));

    public bool Flag(Option<string[]> option) => parsed.GetResult(option) is not null;

    /// <summary>The value of an option that may be given once; null when it is not given or wrong.</summary>
    public string? One(Option<string[]> option)
    {
        if (parsed.GetResult(option) is not { } given)
        {
            return null;
        }

        if (given.IdentifierTokenCount > 1)
        {
            Problem(texts.GivenOften, option.Name, given.IdentifierTokenCount);
            return null;
        }

        return Many(option) is [var value] ? value : null;
    }

    public IReadOnlyList<string> Many(Option<string[]> option)
    {
        if (parsed.GetResult(option) is not { } given)
        {
            return [];
        }

        if (given.Tokens.Count < given.IdentifierTokenCount)
        {
            Problem(texts.NeedsValue, option.Name, option.HelpName ?? "");
            return [];
        }

        if (given.Tokens.Any(token => token.Value.Length == 0))
        {
            Problem(texts.EmptyValue, option.Name);
            return [];
        }

        return [.. given.Tokens.Select(token => token.Value)];
    }

    /// <summary>Which of the words was given; <paramref name="otherwise"/> when none or a wrong one.</summary>
    public int Choice(Option<string[]> option, int otherwise, params string[] words)
    {
        if (One(option) is not { } value)
        {
            return otherwise;
        }

        var choice = Array.FindIndex(words, word => string.Equals(word, value, StringComparison.OrdinalIgnoreCase));
        if (choice < 0)
        {
            Problem(texts.NotOneOf, option.Name, value, string.Join(", ", words));
        }

        return choice < 0 ? otherwise : choice;
    }

    public long Whole(Option<string[]> option, long otherwise, long least, long most)
    {
        if (One(option) is not { } value)
        {
            return otherwise;
        }

        if (long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        Problem(texts.OutOfRange, option.Name, value, least, most);
        return otherwise;
    }

    /// <summary>A whole number within the range that a property of <typeparamref name="TOptions"/> declares; the range is looked up only when the option was given.</summary>
    public long Within<TOptions>(Option<string[]> option, string property, long otherwise)
    {
        if (One(option) is null)
        {
            return otherwise;
        }

        var range = typeof(TOptions).GetProperty(property)!.GetCustomAttribute<RangeAttribute>()!;
        return Whole(option, otherwise, Convert.ToInt64(range.Minimum), Convert.ToInt64(range.Maximum));
    }

    /// <summary>An offset from UTC: <c>+08:00</c>, <c>-3:30</c>, <c>Z</c>.</summary>
    public TimeSpan Offset(Option<string[]> option, TimeSpan otherwise)
    {
        if (One(option) is not { } value)
        {
            return otherwise;
        }

        if (TryParseOffset(value, out var offset))
        {
            return offset;
        }

        Problem(texts.BadOffset, option.Name, value);
        return otherwise;
    }

    /// <summary><c>Z</c>, or hours and minutes with a sign: <c>+08:00</c>.</summary>
    public static bool TryParseOffset(string text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text is not ['+' or '-', ..]
            || !TimeSpan.TryParseExact(text.AsSpan(1), [@"h\:mm", @"hh\:mm"], CultureInfo.InvariantCulture, out var magnitude)
            || magnitude > TimeSpan.FromHours(14))
        {
            return false;
        }

        offset = text[0] == '-' ? -magnitude : magnitude;
        return true;
    }

    public string? ExistingFile(Option<string[]> option)
    {
        var path = One(option);
        Check(option, path);
        return path;
    }

    public IReadOnlyList<string> ExistingFiles(Option<string[]> option)
    {
        var paths = Many(option);
        foreach (var path in paths)
        {
            Check(option, path);
        }

        return paths;
    }

    /// <summary>Files and folders.</summary>
    public IReadOnlyList<string> ExistingPaths(Option<string[]> option)
    {
        var paths = Many(option);
        foreach (var path in paths.Where(path => !Path.Exists(path)))
        {
            Problem(texts.NoSuchFile, option.Name, path);
        }

        return paths;
    }

    /// <summary>Translation logs as <c>PROFILE:FILE</c>.</summary>
    public IReadOnlyList<NatLogFile> NatLogs(Option<string[]> option, TimeSpan? zone)
    {
        var files = new List<NatLogFile>();
        foreach (var text in Many(option))
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || colon == text.Length - 1)
            {
                Problem(texts.BadNatLog, option.Name, text);
                continue;
            }

            var path = text[(colon + 1)..];
            if (!Path.Exists(path))
            {
                Problem(texts.NoSuchFile, option.Name, path);
            }

            files.Add(new NatLogFile(text[..colon], path) { TimeZone = zone });
        }

        return files;
    }

    private void Check(Option<string[]> option, string? path)
    {
        if (path is not null && !File.Exists(path))
        {
            Problem(Directory.Exists(path) ? texts.IsFolder : texts.NoSuchFile, option.Name, path);
        }
    }
}
