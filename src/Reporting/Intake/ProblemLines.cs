using System.Globalization;
using System.Text;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Intake.Headers;
using MinerFlow.Reporting.Intake.Texts;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Reporting.Intake;

/// <summary>Problems as sentences: where, how grave, what stands there, what is wrong and what would be right.</summary>
public sealed class ProblemLines(ListBatch batch, ReportLanguage language)
{
    // What a person needs to recognise a cell.
    private const int ShownCharacters = 60;

    private readonly IntakeTexts _texts = IntakeTexts.For(language);

    public string Of(RowProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        var text = _texts.Kinds[problem.Kind];
        object[] values = [Shown(problem.Found), .. problem.Values.Select(Shown), "", "", ""];
        var column = problem.Meaning == ListColumn.Unknown ? "" : problem.Meaning.Name() + " ";
        var found = problem.Found.Length > 0 && problem.Column > 0 ? $"“{Shown(problem.Found)}” " : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Place(problem)} {_texts.Gravities[problem.Gravity]}: {column}{found}{string.Format(CultureInfo.InvariantCulture, text.What, values)}; {string.Format(CultureInfo.InvariantCulture, text.Right, values)}");
    }

    /// <summary>Such as <c>Sheet1!D7</c>, <c>part.zip/list.csv 第7行第4列</c>.</summary>
    public string Place(RowProblem problem)
    {
        ArgumentNullException.ThrowIfNull(problem);
        if (problem.Table < 0)
        {
            return problem.Found.Length > 0 ? Shown(problem.Found) : _texts.WholeFile;
        }

        var table = batch.Tables[problem.Table];
        if (problem is { Row: 0, Column: 0 })
        {
            return table.Place.Length > 0 ? table.Place : _texts.WholeFile;
        }

        if (table.Sheet.Length > 0)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{table.Place}!{Letters(problem.Column)}{(problem.Row > 0 ? problem.Row : "")}");
        }

        var place = problem.Row == 0 ? _texts.FieldPlace : problem.Column == 0 ? _texts.LinePlace : _texts.LineAndFieldPlace;
        return $"{table.Place} {string.Format(CultureInfo.InvariantCulture, place, problem.Row, problem.Column)}".TrimStart();
    }

    /// <summary>Name of a column as spreadsheets count: 1 is A, 27 is AA.</summary>
    internal static string Letters(int column)
    {
        var letters = new StringBuilder();
        for (; column > 0; column = (column - 1) / 26)
        {
            letters.Insert(0, (char)('A' + ((column - 1) % 26)));
        }

        return letters.ToString();
    }

    private static string Shown(string text) => CellGuard.Printable(text.Length <= ShownCharacters ? text : text[..ShownCharacters] + "…");
}
