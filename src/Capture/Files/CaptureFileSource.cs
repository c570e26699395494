namespace MinerFlow.Capture.Files;

/// <summary>One input, from its first frame to its last.</summary>
/// <param name="name">Name of the input.</param>
/// <param name="statistics">Where the cursor counts.</param>
/// <param name="open">Makes the cursor; called once, on the thread that runs, for it may wait for the first bytes.</param>
internal sealed class CaptureFileSource(string name, CaptureStatistics statistics, Func<CancellationToken, CaptureCursor> open) : ICaptureSource
{
    private readonly CaptureOrigin _origin = new(name);
    private readonly FrameHeader[] _headers = new FrameHeader[FrameBatch.Capacity];
    private CaptureCursor? _cursor;

    public CaptureFileSource(string name, CaptureStatistics statistics, CaptureCursor cursor)
        : this(name, statistics, _ => cursor)
    {
        _cursor = cursor;
    }

    public CaptureStatistics Statistics => statistics;

    public void Run(IFrameHandler handler, CancellationToken cancellationToken)
    {
        try
        {
            _cursor ??= open(cancellationToken);
            while (!cancellationToken.IsCancellationRequested)
            {
                var count = _cursor.Read(_headers, cancellationToken);
                if (count == 0)
                {
                    break;
                }

                statistics.Count(_headers.AsSpan(0, count));
                handler.OnFrames(new FrameBatch(_headers.AsSpan(0, count), _origin, bytesAhead: _cursor.BytesAhead, bytesBetween: _cursor.BytesBetween));
            }
        }
        catch (OperationCanceledException)
        {
            // Cancelled while waiting for the first bytes.
        }

        handler.OnEnd(_origin);
    }

    public void Dispose() => _cursor?.Dispose();
}
