using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Inventory;

/// <summary>The columns of an inventory row that say how a deterministic translator works, and the check against what was really seen of it.</summary>
internal sealed class RuleReader(CsvFile file)
{
    private static readonly Dictionary<string, PortOrder> Orders = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sequential"] = PortOrder.Sequential,
        ["顺序"] = PortOrder.Sequential,
        ["staggered"] = PortOrder.Staggered,
        ["交错"] = PortOrder.Staggered,
        ["round-robin"] = PortOrder.RoundRobin,
        ["轮询"] = PortOrder.RoundRobin,
        ["interlaced"] = PortOrder.Interlaced,
        ["水平交织"] = PortOrder.Interlaced,
    };

    private readonly string _inner = InventoryReader.Header(file, "内网地址段", "inner_prefix");
    private readonly string _ports = InventoryReader.Header(file, "端口范围", "ports");
    private readonly string _block = InventoryReader.Header(file, "每户端口数", "block_size");
    private readonly string _hosts = InventoryReader.Header(file, "每址用户数", "hosts_per_address");
    private readonly string _order = InventoryReader.Header(file, "分配方式", "port_order");
    private readonly string _sample = InventoryReader.Header(file, "核对样本", "sample");

    /// <summary>Null when something is wrong with it; the file says what.</summary>
    public DeterministicRule? Read(CsvRow row, IpRange pool)
    {
        if (!IpRange.TryParseSpan(file.Get(row, _inner), out var inner))
        {
            file.Report(row, _inner, "is no address, prefix or span; a deterministic pool needs the inner addresses it serves, without those that the device leaves out.");
            return null;
        }

        var (firstPort, lastPort) = (1024, (int)ushort.MaxValue);
        var ports = file.Get(row, _ports);
        if (ports.Length > 0 && !TryReadPorts(ports, out firstPort, out lastPort))
        {
            file.Report(row, _ports, "is no range of ports; write 1024-65535.");
            return null;
        }

        var order = PortOrder.Sequential;
        if (file.Get(row, _order) is { Length: > 0 } word && !Orders.TryGetValue(word, out order))
        {
            file.Report(row, _order, "is no order of ports; write sequential, staggered, round-robin or interlaced.");
            return null;
        }

        if (!TryReadCount(row, _block, "ports", out var block) || !TryReadCount(row, _hosts, "inner addresses", out var hosts))
        {
            return null;
        }

        // Here the number of those that share, not the size of what each has, is what decides who has a port.
        hosts = order == PortOrder.Staggered && block == 0 && hosts == 0 ? (int)UInt128.Min(DeterministicRule.Sharing(pool, inner), int.MaxValue) : hosts;
        block = block == 0 ? DeterministicRule.DefaultPortsPerAddress(pool, inner, lastPort - firstPort + 1, order, hosts) : block;
        if (block == 0)
        {
            file.Report(row, _inner, "holds more addresses than the public prefix has ports.");
            return null;
        }

        var rule = new DeterministicRule(inner, (ushort)firstPort, (ushort)lastPort, block) { Order = order, HostsPerAddress = hosts };
        if (rule.Problem(pool) is { } problem)
        {
            file.Report(row, _block, $"does not fit: {problem}.");
            return null;
        }

        return Agrees(row, rule, pool, out var isToldApart) && (isToldApart || HasNoDoubt(row, rule, pool)) ? rule : null;
    }

    private bool HasNoDoubt(CsvRow row, DeterministicRule rule, IpRange pool)
    {
        var left = rule.PortsInDoubt(pool);
        if (left > 0)
        {
            file.Report(
                row,
                _block,
                $"leaves {left} ports of each public address over, and devices differ in whether the next inner address begins with them: where they stay free, write in {_hosts} that {(rule.LastPort - rule.FirstPort + 1) / rule.PortsPerAddress} share an address.");
        }

        return left == 0;
    }

    /// <summary>
    /// Pairs of inner address and public port that were really seen must come out of the rule, or the rule is not the device's. Orders other than the sequential one are
    /// described loosely (RFC 7422 gives each an example) and are taken only with a sample.
    /// </summary>
    private bool Agrees(CsvRow row, DeterministicRule rule, IpRange pool, out bool isToldApart)
    {
        isToldApart = false;
        var samples = file.Get(row, _sample).Split([';', '；', ' '], StringSplitOptions.RemoveEmptyEntries);
        if (samples.Length == 0 && rule.Order != PortOrder.Sequential)
        {
            file.Report(row, _sample, "is empty: this order of ports is taken only with a pair that was really seen; write 100.64.0.10=203.0.113.1:5000.");
            return false;
        }

        foreach (var sample in samples)
        {
            if (!TryReadSample(sample, out var inner, out var outer))
            {
                file.Report(row, _sample, "is no sample; write 100.64.0.10=203.0.113.1:5000, several with ; between them.");
                return false;
            }

            if (!rule.TryFind(pool, outer.Address, outer.Port, out var computed, out _) || computed != inner)
            {
                file.Report(row, _sample, $"contradicts the rule, which gives {(computed == default ? (Sentence)"nobody" : computed.ToString())}: prefixes, ports, block size or order are not those of the device.");
                return false;
            }

            isToldApart |= rule.TellsApart(pool, outer.Address, outer.Port);
        }

        return true;
    }

    private static bool TryReadSample(string sample, out IpAddress inner, out Endpoint outer)
    {
        var equals = sample.IndexOf('=', StringComparison.Ordinal);
        var colon = sample.LastIndexOf(':');
        (inner, outer) = (default, default);
        if (equals < 0 || colon < equals
            || !AddressText.TryParse(sample.AsSpan(0, equals).Trim(), out inner)
            || !AddressText.TryParse(sample.AsSpan((equals + 1)..colon).Trim(), out var address)
            || !ushort.TryParse(sample.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return false;
        }

        outer = new Endpoint(address, port);
        return true;
    }

    private bool TryReadCount(CsvRow row, string column, Sentence of, out int count)
    {
        count = 0;
        var text = file.Get(row, column);
        if (text.Length == 0 || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0))
        {
            return true;
        }

        file.Report(row, column, $"is no number of {of}.");
        return false;
    }

    private static bool TryReadPorts(string text, out int first, out int last)
    {
        var hyphen = text.IndexOf('-', StringComparison.Ordinal);
        last = 0;
        return int.TryParse(hyphen < 0 ? text : text[..hyphen], NumberStyles.None, CultureInfo.InvariantCulture, out first)
            && int.TryParse(hyphen < 0 ? text : text[(hyphen + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out last)
            && first <= last && last <= ushort.MaxValue;
    }
}
