using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.People;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Ledger.Snapshots;
using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Reporting.Forms;

/// <summary>A file to be written.</summary>
/// <param name="Form">Name of its form.</param>
/// <param name="Name">Of the file, without folders.</param>
/// <param name="Write">Writes it to a stream that can be read and sought.</param>
public sealed record FormFile(string Form, string Name, Action<Stream> Write);

/// <summary>The forms that can be made of one snapshot. The same snapshot gives the same files, byte for byte.</summary>
public sealed class FormSet
{
    private const int MostRowsNamed = 20;

    private readonly FormRules _rules;
    private readonly FormSource _source;

    /// <param name="rules">Which forms there are.</param>
    /// <param name="snapshot">What they show.</param>
    /// <param name="sha256">Digest of the snapshot.</param>
    /// <param name="vault">Opens what of it names people.</param>
    /// <param name="release">Permission to show people in clear; null to mask them.</param>
    public FormSet(FormRules rules, Snapshot snapshot, string sha256, PersonalVault vault, FormRelease? release)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _rules = rules;
        _source = new FormSource(snapshot, sha256, new SnapshotPeople(snapshot, vault), release);
    }

    /// <summary>The files of some forms, or of all.</summary>
    /// <param name="forms">Names of forms; empty for all.</param>
    /// <param name="csv">Character set of a CSV file beside each sheet; null for none.</param>
    /// <exception cref="RefusedException">A form answers lists and a row of them is silent, or there is no such form.</exception>
    public IReadOnlyList<FormFile> Files(IReadOnlyCollection<string> forms, CsvEncoding? csv)
    {
        ArgumentNullException.ThrowIfNull(forms);
        if (forms.FirstOrDefault(form => !_rules.Names.Contains(form)) is { } unknown)
        {
            throw new RefusedException(RefusalKind.Unknown, unknown);
        }

        var kinds = _rules.Kinds.Where(kind => forms.Count == 0 || forms.Contains(kind.Name)).ToList();
        if (kinds.Exists(kind => kind.NeedsWholeLists))
        {
            RequireNoSilence();
        }

        return [.. kinds.SelectMany(kind => Files(kind, csv))];
    }

    /// <summary>A workbook of the user's own, filled in.</summary>
    /// <param name="path">Of the template.</param>
    /// <param name="problems">Takes every placeholder that is not known, by cell; then there is no file.</param>
    /// <exception cref="RefusedException">A row of the lists is silent.</exception>
    public FormFile? FromTemplate(string path, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        RequireNoSilence();
        var before = problems.Count;
        var template = File.ReadAllBytes(path);
        FormTemplate.Fill(new MemoryStream(template), path, new MemoryStream(), source: null, problems);
        return problems.Count > before ? null : new FormFile(
            "template",
            FormFileName.Of(Path.GetFileNameWithoutExtension(path), _source, "", "xlsx"),
            output => FormTemplate.Fill(new MemoryStream(template), path, output, _source, problems));
    }

    private IEnumerable<FormFile> Files(FormKind kind, CsvEncoding? csv)
    {
        var watermark = _source.Release is null && kind.Watermark is { } own ? own : _source.Watermark;
        if (kind.Letter is { } letter)
        {
            yield return new FormFile(kind.Name, FormFileName.Of(kind.Title, _source, "", "docx"), output => LetterWriter.Write(output, letter, _source, watermark));
            yield break;
        }

        yield return new FormFile(kind.Name, FormFileName.Of(kind.Title, _source, "", "xlsx"), output => FormWorkbook.Write(output, kind.Layout!, _source, watermark));
        foreach (var sheet in csv is null ? [] : kind.Layout!.Sheets)
        {
            var part = kind.Layout!.Sheets.Count > 1 ? sheet.Name : "";
            yield return new FormFile(kind.Name, FormFileName.Of(kind.Title, _source, part, "csv"), output => FormWorkbook.WriteCsv(output, sheet, _source, csv!.Value));
        }
    }

    /// <summary>Nothing that answers a list leaves the house while one of its rows has no reviewed answer.</summary>
    private void RequireNoSilence()
    {
        var silent = _source.Snapshot.Answers.Where(line => line.Answer == RowAnswer.Silent)
            .Select(line => $"{line.Batch}:{(line.Table.Length > 0 ? line.Table + "!" : "")}{line.Row.ToString(CultureInfo.InvariantCulture)}").Distinct(StringComparer.Ordinal).ToList();
        if (silent.Count > 0)
        {
            throw new RefusedException(
                RefusalKind.SilentRows,
                silent.Count.ToString(CultureInfo.InvariantCulture),
                string.Join(", ", silent.Take(MostRowsNamed)) + (silent.Count > MostRowsNamed ? ", …" : ""));
        }
    }
}
