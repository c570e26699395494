using System.CommandLine;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>What <c>minerflow rules nat-log try</c> is asked to do.</summary>
internal sealed record NatLogTryOptions
{
    public required string ProfileFile { get; init; }

    public required string Sample { get; init; }

    public required bool IsJson { get; init; }

    public required TimeSpan TimeZone { get; init; }

    /// <summary>Offset of times that carry none; null for the one of the profile.</summary>
    public TimeSpan? LogTimeZone { get; init; }

    /// <summary>Folder of the key when the sample is a quarantine of the service; null when it is not.</summary>
    public string? Keys { get; init; }

    /// <summary>Year that lines leave out; null for the one nearest to the last change of the sample.</summary>
    public int? Year { get; init; }
}

/// <summary><c>minerflow rules nat-log try PROFILE SAMPLE</c>: what a profile makes of a sample, before it is trusted with a log.</summary>
internal sealed class NatLogTryCommand
{
    private readonly CommandTexts _texts;
    private readonly Option<string[]> _format;
    private readonly Option<string[]> _rules;
    private readonly Option<string[]> _timeZone;
    private readonly Option<string[]> _logTimeZone;
    private readonly Option<string[]> _year;
    private readonly Option<string[]> _keys;

    public NatLogTryCommand(CommandTexts texts)
    {
        _texts = texts;
        Option<string[]> Option(string name, string value, string description) => new(name) { Description = description, HelpName = value, Arity = ArgumentArity.ZeroOrMore };
        _format = Option("--format", "table|jsonl", texts.TryFormat);
        _rules = Option("--rules", "DIR", texts.Rules);
        _timeZone = Option("--time-zone", "OFFSET", texts.TimeZone);
        _logTimeZone = Option("--log-time-zone", "OFFSET", texts.LogTimeZone);
        _year = Option("--year", "YEAR", texts.TryYear);
        _keys = Option("--keys", "DIR", texts.TryKeys);
        Symbol = new Command("try", texts.NatLogTry);
        Symbol.Arguments.Add(new Argument<string[]>("PROFILE") { Description = texts.TryProfile, Arity = ArgumentArity.ZeroOrMore });
        Symbol.Arguments.Add(new Argument<string[]>("SAMPLE") { Description = texts.TrySample, Arity = ArgumentArity.ZeroOrMore });
        foreach (var option in new[] { _format, _logTimeZone, _year, _timeZone, _rules, _keys })
        {
            Symbol.Options.Add(option);
        }
    }

    public Command Symbol { get; }

    public NatLogTryOptions Bind(IReadOnlyList<string> plain, OptionReader reader, Terminal terminal)
    {
        if (plain.Count < 2)
        {
            reader.Problem(_texts.TryUsage);
        }

        foreach (var surplus in plain.Skip(2))
        {
            reader.Problem(_texts.SurplusArgument, surplus);
        }

        var rules = reader.One(_rules) ?? Path.Combine(terminal.ProgramFolder, "rules");
        var profile = plain.Count > 0 ? plain[0] : "";
        var file = profile.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || profile.Contains('/', StringComparison.Ordinal)
            ? profile
            : NatLogTrial.PathOf(rules, profile);
        if (profile.Length > 0 && !File.Exists(file))
        {
            reader.Problem(_texts.NoSuchProfile, profile, string.Join(", ", NatLogTrial.ProfilesOf(rules, [])));
        }

        if (plain.Count > 1 && !Path.Exists(plain[1]))
        {
            reader.Problem(_texts.NoSuchFile, "SAMPLE", plain[1]);
        }

        var year = (int)reader.Whole(_year, 0, 1970, 2100);
        var logZone = reader.Offset(_logTimeZone, TimeSpan.MinValue);
        return new NatLogTryOptions
        {
            ProfileFile = file,
            Sample = plain.Count > 1 ? plain[1] : "",
            IsJson = reader.Choice(_format, 0, "table", "jsonl") == 1,
            TimeZone = reader.Offset(_timeZone, TimeSpan.FromHours(8)),
            LogTimeZone = logZone == TimeSpan.MinValue ? null : logZone,
            Year = year == 0 ? null : year,
            Keys = reader.One(_keys),
        };
    }

    public int Run(NatLogTryOptions options, Terminal terminal, NatLogTexts texts)
    {
        var problems = new List<Problem>();
        if (NatLogTrial.Open(options.ProfileFile, problems) is not { } trial)
        {
            terminal.Told(problems, _texts.Problems);
            return ExitCode.Usage;
        }

        // The middle of the year: every month of it is nearer than its twin in another year.
        var reference = options.Year is { } year
            ? new DateTimeOffset(year, 7, 2, 0, 0, 0, TimeSpan.Zero)
            : new DateTimeOffset(File.GetLastWriteTimeUtc(options.Sample));
        if (options.Keys is null)
        {
            trial.Read(options.Sample, options.LogTimeZone, PacketTime.From(reference), problems);
        }
        else
        {
            trial.ReadQuarantine(options.Sample, options.Keys, options.LogTimeZone, PacketTime.From(reference), problems);
        }

        terminal.Told(problems, _texts.Problems);
        var report = new NatLogReport(trial, options.TimeZone, texts);
        using var bytes = new MemoryStream();
        if (options.IsJson)
        {
            report.WriteLines(bytes);
        }
        else
        {
            using var text = new StreamWriter(bytes, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            report.WriteTables(text);
        }

        using var target = OutputTarget.Open(null, terminal.Output, _texts.StandardOutput);
        target.Write(output => output.Write(bytes.GetBuffer(), 0, (int)bytes.Length));
        return problems.Count > 0 ? ExitCode.Unreadable : trial.Rejections.Count > 0 ? ExitCode.NeedsPerson : ExitCode.Done;
    }
}
