using System.Globalization;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Headers;
using MinerFlow.Reporting.Intake.Texts;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Reporting.Intake;

/// <summary>What a person sees before a list is accepted: what was read, what becomes of it, and every problem by its cell.</summary>
public sealed class BatchPreview(ListBatch batch, AcceptedBatch? known, ReportLanguage language)
{
    private readonly IntakeTexts _texts = IntakeTexts.For(language);

    /// <param name="output">Takes lines of text.</param>
    /// <param name="mostProblems">Problems shown at most, the gravest first; 0 for all.</param>
    public void Write(TextWriter output, int mostProblems)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.WriteLine($"{_texts.File}: {batch.File.Name}  SHA-256 {batch.File.Sha256}  SM3 {batch.File.Sm3}");
        if (known is not null)
        {
            Line(output, _texts.KnownFile, known.FileName, known.AcceptedAt.ToOffset(batch.UtcOffset).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
        }

        foreach (var (index, table) in batch.Tables.Index())
        {
            var columns = table.Columns.Where(column => column != ListColumn.Unknown).Select(ListColumns.Name);
            Line(output, _texts.Table, $"{index} {table.Place}".TrimEnd(), table.HeaderRow, string.Join('、', columns));
        }

        WriteProblems(output, mostProblems);
        Line(
            output, _texts.Rows, batch.Rows.Count, batch.Count(RowDisposition.Accepted), batch.Count(RowDisposition.Returned), batch.Count(RowDisposition.Duplicate), batch.Count(RowDisposition.Noise));
        var changes = batch.Rows.Where(row => row.Disposition == RowDisposition.Accepted).SelectMany(row => row.Entries).CountBy(entry => entry.Change).ToDictionary();
        int Changed(EntryChange change) => changes.GetValueOrDefault(change);
        Line(
            output, _texts.Changes, changes.Values.Sum(), Changed(EntryChange.New), Changed(EntryChange.Repeated), Changed(EntryChange.Again), Changed(EntryChange.Reopened), batch.Gone.Count);
    }

    private void WriteProblems(TextWriter output, int mostProblems)
    {
        var problems = batch.Problems.Concat(batch.Rows.SelectMany(row => row.Problems)).OrderByDescending(problem => problem.Gravity).ToList();
        var lines = new ProblemLines(batch, language);
        var shown = mostProblems == 0 ? problems.Count : Math.Min(mostProblems, problems.Count);
        foreach (var problem in problems.Take(shown))
        {
            output.WriteLine(lines.Of(problem));
        }

        if (shown < problems.Count)
        {
            Line(output, _texts.More, problems.Count - shown);
        }

        foreach (var reason in batch.Rows.Where(row => row.Disposition == RowDisposition.Returned).GroupBy(row => row.Reason).OrderBy(group => group.Key))
        {
            Line(output, _texts.Returned, reason.Count(), _texts.Reasons[reason.Key]);
        }

        int Count(ProblemGravity gravity) => problems.Count(problem => problem.Gravity == gravity);
        Line(output, _texts.Problems, Count(ProblemGravity.Error), Count(ProblemGravity.Warning), Count(ProblemGravity.Note));
    }

    private static void Line(TextWriter output, string text, params object[] values) => output.WriteLine(string.Format(CultureInfo.InvariantCulture, text, values));
}
