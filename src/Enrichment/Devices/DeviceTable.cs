using System.Globalization;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Devices;

/// <summary>
/// What an agent string and a rate make likely, out of <c>rules/devices.csv</c> with the columns <c>pattern,device,algorithm,low,typical,high,unit,note</c>.
/// </summary>
/// <remarks>
/// <c>pattern</c> is looked for in the agent where a word begins, whatever its case, <c>*</c> standing for anything, in front also for the beginning of
/// the word; empty means any agent. <c>algorithm</c> is a name as the wire gives it, empty for any. Figures are energy per work (<c>J/TH</c>, <c>J/GH</c>, <c>J/MH</c>, <c>J/kH</c>, <c>J/H</c>, the same with <c>Sol</c>) or, with
/// unit <c>W</c>, the power of one device whatever its rate. Rows without figures only name a device. The longest pattern decides.
/// </remarks>
public sealed class DeviceTable
{
    public const string FileName = "devices.csv";

    // Words that name a kind of hardware and no model.
    private static readonly string[] Classes = ["CPU", "GPU", "ASIC", "FPGA"];

    /// <summary>Agents whose rows are kept for the next finding: a link shows hundreds of them, and each is compared with every pattern once.</summary>
    private const int KeptAgents = 1_024;

    private static readonly List<DeviceRow> NoRows = [];

    private readonly List<DeviceRow> _rows;
    private readonly Dictionary<string, List<DeviceRow>> _kept = new(StringComparer.Ordinal);

    private DeviceTable(List<DeviceRow> rows) => _rows = rows;

    public static DeviceTable Empty { get; } = new([]);

    public int Count => _rows.Count;

    /// <summary>Reads <c>devices.csv</c> of the folder; rows that cannot be used are named in <paramref name="problems"/>, the rest is loaded.</summary>
    public static DeviceTable Load(string folder, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var rows = new List<DeviceRow>();
        if (CsvFile.Read(Path.Combine(folder, FileName), ["pattern", "device"], problems) is { } file)
        {
            foreach (var row in file.Rows)
            {
                if (DeviceRow.Read(file, row) is { } device)
                {
                    rows.Add(device);
                }
            }
        }

        // OrderBy is stable: of equal patterns the first row of the file decides.
        return new DeviceTable([.. rows.OrderByDescending(row => row.Weight)]);
    }

    /// <summary>The device an agent names, or the kind of hardware that its software runs on; null when the table knows neither.</summary>
    public DeviceGuess? Guess(string? agent, string? algorithm)
    {
        foreach (var row in RowsFor(agent))
        {
            if (row.FitsAlgorithm(algorithm))
            {
                return row.Guess;
            }
        }

        if (algorithm is not null)
        {
            foreach (var row in _rows)
            {
                if (!row.HasPattern && row.NamesAlgorithm(algorithm))
                {
                    return row.Guess;
                }
            }
        }

        return null;
    }

    /// <summary>
    /// The power behind one rate of one algorithm; null when the table has no figure for them. Rates of different algorithms are never added,
    /// so there is one estimate for each.
    /// </summary>
    public PowerEstimate? Estimate(string? agent, string? algorithm, Hashrate? hashrate)
    {
        if (hashrate is null || !double.IsFinite(hashrate.PerSecond) || hashrate.PerSecond <= 0)
        {
            return null;
        }

        foreach (var row in RowsFor(agent))
        {
            if (row.HasFigures && row.Serves(algorithm, hashrate.Unit))
            {
                return row.Estimate(hashrate, algorithm);
            }
        }

        if (algorithm is not null)
        {
            foreach (var row in _rows)
            {
                if (row.HasFigures && !row.HasPattern && row.NamesAlgorithm(algorithm) && row.FitsUnit(hashrate.Unit))
                {
                    return row.Estimate(hashrate, algorithm);
                }
            }
        }

        return null;
    }

    /// <summary>The rows whose pattern fits an agent, in the order of the table.</summary>
    private List<DeviceRow> RowsFor(string? agent)
    {
        if (string.IsNullOrEmpty(agent))
        {
            return NoRows;
        }

        lock (_kept)
        {
            if (!_kept.TryGetValue(agent, out var rows))
            {
                if (_kept.Count == KeptAgents)
                {
                    _kept.Clear();
                }

                _kept.Add(agent, rows = FindRows(agent));
            }

            return rows;
        }
    }

    private List<DeviceRow> FindRows(string agent) => _rows.FindAll(row => row.HasPattern && row.FitsAgent(agent));

    internal static bool IsClass(string device) => Array.Exists(device.Split(' ', ':', ','), word => Array.Exists(Classes, name => name == word));
}

/// <summary>One row of the table.</summary>
internal sealed record DeviceRow(string Pattern, string Device, string Algorithm, double Low, double Typical, double High, string Unit, string Note)
{
    // Work in one unit of the denominator.
    private static readonly Dictionary<string, double> Scales = new(StringComparer.Ordinal)
    {
        ["H"] = 1,
        ["kH"] = 1e3,
        ["MH"] = 1e6,
        ["GH"] = 1e9,
        ["TH"] = 1e12,
        ["Sol"] = 1,
        ["kSol"] = 1e3,
        ["MSol"] = 1e6,
    };

    private readonly string[] _parts = Pattern.Split('*', StringSplitOptions.RemoveEmptyEntries);

    // Devices that are words for a kind of hardware and no model.
    private readonly bool _isClass = DeviceTable.IsClass(Device);

    /// <summary>The same for every finding that the row fits.</summary>
    public DeviceGuess Guess => field ??= new DeviceGuess(Device, !HasPattern || _isClass ? "class" : "agent");

    public bool HasPattern => _parts.Length > 0;

    public bool HasFigures => Unit.Length > 0;

    /// <summary>Longer patterns first, then rows for one algorithm before rows for any.</summary>
    public int Weight => (2 * _parts.Sum(part => part.Length)) + (Algorithm.Length > 0 ? 1 : 0);

    public static DeviceRow? Read(CsvFile file, CsvRow row)
    {
        var device = file.Get(row, "device");
        var pattern = file.Get(row, "pattern");
        var algorithm = file.Get(row, "algorithm").Trim('*');
        if (device.Length == 0)
        {
            file.Report(row, "device", "is empty; a model or a kind such as GPU is needed.");
            return null;
        }

        if (pattern.Trim('*').Length == 0 && algorithm.Length == 0)
        {
            file.Report(row, "pattern", "is empty and so is algorithm: the row would fit everything.");
            return null;
        }

        var unit = file.Get(row, "unit");
        var figures = new double[3];
        if (!TryReadFigures(file, row, unit, figures))
        {
            return null;
        }

        return new DeviceRow(pattern, device, algorithm, figures[0], figures[1], figures[2], unit, file.Get(row, "note"));
    }

    public bool FitsAgent(string agent)
    {
        if (_parts.Length == 0)
        {
            return false;
        }

        var anywhere = Pattern.StartsWith('*');
        for (var at = agent.IndexOf(_parts[0], StringComparison.OrdinalIgnoreCase); at >= 0; at = agent.IndexOf(_parts[0], at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (anywhere || at == 0 || !char.IsAsciiLetterOrDigit(agent[at - 1]))
            {
                return RestFits(agent, at + _parts[0].Length);
            }
        }

        return false;
    }

    private bool RestFits(string agent, int from)
    {
        foreach (var part in _parts.AsSpan(1))
        {
            var at = agent.IndexOf(part, from, StringComparison.OrdinalIgnoreCase);
            if (at < 0)
            {
                return false;
            }

            from = at + part.Length;
        }

        return true;
    }

    public bool FitsAlgorithm(string? algorithm) => Algorithm.Length == 0 || algorithm is null || NamesAlgorithm(algorithm);

    public bool NamesAlgorithm(string algorithm) => Algorithm.Equals(algorithm, StringComparison.OrdinalIgnoreCase);

    public bool FitsUnit(string unit) => Unit == "W" || Unit.EndsWith("Sol", StringComparison.Ordinal) == unit.StartsWith("Sol", StringComparison.Ordinal);

    /// <summary>A model is made for one algorithm and brings it along; for a kind of hardware the wire must have told it.</summary>
    public bool Serves(string? algorithm, string unit) => FitsUnit(unit) && (algorithm is null ? Algorithm.Length > 0 && !_isClass : FitsAlgorithm(algorithm));

    public PowerEstimate Estimate(Hashrate hashrate, string? algorithm)
    {
        var work = algorithm ?? Algorithm;
        var note = Note.Length > 0 ? $"; {Note}" : "";
        if (Unit == "W")
        {
            return new PowerEstimate(Low, Typical, High, $"one {Device} of {Text(Low)} to {Text(High)} W, whatever its rate{note}");
        }

        var perSecond = hashrate.PerSecond / Scales[Unit[2..]];
        return new PowerEstimate(Low * perSecond, Typical * perSecond, High * perSecond, $"{Device} at {Text(Low)} to {Text(High)} {Unit}, {work}{note}");
    }

    private static string Text(double figure) => figure.ToString("0.####", CultureInfo.InvariantCulture);

    private static bool TryReadFigures(CsvFile file, CsvRow row, string unit, double[] figures)
    {
        string[] columns = ["low", "typical", "high"];
        if (Array.TrueForAll(columns, column => file.Get(row, column).Length == 0))
        {
            if (unit.Length > 0)
            {
                file.Report(row, "low", "is empty, but there is a unit; give low, typical and high, or no unit.");
            }

            return unit.Length == 0;
        }

        for (var i = 0; i < columns.Length; i++)
        {
            if (!double.TryParse(file.Get(row, columns[i]), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out figures[i]) || figures[i] <= 0 || figures[i] > 1e12)
            {
                file.Report(row, columns[i], "is no positive number; low, typical and high go together.");
                return false;
            }
        }

        if (figures[0] > figures[1] || figures[1] > figures[2])
        {
            file.Report(row, "typical", "must lie between low and high.");
            return false;
        }

        if (unit == "W" || (unit.StartsWith("J/", StringComparison.Ordinal) && Scales.ContainsKey(unit[2..])))
        {
            return true;
        }

        file.Report(row, "unit", $"'{unit}' is not known; it is W, or J/ with {string.Join(", ", Scales.Keys)}.");
        return false;
    }
}
