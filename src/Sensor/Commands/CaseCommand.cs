using System.CommandLine;
using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Cases;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow case</c>: cases and their steps.</summary>
internal sealed class CaseCommand : DeskCommand
{
    private readonly DeskTexts _desk;
    private readonly CaseTexts _texts;

    public CaseCommand(DeskTexts desk, CaseTexts texts)
        : base("case", texts.Verb)
    {
        _desk = desk;
        _texts = texts;
        Add(List(), Show(), Report(), Move(), Act(), Observe(), Clear(), Hold(), Scan(), Health());
    }

    private DeskVerb List() => new("list", _texts.List, "", _desk, command =>
    {
        var (region, state) = (command.Valued("--region", "CODE", _texts.Region), command.Valued("--state", "WORD", _texts.State));
        var (after, most) = (command.Valued("--after", "CASE", _texts.After), command.Valued("--most", "NUMBER", _texts.Most));
        return call =>
        {
            var filter = new CaseFilter
            {
                Region = call.Reader.One(region),
                State = call.Word<CaseState>(state),
                After = call.Reader.Whole(after, 0, 0, long.MaxValue),
                Most = (int)call.Reader.Whole(most, 100, 1, 100_000),
            };
            return (desk, output) =>
            {
                WriteCases(desk, output, new CaseDesk(desk).Find(filter));
                return ExitCode.Done;
            };
        };
    });

    private DeskVerb Show() => new("show", _texts.Show, "CASE", _desk, _ => call =>
    {
        var id = call.Number("CASE");
        return (desk, output) =>
        {
            var cases = new CaseDesk(desk);
            WriteCases(desk, output, [cases.Read(id)]);
            output.Write(
                Columns("step", "at", "actor", "duty", "from", "to", "reason"),
                cases.Steps(id).Select(step => new object?[] { step.Number, step.At, step.Actor, step.Duty, step.From, step.To, step.Reason }),
                _desk.Word);
            return ExitCode.Done;
        };
    });

    private DeskVerb Report() => new("report", _texts.Report, "", _desk, command =>
    {
        var (account, region) = (command.Valued("--account", "TEXT", _texts.Account), command.Valued("--region", "CODE", _texts.Region));
        var reason = command.Valued("--reason", "TEXT", _desk.Reason);
        return call =>
        {
            var (named, code, why) = (call.Reader.One(account), call.Reader.One(region), call.Reader.One(reason) ?? "");
            if (named is null)
            {
                call.Reader.Problem(_desk.MissingArgument, account.Name);
            }

            return (desk, output) =>
            {
                output.Note(_texts.Opened, new CaseDesk(desk).Report(new SubjectIdentity(named!, Subscriber: null), PacketTime.From(desk.Time.GetUtcNow()), code, why));
                return ExitCode.Done;
            };
        };
    })
    {
        Begins = true,
    };

    private DeskVerb Move() => Step("move", _texts.Move, "CASE STATE", call =>
    {
        var state = call.Word<CaseState>("STATE");
        return (cases, id, why) => cases.Move(id, state, why);
    });

    private DeskVerb Act() => Step("act", _texts.Act, "CASE MEASURE", call =>
    {
        var measure = call.Word<CaseMeasure>("MEASURE");
        return (cases, id, why) => cases.Act(id, measure, why);
    });

    private DeskVerb Observe() => Step("observe", _texts.Observe, "CASE", command =>
    {
        var (days, sources) = (command.Valued("--days", "NUMBER", _texts.Days), command.Valued("--source", "NAME", _texts.Source));
        return call =>
        {
            var (length, names) = ((int)call.Reader.Whole(days, 7, 1, 366), call.Reader.Many(sources));
            if (names.Count == 0)
            {
                call.Reader.Problem(_texts.NoSource);
            }

            return (cases, id, why) => cases.Observe(id, length, names, why);
        };
    });

    private DeskVerb Clear() => Step("clear", _texts.Clear, "CASE", _ => (cases, id, why) => cases.Clear(id, why));

    private DeskVerb Hold() => Step("hold", _texts.Hold, "CASE", command =>
    {
        var letGo = command.Flag("--let-go", _texts.LetGo);
        return call =>
        {
            var isHeld = !call.Reader.Flag(letGo);
            return (cases, id, why) => cases.Hold(id, isHeld, why);
        };
    });

    private DeskVerb Scan() => new("scan", _texts.Scan, "", _desk, _ => _ => (desk, output) =>
    {
        var (told, known) = new CaseScan(desk).Run();
        output.Note(_texts.Scanned, told, known);
        return ExitCode.Done;
    });

    private DeskVerb Health() => new("coverage", _texts.Coverage, "SOURCE", _desk, command =>
    {
        var (from, to) = (command.Valued("--from", "TIME", _texts.From), command.Valued("--to", "TIME", _texts.To));
        return call =>
        {
            var (source, first, last) = (call.Text("SOURCE"), call.Moment(from), call.Moment(to));
            if (first is null || last is null || last <= first)
            {
                call.Reader.Problem(_texts.NoSpan);
            }

            return (desk, _) =>
            {
                new Coverage(desk).Record(source, PacketTime.From(first!.Value), PacketTime.From(last!.Value));
                return ExitCode.Done;
            };
        };
    });

    private DeskVerb Step(string name, string description, string arguments, Func<DeskCall, Action<CaseDesk, long, string>> bind) =>
        Step(name, description, arguments, (Command _) => bind);

    /// <summary>A verb that takes one step with one case, for a reason.</summary>
    private DeskVerb Step(string name, string description, string arguments, Func<Command, Func<DeskCall, Action<CaseDesk, long, string>>> declare) =>
        new(name, description, arguments, _desk, command =>
        {
            var bind = declare(command);
            var reason = command.Valued("--reason", "TEXT", _desk.Reason);
            return call =>
            {
                var id = call.Number("CASE");
                var step = bind(call);
                var why = call.Reader.One(reason) ?? "";
                return (desk, output) =>
                {
                    var cases = new CaseDesk(desk);
                    step(cases, id, why);
                    output.Note(_texts.Moved, id, _desk.Word(cases.Read(id).State));
                    return ExitCode.Done;
                };
            };
        });

    private void WriteCases(LedgerDesk desk, DeskOutput output, IEnumerable<CaseRecord> cases) => output.Write(
        Columns("case", "region", "state", "subject", "judgement", "k1", "k2", "k3", "opened", "state_since", "last_seen", "measure", "observe_until", "months", "relapses", "held"),
        cases.Select(record => new object?[]
        {
            record.Id, record.Region, record.State, record.Subject, record.Judgement, record.IsConcentrated, record.IsPublicResource, record.IsBitcoin, record.OpenedAt, record.StateAt,
            record.LastSeen.ToDateTimeOffset(), record.Measure, record.ObserveUntil, record.MonthsUncleared(desk.Time.GetUtcNow()), record.Relapses, record.IsHeld,
        }),
        _desk.Word);

    private List<DeskColumn> Columns(params string[] names) => [.. names.Select(name => new DeskColumn(name, _texts.Titles[name]))];
}
