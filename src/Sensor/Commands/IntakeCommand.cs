using System.CommandLine;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Rules;
using MinerFlow.Enrichment.Subscribers.Questions;
using MinerFlow.Reporting.Intake;
using MinerFlow.Reporting.Intake.Cells;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>What <c>minerflow intake</c> was asked, checked.</summary>
internal sealed record IntakeCommandOptions
{
    /// <summary>Files in the order given; <c>-</c> is standard input.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public required IntakeOptions List { get; init; }

    public required string Rules { get; init; }

    public bool IsJson { get; init; }

    public string? Output { get; init; }

    /// <summary>Problems shown; 0 for all.</summary>
    public int Rows { get; init; }

    /// <summary>The ledger that lists are compared with; null for a look at the list alone.</summary>
    public DeskArguments? Desk { get; init; }

    /// <summary>Store the lists; without it nothing is stored.</summary>
    public bool Accepts { get; init; }
}

/// <summary><c>minerflow intake</c>: its options, and what they mean once checked.</summary>
internal sealed class IntakeCommand
{
    private const string OwnCarriers = "telecom|unicom|mobile|broadnet";

    private readonly CommandTexts _common;
    private readonly IntakeCommandTexts _texts;
    private readonly Option<string[]> _received;
    private readonly Option<string[]> _sender;
    private readonly Option<string[]> _document;
    private readonly Option<string[]> _platform;
    private readonly Option<string[]> _deadline;
    private readonly Option<string[]> _timeZone;
    private readonly Option<string[]> _seen;
    private readonly Option<string[]> _dateOrder;
    private readonly Option<string[]> _dateSystem;
    private readonly Option<string[]> _numbers;
    private readonly Option<string[]> _wildcards;
    private readonly Option<string[]> _fillDown;
    private readonly Option<string[]> _most;
    private readonly Option<string[]> _carrier;
    private readonly Option<string[]> _format;
    private readonly Option<string[]> _output;
    private readonly Option<string[]> _rows;
    private readonly Option<string[]> _rules;
    private readonly Option<string[]> _yes;
    private readonly DeskOptions _desk;

    public IntakeCommand(CommandTexts common, IntakeCommandTexts texts, DeskTexts desk)
    {
        _common = common;
        _texts = texts;
        Symbol = new Command("intake", texts.Verb);
        Symbol.Arguments.Add(new Argument<string[]>("FILE") { Description = texts.File, Arity = ArgumentArity.ZeroOrMore });
        _received = Symbol.Valued("--received", "TIME", texts.Received);
        _sender = Symbol.Valued("--sender", "NAME", texts.Sender);
        _document = Symbol.Valued("--document-number", "TEXT", texts.DocumentNumber);
        _platform = Symbol.Valued("--platform", "NAME", texts.Platform);
        _deadline = Symbol.Valued("--deadline", "TIME", texts.Deadline);
        _timeZone = Symbol.Valued("--time-zone", "+08:00", texts.TimeZone);
        _seen = Symbol.Valued("--seen", "TIME", texts.Seen);
        _dateOrder = Symbol.Valued("--date-order", "ymd|mdy|dmy", texts.DateOrder);
        _dateSystem = Symbol.Valued("--date-system", "1900|1904", texts.DateSystem);
        _numbers = Symbol.Flag("--number-addresses", texts.NumberAddresses);
        _wildcards = Symbol.Flag("--wildcards", texts.Wildcards);
        _fillDown = Symbol.Flag("--fill-down", texts.FillDown);
        _most = Symbol.Valued("--most-addresses", "COUNT", texts.MostAddresses);
        _carrier = Symbol.Valued("--own-carrier", OwnCarriers, texts.OwnCarrier);
        _format = Symbol.Valued("--format", "table|jsonl", texts.Format);
        _output = Symbol.Valued("--output", "FILE", common.Output);
        _rows = Symbol.Valued("--rows", "COUNT", texts.Rows);
        _rules = Symbol.Valued("--rules", "DIR", common.Rules);
        _yes = Symbol.Flag("--yes", texts.Yes);
        _desk = new DeskOptions(Symbol, desk);
    }

    public Command Symbol { get; }

    /// <summary>The options as a checked whole; what is wrong is left in <paramref name="reader"/>, and then the result is not to be used.</summary>
    public IntakeCommandOptions Bind(IReadOnlyList<string> plain, OptionReader reader, Terminal terminal)
    {
        if (plain.Count == 0)
        {
            reader.Problem(_texts.NoFile);
        }

        foreach (var path in plain.Where(path => path != "-" && !File.Exists(path)))
        {
            reader.Problem(_common.NoSuchFile, "FILE", path);
        }

        var rules = reader.One(_rules) ?? Path.Combine(terminal.ProgramFolder, "rules");
        if (!Directory.Exists(rules))
        {
            reader.Problem(_common.NoSuchFolder, _rules.Name, rules);
        }

        var desk = _desk.BindIfNamed(reader);
        if (reader.Flag(_yes) && desk is null && reader.Problems.Count == 0)
        {
            reader.Problem(_common.OnlyWith, _yes.Name, "--ledger");
        }

        var offset = reader.Offset(_timeZone, ReplayOptions.DefaultOffset);
        var carrier = reader.Choice(_carrier, -1, OwnCarriers.Split('|'));
        return new IntakeCommandOptions
        {
            Files = plain,
            Rules = rules,
            Desk = desk,
            Accepts = reader.Flag(_yes),
            IsJson = reader.Choice(_format, 0, "table", "jsonl") == 1,
            Output = reader.One(_output),
            Rows = (int)reader.Whole(_rows, 200, 0, int.MaxValue),
            List = new IntakeOptions
            {
                ReceivedAt = Moment(_received, offset, reader) ?? terminal.Time.GetUtcNow().ToOffset(offset),
                Sender = reader.One(_sender),
                DocumentNumber = reader.One(_document),
                Platform = reader.One(_platform),
                Deadline = Moment(_deadline, offset, reader),
                UtcOffset = offset,
                Seen = reader.One(_seen),
                DateOrder = (DateOrder)(1 + reader.Choice(_dateOrder, -1, "ymd", "mdy", "dmy")),
                CountsFrom1904 = reader.Choice(_dateSystem, -1, "1900", "1904") is var system && system >= 0 ? system == 1 : null,
                AcceptsNumberAddresses = reader.Flag(_numbers),
                AcceptsWildcards = reader.Flag(_wildcards),
                FillsRegionsDown = reader.Flag(_fillDown),
                MostAddresses = (int)reader.Whole(_most, 256, 1, 65_536),
                OwnCarrier = carrier < 0 ? null : OwnCarriers.Split('|')[carrier],
                PoolPorts = PoolPorts(rules),
            },
        };
    }

    /// <summary>Ports that miners dial, as the rules of the protocols know them; what is wrong with those is the business of <c>rules check</c>.</summary>
    private static HashSet<ushort> PoolPorts(string rules) =>
        Directory.Exists(rules) ? [.. RuleSet.Load(rules, new List<Problem>()).Protocols.SelectMany(rule => rule.Ports).Select(port => (ushort)port)] : [];

    private DateTimeOffset? Moment(Option<string[]> option, TimeSpan offset, OptionReader reader)
    {
        if (reader.One(option) is not { } text)
        {
            return null;
        }

        if (QuestionTable.TryReadTime(text, offset, TimePrecision.AsWritten, out var window, out _))
        {
            return window.From.ToDateTimeOffset().ToOffset(offset);
        }

        reader.Problem(_texts.BadTime, option.Name, text);
        return null;
    }
}
