using System.Text;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Dhcp;

/// <summary>Lines of one lease file or forensic log: its first line that says anything tells which reader it needs.</summary>
/// <param name="path">For messages.</param>
/// <param name="problems">Takes what is wrong.</param>
/// <param name="counters">Counted on.</param>
/// <param name="zone">Zone of times of the forensic log that are not marked as UTC; null for UTC+8.</param>
/// <param name="handler">Takes the events.</param>
internal sealed class DhcpLines(string path, ICollection<Problem> problems, DhcpLogCounters counters, TimeSpan? zone, IDhcpEventHandler handler) : ILineHandler
{
    private const int SniffBytes = 4_096;

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
        : line.Contains(" Address: ", StringComparison.Ordinal) || line.Contains(" Prefix: ", StringComparison.Ordinal) ? new KeaForensicReader(_problems, counters, zone ?? TimeSpan.FromHours(8), handler)
        : new IscLeaseReader(_problems, counters, handler);
}
