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
    private readonly AttributeTexts _texts;
    private readonly Option<string[]> _inventory;
    private readonly StoreOptions _store;
    private readonly LogOptions _logs;
    private readonly Option<string[]> _subscribers;
    private readonly Option<string[]> _findings;
    private readonly Option<string[]> _clockSkew;

    public SourceOptions(Command command, CommandTexts common, AttributeTexts texts)
    {
        _texts = texts;
        _inventory = command.Valued("--inventory", "FILE", texts.Inventory);
        _store = new StoreOptions(command, texts.Store, texts.StoreKeys);
        _logs = new LogOptions(command, common, texts);
        _subscribers = command.Valued("--subscribers", "FILE", texts.Subscribers);
        _findings = command.Valued("--findings", "FILE", texts.Findings);
        _clockSkew = command.Valued("--clock-skew", "SECONDS", texts.ClockSkew);
    }

    /// <summary>The sources as a checked whole; what is wrong is left in <paramref name="reader"/>, and then the result is not to be used.</summary>
    public SourceFiles Bind(OptionReader reader, Terminal terminal)
    {
        var logs = _logs.Bind(reader, terminal);
        var files = new SourceFiles
        {
            Inventories = reader.ExistingFiles(_inventory),
            Store = _store.Bind(reader, isReadOnly: true),
            Radius = logs.Radius,
            NatLogs = logs.NatLogs,
            Dhcp = logs.Dhcp,
            Subscribers = reader.ExistingFiles(_subscribers),
            Findings = reader.ExistingFiles(_findings),
            ClockSkew = TimeSpan.FromSeconds(reader.Whole(_clockSkew, 2, 0, 86_400)),
            Rules = logs.Rules,
        };
        if (files.Store is not null && logs.Count > 0)
        {
            reader.Problem(_texts.StoreOrFiles, _store.Name);
        }

        return files;
    }
}
