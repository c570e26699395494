using System.Globalization;
using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Coins;

/// <summary>
/// The coins of <c>rules/coins.csv</c>: known blocks of each chain, and algorithms that name their coin by themselves.
/// A coin may have several lines, in the order of height; heights between two of them are interpolated.
/// </summary>
internal sealed class CoinTable
{
    public static readonly CoinTable Empty = new([], []);

    private static readonly string[] Columns = ["coin", "family", "algorithm", "height", "time", "spacing", "tolerance", "nbits_low", "nbits_high", "note"];

    private readonly CoinHistory[] _histories;
    private readonly (byte[] Algorithm, string Coin)[] _named;

    private CoinTable(CoinHistory[] histories, (byte[] Algorithm, string Coin)[] named)
    {
        _histories = histories;
        _named = named;
    }

    public int Count => _histories.Length;

    /// <summary>Coin of an algorithm that only one coin uses, as the wire spells it; null for shared ones.</summary>
    public string? NamedBy(ReadOnlySpan<byte> algorithm)
    {
        foreach (var (name, coin) in _named)
        {
            if (algorithm.SequenceEqual(name))
            {
                return coin;
            }
        }

        return null;
    }

    /// <summary>
    /// The coin of a family that height, time and difficulty agree with, when there is exactly one, or several of which
    /// <paramref name="paidIn"/> is one; null otherwise.
    /// </summary>
    /// <param name="family">As in the table: <c>bitcoin</c>, <c>cryptonote</c>, <c>ethash</c>, <c>kawpow</c>, <c>equihash</c>.</param>
    /// <param name="height">Height of the block being worked on.</param>
    /// <param name="time">Unix seconds of the job.</param>
    /// <param name="exponent">First byte of nbits; 0 when the job has none.</param>
    /// <param name="shape">What the previous block's hash says about the algorithm.</param>
    /// <param name="paidIn">Coin of the payout address; decides between coins that agree and says nothing by itself.</param>
    /// <param name="algorithm">The coin's algorithm; empty when the table does not say or there is no coin.</param>
    public string? Only(string family, long height, long time, byte exponent, ProofShape shape, string? paidIn, out string algorithm)
    {
        string? found = null;
        var several = false;
        algorithm = "";
        foreach (var history in _histories)
        {
            if (history.Family != family || !history.Agrees(height, time, exponent, out var its) || !shape.Fits(its))
            {
                continue;
            }

            if (history.Coin == paidIn)
            {
                algorithm = its;
                return paidIn;
            }

            several |= found is not null;
            found = history.Coin;
            algorithm = its;
        }

        algorithm = several ? "" : algorithm;
        return several ? null : found;
    }

    /// <summary>Reads the table; faulty lines are reported and left out.</summary>
    public static CoinTable Read(TextReader reader, string file, List<Problem> problems)
    {
        var rows = new RuleRows(reader, file, Columns, problems);
        var histories = new List<CoinHistory>();
        var named = new List<(byte[], string)>();
        var anchors = new List<CoinAnchor>();
        var (coin, family) = ("", "");
        while (rows.MoveNext())
        {
            if (rows.IsEmpty(0) || rows.IsEmpty(1))
            {
                rows.Report(0, "Coin and family must be given.");
                continue;
            }

            if (rows.IsEmpty(3) && rows.IsEmpty(4))
            {
                named.Add((Encoding.ASCII.GetBytes(rows[2]), rows[0]));
                continue;
            }

            if (ReadAnchor(rows) is not { } anchor)
            {
                continue;
            }

            if (rows[0] != coin && anchors.Count > 0)
            {
                histories.Add(new CoinHistory(coin, family, [.. anchors]));
                anchors.Clear();
            }

            (coin, family) = (rows[0], rows[1]);
            if (anchors.Count > 0 && (anchors[^1].Height >= anchor.Height || anchors[^1].Time >= anchor.Time))
            {
                rows.Report(3, $"Lines of {coin} must go up in height and time.");
                continue;
            }

            anchors.Add(anchor);
        }

        if (anchors.Count > 0)
        {
            histories.Add(new CoinHistory(coin, family, [.. anchors]));
        }

        return new CoinTable([.. histories], [.. named]);
    }

    private static CoinAnchor? ReadAnchor(RuleRows rows)
    {
        if (!long.TryParse(rows[3], NumberStyles.None, CultureInfo.InvariantCulture, out var height))
        {
            rows.Report(3, $"'{rows[3]}' is no block height: a whole number such as 840000 is needed.");
            return null;
        }

        if (!DateTimeOffset.TryParseExact(
            rows[4], "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            rows.Report(4, $"'{rows[4]}' is no time: UTC such as 2024-04-20T00:09:27Z is needed.");
            return null;
        }

        if (!TryReadNumber(rows, 5, "seconds between blocks such as 600", out var spacing) || !TryReadNumber(rows, 6, "a number of blocks such as 150", out var tolerance)
            || !TryReadExponent(rows, 7, out var lowest) || !TryReadExponent(rows, 8, out var highest))
        {
            return null;
        }

        return new CoinAnchor(height, time.ToUnixTimeSeconds(), spacing, tolerance, lowest, highest, rows[2]);
    }

    private static bool TryReadNumber(RuleRows rows, int column, Sentence right, out double value)
    {
        if (double.TryParse(rows[column], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        rows.Report(column, $"'{rows[column]}' is not {right}.");
        return false;
    }

    private static bool TryReadExponent(RuleRows rows, int column, out byte value)
    {
        value = 0;
        if (rows.IsEmpty(column) || byte.TryParse(rows[column], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        rows.Report(column, $"'{rows[column]}' is not the first byte of nbits in hexadecimal such as 17.");
        return false;
    }
}
