using System.CommandLine;
using MinerFlow.Connections.Evidence;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>Options of every command that looks at traffic: how its findings are named and written, and which frames are kept.</summary>
internal sealed class FindingOptions(Command command, CommandTexts texts)
{
    private readonly Option<string[]> _evidence = command.Valued("--evidence", "FOLDER", texts.Evidence);
    private readonly Option<string[]> _evidenceHeaders = command.Flag("--evidence-headers", texts.EvidenceHeaders);
    private readonly Option<string[]> _format = command.Valued("--format", "table|jsonl|csv", texts.Format);
    private readonly Option<string[]> _role = command.Valued("--role", "hits|all", texts.Role);
    private readonly Option<string[]> _rows = command.Valued("--rows", "N", texts.Rows);
    private readonly Option<string[]> _stats = command.Flag("--stats", texts.Stats);
    private readonly Option<string[]> _rules = command.Valued("--rules", "DIR", texts.Rules);
    private readonly Option<string[]> _sensor = command.Valued("--sensor", "NAME", texts.Sensor);
    private readonly Option<string[]> _timeZone = command.Valued("--time-zone", "+08:00", texts.TimeZone);

    public Option<string[]> Output { get; } = command.Valued("--output", "FILE", texts.Output);

    /// <summary>What they say; what is wrong with them is left in <paramref name="reader"/>.</summary>
    /// <param name="paths">Captures, or links.</param>
    /// <param name="reader">Of this call.</param>
    /// <param name="terminal">Rules lie beside its program.</param>
    /// <param name="language">Of what is written for people.</param>
    public ReplayOptions Read(IReadOnlyList<string> paths, OptionReader reader, Terminal terminal, ReportLanguage language)
    {
        var options = new ReplayOptions
        {
            Paths = paths,
            Format = (OutputFormat)reader.Choice(_format, (int)OutputFormat.Table, "table", "jsonl", "csv"),
            Output = reader.One(Output),
            Roles = (RoleChoice)reader.Choice(_role, (int)RoleChoice.ByOutput, "hits", "all"),
            Rows = (int)reader.Whole(_rows, 200, 0, int.MaxValue),
            Stats = reader.Flag(_stats),
            Rules = reader.One(_rules) ?? Path.Combine(terminal.ProgramFolder, "rules"),
            Language = language,
            Sensor = reader.One(_sensor) ?? ReplayOptions.DefaultSensor,
            Offset = reader.Offset(_timeZone, ReplayOptions.DefaultOffset),
            Evidence = new EvidenceOptions { Folder = reader.One(_evidence) ?? "", HeadersOnly = reader.Flag(_evidenceHeaders) },
        };
        if (options.Evidence is { HeadersOnly: true, Folder.Length: 0 })
        {
            reader.Problem(texts.OnlyWith, _evidenceHeaders.Name, _evidence.Name);
        }

        if (options.Stats && options.Format != OutputFormat.JsonLines)
        {
            reader.Problem(texts.OnlyWith, _stats.Name, "--format jsonl");
        }

        if (!Directory.Exists(options.Rules))
        {
            reader.Problem(texts.NoSuchFolder, _rules.Name, options.Rules);
        }

        return options;
    }
}
