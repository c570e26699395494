using System.Globalization;
using System.Text.RegularExpressions;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>Names in double braces that documents and templates hold: <c>{{form.city}}</c>, <c>{{answer.address}}</c>.</summary>
internal static partial class Placeholders
{
    public static IEnumerable<string> In(string text) => Pattern().Matches(text).Select(match => match.Groups["name"].Value);

    /// <summary>The text with each placeholder replaced.</summary>
    public static string Fill(string text, Func<string, SheetCell> read) => Pattern().Replace(text, match => Text(read(match.Groups["name"].Value)));

    /// <summary>The one placeholder that a text is made of; null when it holds more or other than that.</summary>
    public static string? Alone(string text) => Pattern().Match(text) is { Success: true, Index: 0 } match && match.Length == text.Length ? match.Groups["name"].Value : null;

    /// <summary>A cell within a sentence.</summary>
    public static string Text(SheetCell cell) => cell.Number is { } number ? number.ToString("0.##", CultureInfo.InvariantCulture) : cell.Text ?? "";

    [GeneratedRegex(@"\{\{\s*(?<name>[^{}]+?)\s*\}\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Pattern();
}
