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
    private readonly Option<string[]> _radius;
    private readonly Option<string[]> _natLog;
    private readonly Option<string[]> _flows;
    private readonly Option<string[]> _dhcp;
    private readonly Option<string[]> _logTimeZone;
    private readonly Option<string[]> _quarantine;
    private readonly Option<string[]> _keepDays;
    private readonly Option<string[]> _dryRun;
    private readonly Option<string[]> _rules;

    public IngestCommand(CommandTexts common, IngestTexts texts, AttributeTexts sources)
    {
        _common = common;
        _texts = texts;
        Symbol = new Command("ingest", texts.Verb);
        _store = new StoreOptions(Symbol, texts.Store, texts.Keys);
        _radius = Symbol.Valued("--radius", "FILE", sources.Radius);
        _natLog = Symbol.Valued("--nat-log", "PROFILE:FILE", sources.NatLog);
        _flows = Symbol.Valued("--flows", "FILE", texts.Flows);
        _dhcp = Symbol.Valued("--dhcp", "FILE", sources.Dhcp);
        _logTimeZone = Symbol.Valued("--log-time-zone", "+08:00", sources.LogTimeZone);
        _quarantine = Symbol.Valued("--quarantine", "FILE", texts.Quarantine);
        _keepDays = Symbol.Valued("--keep-days", "DAYS", texts.KeepDays);
        _dryRun = Symbol.Flag("--dry-run", texts.DryRun);
        _rules = Symbol.Valued("--rules", "DIR", common.Rules);
    }

    public Command Symbol { get; }

    /// <summary>The options as a checked whole; what is wrong is left in <paramref name="reader"/>, and then the result is not to be used.</summary>
    public IngestOptions? Bind(IReadOnlyList<string> plain, OptionReader reader, Terminal terminal)
    {
        foreach (var surplus in plain)
        {
            reader.Problem(_common.SurplusArgument, surplus);
        }

        var rules = reader.One(_rules) ?? Path.Combine(terminal.ProgramFolder, "rules");
        if (!Directory.Exists(rules))
        {
            reader.Problem(_common.NoSuchFolder, _rules.Name, rules);
        }

        var inputs = new List<LogInput>();
        TimeSpan? zone = reader.One(_logTimeZone) is null ? null : reader.Offset(_logTimeZone, TimeSpan.Zero);
        Add(_radius, LogFormat.Accounting);
        inputs.AddRange(reader.NatLogs(_natLog, zone).Select(file => new LogInput(LogFormat.Translations, file.Path) { Profile = file.Profile, TimeZone = zone }));
        Add(_flows, LogFormat.Flows);
        Add(_dhcp, LogFormat.Leases);
        int? days = reader.One(_keepDays) is null ? null : (int)reader.Whole(_keepDays, 1, 1, 3_650);
        var isDryRun = reader.Flag(_dryRun);
        if (isDryRun && days is null)
        {
            reader.Problem(_texts.DryRunOfWhat);
        }

        if (inputs.Count == 0 && days is null && reader.Problems.Count == 0)
        {
            reader.Problem(_texts.NothingToDo);
        }

        var store = _store.Bind(reader, isDryRun);
        if (store is null)
        {
            reader.Problem(_texts.NeedsStore);
            return null;
        }

        return new IngestOptions { Store = store, Rules = rules, Inputs = inputs, Quarantine = reader.One(_quarantine), KeepDays = days, IsDryRun = isDryRun };

        void Add(Option<string[]> option, LogFormat format) => inputs.AddRange(reader.ExistingPaths(option).Select(path => new LogInput(format, path) { TimeZone = zone }));
    }
}
