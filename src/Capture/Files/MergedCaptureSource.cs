namespace MinerFlow.Capture.Files;

/// <summary>
/// Several inputs as one, in order of time. Each has its next frames looked at; the one with the earliest gives frames until another is earlier. Files whose
/// turn is far away are closed, with the frames that were looked at copied.
/// </summary>
internal sealed class MergedCaptureSource(IReadOnlyList<string> paths, CaptureInputOptions options) : ICaptureSource
{
    private readonly List<MergeLane> _lanes = new(paths.Count);
    private readonly List<MergeLane> _open = [];
    private readonly PriorityQueue<MergeLane, (long Time, int Index)> _turns = new();

    public CaptureStatistics Statistics { get; } = new();

    public void Run(IFrameHandler handler, CancellationToken cancellationToken)
    {
        Begin(cancellationToken);
        while (!cancellationToken.IsCancellationRequested && _turns.TryDequeue(out var lane, out _))
        {
            var (time, index) = _turns.TryPeek(out _, out var next) ? next : (long.MaxValue, int.MaxValue);
            var frames = lane.Take(time, index);
            Statistics.Count(frames);
            handler.OnFrames(new FrameBatch(frames, lane.Origin));
            if (lane.HasFrames || ReadOn(lane, cancellationToken))
            {
                _turns.Enqueue(lane, (lane.NextTime, lane.Index));
            }
        }

        foreach (var lane in _lanes)
        {
            handler.OnEnd(lane.Origin);
        }
    }

    public void Dispose()
    {
        foreach (var lane in _lanes)
        {
            lane.Dispose();
        }
    }

    /// <summary>Opens every input for its first frame.</summary>
    private void Begin(CancellationToken cancellationToken)
    {
        CaptureException? failure = null;
        for (var i = 0; i < paths.Count && !cancellationToken.IsCancellationRequested; i++)
        {
            var lane = new MergeLane(paths[i], i);
            try
            {
                MakeRoom();
                if (lane.Begin(path => Open(path, cancellationToken), cancellationToken))
                {
                    _open.Add(lane);
                    _turns.Enqueue(lane, (lane.NextTime, lane.Index));
                }
                else
                {
                    lane.Dispose();
                }

                _lanes.Add(lane);
            }
            catch (CaptureException exception)
            {
                failure = exception;
                Statistics.ReportDamage(exception.Sentence);
            }
            catch (OperationCanceledException)
            {
                lane.Dispose();
            }
        }

        if (_lanes.Count == 0 && failure is not null)
        {
            throw new CaptureException(paths.Count == 1 ? failure.Sentence : $"none of {paths.Count} inputs can be read; the last: {failure.Sentence}", failure);
        }
    }

    private CaptureCursor Open(string path, CancellationToken cancellationToken)
    {
        if (path == CaptureSources.StandardInput)
        {
            return CursorOpener.OpenStream(Console.OpenStandardInput(), path, options, Statistics, inputPosition: null, cancellationToken);
        }

        var file = InputFile.Open(path);
        try
        {
            return file.CanSeek
                ? CursorOpener.OpenFile(file, path, options, Statistics, mayMap: false)
                : CursorOpener.OpenStream(file, path, options, Statistics, inputPosition: null, cancellationToken);
        }
        catch (CaptureException)
        {
            file.Dispose();
            throw;
        }
    }

    private bool ReadOn(MergeLane lane, CancellationToken cancellationToken)
    {
        if (!lane.IsOpen)
        {
            MakeRoom();
            _open.Add(lane);
        }

        if (lane.Read(FrameBatch.Capacity, cancellationToken))
        {
            return true;
        }

        _open.Remove(lane);
        lane.Dispose();
        return false;
    }

    /// <summary>Closes the open file whose turn comes last when there are as many open as may be.</summary>
    private void MakeRoom()
    {
        if (_open.Count < options.OpenFiles)
        {
            return;
        }

        MergeLane? last = null;
        foreach (var lane in _open)
        {
            if (lane.CanLetGo && (last is null || lane.NextTime > last.NextTime))
            {
                last = lane;
            }
        }

        if (last is not null)
        {
            last.LetGo();
            _open.Remove(last);
        }
    }
}
