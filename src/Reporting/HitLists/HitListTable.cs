using MinerFlow.Enrichment;
using MinerFlow.Reporting.Texts;
using Spectre.Console;

namespace MinerFlow.Reporting.HitLists;

/// <summary>How a table is drawn.</summary>
/// <param name="Width">Columns of the terminal, or of the page when there is none.</param>
/// <param name="Colours">Draw with colours and styles.</param>
/// <param name="Language">Language of headings and words.</param>
/// <param name="Offset">Offset from UTC in which moments are shown.</param>
/// <param name="MostRows">Hits shown; 0 shows all.</param>
public sealed record HitListTableSettings(int Width, bool Colours, ReportLanguage Language, TimeSpan Offset, int MostRows)
{
    /// <summary>Reasons that only one protocol gives, by the English words of its evidence.</summary>
    public IReadOnlyDictionary<string, string> ReasonsInChinese { get; init; } = new Dictionary<string, string>();
}

/// <summary>Draws a hit list for people: a table where it fits, one paragraph for each hit where it does not.</summary>
public static class HitListTable
{
    /// <summary>Narrowest page on which the columns stay readable: addresses, rates and moments whole, and 14 for the reason.</summary>
    private const int NarrowestTable = 124;

    /// <summary>What the column of subscribers needs besides.</summary>
    private const int SubscriberWidth = 20;

    public static void Write(TextWriter output, IReadOnlyList<Sighting> sightings, HitListSummary summary, HitListTableSettings settings)
    {
        ArgumentNullException.ThrowIfNull(sightings);
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(settings);
        var console = Console(output, settings);
        var texts = ReportTexts.For(settings.Language, settings.ReasonsInChinese);
        var shown = settings.MostRows > 0 && sightings.Count > settings.MostRows ? sightings.Take(settings.MostRows).ToList() : sightings;
        var cells = shown.Select(sighting => new HitListTableRow(sighting, settings.Offset, texts)).ToList();
        if (cells.Count == 0)
        {
            console.MarkupLineInterpolated($"[bold]{texts.NoHits}[/]");
        }
        else if (settings.Width >= NarrowestTable + (cells.Exists(row => row.Subscriber.Length > 0) ? SubscriberWidth : 0))
        {
            console.Write(Table(cells, texts));
        }
        else
        {
            WriteParagraphs(console, cells, texts);
        }

        if (shown.Count < sightings.Count)
        {
            console.WriteLine(PluralFormat.Of(texts.RowsCut, shown.Count, sightings.Count));
        }

        WriteTotals(console, sightings, summary, settings, texts);
    }

    private static IAnsiConsole Console(TextWriter output, HitListTableSettings settings)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = settings.Colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = settings.Colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = settings.Width;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    private static Table Table(List<HitListTableRow> rows, ReportTexts texts)
    {
        var subscriber = rows.Exists(row => row.Subscriber.Length > 0);
        var power = rows.Exists(row => row.Power.Length > 0);
        var table = new Table().Border(TableBorder.Rounded).ShowRowSeparators();
        table.AddColumns(
            Column(texts.Client).NoWrap(),
            Column(texts.Pool).NoWrap(),
            Column(texts.CoinAndDialect).NoWrap(),
            Column(texts.Shares).RightAligned(),
            Column(power ? $"{texts.Rate}\n{texts.Power}" : texts.Rate).NoWrap().RightAligned());
        if (subscriber)
        {
            table.AddColumn(Column(texts.Subscriber));
        }

        table.AddColumns(Column(texts.Seen).NoWrap(), Column(texts.Why));
        foreach (var row in rows)
        {
            List<Markup> cells = [Plain(row.Client), Plain(row.Pool), Kind(row), Plain(row.Shares), Plain(row.Power.Length > 0 ? $"{row.Rate}\n{row.Power}" : row.Rate)];
            if (subscriber)
            {
                cells.Add(Plain(row.Subscriber));
            }

            cells.Add(Plain(row.Seen));
            cells.Add(Plain(row.Why));
            table.AddRow(cells);
        }

        return table;

        static TableColumn Column(string heading) => new(new Markup(heading.EscapeMarkup(), new Style(decoration: Decoration.Bold)));
    }

    private static void WriteParagraphs(IAnsiConsole console, List<HitListTableRow> rows, ReportTexts texts)
    {
        var number = 0;
        foreach (var row in rows)
        {
            console.MarkupLineInterpolated($"[bold]{++number}. {OneLine(row.Client)} → {OneLine(row.Pool)}[/]");
            Indented(new Markup($"{StateMarkup(row)}  {OneLine(row.CoinAndDialect).EscapeMarkup()}  {texts.Shares.EscapeMarkup()} {OneLine(row.Shares).EscapeMarkup()}"));
            Indented(Plain(OneLine(row.Power.Length > 0 ? $"{row.Rate}\n{row.Power}" : row.Rate)));
            Indented(Plain(row.Subscriber.Length > 0 ? $"{texts.Subscriber}: {OneLine(row.Subscriber)}" : ""));
            Indented(Plain(row.Interval));
            Indented(Plain($"{texts.Why}: {OneLine(row.Why)}"));
        }

        void Indented(Markup text)
        {
            if (text.Length > 0)
            {
                console.Write(new Padder(text, new Padding(3, 0, 0, 0)));
            }
        }
    }

    private static void WriteTotals(
        IAnsiConsole console, IReadOnlyList<Sighting> sightings, HitListSummary summary, HitListTableSettings settings, ReportTexts texts)
    {
        var hits = sightings.Where(sighting => Abstractions.MiningRoles.IsHit(sighting.Best.Event.Role)).ToList();
        console.WriteLine(PluralFormat.Of(
            texts.Totals,
            hits.Count,
            hits.Select(sighting => sighting.Client).Distinct().Count(),
            hits.Select(sighting => sighting.Server).Distinct().Count(),
            hits.Sum(sighting => sighting.Connections)));
        var rates = RateTotals(hits);
        if (rates.Length > 0)
        {
            console.WriteLine($"{texts.RateTotals}: {rates}");
        }

        if (summary.PoolBackends + summary.Nodes + summary.Visitors > 0)
        {
            console.WriteLine(PluralFormat.Of(texts.Others, summary.PoolBackends, summary.Nodes, summary.Visitors));
        }

        var period = summary.First.IsNone ? "–" : $"{HumanUnits.Interval(summary.First, summary.Last, settings.Offset)} {HumanUnits.Zone(settings.Offset)}";
        console.WriteLine(PluralFormat.Of(texts.Read, summary.Captures, summary.Frames, HumanUnits.Bytes(summary.Bytes), period));
        if (summary.CapturesUnread > 0)
        {
            console.MarkupLineInterpolated($"[red]{PluralFormat.Of(texts.Unread, summary.CapturesUnread)}[/]");
        }
    }

    /// <summary>One sum for each algorithm and unit: hashes of different algorithms are different work.</summary>
    private static string RateTotals(List<Sighting> hits) => string.Join("; ", hits
        .Where(sighting => sighting.Best.Event.Hashrate is not null)
        .GroupBy(sighting => (Work: sighting.Best.Event.Algorithm ?? sighting.Best.Event.Dialect, sighting.Best.Event.Hashrate!.Unit))
        .OrderBy(group => group.Key.Work, StringComparer.Ordinal)
        .ThenBy(group => group.Key.Unit, StringComparer.Ordinal)
        .Select(group => $"{CellGuard.Printable(group.Key.Work)} {HumanUnits.Rate(group.Sum(sighting => sighting.Best.Event.Hashrate!.PerSecond), group.Key.Unit)}"));

    private static Markup Plain(string text) => new(text.EscapeMarkup());

    private static Markup Kind(HitListTableRow row) => new($"{row.CoinAndDialect.EscapeMarkup()}\n{StateMarkup(row)}");

    private static string StateMarkup(HitListTableRow row) => $"[{(row.IsAccepted ? "red" : "olive")}]{OneLine(row.State).EscapeMarkup()}[/]";

    private static string OneLine(string text) => text.Replace("\n", "  ", StringComparison.Ordinal);
}
