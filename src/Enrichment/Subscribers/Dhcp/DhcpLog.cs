using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>DHCP logs in files: lease files of ISC DHCP and Kea, Kea's forensic log. Which of them a file is its first lines tell.</summary>
public static class DhcpLog
{
    private const int SniffBytes = 4_096;

    /// <summary>Reads files and all files of folders, and hands their intervals to the sink. What cannot be read is named in <paramref name="problems"/>.</summary>
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
            var source = sink.SourceOf(LogKind.Dhcp, Path.GetFileName(path));
            var intervals = new DhcpIntervals(sink, source, counters);
            var reader = new Reader(path, problems, counters, zone ?? TimeSpan.FromHours(8), intervals);
            LogLines.ReadAll(path, reader, problems);
            reader.End();
            intervals.Complete();
        }

        return counters;
    }

    /// <summary>Finds the reader for a file by its first line that says anything.</summary>
    private sealed class Reader(string path, ICollection<Problem> problems, DhcpLogCounters counters, TimeSpan zone, IDhcpEventHandler handler) : ILineHandler
    {
        private readonly DhcpProblems _problems = new(path, problems, counters);
        private ILineHandler? _reader;
        private int _before;

        public void Take(ReadOnlySpan<byte> line)
        {
            if (_reader is null)
            {
                if (line.Trim(" \t"u8).IsEmpty || line[0] == '#')
                {
                    _before++;
                    return;
                }

                _reader = ReaderOf(Encoding.Latin1.GetString(line[..Math.Min(line.Length, SniffBytes)]));
                for (; _before > 0; _before--)
                {
                    _reader.Take([]);
                }
            }

            _reader.Take(line);
        }

        public void End()
        {
            (_reader as IscLeaseReader)?.End();
            _problems.End();
        }

        private ILineHandler ReaderOf(string line) =>
            line.StartsWith("address,", StringComparison.Ordinal) ? new KeaLeaseReader(_problems, counters, handler)
            : line.Contains(" Address: ", StringComparison.Ordinal) || line.Contains(" Prefix: ", StringComparison.Ordinal) ? new KeaForensicReader(_problems, counters, zone, handler)
            : new IscLeaseReader(_problems, counters, handler);
    }
}
