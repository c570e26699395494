using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Detection.Protocols;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Storage;
using MinerFlow.Reporting.Feeds;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Doctor;

/// <summary>Looks at everything that a service needs and changes nothing.</summary>
internal sealed class Examination(ServiceSettings settings, DoctorTexts texts)
{
    /// <summary>Offset of the clock from which log lines of other machines may name the wrong subscriber: the clock skew that attribution allows for.</summary>
    private const double LargestOffsetSeconds = 2;

    /// <summary>The slot of a flow and at most four entries of the directory that leads to it.</summary>
    private const int SlotBytes = 64 + (4 * sizeof(uint));

    public IEnumerable<Finding> All()
    {
        foreach (var device in settings.Capture.Interfaces)
        {
            foreach (var finding in new InterfaceExamination(device, new MemoryNodes(), texts).All())
            {
                yield return finding;
            }
        }

        yield return Privilege();
        if (settings.Capture.Interfaces.Count > 0)
        {
            yield return Ring();
        }

        yield return Memory();
        yield return Clock();
        yield return Disk(settings.Spool.Folder, settings.Spool.MaxBytes);
        if (LedgerPlace.IsFileName(settings.Ledger.File))
        {
            yield return Disk(Path.GetDirectoryName(Path.GetFullPath(settings.Ledger.File))!, settings.Spool.MaxBytes);
        }

        yield return Ledger();
        foreach (var plan in settings.Feeds)
        {
            yield return Feed(plan);
        }

        foreach (var finding in Rules())
        {
            yield return finding;
        }
    }

    private Finding Privilege()
    {
        var privileges = Privileges.OfProcess();
        if (settings.Capture.Interfaces.Count == 0)
        {
            return new Finding("privileges", "", FindingState.Good, texts.NoPrivilegeNeeded);
        }

        return privileges.Has(Privileges.NetRaw)
            ? new Finding("privileges", "", FindingState.Good, texts.MayCapture)
            : new Finding("privileges", "", FindingState.Bad, texts.MayNotCapture, texts.PrivilegeAdvice);
    }

    /// <summary>Listens for a moment as the service would: what stands against it shows here.</summary>
    private Finding Ring()
    {
        using var stop = new CancellationTokenSource();
        try
        {
            var capture = new LiveCapture(settings.Capture, static (_, _) => { });
            _ = capture.Started.ContinueWith(_ => stop.Cancel(), TaskScheduler.Default);
            capture.Run(static _ => new NobodyListens(), stop.Token);
            return new Finding("ring", "", FindingState.Good, Format(texts.RingOpens, capture.Members.Count));
        }
        catch (CaptureException problem)
        {
            return new Finding("ring", "", FindingState.Bad, texts.Problems.Of(problem), texts.RingAdvice);
        }
    }

    private Finding Memory()
    {
        var workers = settings.Capture.Interfaces.Sum(device => device.Workers) + settings.Follow.Files.Count;
        var rings = settings.Capture.Interfaces.Sum(device => (long)device.Workers * device.RingMegabytes << 20);
        var needed = rings + (workers * ((long)settings.Flows.FlowSlots * SlotBytes)) + settings.Flows.StreamBytesTotal;
        var there = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var seen = Format(texts.MemoryNeeded, HumanUnits.Bytes(needed), HumanUnits.Bytes(there));
        return needed <= there ? new Finding("memory", "", FindingState.Good, seen) : new Finding("memory", "", FindingState.Bad, seen, texts.MemoryAdvice);
    }

    private Finding Clock()
    {
        var clock = ClockState.Read();
        var offset = Math.Abs(clock.OffsetSeconds);
        return !clock.IsSynchronised ? new Finding("clock", "", FindingState.Bad, texts.ClockFree, texts.ClockAdvice)
            : offset > LargestOffsetSeconds ? new Finding("clock", "", FindingState.Bad, Format(texts.ClockOff, offset), texts.ClockAdvice)
            : new Finding("clock", "", FindingState.Good, Format(texts.ClockOff, offset));
    }

    private Finding Disk(string folder, long wanted)
    {
        var existing = folder;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { Length: > 0 } above)
        {
            existing = above;
        }

        try
        {
            var probe = Path.Combine(existing, $".minerflow-doctor-{Environment.ProcessId}");
            File.Create(probe, 1, FileOptions.DeleteOnClose).Dispose();
            var free = new DriveInfo(existing).AvailableFreeSpace;
            var seen = Format(texts.DiskFree, HumanUnits.Bytes(free));
            return free >= wanted ? new Finding("disk", folder, FindingState.Good, seen) : new Finding("disk", folder, FindingState.Doubtful, seen, Format(texts.DiskAdvice, HumanUnits.Bytes(wanted)));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return new Finding("disk", folder, FindingState.Bad, problem.Message, texts.DiskWriteAdvice);
        }
    }

    private Finding Ledger()
    {
        if (LedgerPlace.IsFileName(settings.Ledger.File) && !File.Exists(settings.Ledger.File))
        {
            return new Finding("ledger", settings.Ledger.File, FindingState.Good, texts.LedgerNew);
        }

        var name = "";
        try
        {
            // Without the password that the place may hold.
            name = LedgerPlace.Parse(settings.Ledger.File).Name;
            using var ledger = SightingLedger.OpenToRead(settings.Ledger.File);
            return new Finding("ledger", name, FindingState.Good, Format(texts.LedgerHolds, ledger.Count()));
        }
        catch (LedgerException problem)
        {
            return new Finding("ledger", name, FindingState.Bad, problem.Message, texts.LedgerAdvice);
        }
    }

    /// <summary>Goes as far as the first record would, and sends none.</summary>
    private Finding Feed(FeedPlan plan)
    {
        var transport = plan.Open();
        try
        {
            var steps = transport.Test(CancellationToken.None).GetAwaiter().GetResult();
            var last = steps[^1];
            var seen = $"{last.Name}: {last.Detail}";
            return last.Succeeded ? new Finding("feed", plan.Name, FindingState.Good, seen) : new Finding("feed", plan.Name, FindingState.Bad, seen, Format(texts.FeedAdvice, transport.Target));
        }
        finally
        {
            transport.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private IEnumerable<Finding> Rules()
    {
        var problems = new List<Problem>();
        var sources = LoadedSources.Load(settings.Sources, new ProtocolCatalog(), problems);
        foreach (var problem in problems)
        {
            yield return new Finding("rules", problem.File, FindingState.Bad, texts.Problems.Of(problem), texts.RulesAdvice);
        }

        if (problems.Count == 0)
        {
            yield return new Finding("rules", settings.Sources.Rules, FindingState.Good, Format(texts.RulesGood, sources.Rules.Protocols.Count(), sources.Intervals));
        }

        if (sources.LinesLeftOut > 0)
        {
            yield return new Finding("sources", "", FindingState.Doubtful, Format(texts.LinesLeftOut, sources.LinesLeftOut), texts.LinesAdvice);
        }
    }

    private static string Format(string text, params object?[] values) => string.Format(CultureInfo.InvariantCulture, text, values);

    private sealed class NobodyListens : IFrameHandler
    {
        public void OnFrames(FrameBatch frames)
        {
        }

        public void OnEnd(CaptureOrigin origin)
        {
        }
    }
}
