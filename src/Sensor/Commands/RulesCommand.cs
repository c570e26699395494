using System.CommandLine;
using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Rules;
using MinerFlow.Enrichment.Devices;
using MinerFlow.Enrichment.Pools;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Retention;
using MinerFlow.Ledger.Verification;
using MinerFlow.Reporting.Forms;
using MinerFlow.Reporting.Intake.Rules;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow rules check</c>: every problem of a rules folder at once; and the verbs below <c>minerflow rules</c>.</summary>
internal sealed class RulesCommand
{
    private readonly CommandTexts _texts;

    public RulesCommand(CommandTexts texts)
    {
        _texts = texts;
        Symbol = new Command("rules", texts.RulesVerb);
        Check = new Command("check", texts.RulesCheck);
        Check.Arguments.Add(new Argument<string[]>("DIR") { Description = texts.RulesFolder, Arity = ArgumentArity.ZeroOrMore });
        Symbol.Subcommands.Add(Check);
        NatLog = new Command("nat-log", texts.NatLogVerb);
        NatLogTry = new NatLogTryCommand(texts);
        NatLog.Subcommands.Add(NatLogTry.Symbol);
        Symbol.Subcommands.Add(NatLog);
    }

    public Command Symbol { get; }

    public Command Check { get; }

    public Command NatLog { get; }

    public NatLogTryCommand NatLogTry { get; }

    public string Bind(IReadOnlyList<string> plain, OptionReader reader, Terminal terminal)
    {
        foreach (var surplus in plain.Skip(1))
        {
            reader.Problem(_texts.SurplusArgument, surplus);
        }

        var folder = plain.Count > 0 ? plain[0] : Path.Combine(terminal.ProgramFolder, "rules");
        if (!Directory.Exists(folder))
        {
            reader.Problem(_texts.NoSuchFolder, "DIR", folder);
        }

        return folder;
    }

    public int Run(string folder, Terminal terminal)
    {
        var problems = new List<Problem>();
        var rules = RuleSet.Load(folder, problems);
        PoolDirectory.Load(folder, problems);
        DeviceTable.Load(folder, problems);
        CheckThere("coins.csv", "without it jobs do not tell their coin.");
        CheckThere("pool-tags.csv", "without it coinbases do not tell their pool.");
        CheckThere("thresholds.yaml", "without it the built-in thresholds hold.");
        CheckThere("regions.csv", "without it lists cannot be split by region.");
        CheckTable("holidays.csv", path => WorkCalendar.Load(path, problems));
        CheckTable("labels.csv", path => LabelRules.Load(path, problems));
        CheckTable("retention.csv", path => RetentionRules.Load(path, problems));
        IntakeRules.Load(folder, problems);
        ReportingRules.Load(folder, problems);
        FormRules.Load(folder, problems);
        var natLogs = NatLogTrial.ProfilesOf(folder, problems);
        terminal.Told(problems, _texts.Problems);
        terminal.Error.WriteLine(problems.Count > 0
            ? string.Format(CultureInfo.InvariantCulture, _texts.RulesBad, problems.Count, folder)
            : string.Format(CultureInfo.InvariantCulture, _texts.RulesGood, rules.Protocols.Count() + natLogs.Count, folder));
        return problems.Count > 0 ? ExitCode.NeedsPerson : ExitCode.Done;

        void CheckThere(string name, Sentence without)
        {
            if (!File.Exists(Path.Combine(folder, name)))
            {
                problems.Add(new Problem(Path.Combine(folder, name), 0, 0, $"there is no such file; {without}"));
            }
        }

        // Without the table the defaults hold.
        void CheckTable(string name, Action<string> load)
        {
            if (File.Exists(Path.Combine(folder, name)))
            {
                load(Path.Combine(folder, name));
            }
        }
    }
}
