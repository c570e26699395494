using System.Text.RegularExpressions;

namespace MinerFlow.Reporting.Intake.Cells;

/// <summary>What addresses and the marks around them look like in a cell.</summary>
internal static partial class AddressPatterns
{
    [GeneratedRegex(@"^\[?[0-9*xX]{1,9}(\.[0-9*xX]{1,9}){3}([:/~-].*)?$|^\[?(?=[^\s]*::|([0-9A-Fa-f]+:){7})[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,8}[^\s]*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    public static partial Regex AddressLike();

    [GeneratedRegex(@"^\d{1,4}[-/年]\d{1,2}([-/月]\d{1,4}日?)?$|^\d{1,2}月\d{1,2}日?$|^\d{1,2}-[A-Za-z]{3}$|^[A-Za-z]{3}-\d{1,2}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    public static partial Regex DateLike();

    [GeneratedRegex(@"^\d+(\.\d+)?([eE]\+?\d+)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    public static partial Regex Number();

    // "IP:", "IP地址:" before, and what somebody added in brackets behind.
    [GeneratedRegex(@"(?<![0-9A-Za-z])(IP|ip|Ip)(v[46])?(地址)?\s*:\s*|\((?![.])[^()]*\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    public static partial Regex Label();

    [GeneratedRegex(@"[ \n]*(?<mark>[.:/~-])[ \n]*(?=[0-9*xX])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    public static partial Regex AroundMarks();

    [GeneratedRegex(@"[、;\n|]|以及|和|及", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    public static partial Regex Separators();

    [GeneratedRegex(@"^\d{1,3}(\.\d{1,3}){3}(:\d{1,5})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    public static partial Regex OneQuad();

    [GeneratedRegex(@"^[0-9*xX]+(\.[0-9*xX]+){3}$(?<=.*[*xX].*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    public static partial Regex Wildcard();

    [GeneratedRegex(@"^[0-9*xX]+(\.[0-9*xX]+)+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    public static partial Regex Masked();
}
