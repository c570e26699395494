namespace MinerFlow.Capture.Live;

/// <summary>
/// Listens to interfaces until it is stopped: a thread for each worker, each with a handler of its own. No frame comes before every worker
/// of every interface is ready.
/// </summary>
public sealed class LiveCapture
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<LiveMember> _members = [];

    /// <param name="options">Checked options.</param>
    /// <param name="onLink">Told on a capture thread when an interface goes down, away or comes back, with the name it has now; must not block.</param>
    /// <exception cref="CaptureException">An interface is to have its workers near its card, and there are too few processors.</exception>
    public LiveCapture(LiveCaptureOptions options, Action<string, LinkState> onLink)
        : this(options, onLink, new MemoryNodes())
    {
    }

    internal LiveCapture(LiveCaptureOptions options, Action<string, LinkState> onLink, MemoryNodes nodes)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(onLink);
        var taken = options.Interfaces.SelectMany(device => device.Processors).ToHashSet();
        foreach (var device in options.Interfaces)
        {
            var processors = device.NearCard ? nodes.Near(device.Name, device.Workers, taken) : device.Processors;
            taken.UnionWith(processors);
            var group = device.Workers > 1 ? new FanoutGroup(device.Fanout) : null;
            for (var worker = 0; worker < device.Workers; worker++)
            {
                int? processor = processors.Count > 0 ? processors[worker] : null;
                ILiveSource source = options.Backend == LiveBackend.Libpcap ? new LibpcapSource(device, options, onLink) : new RingSource(device, options, group, onLink);
                _members.Add(new LiveMember(device.Name, worker, processor, source));
            }
        }
    }

    public IReadOnlyList<LiveMember> Members => _members;

    /// <summary>Done when all workers listen; failed when one of them cannot.</summary>
    public Task Started => _started.Task;

    /// <summary>Runs all workers until the token is cancelled; then what the rings hold is still read, and the handlers are ended.</summary>
    /// <param name="handlers">Makes the handler of a worker, on its thread.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="CaptureException">An interface cannot be listened to, or the filter is wrong; then none is.</exception>
    public void Run(Func<LiveMember, IFrameHandler> handlers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(handlers);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Twice all wait for each other: when all are bound, and when all let frames in.
        using var ready = new Barrier(_members.Count, barrier => OnReady(barrier.CurrentPhaseNumber));
        var failures = new List<Exception>();
        var threads = new List<Thread>();
        foreach (var member in _members)
        {
            var thread = new Thread(() => Work(member, handlers, ready, failures, stop)) { Name = $"capture {member.Interface}/{member.Number}", IsBackground = true };
            threads.Add(thread);
            thread.Start();
        }

        threads.ForEach(thread => thread.Join());

        if (failures.Count > 0)
        {
            var failure = Together(failures);
            _started.TrySetException(failure);
            throw failure;
        }

        // Stopped before all had begun: nobody waits for that any more.
        _started.TrySetCanceled(CancellationToken.None);
    }

    /// <summary>Every interface that was refused, once; anything else that failed is no matter of interfaces.</summary>
    private static Exception Together(List<Exception> failures)
    {
        var refused = failures.OfType<CaptureException>().DistinctBy(failure => failure.Message).OrderBy(failure => failure.Message, StringComparer.Ordinal).ToList();
        return failures.Find(failure => failure is not CaptureException) is { } other ? new InvalidOperationException("a capture worker failed", other)
            : new CaptureException(refused.Select(failure => failure.Sentence).Aggregate((all, next) => $"{all}; {next}"), refused[0]);
    }

    private void OnReady(long phase)
    {
        if (phase == 1)
        {
            _started.TrySetResult();
        }
    }

    private void Work(LiveMember member, Func<LiveMember, IFrameHandler> handlers, Barrier ready, List<Exception> failures, CancellationTokenSource stop)
    {
        try
        {
            member.Pin();
            var handler = handlers(member);
            member.Open();
            ready.SignalAndWait(stop.Token);
            member.Admit();
            ready.SignalAndWait(stop.Token);
            member.Run(handler, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Another worker failed, or the stop came, before this one had begun.
        }
        catch (Exception failure)
        {
            // The edge of a worker: the others are stopped, and the caller learns why.
            lock (failures)
            {
                failures.Add(failure);
            }

            stop.Cancel();
        }
        finally
        {
            member.Close();
        }
    }
}
