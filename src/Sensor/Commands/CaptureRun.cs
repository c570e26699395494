using System.Diagnostics;
using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Detection;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;
using MinerFlow.Reporting.Findings;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Commands;

/// <summary>Runs one look at a link: frames are captured and read on threads of their own, findings are named and written on this one.</summary>
internal sealed class CaptureRun(CaptureOptions options, Terminal terminal, CommandTexts texts, CaptureTexts captureTexts, Messages messages)
{
    private readonly EventQueue _events = new();
    private LiveDetection? _detection;
    private EvidenceFiles? _evidence;
    private IOException? _unwritable;

    public int Run(CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var catalog = new ProtocolCatalog();
        var rules = RuleSet.Load(options.Findings.Rules, catalog, problems);
        if (problems.Count > 0)
        {
            problems.ForEach(problem => messages.Note(texts.Problems.Of(problem)));
            return ExitCode.Usage;
        }

        var sources = new EnrichmentSources(options.Findings, messages);
        using var target = OutputTarget.Open(options.Findings.Output, terminal.Output, texts.StandardOutput);
        using var json = options.Findings.Format == OutputFormat.JsonLines ? new FindingJsonWriter(target.Stream, options.Findings.Sensor, options.Findings.Offset) : null;
        var sink = new FindingSink(options.Findings, sources, json, target.Name);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            using (var recorder = OpenRecorder(stop))
            using (_evidence = EvidenceFiles.Open(options.Findings.Evidence, TimeProvider.System, _ => { }))
            {
                Func<LiveMember, CaptureRecorder.Lane>? lane = recorder is null ? null : member => recorder.Open(member.Interface, options.Live.SnapLength);
                _detection = new LiveDetection(
                    new LiveCapture(options.Live, TellLink), options.Flows, events => new MiningDetector(rules, catalog, new DetectionOptions(), events), _events, lane, _evidence);
                Listen(sink, stop);
            }
        }
        catch (CaptureException refused)
        {
            messages.StopProgress();
            messages.Failure(texts.Problems.Of(refused));
            return ExitCode.Unreadable;
        }

        if (_unwritable is not null)
        {
            throw OutputException.At(options.Write!, _unwritable);
        }

        Conclude(rules, sink, target, json);
        return messages.NeedsPerson ? ExitCode.NeedsPerson : ExitCode.Done;
    }

    private CaptureRecorder? OpenRecorder(CancellationTokenSource stop)
    {
        if (options.Write is null)
        {
            return null;
        }

        return new CaptureRecorder(OutputTarget.Create(options.Write), failure =>
        {
            _unwritable = failure;
            stop.Cancel();
        });
    }

    /// <summary>Until the time is over, a signal comes, or an output fails.</summary>
    private void Listen(FindingSink sink, CancellationTokenSource stop)
    {
        var running = Task.Factory.StartNew(() => _detection!.Run(stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var started = _detection!.Started.ContinueWith(_ => OnListening(stop), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        try
        {
            while (_events.Reader.WaitToReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult())
            {
                while (_events.Reader.TryRead(out var found))
                {
                    sink.OnEvent(found);
                }
            }
        }
        finally
        {
            // Also when an output failed: no thread goes on behind the message.
            stop.Cancel();
            running.ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
            started.ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
            messages.StopProgress();
        }

        running.GetAwaiter().GetResult();
    }

    private void OnListening(CancellationTokenSource stop)
    {
        Note(captureTexts.Listening, string.Join(", ", options.Findings.Paths));
        var watch = Stopwatch.StartNew();
        messages.StartProgress(() => Progress(watch.Elapsed));
        if (options.Duration is { } duration)
        {
            stop.CancelAfter(duration);
        }
    }

    private string Progress(TimeSpan elapsed)
    {
        var seen = _detection!.Snapshots();
        var frames = seen.Sum(each => each.Capture.Frames);
        return string.Format(
            CultureInfo.InvariantCulture, captureTexts.Progress, frames, HumanUnits.Rate(frames / Math.Max(elapsed.TotalSeconds, 1e-3), "packets/s"), seen.Sum(Dropped));
    }

    private void Conclude(RuleSet rules, FindingSink sink, OutputTarget target, FindingJsonWriter? json)
    {
        var seen = _detection!.Snapshots();
        var totals = new CaptureTotals();
        var lists = new List<CounterList>();
        foreach (var each in seen)
        {
            var own = new CaptureTotals();
            own.Add(each.Capture, captures: each.Worker == 0 ? 1 : 0);
            totals.Add(each.Capture, captures: each.Worker == 0 ? 1 : 0);
            lists.Add(new CounterList(own, each.Connections, each.Worker == 0 ? sink.Dropped : 0));
        }

        var counters = CounterList.Join(lists);
        Note(
            captureTexts.Sum,
            totals.FramesOffered,
            seen.Sum(each => each.Connections.Decoded),
            seen.Sum(each => Rejected(each)),
            seen.Sum(each => each.Connections.FragmentsHeld),
            seen.Sum(each => each.Connections.FramesSampledOut),
            seen.Sum(Dropped));
        if (counters.Losses.Length > 0)
        {
            Note(texts.Lost, counters.Losses);
        }

        if (seen.Sum(each => each.FramesNotWritten) is var missing and > 0)
        {
            messages.Finding(string.Format(CultureInfo.InvariantCulture, captureTexts.NotWritten, options.Write, missing));
        }

        _evidence?.Conclude(messages, texts);
        new FindingLists(options.Findings, rules, terminal).Write(target, json, sink.Complete(), sink, totals, counters.All);
    }

    private static long Dropped(CaptureSnapshot seen) =>
        seen.Capture.KernelDrops + seen.Capture.FramesShed + seen.Capture.FramesLeft + seen.Connections.FramesShed;

    private static long Rejected(CaptureSnapshot seen)
    {
        var sum = 0L;
        foreach (var count in seen.Connections.Rejected)
        {
            sum += count;
        }

        return sum;
    }

    private void TellLink(string name, LinkState state) =>
        Note(state switch { LinkState.Up => captureTexts.LinkUp, LinkState.Down => captureTexts.LinkDown, _ => captureTexts.LinkGone }, name);

    private void Note(string text, params object[] values) => messages.Note(string.Format(CultureInfo.InvariantCulture, text, values));
}
