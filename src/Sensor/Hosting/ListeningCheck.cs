using MinerFlow.Abstractions;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Whether the sensor listened since the last look: what keeps its silence from proving anything.</summary>
/// <param name="snapshots">Of the capture threads.</param>
/// <param name="downLinks">Names of interfaces that are down or away.</param>
/// <param name="isSampled">Not every flow is looked at.</param>
/// <param name="texts">Language of the reasons.</param>
internal sealed class ListeningCheck(Func<IReadOnlyList<CaptureSnapshot>> snapshots, Func<IReadOnlyList<string>> downLinks, bool isSampled, ServiceTexts texts)
{
    /// <summary>A mirror port of a carrier is never quiet for so long: nothing comes to it any more.</summary>
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromSeconds(60);

    /// <summary>Of frames since the last look. A miner talks all day: so few missing ones hide none.</summary>
    private const double MostLost = 0.01;

    private readonly Dictionary<string, (long Frames, long Lost, long Downs, PacketTime QuietSince)> _before = new(StringComparer.Ordinal);

    /// <param name="now">By the clock that stamps frames.</param>
    /// <param name="silent">Threads that have not moved for too long.</param>
    /// <returns>Why it did not listen; null when it did.</returns>
    public string? Problem(PacketTime now, IReadOnlyList<string> silent)
    {
        var problems = new List<string>();
        if (isSampled)
        {
            problems.Add(texts.NotListeningSampled);
        }

        problems.AddRange(silent.Select(thread => texts.NotListening(texts.NotListeningStuck, thread)));
        var down = downLinks();
        problems.AddRange(down.Select(link => texts.NotListening(texts.NotListeningDown, link)));
        foreach (var source in snapshots().GroupBy(snapshot => snapshot.Source, StringComparer.Ordinal))
        {
            var frames = source.Sum(snapshot => snapshot.Connections.Frames);
            var lost = source.Sum(snapshot => snapshot.Capture.KernelDrops + snapshot.Capture.FramesShed + snapshot.Capture.FramesLeft);
            var downs = source.Sum(snapshot => snapshot.Capture.LinkLosses);
            var before = _before.GetValueOrDefault(source.Key, (frames, lost, downs, now));
            var (read, missed) = (frames - before.Item1, lost - before.Item2);
            var quietSince = read > 0 ? now : before.Item4;
            _before[source.Key] = (frames, lost, downs, quietSince);
            if (source.Any(snapshot => snapshot.HasEnded))
            {
                problems.Add(texts.NotListening(texts.NotListeningEnded, source.Key));
            }
            else if (downs > before.Item3 && !down.Contains(source.Key))
            {
                // And is up again: a look every few seconds alone would not have seen it.
                problems.Add(texts.NotListening(texts.NotListeningWasDown, source.Key));
            }
            else if (missed > MostLost * (read + missed))
            {
                problems.Add(texts.NotListening(texts.NotListeningDrops, source.Key));
            }
            else if (now.UnixNanoseconds - quietSince.UnixNanoseconds >= LongestQuiet.Ticks * 100)
            {
                problems.Add(texts.NotListening(texts.NotListeningQuiet, source.Key));
            }
        }

        return problems.Count == 0 ? null : string.Join("; ", problems);
    }
}
