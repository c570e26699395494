using System.Globalization;
using System.Security.Cryptography;
using MinerFlow.Abstractions;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Releases;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Reporting.Forms;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Intake.Rules;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary><c>minerflow report</c>: snapshots of the ledger, and the forms made of them.</summary>
internal sealed class ReportCommand : DeskCommand
{
    private static readonly string[] SnapshotColumns = ["snapshot", "taken_at", "taken_by", "week", "answers", "cases", "purpose", "sha256"];
    private static readonly string[] FileColumns = ["form", "file", "sha256"];

    private readonly CommandTexts _common;
    private readonly DeskTexts _desk;
    private readonly ReportCommandTexts _texts;

    public ReportCommand(CommandTexts common, DeskTexts desk, ReportCommandTexts texts)
        : base("report", texts.Verb)
    {
        _common = common;
        _desk = desk;
        _texts = texts;
        Add([Snapshot(), List(), Write(), .. new ReleaseVerbs(desk, texts).All]);
    }

    private DeskVerb Snapshot() => new("snapshot", _texts.Snapshot, "", _desk, command =>
    {
        var (batch, purpose) = (command.Valued("--batch", "BATCH", _texts.Batch), command.Valued("--purpose", "TEXT", _texts.Purpose));
        var registers = RegisterFile.Names.Select(name => (Name: name, Option: command.Valued($"--{name}", "FILE", string.Format(CultureInfo.InvariantCulture, _texts.Register, name)))).ToList();
        var rules = command.Valued("--rules", "DIR", _common.Rules);
        return call =>
        {
            var batches = call.Reader.Many(batch).Select(text => call.Number(batch.Name, text)).ToList();
            var reason = call.Reader.One(purpose) ?? "";
            var folder = call.RulesFolder(rules);
            var files = registers.Select(register => (register.Name, Path: call.Reader.ExistingFile(register.Option))).Where(register => register.Path is not null).ToList();
            return (desk, output) =>
            {
                var problems = new List<Problem>();
                var request = new SnapshotRequest
                {
                    Profile = ReportingRules.Load(folder, problems),
                    UtcOffset = call.Offset,
                    Purpose = reason,
                    Batches = batches,
                    Regions = [.. IntakeRules.Load(folder, problems).Counties.Select(county => (county.Code, county.Name))],
                    Registers = [.. files.SelectMany(file => RegisterFile.Read(file.Name, file.Path!, problems).Select(fields => (file.Name, fields)))],
                };
                if (call.Terminal.Told(problems, _desk.Problems))
                {
                    return ExitCode.Usage;
                }

                Show(output, [new SnapshotDesk(desk).Take(request)]);
                return ExitCode.Done;
            };
        };
    });

    private DeskVerb List() => new("list", _texts.List, "", _desk, _ => _ => (desk, output) =>
    {
        Show(output, new SnapshotStore(desk).List());
        return ExitCode.Done;
    });

    private DeskVerb Write() => new("write", _texts.Write, "SNAPSHOT", _desk, command =>
    {
        var (form, folder, csv) = (command.Valued("--form", "NAME", _texts.Form), command.Valued("--output", "DIR", _texts.Output), command.Valued("--csv", "utf8|gb18030", _texts.Csv));
        var (release, recipient) = (command.Valued("--release", "NUMBER", _texts.Release), command.Valued("--recipient", "TEXT", _texts.Recipient));
        var (template, rules) = (command.Valued("--template", "FILE", _texts.Template), command.Valued("--rules", "DIR", _common.Rules));
        return call =>
        {
            var wanted = new WantedForms
            {
                Snapshot = call.Number("SNAPSHOT"),
                Forms = call.Reader.Many(form),
                Folder = call.Reader.One(folder) ?? ".",
                Csv = call.Reader.Choice(csv, -1, "utf8", "gb18030") switch { 0 => CsvEncoding.Utf8, 1 => CsvEncoding.Gb18030, _ => null },
                Release = call.Reader.Whole(release, 0, 1, long.MaxValue),
                Recipient = call.Reader.One(recipient),
                Template = call.Reader.ExistingFile(template),
                Rules = call.RulesFolder(rules),
            };
            if (wanted is { Release: > 0, Recipient: not null })
            {
                call.Reader.Problem(_texts.BadCombination);
            }

            return (desk, output) => Write(wanted, desk, output, call.Terminal);
        };
    });

    private int Write(WantedForms wanted, LedgerDesk desk, DeskOutput output, Terminal terminal)
    {
        var problems = new List<Problem>();
        var rules = FormRules.Load(wanted.Rules, problems);
        if (terminal.Told(problems, _desk.Problems))
        {
            return ExitCode.Usage;
        }

        var forms = SnapshotForms.Read(desk, wanted.Snapshot);
        var release = wanted.Release == 0 ? null : forms.ReleaseOf(wanted.Release);
        if (wanted.Release > 0 && release is null)
        {
            output.Note(_texts.NoBatchOfRelease, wanted.Release);
            return ExitCode.NeedsPerson;
        }

        var set = forms.Set(rules, release);
        var files = wanted.Template is { } template ? set.FromTemplate(template, problems) is { } filled ? [filled] : [] : set.Files(wanted.Forms, wanted.Csv);
        if (terminal.Told(problems, _desk.Problems))
        {
            output.Note(_texts.TemplateBad, problems.Count);
            return ExitCode.Usage;
        }

        Directory.CreateDirectory(wanted.Folder);
        var written = files.Select(file => (file.Form, Path: Path.Combine(wanted.Folder, file.Name), Sha256: StageFile(wanted.Folder, file, release is not null))).ToList();

        try
        {
            Record(wanted, desk, forms.Batches, release, [.. written.Select(file => (Path.GetFileName(file.Path), file.Sha256))]);
        }
        catch
        {
            written.ForEach(file => OutputTarget.Discard(file.Path));
            throw;
        }

        written.ForEach(file => OutputTarget.Reveal(file.Path));
        output.Write(DeskColumn.Of(FileColumns, _texts.FileColumns), written.Select(file => new object?[] { file.Form, file.Path, file.Sha256 }), _desk.Word);
        return ExitCode.Done;
    }

    /// <summary>Recorded before they have their names: a stop in between leaves a record of a file that nobody has, never a file without a record.</summary>
    private static void Record(WantedForms wanted, LedgerDesk desk, IReadOnlyList<long> batches, Release? release, List<(string Name, string Sha256)> files)
    {
        new SnapshotDesk(desk).Wrote(wanted.Snapshot, files, release is null ? null : ReleaseDesk.NameOf(release.Id));
        if ((release?.Recipient ?? wanted.Recipient) is not { } recipient)
        {
            return;
        }

        foreach (var batch in release is null ? batches : [release.Batch])
        {
            foreach (var (name, sha256) in files)
            {
                new ReleaseDesk(desk).Disclosed(batch, release?.Id, recipient, name, sha256);
            }
        }
    }

    private static string StageFile(string folder, FormFile file, bool isPrivate)
    {
        var sha256 = "";
        OutputTarget.Stage(
            Path.Combine(folder, file.Name),
            stream =>
            {
                file.Write(stream);
                stream.Position = 0;
                sha256 = Convert.ToHexStringLower(SHA256.HashData(stream));
            },
            isPrivate);
        return sha256;
    }

    private void Show(DeskOutput output, IReadOnlyList<SnapshotEntry> entries) => output.Write(
        DeskColumn.Of(SnapshotColumns, _texts.Columns),
        entries.Select(entry => new object?[] { entry.Number, entry.TakenAt, entry.TakenBy, entry.Week, entry.Answers, entry.Cases, entry.Purpose, entry.Sha256 }),
        _desk.Word);

    private sealed record WantedForms
    {
        public required long Snapshot { get; init; }

        public required IReadOnlyList<string> Forms { get; init; }

        public required string Folder { get; init; }

        public CsvEncoding? Csv { get; init; }

        /// <summary>0 for none.</summary>
        public long Release { get; init; }

        public string? Recipient { get; init; }

        public string? Template { get; init; }

        public required string Rules { get; init; }
    }
}
