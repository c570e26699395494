using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

public sealed record RadiusOptions
{
    /// <summary>What the zone name CST in Event-Timestamp means, and the zone of tables radacct. UTC+8: access servers of the carriers this is made for.</summary>
    public TimeSpan CstOffset { get; init; } = TimeSpan.FromHours(8);

    /// <summary>Longest line that is read; RADIUS attributes hold at most 253 bytes, four hundred for octets printed as hexadecimal with their name.</summary>
    public int MaxLineBytes { get; init; } = 16 * 1024;

    /// <summary>Malformed records that are named one by one; the rest is one line with a count.</summary>
    public int MaxNamedProblems { get; init; } = 100;
}

/// <summary>Reads FreeRADIUS accounting detail files, in the spelling of version 3 and 4, as a stream of records.</summary>
/// <remarks>
/// raddb/mods-available/detail: a header line (ctime, local), then <c>TAB name = value</c> lines, then an empty line. Version 4 nests vendors, either
/// as a dotted path or in braces. <c>Timestamp</c> is the receive time in seconds since 1970.
/// </remarks>
public static class RadiusDetailReader
{
    /// <summary>
    /// Reads detail files, tables radacct (<c>.csv</c>), and every file of a folder in name order, into sessions, and their intervals into the sink. What cannot be read is named in
    /// <paramref name="problems"/>; the rest is loaded. Memory is bounded by the sessions that are open at a time, not by the length of the files.
    /// </summary>
    public static RadiusLog Load(IEnumerable<string> paths, IIntervalSink sink, ICollection<Problem> problems, RadiusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(problems);
        options ??= new RadiusOptions();
        var sessions = new RadiusSessionBuilder(new RadiusSessionOptions { ReorderWindow = TimeSpan.FromHours(1) }, sink);
        foreach (var path in paths)
        {
            foreach (var file in LogLines.Expand(path, problems))
            {
                if (file.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
                {
                    RadacctReader.Read(file, sessions, problems, options);
                    continue;
                }

                try
                {
                    using var log = LogFile.Open(file);
                    Read(log.Content, file, sessions, problems, options, () => log.IsDamaged);
                    log.Tell(problems);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    problems.Add(new Problem(file, 0, 0, FileProblem.Why(file, error)));
                }
            }
        }

        sessions.Complete();
        return sessions.Log;
    }

    /// <summary>Reads one detail stream to its end. When that turns out to be damage, the record before it is not used.</summary>
    internal static void Read(Stream stream, string file, RadiusSessionBuilder sessions, ICollection<Problem> problems, RadiusOptions options, Func<bool>? isDamaged = null)
    {
        var parser = new RadiusRecordParser(file, sessions, problems, options);
        var left = LogLines.Read(stream, new RadiusDetailLines(parser, options.MaxLineBytes), 0, () => false);
        if (isDamaged?.Invoke() == true)
        {
            parser.Leave();
        }
        else
        {
            parser.End(cutOff: left > 0);
        }
    }
}

/// <summary>Hands the lines of a detail file to the parser of its records.</summary>
/// <param name="parser">Puts them together.</param>
/// <param name="longest">Bytes of the longest line that is read.</param>
/// <param name="isBetween">Told of the byte behind each empty line, where no record is half read; null when nobody wants to know.</param>
internal sealed class RadiusDetailLines(RadiusRecordParser parser, int longest, Action<long>? isBetween = null) : IPlacedLineHandler
{
    public void Take(in PlacedLine placed)
    {
        var line = placed.Bytes;
        if (line.Length > longest)
        {
            parser.LineTooLong(starts: true);
            return;
        }

        parser.Take(line);
        if (isBetween is not null && line.Trim(" \t"u8).IsEmpty)
        {
            isBetween(placed.Next);
        }
    }
}
