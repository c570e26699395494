using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Pools;

/// <summary>
/// Pools by the endpoint, the host name or the tag that a conversation shows, out of <c>rules/pools.csv</c> with the columns
/// <c>pool,kind,value,port,coin,note</c>. An endpoint decides before a host name, a host name before a tag; the longest value before shorter ones.
/// </summary>
public sealed class PoolDirectory
{
    public const string FileName = "pools.csv";

    private readonly Dictionary<(IpAddress Address, ushort Port), PoolMatch> _endpoints = [];
    private readonly Dictionary<(string Host, ushort Port), PoolMatch> _hosts = [];
    private readonly List<(string Tag, PoolMatch Match)> _tags = [];

    private PoolDirectory()
    {
    }

    public static PoolDirectory Empty { get; } = new();

    public int Count => _endpoints.Count + _hosts.Count + _tags.Count;

    /// <summary>Reads <c>pools.csv</c> of the folder; rows that cannot be used are named in <paramref name="problems"/>, the rest is loaded.</summary>
    public static PoolDirectory Load(string folder, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var directory = new PoolDirectory();
        if (CsvFile.Read(Path.Combine(folder, FileName), ["pool", "kind", "value"], problems) is { } file)
        {
            foreach (var row in file.Rows)
            {
                directory.Add(file, row);
            }
        }

        directory._tags.Sort((left, right) => left.Tag.Length != right.Tag.Length ? right.Tag.Length.CompareTo(left.Tag.Length) : string.CompareOrdinal(left.Tag, right.Tag));
        return directory;
    }

    /// <summary>
    /// The pool behind an endpoint, else behind a host name, else behind a coinbase tag; a tag that is not listed is the name that the job itself gives.
    /// </summary>
    public PoolMatch? Find(Endpoint endpoint, string? host, string? tag) =>
        FindEndpoint(endpoint) ?? FindHost(host, endpoint.Port) ?? FindTag(tag) ?? (string.IsNullOrEmpty(tag) ? null : new PoolMatch(tag, "tag"));

    public PoolMatch? FindEndpoint(Endpoint endpoint) =>
        _endpoints.GetValueOrDefault((endpoint.Address, endpoint.Port)) ?? _endpoints.GetValueOrDefault((endpoint.Address, (ushort)0));

    /// <summary>Matches whole labels from the right: <c>pool.example</c> holds for <c>eu.pool.example</c>, not for <c>mypool.example</c>.</summary>
    public PoolMatch? FindHost(string? host, ushort port)
    {
        if (string.IsNullOrEmpty(host))
        {
            return null;
        }

        for (var suffix = host.TrimEnd('.').ToLowerInvariant(); ;)
        {
            if (_hosts.GetValueOrDefault((suffix, port)) is { } exact)
            {
                return exact;
            }

            if (_hosts.GetValueOrDefault((suffix, (ushort)0)) is { } any)
            {
                return any;
            }

            var dot = suffix.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0)
            {
                return null;
            }

            suffix = suffix[(dot + 1)..];
        }
    }

    /// <summary>A tag matches where it stands inside the text, whatever its case.</summary>
    public PoolMatch? FindTag(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        foreach (var (tag, match) in _tags)
        {
            if (text.Contains(tag, StringComparison.OrdinalIgnoreCase))
            {
                return match;
            }
        }

        return null;
    }

    private void Add(CsvFile file, CsvRow row)
    {
        var pool = file.Get(row, "pool");
        var kind = file.Get(row, "kind").ToLowerInvariant();
        var value = file.Get(row, "value");
        var coin = file.Get(row, "coin") is { Length: > 0 } ticker ? ticker : null;
        if (pool.Length == 0)
        {
            file.Report(row, "pool", "is empty; the pool's name is needed.");
            return;
        }

        if (!TryReadPort(file, row, out var port))
        {
            return;
        }

        var match = new PoolMatch(pool, kind) { Coin = coin };
        switch (kind)
        {
            case "endpoint":
                AddEndpoint(file, row, value, port, match);
                break;
            case "host":
                AddHost(file, row, value, port, match);
                break;
            case "tag" when value.Length >= 2:
                _tags.Add((value, match));
                break;
            case "tag":
                file.Report(row, "value", "is too short for a tag: at least two characters.");
                break;
            case "site":
                // A pool's web site: a conversation with it is a visit, so it names no pool here.
                break;
            default:
                file.Report(row, "kind", $"'{kind}' is not known; it is host, endpoint, tag or site.");
                break;
        }
    }

    private void AddEndpoint(CsvFile file, CsvRow row, string value, ushort port, PoolMatch match)
    {
        var (addressText, portText) = SplitPort(value);
        if (!AddressText.TryParse(addressText, out var address)
            || (portText is not null && !ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out port)))
        {
            file.Report(row, "value", "is no endpoint; write 203.0.113.7, 203.0.113.7:3333 or [2001:db8::7]:3333.");
            return;
        }

        if (!_endpoints.TryAdd((address, port), match) && _endpoints[(address, port)].Name != match.Name)
        {
            file.Report(row, "value", $"belongs to '{_endpoints[(address, port)].Name}' by an earlier row; that one is used.");
        }
    }

    private void AddHost(CsvFile file, CsvRow row, string value, ushort port, PoolMatch match)
    {
        var host = value.Trim('.').ToLowerInvariant();
        if (host.StartsWith("*.", StringComparison.Ordinal))
        {
            host = host[2..];
        }

        // One label alone would match a whole top-level domain.
        if (!host.Contains('.', StringComparison.Ordinal) || host.AsSpan().ContainsAny(" */:@") || host.Contains("..", StringComparison.Ordinal))
        {
            file.Report(row, "value", "is no host name of two or more labels, such as pool.example.");
            return;
        }

        if (!_hosts.TryAdd((host, port), match) && _hosts[(host, port)].Name != match.Name)
        {
            file.Report(row, "value", $"belongs to '{_hosts[(host, port)].Name}' by an earlier row; that one is used.");
        }
    }

    private static bool TryReadPort(CsvFile file, CsvRow row, out ushort port)
    {
        port = 0;
        var text = file.Get(row, "port");
        if (text.Length == 0 || (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port > 0))
        {
            return true;
        }

        file.Report(row, "port", "is no port; write 1 to 65535, or leave it empty for any.");
        return false;
    }

    private static (string Address, string? Port) SplitPort(string text)
    {
        if (text is ['[', ..] && text.IndexOf(']', StringComparison.Ordinal) is > 0 and var end)
        {
            return (text[1..end], end + 2 <= text.Length && text[end + 1] == ':' ? text[(end + 2)..] : end + 1 == text.Length ? null : "");
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && colon == text.LastIndexOf(':') ? (text[..colon], text[(colon + 1)..]) : (text, null);
    }
}
