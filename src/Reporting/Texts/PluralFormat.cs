using System.Globalization;

namespace MinerFlow.Reporting.Texts;

/// <summary>Composite formats whose words follow a number: <c>{0} {0:hit|hits}</c> is "1 hit" and "2 hits".</summary>
internal sealed class PluralFormat : IFormatProvider, ICustomFormatter
{
    private static readonly PluralFormat Words = new();

    public static string Of(string text, params object[] values) => string.Format(Words, text, values);

    public object? GetFormat(Type? formatType) => formatType == typeof(ICustomFormatter) ? this : null;

    public string Format(string? format, object? arg, IFormatProvider? formatProvider)
    {
        if (format is not null && format.Split('|') is [var one, var many])
        {
            return Convert.ToInt64(arg, CultureInfo.InvariantCulture) == 1 ? one : many;
        }

        return arg is IFormattable number ? number.ToString(format, CultureInfo.InvariantCulture) : arg?.ToString() ?? "";
    }
}
