using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting;

/// <summary>
/// Natural persons as an output may show them without a release: 张*, 138****5678, an address down to the residential quarter or village.
/// Where a text does not tell how far it is safe, more is hidden, never less.
/// </summary>
public static class Masking
{
    private const string Hidden = "***";

    private const string Numerals = "一二三四五六七八九十百零〇甲乙丙丁";

    /// <summary>Words that name a residential quarter or a village; an address is shown up to the last one that comes before a building.</summary>
    private static readonly string[] Quarters =
        ["小区", "社区", "新村", "村", "家属院", "花园", "家园", "公寓", "雅苑", "名苑", "苑", "山庄", "庄园", "新城", "华府", "公馆", "屯", "寨"];

    /// <summary>Words behind which a building, entrance, floor or room is named.</summary>
    private static readonly string[] Inside = ["号楼", "栋", "幢", "单元", "座", "室", "户", "层", "楼", "排", "门", "房", "组", "#"];

    /// <summary>Words that end an administrative part; the fallback when no quarter is named.</summary>
    private static readonly string[] Districts = ["街道", "镇", "乡", "区", "县", "旗", "市", "州", "省"];

    /// <summary>The subscriber as it may be shown: organisations in clear, their contacts and all natural persons masked.</summary>
    public static Subscriber Mask(Subscriber subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        var contact = subscriber with { ContactName = Optional(subscriber.ContactName, Name), ContactPhone = Optional(subscriber.ContactPhone, Phone) };
        return !subscriber.IsNaturalPerson
            ? contact
            : contact with
            {
                Name = Name(subscriber.Name),
                CreditCode = Optional(subscriber.CreditCode, Number),
                InstallationAddress = Optional(subscriber.InstallationAddress, Address),
                LineNumber = Optional(subscriber.LineNumber, Number),
            };
    }

    /// <summary>Account of a candidate: in clear only when an organisation is known to hold it, for an account name often is a telephone number.</summary>
    public static string Account(AttributionCandidate candidate)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        return candidate.Subscriber is { IsNaturalPerson: false } ? candidate.Account : Number(candidate.Account);
    }

    /// <summary>First character and one star, so that the length tells nothing.</summary>
    public static string Name(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var trimmed = name.AsSpan().Trim();
        if (trimmed.IsEmpty)
        {
            return "";
        }

        Rune.DecodeFromUtf16(trimmed, out var first, out var length);
        return length == trimmed.Length ? "*" : first + "*";
    }

    /// <summary>First three and last four digits of a full number; of a shorter one only the last two.</summary>
    public static string Phone(string phone)
    {
        ArgumentNullException.ThrowIfNull(phone);
        var digits = string.Concat(phone.Where(char.IsAsciiDigit));
        if (digits.Length == 13 && digits.StartsWith("86", StringComparison.Ordinal))
        {
            digits = digits[2..];
        }

        return digits.Length switch
        {
            >= 11 => $"{digits[..3]}****{digits[^4..]}",
            >= 7 => $"****{digits[^2..]}",
            _ => "****",
        };
    }

    /// <summary>An account, line or document number: first two and last two characters of a long one, nothing of a short one.</summary>
    public static string Number(string number)
    {
        ArgumentNullException.ThrowIfNull(number);
        var trimmed = number.Trim();
        return trimmed.Length >= 8 ? $"{trimmed[..2]}****{trimmed[^2..]}" : "****";
    }

    /// <summary>An address down to 小区/村: up to the last quarter before the first building, else up to the first house number, else the district.</summary>
    public static string Address(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var text = address.Trim();
        if (text.Length == 0)
        {
            return "";
        }

        var building = FirstInside(text);
        var open = text.AsSpan(0, building < 0 ? text.Length : building);
        var quarter = LastEndOf(open, Quarters);
        if (quarter > 0)
        {
            return Cut(text, quarter);
        }

        var number = FirstNumber(text);
        if (number > 0 && (building < 0 || number < building) && LastEndOf(text.AsSpan(0, number), Districts) > 0)
        {
            return Cut(text, number);
        }

        return Cut(text, LastEndOf(open, Districts));
    }

    private static string Cut(string text, int length) => length >= text.Length ? text : length <= 0 ? Hidden : text[..length] + Hidden;

    private static string? Optional(string? text, Func<string, string> mask) => string.IsNullOrWhiteSpace(text) ? text : mask(text);

    /// <summary>Where the first building, floor or room stands: a word of <see cref="Inside"/> behind a number or letter, so that 厦门 and 鼓楼区 are none.</summary>
    private static int FirstInside(string text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (!IsNumeral(text[i - 1]) && !char.IsAsciiLetter(text[i - 1]))
            {
                continue;
            }

            foreach (var word in Inside)
            {
                if (text.AsSpan(i).StartsWith(word, StringComparison.Ordinal))
                {
                    return i;
                }
            }
        }

        return -1;
    }

    private static int LastEndOf(ReadOnlySpan<char> text, string[] words)
    {
        var end = 0;
        foreach (var word in words)
        {
            var at = text.LastIndexOf(word, StringComparison.Ordinal);
            if (at >= 0)
            {
                end = Math.Max(end, at + word.Length);
            }
        }

        return end;
    }

    /// <summary>Where the first number starts; -1 when there is none. A numeral as the first character is a name (三亚市).</summary>
    private static int FirstNumber(string text)
    {
        for (var i = 1; i < text.Length; i++)
        {
            if (IsNumeral(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsNumeral(char character) => char.IsDigit(character) || Numerals.Contains(character, StringComparison.Ordinal);
}
