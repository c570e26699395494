using System.Text;

namespace MinerFlow.Ledger.Subjects;

/// <summary>By what a subject is found again.</summary>
internal enum SubjectKeyKind
{
    /// <summary>统一社会信用代码.</summary>
    Credit,

    Line,

    Account,

    /// <summary>Installation address.</summary>
    Premises,
}

/// <summary>The values by which a subscriber is known again across accounts, addresses and address families.</summary>
internal static class SubjectKeys
{
    public static IEnumerable<(SubjectKeyKind Kind, string Value)> Of(SubjectIdentity identity)
    {
        if (identity.Account.Length > 0)
        {
            yield return (SubjectKeyKind.Account, identity.Account.ToUpperInvariant());
        }

        if (identity.Subscriber is not { } subscriber)
        {
            yield break;
        }

        if (Plain(subscriber.CreditCode) is { Length: > 0 } credit)
        {
            yield return (SubjectKeyKind.Credit, credit);
        }

        if (Plain(subscriber.LineNumber) is { Length: > 0 } line)
        {
            yield return (SubjectKeyKind.Line, line);
        }

        // Without a number it is a street or a village, where many live.
        if (Plain(subscriber.InstallationAddress) is { Length: > 0 } premises && premises.Any(char.IsAsciiDigit))
        {
            yield return (SubjectKeyKind.Premises, premises);
        }
    }

    /// <summary>
    /// Whether two that share no number are one: households at the same premises are, whoever signed for the line; organisations only when they have the same name, for
    /// a building houses many.
    /// </summary>
    public static bool MayShareHousehold(SubjectIdentity known, SubjectIdentity found)
    {
        if (known.Subscriber is not { } first || found.Subscriber is not { } second)
        {
            return false;
        }

        return first.IsNaturalPerson == second.IsNaturalPerson && (first.IsNaturalPerson || Plain(first.Name) == Plain(second.Name));
    }

    /// <summary>Two organisations with different credit codes are two, whatever else they share.</summary>
    public static bool AreDifferent(SubjectIdentity known, SubjectIdentity found) =>
        Plain(known.Subscriber?.CreditCode) is { Length: > 0 } first && Plain(found.Subscriber?.CreditCode) is { Length: > 0 } second && first != second;

    /// <summary>Full-width forms plain, without spaces and punctuation, in capitals: registers write one address in many ways.</summary>
    private static string Plain(string? text) =>
        text is null ? "" : string.Concat(text.Normalize(NormalizationForm.FormKC).Where(char.IsLetterOrDigit)).ToUpperInvariant();
}
