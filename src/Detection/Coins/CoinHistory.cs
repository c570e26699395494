namespace MinerFlow.Detection.Coins;

/// <summary>A block whose height and time are known, and what holds from it until the next such block.</summary>
/// <param name="Height">Height of the block.</param>
/// <param name="Time">Unix seconds.</param>
/// <param name="Spacing">Mean seconds to the next block; 0 when proof of work ended here.</param>
/// <param name="Tolerance">Blocks that a true height may be off close to the anchor.</param>
/// <param name="LowestExponent">First byte of the compact target (nbits); 0 with <paramref name="HighestExponent"/> when the coin does not tell.</param>
/// <param name="HighestExponent">First byte of the compact target at the lowest difficulty of the time.</param>
/// <param name="Algorithm">Empty when the job does not tell which of several.</param>
internal sealed record CoinAnchor(
    long Height, long Time, double Spacing, double Tolerance, byte LowestExponent, byte HighestExponent, string Algorithm);

/// <summary>What is known of one coin's chain: enough to say whether a height fits a time.</summary>
internal sealed class CoinHistory(string coin, string family, CoinAnchor[] anchors)
{
    /// <summary>
    /// Share of the distance to the nearest anchor that a true height may be off. 2 %: between its anchors no chain of the table
    /// strays further (Bitcoin runs 1 to 2 % ahead while hash power grows, 0.5 % behind in the summer of 2021).
    /// </summary>
    private const double Drift = 0.02;

    public string Coin => coin;

    public string Family => family;

    /// <param name="height">Height of the block being worked on.</param>
    /// <param name="time">Unix seconds of the job.</param>
    /// <param name="exponent">First byte of nbits; 0 when the job has none.</param>
    /// <param name="algorithm">The algorithm of that time; empty when the table does not say.</param>
    public bool Agrees(long height, long time, byte exponent, out string algorithm)
    {
        algorithm = "";
        var last = anchors.Length - 1;
        while (last >= 0 && anchors[last].Time > time)
        {
            last--;
        }

        if (last < 0)
        {
            return false;
        }

        var from = anchors[last];
        algorithm = from.Algorithm;
        if (exponent != 0 && from.HighestExponent != 0 && (exponent < from.LowestExponent || exponent > from.HighestExponent))
        {
            return false;
        }

        double expected, distance;
        if (last + 1 < anchors.Length)
        {
            var to = anchors[last + 1];
            expected = from.Height + ((to.Height - from.Height) * ((time - from.Time) / (double)(to.Time - from.Time)));
            distance = Math.Min(expected - from.Height, to.Height - expected);
        }
        else if (from.Spacing > 0)
        {
            distance = (time - from.Time) / from.Spacing;
            expected = from.Height + distance;
        }
        else
        {
            return false;
        }

        return height >= anchors[0].Height && Math.Abs(height - expected) <= from.Tolerance + (Drift * distance);
    }
}
