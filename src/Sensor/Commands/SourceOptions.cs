using System.CommandLine;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>What says who was where, checked.</summary>
internal sealed record SourceFiles
{
    public IReadOnlyList<string> Inventories { get; init; } = [];

    /// <summary>Store that holds the logs; null when they are in files.</summary>
    public IntervalStoreOptions? Store { get; init; }

    public IReadOnlyList<string> Radius { get; init; } = [];

    public IReadOnlyList<NatLogFile> NatLogs { get; init; } = [];

    public IReadOnlyList<string> Dhcp { get; init; } = [];

    public IReadOnlyList<string> Subscribers { get; init; } = [];

    public IReadOnlyList<string> Findings { get; init; } = [];

    public required string Rules { get; init; }

    public TimeSpan ClockSkew { get; init; }
}

/// <summary>The options that name these, for every verb that attributes.</summary>
internal sealed class SourceOptions
{
    private readonly CommandTexts _common;
    private readonly AttributeTexts _texts;
    private readonly Option<string[]> _inventory;
    private readonly StoreOptions _store;
    private readonly Option<string[]> _radius;
    private readonly Option<string[]> _natLog;
    private readonly Option<string[]> _dhcp;
    private readonly Option<string[]> _subscribers;
    private readonly Option<string[]> _findings;
    private readonly Option<string[]> _clockSkew;
    private readonly Option<string[]> _logTimeZone;
    private readonly Option<string[]> _rules;

    public SourceOptions(Command command, CommandTexts common, AttributeTexts texts)
    {
        _common = common;
        _texts = texts;
        _inventory = command.Valued("--inventory", "FILE", texts.Inventory);
        _store = new StoreOptions(command, texts.Store, texts.StoreKeys);
        _radius = command.Valued("--radius", "FILE", texts.Radius);
        _natLog = command.Valued("--nat-log", "PROFILE:FILE", texts.NatLog);
        _dhcp = command.Valued("--dhcp", "FILE", texts.Dhcp);
        _subscribers = command.Valued("--subscribers", "FILE", texts.Subscribers);
        _findings = command.Valued("--findings", "FILE", texts.Findings);
        _clockSkew = command.Valued("--clock-skew", "SECONDS", texts.ClockSkew);
        _logTimeZone = command.Valued("--log-time-zone", "+08:00", texts.LogTimeZone);
        _rules = command.Valued("--rules", "DIR", common.Rules);
    }

    /// <summary>The sources as a checked whole; what is wrong is left in <paramref name="reader"/>, and then the result is not to be used.</summary>
    public SourceFiles Bind(OptionReader reader, Terminal terminal)
    {
        var rules = reader.One(_rules) ?? Path.Combine(terminal.ProgramFolder, "rules");
        if (!Directory.Exists(rules))
        {
            reader.Problem(_common.NoSuchFolder, _rules.Name, rules);
        }

        var files = new SourceFiles
        {
            Inventories = reader.ExistingFiles(_inventory),
            Store = _store.Bind(reader, isReadOnly: true),
            Radius = reader.ExistingFiles(_radius),
            NatLogs = reader.NatLogs(_natLog, reader.One(_logTimeZone) is null ? null : reader.Offset(_logTimeZone, TimeSpan.Zero)),
            Dhcp = reader.ExistingFiles(_dhcp),
            Subscribers = reader.ExistingFiles(_subscribers),
            Findings = reader.ExistingFiles(_findings),
            ClockSkew = TimeSpan.FromSeconds(reader.Whole(_clockSkew, 2, 0, 86_400)),
            Rules = rules,
        };
        if (files.Store is not null && files.Radius.Count + files.Dhcp.Count + files.NatLogs.Count > 0)
        {
            reader.Problem(_texts.StoreOrFiles, _store.Name);
        }

        return files;
    }
}
