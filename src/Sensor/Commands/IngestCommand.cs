using System.CommandLine;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow ingest</c>: its options, and what they mean once checked.</summary>
internal sealed class IngestCommand
{
    private readonly CommandTexts _common;
    private readonly IngestTexts _texts;
    private readonly StoreOptions _store;
    private readonly LogOptions _logs;
    private readonly Option<string[]> _flows;
    private readonly Option<string[]> _quarantine;
    private readonly Option<string[]> _keepDays;
    private readonly Option<string[]> _dryRun;

    public IngestCommand(CommandTexts common, IngestTexts texts, AttributeTexts sources)
    {
        _common = common;
        _texts = texts;
        Symbol = new Command("ingest", texts.Verb);
        _store = new StoreOptions(Symbol, texts.Store, texts.Keys);
        _logs = new LogOptions(Symbol, common, sources);
        _flows = Symbol.Valued("--flows", "FILE", texts.Flows);
        _quarantine = Symbol.Valued("--quarantine", "FILE", texts.Quarantine);
        _keepDays = Symbol.Valued("--keep-days", "DAYS", texts.KeepDays);
        _dryRun = Symbol.Flag("--dry-run", texts.DryRun);
    }

    public Command Symbol { get; }

    /// <summary>The options as a checked whole; what is wrong is left in <paramref name="reader"/>, and then the result is not to be used.</summary>
    public IngestOptions? Bind(IReadOnlyList<string> plain, OptionReader reader, Terminal terminal)
    {
        foreach (var surplus in plain)
        {
            reader.Problem(_common.SurplusArgument, surplus);
        }

        var logs = _logs.Bind(reader, terminal);
        LogInput[] inputs =
        [
            .. Inputs(LogFormat.Accounting, logs.Radius),
            .. logs.NatLogs.Select(file => new LogInput(LogFormat.Translations, file.Path) { Profile = file.Profile, TimeZone = logs.TimeZone }),
            .. Inputs(LogFormat.Flows, reader.ExistingPaths(_flows)),
            .. Inputs(LogFormat.Leases, logs.Dhcp),
        ];
        int? days = reader.One(_keepDays) is null ? null : (int)reader.Whole(_keepDays, 1, 1, 3_650);
        var isDryRun = reader.Flag(_dryRun);
        if (isDryRun && days is null)
        {
            reader.Problem(_texts.DryRunOfWhat);
        }

        if (inputs.Length == 0 && days is null && reader.Problems.Count == 0)
        {
            reader.Problem(_texts.NothingToDo);
        }

        var store = _store.Bind(reader, isDryRun);
        if (store is null)
        {
            reader.Problem(_texts.NeedsStore);
            return null;
        }

        return new IngestOptions { Store = store, Rules = logs.Rules, Inputs = inputs, Quarantine = reader.One(_quarantine), KeepDays = days, IsDryRun = isDryRun };

        IEnumerable<LogInput> Inputs(LogFormat format, IEnumerable<string> paths) => paths.Select(path => new LogInput(format, path) { TimeZone = logs.TimeZone });
    }
}
