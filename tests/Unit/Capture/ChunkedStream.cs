namespace MinerFlow.Unit.Capture;

/// <summary>Gives its bytes in portions of chosen sizes, as a pipe does, and may fail at its end.</summary>
internal class ChunkedStream(byte[] bytes, Func<int> nextSize, Exception? failure = null) : Stream
{
    private int _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var size = Math.Min(Math.Min(buffer.Length, nextSize()), bytes.Length - _at);
        if (size == 0 && buffer.Length > 0 && failure is not null)
        {
            throw failure;
        }

        bytes.AsSpan(_at, size).CopyTo(buffer);
        _at += size;
        return size;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>Gives its bytes and then neither more nor an end, as an idle pipe does.</summary>
internal sealed class StalledStream(byte[] bytes, Action onStall) : ChunkedStream(bytes, () => bytes.Length)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = Read(buffer.Span);
        if (read > 0)
        {
            return new ValueTask<int>(read);
        }

        onStall();
        return new ValueTask<int>(new TaskCompletionSource<int>().Task);
    }
}
