using System.CommandLine;
using System.Globalization;
using System.Text;
using MinerFlow.Reporting.Texts;
using MinerFlow.Sensor.Doctor;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>The command line: its verbs, its language, and what becomes of wrong usage.</summary>
internal sealed class CommandLine
{
    private readonly Terminal _terminal;
    private readonly ReportLanguage _language;
    private readonly CommandTexts _texts;
    private readonly Command _root;
    private readonly ReplayCommand _replay;
    private readonly CaptureTexts _captureTexts;
    private readonly CaptureCommand _capture;
    private readonly RulesCommand _rules;
    private readonly AttributeTexts _attributeTexts;
    private readonly AttributeCommand _attribute;
    private readonly IngestTexts _ingestTexts;
    private readonly IngestCommand _ingest;
    private readonly IntakeCommand _intake;
    private readonly ServiceCommand _run;
    private readonly ServiceCommand _doctor;
    private readonly Option<string[]> _doctorFormat;
    private readonly AuditCommand _audit;
    private readonly PackageCommand _package;
    private readonly PushCommand _push;
    private readonly IReadOnlyList<DeskVerb> _deskVerbs;
    private readonly Option<string[]> _help;
    private readonly Option<string[]> _version;
    private readonly Option<string[]> _lang;

    private CommandLine(IReadOnlyList<string> arguments, Terminal terminal)
    {
        _terminal = terminal;
        _language = Languages.Of(arguments, terminal.Environment);
        _texts = CommandTexts.For(_language);
        _help = new Option<string[]>("--help", "-h") { Description = _texts.Help, Arity = ArgumentArity.Zero, Recursive = true };
        _version = new Option<string[]>("--version") { Description = _texts.Version, Arity = ArgumentArity.Zero };
        _lang = new Option<string[]>("--lang") { Description = _texts.Lang, HelpName = "zh|en", Arity = ArgumentArity.ZeroOrMore, Recursive = true };
        _replay = new ReplayCommand(_texts);
        _captureTexts = CaptureTexts.For(_language);
        _capture = new CaptureCommand(_texts, _captureTexts);
        _rules = new RulesCommand(_texts);
        _attributeTexts = AttributeTexts.For(_language);
        _attribute = new AttributeCommand(_texts, _attributeTexts);
        _ingestTexts = IngestTexts.For(_language);
        _ingest = new IngestCommand(_texts, _ingestTexts, _attributeTexts);
        _run = new ServiceCommand("run", _texts.Run, _texts);
        _doctor = new ServiceCommand("doctor", _texts.Doctor, _texts);
        _doctorFormat = _doctor.Add("--format", "table|jsonl", _texts.DoctorFormat);
        _audit = new AuditCommand(_texts, AuditTexts.For(_language));
        _doctor.Symbol.Subcommands.Add(_audit.Symbol);
        _package = new PackageCommand(_texts, PackageTexts.For(_language));
        _doctor.Symbol.Subcommands.Add(_package.Symbol);
        var desk = DeskTexts.For(_language);
        _intake = new IntakeCommand(_texts, IntakeCommandTexts.For(_language), desk);
        _push = new PushCommand(_texts, desk, PushTexts.For(_language));
        DeskCommand[] desks =
        [
            new TaskCommand(_texts, desk, TaskTexts.For(_language), _attributeTexts, Version()),
            new CaseCommand(desk, CaseTexts.For(_language)),
            new ReportCommand(_texts, desk, ReportCommandTexts.For(_language)),
            _push,
            new LedgerCommand(_texts, desk, LedgerTexts.For(_language)),
        ];
        _deskVerbs = [.. desks.SelectMany(command => command.Verbs)];
        // Not RootCommand: it brings options with texts of its own.
        _root = new Command("minerflow", _texts.Product);
        _root.Options.Add(_version);
        _root.Options.Add(_lang);
        _root.Options.Add(_help);
        _root.Subcommands.Add(_replay.Symbol);
        _root.Subcommands.Add(_capture.Symbol);
        _root.Subcommands.Add(_attribute.Symbol);
        _root.Subcommands.Add(_ingest.Symbol);
        foreach (var command in desks)
        {
            _root.Subcommands.Add(command.Symbol);
        }

        _root.Subcommands.Add(_intake.Symbol);
        _root.Subcommands.Add(_run.Symbol);
        _root.Subcommands.Add(_doctor.Symbol);
        _root.Subcommands.Add(_rules.Symbol);
    }

    /// <summary>Runs one command to its end.</summary>
    /// <returns>The exit code of the process, one of <see cref="ExitCode"/>.</returns>
    public static int Run(string[] arguments, Terminal terminal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(terminal);
        return new CommandLine(arguments, terminal).Run(arguments, cancellationToken);
    }

    private int Run(string[] arguments, CancellationToken cancellationToken)
    {
        var parsed = _root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        var command = parsed.CommandResult.Command;
        try
        {
            if (parsed.GetResult(_help) is not null)
            {
                return Write(Help.Of(command, _texts));
            }

            if (parsed.GetResult(_version) is not null)
            {
                return Write($"minerflow {Version()}\n");
            }

            if (!OpenSslLibrary.IsPresent)
            {
                _terminal.Error.WriteLine($"minerflow: {_texts.NoOpenSsl}");
                return ExitCode.Environment;
            }

            var reader = new OptionReader(parsed, _texts);
            reader.Choice(_lang, 0, "zh", "en");
            var plain = PlainArguments(parsed, arguments, reader);
            if (command == _replay.Symbol)
            {
                var options = _replay.Bind(plain, reader, _terminal, _language);
                using var messages = new Messages(_terminal, _texts);
                return Refused(reader) ?? new ReplayRun(options, _terminal, _texts, messages).Run(cancellationToken);
            }

            if (command == _capture.Symbol)
            {
                var options = _capture.Bind(plain, reader, _terminal, _language);
                using var messages = new Messages(_terminal, _texts);
                return Refused(reader) ?? new CaptureRun(options, _terminal, _texts, _captureTexts, messages).Run(cancellationToken);
            }

            if (command == _attribute.Symbol)
            {
                var options = _attribute.Bind(plain, reader, _terminal);
                return Refused(reader) ?? new AttributeRun(options, _terminal, _texts, _attributeTexts, _language, Version()).Run(cancellationToken);
            }

            if (command == _ingest.Symbol)
            {
                var options = _ingest.Bind(plain, reader, _terminal);
                return Refused(reader) ?? new IngestRun(options!, _terminal, _texts, _ingestTexts).Run(cancellationToken);
            }

            if (command == _intake.Symbol)
            {
                var options = _intake.Bind(plain, reader, _terminal);
                return Refused(reader) ?? new IntakeRun(options, _terminal, _texts, IntakeCommandTexts.For(_language), _language).Run();
            }

            if (command == _run.Symbol)
            {
                var configuration = _run.Bind(plain, reader);
                return Refused(reader) ?? new ServiceRun(_terminal, ServiceTexts.For(_language), Version()).Run(configuration, cancellationToken);
            }

            if (command == _doctor.Symbol)
            {
                var configuration = _doctor.Bind(plain, reader);
                var inJson = reader.Choice(_doctorFormat, 0, "table", "jsonl") == 1;
                return Refused(reader) ?? new DoctorRun(_terminal, _language).Run(configuration, inJson);
            }

            if (command == _audit.Symbol)
            {
                var options = _audit.Bind(plain, reader);
                return Refused(reader) ?? new AuditDoctor(_terminal, _language, _terminal.Time).Run(options);
            }

            if (command == _package.Symbol)
            {
                var question = _package.Bind(plain, reader);
                return Refused(reader) ?? new PackageDoctor(_terminal, _language).Run(question);
            }

            if (_deskVerbs.FirstOrDefault(verb => verb.Symbol == command) is { } verb)
            {
                var run = verb.Bind(plain, reader, _terminal, cancellationToken);
                return Refused(reader) ?? run();
            }

            if (command == _push.Test.Symbol)
            {
                var run = _push.Test.Bind(plain, reader, _terminal);
                return Refused(reader) ?? run(cancellationToken);
            }

            if (command == _rules.Check)
            {
                var folder = _rules.Bind(plain, reader, _terminal);
                return Refused(reader) ?? _rules.Run(folder, _terminal);
            }

            if (command == _rules.NatLogTry.Symbol)
            {
                var options = _rules.NatLogTry.Bind(plain, reader, _terminal);
                return Refused(reader) ?? _rules.NatLogTry.Run(options, _terminal, NatLogTexts.For(_language));
            }

            if (reader.Problems.Count == 0)
            {
                reader.Problem(_texts.NoVerb, string.Join(", ", command.Subcommands.Select(verb => verb.Name)), Help.PathOf(command));
            }

            return Refused(reader) ?? ExitCode.Usage;
        }
        catch (OutputException problem)
        {
            _terminal.Error.WriteLine($"minerflow: {_texts.CannotWrite}: {problem.Message}");
            return ExitCode.Environment;
        }
    }

    private int Write(string text)
    {
        try
        {
            _terminal.Output.Write(Encoding.UTF8.GetBytes(text));
            return ExitCode.Done;
        }
        catch (IOException problem)
        {
            throw OutputException.At(_texts.StandardOutput, problem);
        }
    }

    /// <summary>Tells all that is wrong; null when nothing is.</summary>
    private int? Refused(OptionReader reader)
    {
        foreach (var problem in reader.Problems.Distinct(StringComparer.Ordinal))
        {
            _terminal.Error.WriteLine($"minerflow: {problem}");
        }

        return reader.Problems.Count > 0 ? ExitCode.Usage : null;
    }

    /// <summary>What is neither an option nor its value. A word that looks like an option is one that does not exist, unless it follows <c>--</c>.</summary>
    private List<string> PlainArguments(ParseResult parsed, string[] arguments, OptionReader reader)
    {
        var command = parsed.CommandResult.Command;
        var words = parsed.CommandResult.Tokens.Select(token => token.Value).Concat(parsed.UnmatchedTokens).ToList();
        var dash = Array.IndexOf(arguments, "--");
        var literal = dash < 0 ? 0 : arguments.Length - dash - 1;
        var plain = new List<string>();
        for (var i = 0; i < words.Count; i++)
        {
            if (i >= words.Count - literal || words[i] == "-" || !words[i].StartsWith('-'))
            {
                if (command.Subcommands.Count > 0)
                {
                    // What follows a command that does not exist cannot be judged.
                    reader.Problem(_texts.UnknownVerb, words[i], Hint(words[i], command.Subcommands.Select(verb => verb.Name)));
                    return [];
                }

                plain.Add(words[i]);
                continue;
            }

            reader.Problem(_texts.UnknownOption, words[i], Hint(words[i], Help.AllOptions(command).Select(option => option.Name)));
        }

        return plain;
    }

    private string Hint(string word, IEnumerable<string> names)
    {
        var name = word.Split('=')[0];
        var near = names.Select(candidate => (candidate, distance: Languages.Distance(name, candidate))).OrderBy(pair => pair.distance).FirstOrDefault();
        return near.candidate is not null && near.distance <= Math.Max(2, name.Length / 3)
            ? string.Format(CultureInfo.InvariantCulture, _texts.DidYouMean, near.candidate)
            : "";
    }

    private static string Version() => ProductVersion.Text;
}
