using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Reporting.Intake.Texts;

/// <summary>What is wrong, and what would be right. {0} is the cell as written, {1} and on are the values of the problem.</summary>
internal sealed record ProblemText(string What, string Right);

/// <summary>The words of the preview of a list, one instance for each language; a text that one of them lacks does not compile, but for problems, which a test counts.</summary>
internal sealed partial record IntakeTexts
{
    public required string File { get; init; }

    /// <summary>{0} name, {1} when.</summary>
    public required string KnownFile { get; init; }

    /// <summary>{0} place, {1} header row, {2} columns that are known.</summary>
    public required string Table { get; init; }

    /// <summary>{0} rows, {1} accepted, {2} returned, {3} duplicates, {4} without a question.</summary>
    public required string Rows { get; init; }

    /// <summary>{0} questions, {1} new, {2} repeated, {3} at another time, {4} reopened, {5} gone.</summary>
    public required string Changes { get; init; }

    /// <summary>{0} errors, {1} warnings, {2} notes.</summary>
    public required string Problems { get; init; }

    /// <summary>{0} problems that were not shown.</summary>
    public required string More { get; init; }

    public required string WholeFile { get; init; }

    /// <summary>{0} line.</summary>
    public required string LinePlace { get; init; }

    /// <summary>{1} field.</summary>
    public required string FieldPlace { get; init; }

    /// <summary>{0} line, {1} field.</summary>
    public required string LineAndFieldPlace { get; init; }

    public required IReadOnlyDictionary<ProblemGravity, string> Gravities { get; init; }

    public required IReadOnlyDictionary<ReturnReason, string> Reasons { get; init; }

    /// <summary>{0} rows, {1} reason.</summary>
    public required string Returned { get; init; }

    public required IReadOnlyDictionary<RowProblemKind, ProblemText> Kinds { get; init; }

    public static IntakeTexts For(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;
}
