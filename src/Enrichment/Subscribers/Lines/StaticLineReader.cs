using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Lines;

/// <summary>Turns rows of the static line register into lines, or names what is wrong with them.</summary>
internal sealed class StaticLineReader(CsvFile file, TimeSpan utcOffset)
{
    public static readonly string[] Required = [FirstAddress, HolderName];

    private const string FirstAddress = "起始IP";
    private const string LastAddress = "终止IP";
    private const string HolderName = "单位名称";
    private const string LineNumber = "专线号";
    private const string UsageStart = "使用开始时间";
    private const string UsageEnd = "使用结束时间";

    // 使用方式 of ranges that are not one holder's line but a pool that sessions draw from.
    private static readonly string[] PoolWords = ["动态", "地址池", "NAT", "CGN", "拨号"];

    public StaticLine? Read(CsvRow row)
    {
        var rangeIsGood = TryReadRange(row, out var range);
        var fromIsGood = CsvTimes.TryRead(file, row, UsageStart, utcOffset, PacketTime.None, isEnd: false, out var from);
        var toIsGood = CsvTimes.TryRead(file, row, UsageEnd, utcOffset, AddressInterval.Open, isEnd: true, out var to);
        var isPool = IsPool(row);
        var name = file.Get(row, HolderName);
        var nameIsGood = name.Length > 0 || isPool;
        if (!nameIsGood)
        {
            file.Report(row, HolderName, "is empty; the holder's name is needed, or a 使用方式 that says the range is a dynamic pool.");
        }

        if (fromIsGood && toIsGood && from >= to)
        {
            file.Report(row, UsageEnd, "lies before 使用开始时间.");
            return null;
        }

        if (!rangeIsGood || !fromIsGood || !toIsGood || !nameIsGood)
        {
            return null;
        }

        var number = Optional(row, LineNumber);
        return new StaticLine(range, number ?? $"{Path.GetFileName(file.Path)}:{row.Line}", from, to == AddressInterval.Open ? null : to, isPool ? null : ReadHolder(row, name, number))
        {
            Digest = LineDigest.Read(row.Digest()),
            Line = row.Line,
        };
    }

    private bool TryReadRange(CsvRow row, out IpRange range)
    {
        var firstText = file.Get(row, FirstAddress);
        var lastText = file.Get(row, LastAddress);
        if (!IpRange.TryParse(firstText, out range))
        {
            file.Report(row, FirstAddress, firstText.Length == 0 ? "is empty; an IPv4 or IPv6 address is needed." : "is no IPv4 or IPv6 address (decimal parts without leading zeros), nor a prefix.");
            return false;
        }

        if (lastText.Length == 0)
        {
            return true;
        }

        if (!AddressText.TryParse(lastText, out var last))
        {
            file.Report(row, LastAddress, "is no IPv4 or IPv6 address (decimal parts without leading zeros).");
            return false;
        }

        if (last.IsIPv4 != range.First.IsIPv4)
        {
            file.Report(row, LastAddress, "is of another family than 起始IP: one is IPv4, the other IPv6.");
            return false;
        }

        if (last < range.First)
        {
            file.Report(row, LastAddress, "lies before 起始IP.");
            return false;
        }

        if (firstText.Contains('/', StringComparison.Ordinal) && last != range.Last)
        {
            file.Report(row, LastAddress, "contradicts the prefix length in 起始IP.");
            return false;
        }

        range = new IpRange(range.First, last);
        return true;
    }

    private bool IsPool(CsvRow row)
    {
        var usage = file.Get(row, "IP使用方式") + file.Get(row, "分配使用方式");
        return Array.Exists(PoolWords, word => usage.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    private Subscriber ReadHolder(CsvRow row, string name, string? number)
    {
        var kind = Optional(row, "单位性质");
        var code = Optional(row, "统一社会信用代码");
        return new Subscriber(name, NaturalPerson.Is(kind, code, name))
        {
            CreditCode = NaturalPerson.IsIdentityNumber(code) ? null : code,
            Kind = kind,
            InstallationAddress = Optional(row, "装机地址") ?? Optional(row, "单位详细地址"),
            Province = Optional(row, "省"),
            City = Optional(row, "市"),
            County = Optional(row, "县"),
            LineNumber = number,
            ContactName = Optional(row, "联系人姓名"),
            ContactPhone = Optional(row, "联系人电话"),
        };
    }

    private string? Optional(CsvRow row, string column) => file.Get(row, column) is { Length: > 0 } text ? text : null;
}
