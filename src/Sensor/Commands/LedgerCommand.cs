using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Retention;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow ledger</c>: what the ledger itself needs.</summary>
internal sealed class LedgerCommand : DeskCommand
{
    private readonly CommandTexts _common;
    private readonly DeskTexts _desk;
    private readonly LedgerTexts _texts;

    public LedgerCommand(CommandTexts common, DeskTexts desk, LedgerTexts texts)
        : base("ledger", texts.Verb)
    {
        _common = common;
        _desk = desk;
        _texts = texts;
        Add(Backup(), Restore(), RotateKeys(), Retention(), Plan(), Approve());
    }

    private DeskVerb Backup() => new("backup", _texts.Backup, "FILE", _desk, _ => call =>
    {
        var path = call.Text("FILE");
        if (path.Length > 0 && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            call.Reader.Problem(_common.NoSuchFolder, "FILE", folder);
        }

        return (desk, output) =>
        {
            // Whole under its name, or not there at all.
            var part = path + ".part";
            long rows;
            using (var file = new FileStream(part, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
            {
                rows = new LedgerKeeper(desk).Backup(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
            output.Note(_texts.BackedUp, rows, path);
            return ExitCode.Done;
        };
    });

    private DeskVerb Restore() => new("restore", _texts.Restore, "FILE", _desk, _ => call =>
    {
        var path = call.Text("FILE");
        if (path.Length > 0 && !File.Exists(path))
        {
            call.Reader.Problem(_common.NoSuchFile, "FILE", path);
        }

        return (desk, output) =>
        {
            using var file = File.OpenRead(path);
            output.Note(_texts.Restored, new LedgerKeeper(desk).Restore(file, path), path);
            return ExitCode.Done;
        };
    })
    {
        Begins = true,
    };

    private DeskVerb RotateKeys() => new("rotate-keys", _texts.RotateKeys, "", _desk, _ => _ => (desk, output) =>
    {
        output.Note(_texts.Rotated, new LedgerKeeper(desk).RotateKeys());
        return ExitCode.Done;
    });

    private DeskVerb Retention() => WithRules("retention", _texts.Retention, "", (retention, rules, _, output) =>
    {
        WriteItems(output, rules, retention.DryRun());
        return ExitCode.Done;
    });

    private DeskVerb Plan() => WithRules("plan", _texts.Plan, "", (retention, rules, _, output) =>
    {
        if (retention.Plan() is not { } id)
        {
            output.Note(_texts.NothingExpired);
            return ExitCode.Done;
        }

        WriteItems(output, rules, retention.DryRun());
        output.Note(_texts.Planned, id);
        return ExitCode.NeedsPerson;
    });

    private DeskVerb Approve() => WithRules("approve", _texts.Approve, "PURGE", (retention, rules, id, output) =>
    {
        WriteItems(output, rules, retention.Approve(id));
        return ExitCode.Done;
    });

    private DeskVerb WithRules(string name, string description, string argument, Func<RetentionDesk, RetentionRules, long, DeskOutput, int> work) =>
        new(name, description, argument, _desk, command =>
        {
            var folder = command.Valued("--rules", "DIR", _common.Rules);
            return call =>
            {
                var id = argument.Length > 0 ? call.Number(argument) : 0;
                var path = Path.Combine(call.Reader.One(folder) ?? Path.Combine(call.Terminal.ProgramFolder, "rules"), "retention.csv");
                return (desk, output) =>
                {
                    var problems = new List<Problem>();
                    var rules = RetentionRules.Load(path, problems);
                    problems.ForEach(problem => call.Terminal.Error.WriteLine(problem));

                    // A mistaken number of days would delete what should stay.
                    return problems.Count > 0 ? ExitCode.Usage : work(new RetentionDesk(desk, rules), rules, id, output);
                };
            };
        });

    private void WriteItems(DeskOutput output, RetentionRules rules, IReadOnlyList<PurgeItems> expired) => output.Write(
        [new DeskColumn("class", _texts.ClassTitle), new DeskColumn("days", _texts.DaysTitle), new DeskColumn("count", _texts.CountTitle), new DeskColumn("items", _texts.ItemsTitle)],
        expired.Select(items => new object?[] { items.Class, rules.DaysOf(items.Class), items.Items.Count, items.Items }),
        word => _texts.Classes.GetValueOrDefault(word) ?? word.ToString());
}
