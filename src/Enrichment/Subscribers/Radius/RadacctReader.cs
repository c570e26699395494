using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Radius;

/// <summary>
/// Reads a table radacct that was exported as CSV (FreeRADIUS raddb/mods-config/sql/main/*/schema.sql). The table is kept, not written once: tools that
/// "clean up" set stop times that no access server ever sent. Such ends are flagged and not believed; the session then ends where its last
/// update proves it, as one whose Stop is lost.
/// </summary>
internal sealed class RadacctReader(CsvFile file, TimeSpan utcOffset)
{
    public static readonly string[] Required = ["acctsessionid", "username", "nasipaddress", "acctstarttime"];

    // Rows of several sessions that stop in the very same second on a server are no chance from here on: a hand did it.
    private const int MostStopsInASecond = 5;

    // A stop this far from start and session time was written by something else than the Stop record.
    private const long MostSecondsApart = 60;

    private readonly List<RadiusRecord> _records = [];

    public static void Read(string path, RadiusSessionBuilder sessions, ICollection<Problem> problems, RadiusOptions options)
    {
        if (CsvFile.Read(path, Required, problems) is { } file)
        {
            new RadacctReader(file, options.CstOffset).Read(sessions);
        }
    }

    private void Read(RadiusSessionBuilder sessions)
    {
        var bulk = file.Rows
            .Select(row => file.Get(row, "acctstoptime"))
            .Where(stop => stop.Length > 0)
            .GroupBy(stop => stop, StringComparer.Ordinal)
            .Where(group => group.Count() > MostStopsInASecond)
            .Select(group => group.Key)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var row in file.Rows)
        {
            Read(row, bulk, sessions);
        }

        // A row tells of a session's start and of its end at once: other rows' starts lie between.
        foreach (var record in _records.OrderBy(record => record.Time.UnixNanoseconds))
        {
            sessions.Add(record);
        }
    }

    private void Read(CsvRow row, HashSet<string> bulk, RadiusSessionBuilder sessions)
    {
        var start = Time(row, "acctstarttime", out var startIsGood);
        var stop = Time(row, "acctstoptime", out var stopIsGood);
        var update = Time(row, "acctupdatetime", out var updateIsGood);
        var seconds = long.TryParse(file.Get(row, "acctsessiontime"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (long?)null;
        var (session, user, nas) = (file.Get(row, "acctsessionid"), file.Get(row, "username"), file.Get(row, "nasipaddress"));
        var allocations = Allocations(row, out var addressesAreGood);
        if (start is not { } began || !startIsGood || !stopIsGood || !updateIsGood || !addressesAreGood || session.Length == 0 || user.Length == 0 || nas.Length == 0)
        {
            if (startIsGood && stopIsGood && updateIsGood && addressesAreGood)
            {
                file.Report(row, start is null ? "acctstarttime" : session.Length == 0 ? "acctsessionid" : user.Length == 0 ? "username" : "nasipaddress", "is empty; the row is left out.");
            }

            sessions.Log.Malformed++;
            return;
        }

        if (stop < began)
        {
            file.Report(row, "acctstoptime", "lies before acctstarttime; the row is left out.");
            sessions.Log.Malformed++;
            return;
        }

        var first = new RadiusRecord(AccountingStatus.Start, nas, session, user, began)
        {
            NasPort = file.Get(row, "nasportid") is { Length: > 0 } port ? port : null,
            Allocations = allocations,
            Digest = LineDigest.Read(row.Digest()),
        };
        _records.Add(first);
        if (stop is { } ended && Doubt(row, began, ended, seconds, bulk) is null)
        {
            _records.Add(first with { Status = AccountingStatus.Stop, Time = ended, SessionSeconds = seconds });
            return;
        }

        // The last thing the access server itself said: an update, or the session time it counted.
        var counted = seconds is { } lasted ? new PacketTime(began.UnixNanoseconds + (lasted * PacketTime.NanosecondsPerSecond)) : began;
        var proven = update is { } moment && moment > counted && (stop is null || moment < stop) ? moment : counted;
        if (proven > began)
        {
            _records.Add(first with { Status = AccountingStatus.Interim, Time = proven });
        }
    }

    /// <summary>Why a stop time is not believed; that is reported. Null when it is.</summary>
    private Sentence? Doubt(CsvRow row, PacketTime start, PacketTime stop, long? seconds, HashSet<string> bulk)
    {
        var cause = file.Get(row, "acctterminatecause");
        var apart = seconds is { } lasted ? Math.Abs(((stop.UnixNanoseconds - start.UnixNanoseconds) / PacketTime.NanosecondsPerSecond) - lasted) : 0;
        var doubt = cause is "Admin-Reset" or "Admin-Reboot" ? (Sentence)$"was set by {cause}, not by the access server"
            : bulk.Contains(file.Get(row, "acctstoptime")) ? "is the same second in many rows: a clean-up wrote it"
            : apart > MostSecondsApart ? "does not fit acctstarttime and acctsessiontime: something wrote it later"
            : null;
        if (doubt is not null)
        {
            file.Report(row, "acctstoptime", $"{doubt}; the end is taken as estimated.");
        }

        return doubt;
    }

    private List<Allocation> Allocations(CsvRow row, out bool areGood)
    {
        var allocations = new List<Allocation>();
        areGood = true;
        foreach (var (column, kind) in new[]
        {
            ("framedipaddress", AllocationKind.FramedIPv4),
            ("framedipv6address", AllocationKind.FramedIPv6),
            ("framedipv6prefix", AllocationKind.FramedPrefix),
            ("delegatedipv6prefix", AllocationKind.DelegatedPrefix),
        })
        {
            var text = file.Get(row, column);
            if (text.Length == 0 || text is "0.0.0.0" or "::")
            {
                continue;
            }

            if (!IpRange.TryParse(text, out var range) || range.First.IsIPv4 != (kind == AllocationKind.FramedIPv4) || range.Span >> 96 != 0)
            {
                file.Report(row, column, "is no address of its family; the row is left out.");
                areGood = false;
                continue;
            }

            allocations.Add(new Allocation(kind, range, 0, ushort.MaxValue));
        }

        return allocations;
    }

    /// <summary>Null when empty; MySQL writes a missing time as zeros.</summary>
    private PacketTime? Time(CsvRow row, string column, out bool isGood)
    {
        var text = file.Get(row, column);
        isGood = true;
        if (text.Length == 0 || text.StartsWith("0000-", StringComparison.Ordinal) || text is "NULL" or "\\N")
        {
            return null;
        }

        isGood = CsvTimes.TryParse(text, utcOffset, out var time, out _);
        if (!isGood)
        {
            file.Report(row, column, "is no time; the row is left out.");
        }

        return isGood ? time : null;
    }
}
