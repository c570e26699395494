using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Tasks;
using MinerFlow.Reporting.Intake.Cells;

namespace MinerFlow.Reporting.Intake.Rules;

/// <summary>The regions of a task and how people write them: <c>regions.csv</c> with the columns <c>code,name,aliases</c>, aliases with a bar between them.</summary>
internal sealed class RegionTable
{
    public const string FileName = "regions.csv";

    private readonly Dictionary<string, List<ListRegion>> _byName = new(StringComparer.Ordinal);
    private readonly List<ListRegion> _regions = [];

    /// <summary>Reads the file if there is one: a list without regions is still a list.</summary>
    public static RegionTable Load(string folder, ICollection<Problem> problems)
    {
        var table = new RegionTable();
        if (!File.Exists(Path.Combine(folder, FileName)) || CsvFile.Read(Path.Combine(folder, FileName), ["code", "name"], problems) is not { } file)
        {
            return table;
        }

        var codes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in file.Rows)
        {
            var region = new ListRegion(file.Get(row, "code"), file.Get(row, "name"));
            if (region.Code.Length == 0 || region.Name.Length == 0)
            {
                file.Report(row, "code", "a region needs a code and a name.");
            }
            else if (region.Code.Length < 6 || !region.Code.Take(4).All(char.IsAsciiDigit))
            {
                file.Report(row, "code", $"'{region.Code}' is no code of a region; write one of GB/T 2260 such as 140802, or your own below its prefecture such as 1408KF.");
            }
            else if (!codes.Add(region.Code))
            {
                file.Report(row, "code", $"'{region.Code}' is listed twice.");
            }
            else
            {
                table._regions.Add(region);
                foreach (var name in file.Get(row, "aliases").Split('|', StringSplitOptions.RemoveEmptyEntries).Prepend(region.Name))
                {
                    table.Add(Key(name), region);
                }
            }
        }

        return table;
    }

    /// <summary>All of them, in the order of the file.</summary>
    public IReadOnlyList<ListRegion> Regions => _regions;

    /// <summary>
    /// Regions that the text may mean: one by its name or alias, else by the official name at its end (山西省运城市盐湖区), the longest first;
    /// several when an alias stands for several; none when it is unknown.
    /// </summary>
    public IReadOnlyList<ListRegion> Find(string plain)
    {
        var key = Key(plain);
        if (_byName.TryGetValue(key, out var regions))
        {
            return regions;
        }

        var longest = _regions.Where(region => key.EndsWith(Key(region.Name), StringComparison.Ordinal)).OrderByDescending(region => region.Name.Length).FirstOrDefault();
        return longest is null ? [] : [longest];
    }

    private void Add(string key, ListRegion region)
    {
        if (!_byName.TryGetValue(key, out var regions))
        {
            _byName.Add(key, regions = []);
        }

        if (!regions.Contains(region))
        {
            regions.Add(region);
        }
    }

    private static string Key(string text) => CellText.Plain(text).Replace(" ", "", StringComparison.Ordinal);
}
