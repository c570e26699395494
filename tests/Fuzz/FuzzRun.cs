using System.Diagnostics;
using System.Runtime.CompilerServices;
using MinerFlow.Traffic;

namespace MinerFlow.Fuzz;

/// <summary>
/// Runs rounds of one target, each from its own seed, for a bounded time. FUZZ_SECONDS is the time of each target (default 4), FUZZ_SEED the
/// first seed (default 1); a failure names its seed, and FUZZ_SEED with it runs that round first.
/// </summary>
internal static class FuzzRun
{
    // Rounds that run however slow the machine is, so that a pass says something.
    private const int LeastRounds = 100;

    // What one round may allocate: far above what small inputs need, far below what a length that lies asks for.
    private const long MostBytesInARound = 64L << 20;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(double.Parse(Environment.GetEnvironmentVariable("FUZZ_SECONDS") ?? "4"));
    private static readonly ulong FirstSeed = ulong.Parse(Environment.GetEnvironmentVariable("FUZZ_SEED") ?? "1");

    /// <summary>Runs <paramref name="round"/> until the time is over.</summary>
    /// <param name="round">Must not throw, and must not allocate more than its bound.</param>
    /// <param name="target">Name for messages: the calling test.</param>
    public static void Rounds(Action<SeededRandom> round, [CallerMemberName] string target = "")
    {
        // An over-read ends the process: the seed it happened at is then in this file.
        var notes = Directory.CreateDirectory(Repository.PathOf("artifacts", "fuzz")).FullName;
        using var last = File.OpenHandle(Path.Combine(notes, target + ".seed"), FileMode.Create, FileAccess.Write);
        var clock = Stopwatch.StartNew();
        for (ulong rounds = 0; rounds < LeastRounds || clock.Elapsed < Budget; rounds++)
        {
            var seed = FirstSeed + rounds;
            RandomAccess.Write(last, System.Text.Encoding.ASCII.GetBytes($"{seed,20}\n"), 0);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                round(new SeededRandom(seed));
            }
            catch (Exception exception)
            {
                throw new FuzzException($"{target}: FUZZ_SEED={seed}: {exception.GetType().Name}: {exception.Message}", exception);
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > MostBytesInARound)
            {
                throw new FuzzException($"{target}: FUZZ_SEED={seed}: allocated {allocated} bytes in one round");
            }
        }
    }
}

/// <summary>A round failed; the message names its seed.</summary>
public sealed class FuzzException : Exception
{
    public FuzzException()
    {
    }

    public FuzzException(string message)
        : base(message)
    {
    }

    public FuzzException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
