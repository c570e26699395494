using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MinerFlow.Abstractions;

/// <summary>
/// A sentence for a person, kept as an English pattern and what fills it, so that whoever speaks says it in the reader's language. The pattern is also what
/// a translation is found by, as in GNU gettext: an interpolated string where a sentence is wanted becomes one.
/// </summary>
[InterpolatedStringHandler]
public sealed class Sentence
{
    private static readonly Dictionary<string, string> Untranslated = [];

    private readonly StringBuilder _pattern;
    private readonly List<object> _values;

    /// <summary>Called by the compiler.</summary>
    public Sentence(int literalLength, int formattedCount)
    {
        _pattern = new StringBuilder(literalLength + (4 * formattedCount));
        _values = new List<object>(formattedCount);
    }

    /// <summary>A composite format string with a place for each of <see cref="Values"/>.</summary>
    public string Pattern => _pattern.ToString();

    /// <summary>Texts, and sentences that are part of this one.</summary>
    public IReadOnlyList<object> Values => _values;

    [return: NotNullIfNotNull(nameof(text))]
    public static implicit operator Sentence?(string? text) => FromString(text);

    [return: NotNullIfNotNull(nameof(text))]
    public static Sentence? FromString(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var sentence = new Sentence(text.Length, 0);
        sentence.AppendLiteral(text);
        return sentence;
    }

    /// <summary>Called by the compiler.</summary>
    public void AppendLiteral(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _pattern.Append(text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));
    }

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted<T>(T value, string? format = null)
    {
        _pattern.Append(CultureInfo.InvariantCulture, $"{{{_values.Count}}}");
        _values.Add(value as Sentence ?? (object)(value is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? ""));
    }

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted(ReadOnlySpan<char> value) => AppendFormatted(value.ToString());

    /// <summary>The sentence in another language; English where that has no words for it.</summary>
    /// <param name="translations">By pattern; each has the same places.</param>
    public string In(IReadOnlyDictionary<string, string> translations)
    {
        ArgumentNullException.ThrowIfNull(translations);
        return string.Format(
            CultureInfo.InvariantCulture,
            translations.GetValueOrDefault(Pattern, Pattern),
            [.. _values.Select(value => value is Sentence part ? part.In(translations) : value)]);
    }

    /// <summary>In English.</summary>
    public override string ToString() => In(Untranslated);
}
