using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Reporting.Workbooks;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Reporting.HitLists;

/// <summary>One column of a hit list, the same in CSV and workbook.</summary>
/// <param name="Chinese">Heading in Chinese, worded as the regulator's forms are.</param>
/// <param name="English">Heading in English.</param>
/// <param name="Width">Width in a workbook, in characters of the default font.</param>
/// <param name="Read">The cell for one sighting.</param>
internal sealed record HitListColumn(string Chinese, string English, double Width, Func<HitListRow, SheetCell> Read)
{
    public string Heading(ReportLanguage language) => language == ReportLanguage.Chinese ? Chinese : English;
}

/// <summary>A sighting on its way into a row.</summary>
/// <param name="Number">Row number, counted from 1.</param>
/// <param name="Sighting">What the row is about.</param>
/// <param name="Offset">Offset from UTC in which moments are shown.</param>
/// <param name="Texts">Words in the language of the list.</param>
internal sealed record HitListRow(long Number, Sighting Sighting, TimeSpan Offset, ReportTexts Texts)
{
    public MiningEvent Event => Sighting.Best.Event;

    public Attribution? Attribution => Sighting.Best.Attribution;

    /// <summary>The subscribers that fit, masked, in the order of the answer.</summary>
    public IEnumerable<(AttributionCandidate Candidate, Subscriber? Shown)> Candidates =>
        (Attribution?.Candidates ?? []).Select(candidate => (candidate, candidate.Subscriber is { } clear ? Masking.Mask(clear) : null));

    /// <summary>What the candidates say of one field, each answer once.</summary>
    public string OfCandidates(Func<AttributionCandidate, Subscriber?, string?> read) =>
        string.Join("; ", Candidates.Select(pair => read(pair.Candidate, pair.Shown)).Where(text => !string.IsNullOrEmpty(text)).Distinct(StringComparer.Ordinal));
}
