using System.Text.RegularExpressions;

namespace MinerFlow.Reporting.Intake;

/// <summary>How rows begin that ask nothing.</summary>
internal static partial class NoiseWords
{
    public static bool IsTotal(string plain) => Total().IsMatch(plain);

    /// <summary>Foot notes and signatures; an address in them would be a question, and such rows are never noise.</summary>
    public static bool IsNote(string plain) => Note().IsMatch(plain);

    [GeneratedRegex(@"^(合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|累\s*计|共\d+(条|个|行)|sub-?total|total)([\s:(].*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex Total();

    [GeneratedRegex(@"^(注|备注|说明|填表|制表|审核|单位|联系|日期|以上|以下|附|来源|数据来源|第\d+页)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Note();
}
