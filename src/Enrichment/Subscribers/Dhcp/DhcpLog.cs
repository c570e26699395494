using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>DHCP logs in files: lease files of ISC DHCP and Kea, Kea's forensic log. Which of them a file is its first lines tell.</summary>
public static class DhcpLog
{
    /// <summary>
    /// Reads files and all files of folders, the one written last at the end, and hands their intervals to the sink. What cannot be read is named in
    /// <paramref name="problems"/>. Memory is bounded by the addresses that are leased, not by the length of the files.
    /// </summary>
    /// <param name="paths">Files and folders; each is the log of one server, named after it.</param>
    /// <param name="sink">Takes the intervals.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="zone">What the forensic log's times are relative to when they are not marked as UTC; null for UTC+8.</param>
    public static DhcpLogCounters Load(IEnumerable<string> paths, IIntervalSink sink, ICollection<Problem> problems, TimeSpan? zone = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(problems);
        var counters = new DhcpLogCounters();
        foreach (var path in paths)
        {
            var intervals = new DhcpIntervals(sink, sink.SourceOf(LogKind.Dhcp, ServerOf(path)), counters);
            foreach (var file in LogLines.Expand(path, problems).OrderBy(File.GetLastWriteTimeUtc))
            {
                var lines = new DhcpLines(file, problems, counters, zone, intervals);
                LogLines.ReadAll(file, lines, problems);
                lines.End();
            }

            intervals.Complete();
        }

        return counters;
    }

    /// <summary>Lease files do not say whose they are: the server has the name of its file.</summary>
    internal static string ServerOf(string path) => Path.GetFileName(path);
}
