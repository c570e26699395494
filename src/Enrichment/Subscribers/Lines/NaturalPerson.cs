using System.Buffers;

namespace MinerFlow.Enrichment.Subscribers.Lines;

/// <summary>
/// Whether a register row names a person, who is masked everywhere, or an organisation. In this order: 单位性质 says 个人 or the like, a resident
/// identity number stands where the credit code belongs: person. A unified social credit code (GB 32100-2015), any other 单位性质, a name with
/// the word of an organisation: organisation. Everything else is masked as a person, which is the safe side.
/// </summary>
internal static class NaturalPerson
{
    private static readonly string[] PersonKinds = ["个人", "自然人", "家庭", "住宅", "公众客户", "居民"];

    private static readonly string[] OrganisationWords =
    [
        "公司", "集团", "企业", "厂", "矿", "局", "院", "校", "大学", "学会", "协会", "商会", "委员会", "政府", "中心", "银行", "信用社", "合作社", "事务所", "研究所",
        "派出所", "站", "部队", "馆", "网吧", "酒店", "宾馆", "饭店", "商店", "超市", "基金会", "党委", "法院", "检察院", "村委", "居委", "办事处", "办公室", "工作室",
        "Ltd", "Inc", "Corp", "GmbH", "LLC", "University", "Company",
    ];

    private static readonly SearchValues<char> CreditCodeLetters = SearchValues.Create("0123456789ABCDEFGHJKLMNPQRTUWXY");

    public static bool Is(string? kind, string? creditCode, string name)
    {
        if (kind is not null && Array.Exists(PersonKinds, word => kind.Contains(word, StringComparison.Ordinal)))
        {
            return true;
        }

        if (IsIdentityNumber(creditCode))
        {
            return true;
        }

        return !IsCreditCode(creditCode)
            && string.IsNullOrEmpty(kind)
            && !Array.Exists(OrganisationWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>GB 11643: region, date of birth, sequence, check digit modulo 11.</summary>
    public static bool IsIdentityNumber(string? text)
    {
        if (text is not { Length: 18 } || !text.AsSpan(0, 17).ContainsOnlyDigits())
        {
            return false;
        }

        var month = ((text[10] - '0') * 10) + text[11] - '0';
        var day = ((text[12] - '0') * 10) + text[13] - '0';
        if (text.AsSpan(6, 2) is not ("18" or "19" or "20") || month is < 1 or > 12 || day is < 1 or > 31)
        {
            return false;
        }

        ReadOnlySpan<int> weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
        {
            sum += weights[i] * (text[i] - '0');
        }

        return char.ToUpperInvariant(text[17]) == "10X98765432"[sum % 11];
    }

    /// <summary>18 digits and capital letters without I, O, S, V, Z; the check character is not asked, filed codes have typing errors.</summary>
    private static bool IsCreditCode(string? text) =>
        text is { Length: 18 } && !text.AsSpan().ContainsAnyExcept(CreditCodeLetters);

    private static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
