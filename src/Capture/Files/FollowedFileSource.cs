using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Files;

/// <summary>A growing file, read on until the run is cancelled. When it is cut or replaced the source says so and begins again with what the path holds then.</summary>
internal sealed class FollowedFileSource(string path, CaptureInputOptions options) : ICaptureSource
{
    private readonly CaptureOrigin _origin = new(path);
    private readonly FrameHeader[] _headers = new FrameHeader[FrameBatch.Capacity];

    public CaptureStatistics Statistics { get; } = new();

    public void Run(IFrameHandler handler, CancellationToken cancellationToken)
    {
        FollowEnd end;
        var begun = false;
        do
        {
            using var stream = new FollowStream(path, InputFile.Open(path), options.FollowPoll, () => handler.OnIdle(PacketTime.None), cancellationToken);
            Follow(stream, handler, begun, cancellationToken);
            begun = true;
            end = cancellationToken.IsCancellationRequested ? FollowEnd.Cancelled : stream.End;
            if (end is FollowEnd.Cut or FollowEnd.Replaced)
            {
                Statistics.Say($"{path}: {(end == FollowEnd.Cut ? (Sentence)"was cut" : "was replaced by another file")} after {stream.Position} bytes had been read; reading begins again with the new one.");
            }
        }
        while (end is FollowEnd.Cut or FollowEnd.Replaced);

        handler.OnEnd(_origin);
    }

    public void Dispose()
    {
    }

    /// <summary>Reads one file under the path to its end; one that is no capture ends the run only when it is the first.</summary>
    private void Follow(FollowStream stream, IFrameHandler handler, bool begun, CancellationToken cancellationToken)
    {
        try
        {
            using var cursor = CursorOpener.OpenStream(stream, path, options, Statistics, () => stream.Position, cancellationToken);
            while (!cancellationToken.IsCancellationRequested && cursor.Read(_headers, cancellationToken) is var count and > 0)
            {
                Statistics.Count(_headers.AsSpan(0, count));
                handler.OnFrames(new FrameBatch(_headers.AsSpan(0, count), _origin));
            }
        }
        catch (OperationCanceledException)
        {
            // Cancelled while waiting for the first bytes.
        }
        catch (CaptureException exception) when (begun || stream.End is FollowEnd.Cut or FollowEnd.Replaced)
        {
            Statistics.ReportDamage(exception.Sentence);
        }
    }
}
