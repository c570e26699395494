using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Inventory;

/// <summary>Turns rows of the inventory into pools, or names what is wrong with them. Headers are Chinese, or the English words beside them.</summary>
internal sealed class InventoryReader(CsvFile file, TimeSpan utcOffset)
{
    public static readonly string[] Required = ["地址段|prefix", "类型|kind"];

    private readonly string _range = Header(file, "地址段", "prefix");
    private readonly string _kind = Header(file, "类型", "kind");
    private readonly string _device = Header(file, "NAT设备", "device");
    private readonly string _access = Header(file, "接入设备", "access_server");
    private readonly string _zone = Header(file, "时区", "time_zone");
    private readonly string _from = Header(file, "生效时间", "valid_from");
    private readonly string _to = Header(file, "失效时间", "valid_to");
    private readonly string _inner = Header(file, "内网地址段", "inner_prefix");
    private readonly string _ports = Header(file, "端口范围", "ports");
    private readonly string _block = Header(file, "每户端口数", "block_size");
    private readonly string _sample = Header(file, "核对样本", "sample");

    public AddressPool? Read(CsvRow row)
    {
        var isGood = true;
        if (!IpRange.TryParseSpan(file.Get(row, _range), out var range))
        {
            file.Report(row, _range, "is no address, prefix or span; write 203.0.113.0/24 or 203.0.113.0-203.0.113.127.");
            isGood = false;
        }

        if (!PoolKinds.TryParse(file.Get(row, _kind), out var kind))
        {
            file.Report(row, _kind, "is no kind of pool; write one of static, dynamic, cgn-pba, cgn-session, cgn-deterministic, nat64, ds-lite, ipv6, idc, inner.");
            isGood = false;
        }

        var zone = file.Get(row, _zone);
        var offset = utcOffset;
        if (zone.Length > 0 && !CsvTimes.TryParseOffset(zone, out offset))
        {
            file.Report(row, _zone, "is no offset from UTC; write +08:00 or UTC.");
            isGood = false;
        }

        isGood &= CsvTimes.TryRead(file, row, _from, utcOffset, PacketTime.None, isEnd: false, out var from);
        isGood &= CsvTimes.TryRead(file, row, _to, utcOffset, AddressInterval.Open, isEnd: true, out var to);
        if (isGood && from >= to)
        {
            file.Report(row, _to, $"does not lie behind {_from}.");
            return null;
        }

        if (isGood && (range.First.IsIPv4 ? kind == PoolKind.IPv6Delegated : kind.NeedsPort()))
        {
            file.Report(row, _kind, range.First.IsIPv4 ? "ipv6 is no kind of an IPv4 prefix." : "an IPv6 prefix is not shared by ports; write ipv6, static or idc.");
            isGood = false;
        }

        var rule = isGood && kind == PoolKind.CgnDeterministic ? ReadRule(row, range) : null;
        if (!isGood || (kind == PoolKind.CgnDeterministic && rule is null))
        {
            return null;
        }

        return new AddressPool(range, kind)
        {
            From = from,
            To = to,
            Device = Optional(row, _device),
            AccessServer = Optional(row, _access),
            TimeZone = zone.Length > 0 ? offset : null,
            Rule = rule,
            Line = row.Line,
            Digest = LineDigest.Read(row.Digest()),
        };
    }

    private DeterministicRule? ReadRule(CsvRow row, IpRange pool)
    {
        if (!IpRange.TryParseSpan(file.Get(row, _inner), out var inner))
        {
            file.Report(row, _inner, "is no address, prefix or span; a deterministic pool needs the inner addresses it serves.");
            return null;
        }

        var (firstPort, lastPort) = (1024, (int)ushort.MaxValue);
        var ports = file.Get(row, _ports);
        if (ports.Length > 0 && !TryReadPorts(ports, out firstPort, out lastPort))
        {
            file.Report(row, _ports, "is no range of ports; write 1024-65535.");
            return null;
        }

        var block = 0;
        var size = file.Get(row, _block);
        if (size.Length > 0 && (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out block) || block > lastPort - firstPort + 1))
        {
            file.Report(row, _block, "is no number of ports that fits the range.");
            return null;
        }

        block = block == 0 ? DeterministicRule.DefaultPortsPerAddress(pool, inner, lastPort - firstPort + 1) : block;
        if (block == 0)
        {
            file.Report(row, _inner, "holds more addresses than the public prefix has ports.");
            return null;
        }

        var rule = new DeterministicRule(inner, (ushort)firstPort, (ushort)lastPort, block);
        return Agrees(row, rule, pool) ? rule : null;
    }

    /// <summary>A pair of inner address and public port that was really seen must come out of the rule, or the rule is not the device's.</summary>
    private bool Agrees(CsvRow row, DeterministicRule rule, IpRange pool)
    {
        var sample = file.Get(row, _sample);
        if (sample.Length == 0)
        {
            return true;
        }

        var equals = sample.IndexOf('=', StringComparison.Ordinal);
        var colon = sample.LastIndexOf(':');
        if (equals < 0 || colon < equals
            || !AddressText.TryParse(sample.AsSpan(0, equals).Trim(), out var inner)
            || !AddressText.TryParse(sample.AsSpan((equals + 1)..colon).Trim(), out var address)
            || !ushort.TryParse(sample.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            file.Report(row, _sample, "is no sample; write 100.64.0.10=203.0.113.1:5000.");
            return false;
        }

        if (!rule.TryFind(pool, address, port, out var computed, out _) || computed != inner)
        {
            file.Report(row, _sample, $"contradicts the rule, which gives {(computed == default ? "nobody" : computed)}: prefixes, ports or block size are not those of the device.");
            return false;
        }

        return true;
    }

    private static bool TryReadPorts(string text, out int first, out int last)
    {
        var hyphen = text.IndexOf('-', StringComparison.Ordinal);
        last = 0;
        return int.TryParse(hyphen < 0 ? text : text[..hyphen], NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && int.TryParse(hyphen < 0 ? text : text[(hyphen + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out last)
            && first <= last && last <= ushort.MaxValue;
    }

    private string? Optional(CsvRow row, string column) => file.Get(row, column) is { Length: > 0 } text ? text : null;

    private static string Header(CsvFile file, string chinese, string english) => file.Has(chinese) || !file.Has(english) ? chinese : english;
}
