using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Reporting.Push;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow push</c>: what waits to go to recipients, and what became of what went.</summary>
internal sealed class PushCommand : DeskCommand
{
    private static readonly string[] Columns =
        ["package", "destination", "sequence", "state", "recipient", "batch", "release", "correction", "made_at", "made_by", "attempts", "next_attempt", "problem", "withdrawal", "id"];

    private static readonly string[] AttemptColumns = ["at", "by", "outcome", "detail"];

    private readonly DeskTexts _desk;
    private readonly PushTexts _texts;

    public PushCommand(CommandTexts common, DeskTexts desk, PushTexts texts)
        : base("push", texts.Verb)
    {
        _desk = desk;
        _texts = texts;
        Test = new PushTestCommand(common, texts);
        var queue = new PushQueueVerbs(common, desk, texts, Show);
        Add([.. queue.All, .. new PushSendVerbs(desk, texts).All, List(), Log(), Retry(), GiveUp(), Resume()]);
        Symbol.Subcommands.Add(Test.Symbol);
    }

    public PushTestCommand Test { get; }

    /// <summary>The destinations of a folder, to be disposed of by the caller; null, and told, when something is wrong with one.</summary>
    public static IReadOnlyList<Destination>? Load(string folder, string? only, Terminal terminal, PushTexts texts)
    {
        var problems = new List<Problem>();
        var destinations = Destination.LoadAll(folder, problems);
        var wanted = only is null ? destinations : [.. destinations.Where(destination => destination.Name == only)];
        if (terminal.Told(problems, texts.Problems))
        {
            return null;
        }

        if (wanted.Count == 0)
        {
            terminal.Error.WriteLine($"minerflow: {string.Format(System.Globalization.CultureInfo.InvariantCulture, texts.NoDestination, only ?? "*", folder)}");
            return null;
        }

        return wanted;
    }

    private DeskVerb List() => new("list", _texts.List, "", _desk, command =>
    {
        var (to, all) = (command.Valued("--to", "NAME", _texts.OnlyTo), command.Flag("--all", _texts.All));
        return call =>
        {
            var (name, isOpen) = (call.Reader.One(to), !call.Reader.Flag(all));
            return (desk, output) =>
            {
                var packages = new DeliveryDesk(desk).List(name, isOpen);
                Show(output, packages);
                return packages.Any(package => package.State == DeliveryState.Dead) ? ExitCode.NeedsPerson : ExitCode.Done;
            };
        };
    });

    private DeskVerb Log() => new("log", _texts.Log, "PACKAGE", _desk, _ => call =>
    {
        var number = call.Number("PACKAGE");
        return (desk, output) =>
        {
            var deliveries = new DeliveryDesk(desk);
            deliveries.Find(number);
            output.Write(
                DeskColumn.Of(AttemptColumns, _texts.AttemptColumns),
                deliveries.Attempts(number).Select(attempt => new object?[] { attempt.At, attempt.MadeBy, attempt.Outcome ?? _texts.CutOff, attempt.Detail }),
                _desk.Word);
            return ExitCode.Done;
        };
    });

    private DeskVerb Retry() => new("retry", _texts.Retry, "PACKAGE", _desk, _ => call =>
    {
        var number = call.Number("PACKAGE");
        return (desk, output) => Answered(desk, output, number, deliveries => deliveries.Retry(number));
    });

    private DeskVerb GiveUp() => new("give-up", _texts.GiveUp, "PACKAGE", _desk, command =>
    {
        var reason = command.Valued("--reason", "TEXT", _desk.Reason);
        return call =>
        {
            var (number, why) = (call.Number("PACKAGE"), call.Reader.One(reason) ?? "");
            return (desk, output) => Answered(desk, output, number, deliveries => deliveries.GiveUp(number, why));
        };
    });

    private DeskVerb Resume() => new("resume", _texts.Resume, "DESTINATION", _desk, command =>
    {
        var last = command.Valued("--last", "NUMBER", _texts.Last);
        return call =>
        {
            var (name, number) = (call.Text("DESTINATION"), call.Reader.Whole(last, -1, 0, long.MaxValue));
            if (number < 0 && call.Reader.Problems.Count == 0)
            {
                call.Reader.Problem(_desk.MissingArgument, last.Name);
            }

            return (desk, output) =>
            {
                output.Note(_texts.Resumed, name, new DeliveryDesk(desk).CountFrom(name, number));
                return ExitCode.Done;
            };
        };
    });

    private int Answered(LedgerDesk desk, DeskOutput output, long number, Action<DeliveryDesk> step)
    {
        var deliveries = new DeliveryDesk(desk);
        step(deliveries);
        Show(output, [deliveries.Find(number)]);
        return ExitCode.Done;
    }

    private void Show(DeskOutput output, IReadOnlyList<Delivery> packages) => output.Write(
        DeskColumn.Of(Columns, _texts.Columns),
        packages.Select(package => new object?[]
        {
            package.Number, package.Destination, package.Sequence, package.State, package.Recipient, package.Batch, package.Release, package.Correction, package.MadeAt, package.MadeBy,
            package.Attempts, package.State == DeliveryState.Waiting ? package.NextAttempt : null, package.Problem, package.Withdrawal, package.Id,
        }),
        _desk.Word);
}
