using System.CommandLine;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow replay</c>: its options, and what they mean once checked.</summary>
internal sealed class ReplayCommand
{
    private readonly CommandTexts _texts;
    private readonly FindingOptions _findings;
    private readonly Argument<string[]> _paths;
    private readonly Option<string[]> _merge;
    private readonly Option<string[]> _follow;
    private readonly Option<string[]> _xlsx;
    private readonly Option<string[]> _encoding;
    private readonly Option<string[]> _subscribers;
    private readonly Option<string[]> _radius;
    private readonly Option<string[]> _ownPrefix;
    private readonly Option<string[]> _geo;
    private readonly Option<string[]> _ledger;
    private readonly Option<string[]> _keys;
    private readonly Option<string[]> _identityKey;
    private readonly Option<string[]> _maxFlows;
    private readonly Option<string[]> _maxConnections;
    private readonly Option<string[]> _maxStreamBytes;
    private readonly Option<string[]> _maxStreamBytesTotal;
    private readonly Option<string[]> _tcpIdle;
    private readonly Option<string[]> _udpIdle;

    public ReplayCommand(CommandTexts texts)
    {
        _texts = texts;
        Symbol = new Command("replay", texts.Replay);
        _paths = new Argument<string[]>("PATH") { Description = texts.Path, Arity = ArgumentArity.ZeroOrMore };
        Symbol.Arguments.Add(_paths);
        _merge = Symbol.Flag("--merge", texts.Merge);
        _follow = Symbol.Flag("--follow", texts.Follow);
        _findings = new FindingOptions(Symbol, texts);
        _xlsx = Symbol.Valued("--xlsx", "FILE", texts.Xlsx);
        _encoding = Symbol.Valued("--encoding", "utf-8|gb18030", texts.Encoding);
        _subscribers = Symbol.Valued("--subscribers", "FILE", texts.Subscribers);
        _radius = Symbol.Valued("--radius", "FILE", texts.Radius);
        _ownPrefix = Symbol.Valued("--own-prefix", "PREFIX", texts.OwnPrefix);
        _geo = Symbol.Valued("--geo", "FILE", texts.Geo);
        _ledger = Symbol.Valued("--ledger", "FILE", texts.Ledger);
        _keys = Symbol.Valued("--keys", "DIR", texts.Keys);
        _identityKey = Symbol.Valued("--identity-key", "FILE", texts.IdentityKey);
        _maxFlows = Symbol.Valued("--max-flows", "N", texts.MaxFlows);
        _maxConnections = Symbol.Valued("--max-connections", "N", texts.MaxConnections);
        _maxStreamBytes = Symbol.Valued("--max-stream-bytes", "N", texts.MaxStreamBytes);
        _maxStreamBytesTotal = Symbol.Valued("--max-stream-bytes-total", "N", texts.MaxStreamBytesTotal);
        _tcpIdle = Symbol.Valued("--tcp-idle", "SECONDS", texts.TcpIdle);
        _udpIdle = Symbol.Valued("--udp-idle", "SECONDS", texts.UdpIdle);
    }

    public Command Symbol { get; }

    /// <summary>The options as a checked whole; what is wrong is left in <paramref name="reader"/>, and then the result is not to be used.</summary>
    public ReplayOptions Bind(IReadOnlyList<string> paths, OptionReader reader, Terminal terminal, ReportLanguage language)
    {
        var options = _findings.Read(paths, reader, terminal, language) with
        {
            Merge = reader.Flag(_merge),
            Xlsx = reader.One(_xlsx),
            Encoding = (CsvEncoding)reader.Choice(_encoding, (int)CsvEncoding.Utf8, "utf-8", "gb18030"),
            Subscribers = reader.ExistingFiles(_subscribers),
            Radius = reader.ExistingFiles(_radius),
            OwnPrefixes = Prefixes(reader),
            Geo = reader.ExistingFile(_geo),
            Ledger = reader.One(_ledger),
            Keys = reader.One(_keys),
            IdentityKey = IdentityKeyFile.Read(reader, _identityKey, _texts),
            Flows = Flows(reader),
            Input = new CaptureInputOptions { Follow = reader.Flag(_follow) },
        };
        CheckTogether(options, reader);
        CheckTargets(options, reader.Many(_identityKey) is [var key, ..] ? key : null, reader);
        return options;
    }

    private void CheckTogether(ReplayOptions options, OptionReader reader)
    {
        if (options.Paths.Count == 0)
        {
            reader.Problem(_texts.NoPath);
        }

        if (options.Input.Follow && (options.Merge || options.Paths.Count > 1 || options.Paths.Contains("-")))
        {
            reader.Problem(_texts.FollowAlone);
        }

        if (options.Encoding != CsvEncoding.Utf8 && options.Format != OutputFormat.Csv)
        {
            reader.Problem(_texts.OnlyWith, _encoding.Name, "--format csv");
        }
    }

    /// <summary>No output may be an input, and no two outputs the same file.</summary>
    private void CheckTargets(ReplayOptions options, string? keyFile, OptionReader reader)
    {
        var inputs = options.Paths.Concat(options.Subscribers).Concat(options.Radius).Append(options.Geo).Append(keyFile)
            .Where(path => path is not (null or "-")).Select(path => Path.GetFullPath(path!)).ToHashSet(StringComparer.Ordinal);
        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (option, path) in new[] { (_findings.Output, options.Output), (_xlsx, options.Xlsx), (_ledger, options.Ledger) })
        {
            if (path is null)
            {
                continue;
            }

            var full = Path.GetFullPath(path);
            if (inputs.Contains(full))
            {
                reader.Problem(_texts.OverwritesInput, option.Name, path);
            }

            if (!targets.TryAdd(full, option.Name))
            {
                reader.Problem(_texts.SameTarget, targets[full], option.Name, path);
            }
        }
    }

    private IReadOnlyList<string> Prefixes(OptionReader reader)
    {
        var prefixes = reader.Many(_ownPrefix);
        foreach (var text in prefixes)
        {
            if (!IpRange.TryParse(text, out _))
            {
                reader.Problem(_texts.BadPrefix, _ownPrefix.Name, text);
            }
        }

        return prefixes;
    }

    private FlowOptions Flows(OptionReader reader)
    {
        var defaults = new FlowOptions();
        return new FlowOptions
        {
            FlowSlots = (int)reader.Within<FlowOptions>(_maxFlows, nameof(FlowOptions.FlowSlots), defaults.FlowSlots),
            Connections = (int)reader.Within<FlowOptions>(_maxConnections, nameof(FlowOptions.Connections), defaults.Connections),
            StreamBytesKept = (int)reader.Within<FlowOptions>(_maxStreamBytes, nameof(FlowOptions.StreamBytesKept), defaults.StreamBytesKept),
            StreamBytesTotal = reader.Within<FlowOptions>(_maxStreamBytesTotal, nameof(FlowOptions.StreamBytesTotal), defaults.StreamBytesTotal),
            TcpIdleSeconds = (int)reader.Within<FlowOptions>(_tcpIdle, nameof(FlowOptions.TcpIdleSeconds), defaults.TcpIdleSeconds),
            UdpIdleSeconds = (int)reader.Within<FlowOptions>(_udpIdle, nameof(FlowOptions.UdpIdleSeconds), defaults.UdpIdleSeconds),
        };
    }
}
