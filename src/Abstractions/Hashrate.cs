namespace MinerFlow.Abstractions;

/// <summary>Average work rate of a miner over a window, estimated from the shares the pool accepted in it.</summary>
/// <param name="PerSecond">Work per second in <paramref name="Unit"/>.</param>
/// <param name="Unit"><c>H/s</c>, or <c>Sol/s</c> for Equihash and cuckoo solutions. Rates of different algorithms are never added.</param>
/// <param name="Shares">Accepted shares the estimate rests on.</param>
/// <param name="WindowSeconds">Length of the window in capture time.</param>
/// <remarks>Shares are a Poisson process: for n shares the relative standard error is 1/sqrt(n).</remarks>
public sealed record Hashrate(double PerSecond, string Unit, long Shares, double WindowSeconds)
{
    /// <summary>Relative standard error of the estimate: 0.1 is ten percent.</summary>
    public double RelativeStandardError => Shares > 0 ? 1 / Math.Sqrt(Shares) : double.PositiveInfinity;
}
