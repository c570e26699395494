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
    private readonly long _recordsBefore = counters.Records;
    private ILineHandler? _reader;
    private int _before;
    private bool _isForeign;

    public void Take(ReadOnlySpan<byte> line)
    {
        if (_reader is null)
        {
            if (line.Trim(" \t"u8).IsEmpty || line[0] == '#')
            {
                _before++;
                return;
            }

            // Every statement of a lease file ends so, also the first of one without a lease.
            _isForeign = line.TrimEnd(" \t\r"u8) is not [.., (byte)';' or (byte)'{'];
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
        if (_isForeign && _reader is IscLeaseReader && counters.Records == _recordsBefore)
        {
            problems.Add(new Problem(path, 0, 0, "it is no log of DHCP that is known here: a lease file of ISC DHCP or Kea is wanted, or Kea's forensic log."));
        }
    }

    private ILineHandler ReaderOf(string line) =>
        line.StartsWith("address,", StringComparison.Ordinal) ? new KeaLeaseReader(_problems, counters, handler)
        : line.Contains(" Address: ", StringComparison.Ordinal) || line.Contains(" Prefix: ", StringComparison.Ordinal) ? new KeaForensicReader(_problems, counters, zone ?? TimeSpan.FromHours(8), handler)
        : new IscLeaseReader(_problems, counters, handler);
}
