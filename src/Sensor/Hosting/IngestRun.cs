using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>One run of <c>minerflow ingest</c>: logs into the store, then what is older than is to be kept out of it.</summary>
internal sealed class IngestRun(IngestOptions options, Terminal terminal, CommandTexts common, IngestTexts texts)
{
    private const double Megabyte = 1e6;

    public int Run(CancellationToken cancellationToken)
    {
        using var messages = new Messages(terminal, common);
        try
        {
            using var store = IntervalStore.Open(options.Store);
            var isWhole = options.IsDryRun || options.Inputs.Count == 0 || Take(store, messages, cancellationToken);
            if (!isWhole)
            {
                return ExitCode.Interrupted;
            }

            if (options.KeepDays is { } days)
            {
                Forget(store, days, messages);
            }
        }
        catch (Exception problem) when (problem is IntervalStoreException or IOException or UnauthorizedAccessException)
        {
            messages.Note(problem is IntervalStoreException ? problem.Message : $"{options.Store.Folder}: {OutputException.Words(problem)}");
            return ExitCode.Environment;
        }

        return messages.Unreadable ? ExitCode.Unreadable : messages.NeedsPerson ? ExitCode.NeedsPerson : ExitCode.Done;
    }

    /// <summary>False when it was interrupted; what was read until then is in the store.</summary>
    private bool Take(IntervalStore store, Messages messages, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        using var quarantine = options.Quarantine is { } path ? OutputTarget.Create(path) : null;
        var intake = new IntervalIntake(store);
        var files = new FileIntake(
            intake,
            new FileIntakeOptions { Rules = options.Rules, TemplateFile = Path.Combine(options.Store.Folder, "flow-templates.txt"), Clock = terminal.Time, Quarantine = quarantine },
            problems);
        messages.StartProgress(() => files.Progress is var (file, bytes) ? Text(texts.Reading, file, bytes / Megabyte) : "");
        var isWhole = files.Read(options.Inputs, problems, cancellationToken);
        messages.StopProgress();
        messages.Tell(problems);
        foreach (var report in files.Reports)
        {
            Tell(report, messages);
        }

        var (late, passed) = intake.LateEvents;
        if (late > 0)
        {
            messages.Note(Text(texts.Late, late));
        }

        if (passed > 0)
        {
            messages.Finding(Text(texts.TooLate, passed));
        }

        if (store.Refused > 0)
        {
            messages.Finding(Text(texts.Refused, store.Refused));
        }

        if (store.RefusedForSource > 0)
        {
            messages.Finding(Text(texts.TooManyDevices, store.RefusedForSource));
        }

        if (isWhole)
        {
            intake.LearnClocks();
        }

        messages.Note(Text(texts.Summary, files.Reports.Sum(report => report.Read), store.Accepted, store.Rows, store.Bytes / Megabyte));
        return isWhole;
    }

    private void Tell(FileReport report, Messages messages)
    {
        messages.Note(report.WasKnown ? Text(texts.FileKnown, report.Path) : Text(texts.FileRead, report.Path, report.Read));
        foreach (var sentence in report.Damage)
        {
            messages.Finding(common.Problems.Of(sentence));
        }

        foreach (var (reason, count) in report.Rejected)
        {
            messages.Finding(Text(texts.Rejected, report.Path, count, reason));
        }

        if (report.Others > 0)
        {
            messages.Note(Text(texts.Others, report.Path, report.Others));
        }

        if (report.Unfinished > 0)
        {
            messages.Note(Text(texts.Unfinished, report.Path, report.Unfinished));
        }
    }

    /// <summary>Days count from the newest line of any log: a store that gets no more logs forgets nothing more.</summary>
    private void Forget(IntervalStore store, int days, Messages messages)
    {
        if (store.Sources.Max(source => source.Coverage.Last?.UnixNanoseconds) is not { } newest)
        {
            return;
        }

        var first = DateOnly.FromDateTime(new PacketTime(newest).ToDateTimeOffset().UtcDateTime).AddDays(1 - days);
        var (gone, rows, bytes) = store.Before(first);
        if (!options.IsDryRun)
        {
            store.DropBefore(first);
        }

        messages.Note(Text(options.IsDryRun ? texts.WouldDrop : texts.Dropped, first.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), gone, rows, bytes / Megabyte));
    }

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
