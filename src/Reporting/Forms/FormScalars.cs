using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Forms;

/// <summary>What a document or template can say once: <c>form.*</c>, and <c>total.*</c> over all counties.</summary>
internal static class FormScalars
{
    private const string TotalPrefix = "total.";

    private static readonly Dictionary<string, Func<FormSource, SheetCell>> Values = new(StringComparer.Ordinal)
    {
        ["form.city"] = source => SheetCell.Of(source.Head.Profile.City),
        ["form.carrier"] = source => SheetCell.Of(source.Head.Profile.Carrier),
        ["form.regulator"] = source => SheetCell.Of(source.Head.Profile.Regulator),
        ["form.legal_basis"] = source => SheetCell.Of(source.Head.Profile.LegalBasis),
        ["form.surcharge"] = source => SheetCell.Of(source.Head.Profile.SurchargeYuanPerKilowattHour.ToString("F2", CultureInfo.InvariantCulture)),
        ["form.days_to_clear"] = source => SheetCell.Of(source.Head.Profile.DaysToClear),
        ["form.batches"] = source => SheetCell.Of(Batches(source)),
        ["form.documents"] = source => SheetCell.Of(Documents(source)),
        ["form.rows"] = source => SheetCell.Of(source.Figures.Rows),
        ["form.moment"] = source => SheetCell.Of(FormSource.Moment(source.Head.TakenAt)),
        ["form.zone"] = source => SheetCell.Of(HumanUnits.Zone(source.Head.TakenAt.Offset)),
        ["form.date"] = source => SheetCell.Of($"{source.Head.TakenAt.Year}年{source.Head.TakenAt.Month}月{source.Head.TakenAt.Day}日"),
        ["form.time"] = source => SheetCell.Of($"{source.Head.TakenAt.Hour}时{source.Head.TakenAt.Minute:d2}分"),
        ["form.week"] = source => SheetCell.Of(Week(source)),
        ["form.snapshot"] = source => SheetCell.Of(source.Head.Number),
        ["form.digest"] = source => SheetCell.Of(source.Sha256),
        ["form.audit"] = source => SheetCell.Of($"{source.Head.AuditSequence} {source.Head.AuditHash}"),
        ["form.watermark"] = source => SheetCell.Of(source.Watermark),
        ["form.kilowatt_hours"] = source => SheetCell.Of(Math.Round(source.Figures.Total.Kilowatts * 24, 1)),
        ["form.surcharge_per_day"] = source => SheetCell.Of(Math.Round(source.Figures.Total.Kilowatts * 24 * source.Head.Profile.SurchargeYuanPerKilowattHour, 2)),
    };

    public static bool Has(string name) => Values.ContainsKey(name) || (name.StartsWith(TotalPrefix, StringComparison.Ordinal) && FormCatalogue.Find(name) is not null);

    /// <summary>What is wrong with a name that is none, and what would be right.</summary>
    public static Sentence Unknown(string name) => $"'{name}' is no placeholder; known are {string.Join(", ", Values.Keys)} and total.* with the fields of county.";

    public static SheetCell Read(string name, FormSource source) => Values.TryGetValue(name, out var read)
        ? read(source)
        : FormCatalogue.Rows["total"].Lines(source).First().Cell(name[TotalPrefix.Length..]);

    /// <summary>批次 as file names and letters have it: documents where lists have them, else the files.</summary>
    public static string Batches(FormSource source) =>
        string.Join("、", source.Head.Batches.Select(batch => batch.DocumentNumber ?? Path.GetFileNameWithoutExtension(batch.FileName)).Distinct(StringComparer.Ordinal));

    private static string Documents(FormSource source)
    {
        var documents = source.Head.Batches.Select(batch => batch.DocumentNumber).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        return documents.Count > 0 ? string.Join("、", documents) : "(未登记文号)";
    }

    private static string Week(FormSource source)
    {
        var monday = Ledger.Snapshots.CountyWeeks.WeekStart(source.Head.TakenAt);
        var sunday = monday.AddDays(6);
        return $"{monday.Year}年{monday.Month}月{monday.Day}日至{sunday.Month}月{sunday.Day}日";
    }
}
