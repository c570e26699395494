using System.IO.Pipelines;

namespace MinerFlow.Capture.Files;

/// <summary>Reads a pipe on the capture thread. Files answer at once; a pipe or a terminal is waited for until cancelled.</summary>
internal static class SynchronousRead
{
    /// <exception cref="OperationCanceledException">Cancelled while waiting; the read that waits is left to end by itself.</exception>
    public static ReadResult Read(PipeReader reader, CancellationToken cancellationToken)
    {
        var pending = reader.ReadAsync(cancellationToken);
        return pending.IsCompleted
            ? pending.GetAwaiter().GetResult()
            : pending.AsTask().WaitAsync(cancellationToken).GetAwaiter().GetResult();
    }
}
