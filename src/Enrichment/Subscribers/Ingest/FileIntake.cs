using System.Security.Cryptography;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Enrichment.Subscribers.Dhcp;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Nat.Flows;
using MinerFlow.Enrichment.Subscribers.Radius;

namespace MinerFlow.Enrichment.Subscribers.Ingest;

/// <summary>Log files into an intake: each from where the store has it, in the order of their first lines, with a commit now and then.</summary>
public sealed class FileIntake
{
    private readonly IntervalIntake _intake;
    private readonly FileIntakeOptions _options;
    private readonly NatProfiles _profiles;
    private readonly FlowLogReader _flows;
    private readonly List<FileReport> _reports = [];
    private int _uncommitted;

    /// <param name="intake">Where the records go.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="problems">Takes what is wrong with profiles and kept templates.</param>
    public FileIntake(IntervalIntake intake, FileIntakeOptions options, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(intake);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(problems);
        (_intake, _options) = (intake, options);
        _profiles = NatProfiles.Load(options.Rules, problems);
        _flows = new FlowLogReader(new FlowLogOptions(), intake.Nat);
        _flows.Templates.Load(options.TemplateFile, problems);
    }

    /// <summary>What became of the files so far.</summary>
    public IReadOnlyList<FileReport> Reports => _reports;

    /// <summary>The file that is being read, and its bytes until now.</summary>
    public (string Path, long Bytes) Progress { get; private set; } = ("", 0);

    /// <summary>Reads all inputs and commits at the end. What cannot be read is named in <paramref name="problems"/>; the rest is taken.</summary>
    /// <returns>False when it was asked to stop before the end: what was read until then is committed.</returns>
    public bool Read(IEnumerable<LogInput> inputs, ICollection<Problem> problems, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(problems);
        var files = inputs.SelectMany(input => LogLines.Expand(input.Path, problems).Select(path => input with { Path = path })).Where(input => HasProfile(input, problems)).ToList();
        foreach (var file in files.OrderBy(FirstMoment))
        {
            if (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            Read(file, problems, cancellationToken);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            // What waits for its turn is read again.
            _intake.Commit();
            return false;
        }

        _intake.Finish();
        return true;
    }

    private bool HasProfile(LogInput input, ICollection<Problem> problems)
    {
        if (input.Format != LogFormat.Translations || _profiles.Find(input.Profile) is not null)
        {
            return true;
        }

        problems.Add(new Problem(input.Path, 0, 0, $"there is no profile '{input.Profile}'; there are {string.Join(", ", _profiles.All.Select(known => known.Name))}."));
        return false;
    }

    /// <summary>Time of the first line of a translation log: what one translator wrote is joined in order, however its files are named.</summary>
    private long FirstMoment(LogInput input)
    {
        if (input.Format != LogFormat.Translations)
        {
            return long.MinValue;
        }

        try
        {
            using var file = LogStream.Open(input.Path);
            var lines = new byte[FirstMomentFinder.Bytes];
            return FirstMomentFinder.Find(lines.AsSpan(0, file.Content.ReadAtLeast(lines, lines.Length, throwOnEndOfStream: false)), _profiles.Find(input.Profile)!, LineOptionsOf(input));
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            // Reading it says so.
            return long.MaxValue;
        }
    }

    private void Read(LogInput input, ICollection<Problem> problems, CancellationToken cancellationToken)
    {
        var report = new FileReport(input.Path, input.Format);
        _reports.Add(report);
        Progress = (input.Path, 0);
        try
        {
            if (input.Format == LogFormat.Leases)
            {
                ReadWhole(input, report, problems, () => ReadLeases(input, report, problems, cancellationToken));
            }
            else if (input.Format == LogFormat.Accounting && input.Path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
            {
                ReadWhole(input, report, problems, () => ReadTable(input, report, problems));
            }
            else if (input.Format == LogFormat.Flows)
            {
                new FlowFile(_intake, _flows, report, frame => Count(frame, cancellationToken)).Read(input.Path, problems, cancellationToken);
                _flows.Templates.Save(_options.TemplateFile);
            }
            else
            {
                ReadLines(input, report, problems, cancellationToken);
            }
        }
        catch (Exception error) when (IsUnreadable(error))
        {
            problems.Add(new Problem(input.Path, 0, 0, FileProblem.Why(input.Path, error)));
        }
        catch (OperationCanceledException)
        {
            // The caller sees it by its token.
        }
    }

    private void ReadLines(LogInput input, FileReport report, ICollection<Problem> problems, CancellationToken cancellationToken)
    {
        using var file = LogStream.Open(input.Path);
        var number = _intake.Begin(file.NameAmong([.. _intake.Store.Files]), out var position);
        file.SkipTo(position.Joined);
        FileLines lines = input.Format == LogFormat.Accounting
            ? new AccountingLines(_intake, number, position, input.Path, problems)
            : new TranslationLines(_intake, number, position, _profiles.Find(input.Profile)!, LineOptionsOf(input), _options.Quarantine);
        lines.Taken = next =>
        {
            report.Read++;
            Count(next, cancellationToken);
        };
        try
        {
            var now = _options.Clock.GetUtcNow();
            var left = LogLines.Read(file.Content, lines, position.Joined, () => file.IsWholeAt(now));
            report.Unfinished = left + lines.End(file.IsWholeAt(now));
        }
        finally
        {
            file.Tell(problems);
            lines.Report(report);
            report.WasKnown = report.Read == 0 && position.Read > 0;
        }
    }

    /// <summary>Files that are written anew as a whole: the same content changes nothing, another one is read from the start.</summary>
    private void ReadWhole(LogInput input, FileReport report, ICollection<Problem> problems, Action read)
    {
        using var file = LogStream.Open(input.Path);
        var number = _intake.Begin("whole:" + Convert.ToHexStringLower(SHA256.HashData(file.Content).AsSpan(0, 16)), out var position);
        file.Tell(problems);
        if (position.Read > 0)
        {
            report.WasKnown = true;
            return;
        }

        read();
        _intake.Reached(number, 1);
        _intake.Commit();
    }

    private void ReadLeases(LogInput input, FileReport report, ICollection<Problem> problems, CancellationToken cancellationToken)
    {
        using var file = LogStream.Open(input.Path);
        var counters = new DhcpLogCounters();
        var leases = new DhcpIntervals(_intake.Store, _intake.Store.SourceOf(LogKind.Dhcp, DhcpLog.ServerOf(input.Path)), counters);
        var lines = new DhcpLines(input.Path, problems, counters, input.TimeZone, leases);
        try
        {
            LogLines.Read(file.Content, new Counted(lines, next => Count(next, cancellationToken)), 0, () => !file.IsDamaged);
            lines.End();
            leases.Complete();
        }
        finally
        {
            report.Read = counters.Records;
            report.Reject("malformed", counters.Malformed);
        }
    }

    private void ReadTable(LogInput input, FileReport report, ICollection<Problem> problems)
    {
        var (records, malformed) = (_intake.Radius.Log.Records, _intake.Radius.Log.Malformed);
        RadacctReader.Read(input.Path, _intake.Radius, problems, new RadiusOptions());
        report.Read = _intake.Radius.Log.Records - records;
        report.Reject("malformed", _intake.Radius.Log.Malformed - malformed);
    }

    private static NatLineOptions LineOptionsOf(LogInput input) =>
        new() { TimeZone = input.TimeZone, Reference = PacketTime.From(new DateTimeOffset(File.GetLastWriteTimeUtc(input.Path))) };

    private static bool IsUnreadable(Exception error) => error is IOException or UnauthorizedAccessException or CaptureException;

    private void Count(long bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Progress = (Progress.Path, bytes);
        if (++_uncommitted >= _options.RecordsPerCommit)
        {
            _uncommitted = 0;
            _intake.Commit();
        }
    }

    /// <summary>Lines of which none is gone on from.</summary>
    private sealed class Counted(ILineHandler lines, Action<long> taken) : IPlacedLineHandler
    {
        public void Take(in PlacedLine line)
        {
            lines.Take(line.Bytes);
            taken(line.Next);
        }
    }
}
