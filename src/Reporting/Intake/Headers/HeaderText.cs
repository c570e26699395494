using System.Text.RegularExpressions;
using MinerFlow.Reporting.Intake.Cells;

namespace MinerFlow.Reporting.Intake.Headers;

/// <summary>A header as it is looked up: without blanks, marks and what stands in brackets, which may name a unit or a zone.</summary>
internal static partial class HeaderText
{
    public static string Key(string text) => Marks().Replace(Brackets().Replace(CellText.Plain(text), ""), "").ToLowerInvariant();

    /// <summary>What stands in brackets; empty when nothing does.</summary>
    public static string Remark(string text) => Brackets().Match(CellText.Plain(text)) is { Success: true } match ? match.Value[1..^1].Trim() : "";

    /// <summary>Offset from UTC that a header names, such as <c>时间(UTC)</c> or <c>发现时间(北京时间)</c>.</summary>
    public static TimeSpan? Zone(string text)
    {
        var remark = Remark(text).ToUpperInvariant().Replace(" ", "", StringComparison.Ordinal);
        var match = Offset().Match(remark);
        return remark is "北京时间" or "中国标准时间" or "东八区" ? TimeSpan.FromHours(8)
            : remark is "UTC" or "GMT" or "Z" or "世界时" ? TimeSpan.Zero
            : match.Success && int.Parse(match.Groups["hours"].Value) is var hours && hours <= 14 ? TimeSpan.FromHours(match.Groups["sign"].Value == "-" ? -hours : hours)
            : null;
    }

    // The name of the column 县(市、区) is itself written with brackets.
    [GeneratedRegex(@"[(\[](?!市)[^()\[\]]*[)\]]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Brackets();

    [GeneratedRegex(@"[\s*:_'""#()\[\]、,.-]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Marks();

    [GeneratedRegex(@"^(UTC|GMT)?(?<sign>[+-])0?(?<hours>\d{1,2})(:?00)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Offset();
}
