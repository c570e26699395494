namespace MinerFlow.Reporting.Push.Https;

/// <summary>Passes a connection's bytes on and tells when some have come back.</summary>
/// <param name="connection">To the far side.</param>
/// <param name="answered">Called whenever bytes have come.</param>
internal sealed class AnswerWatch(Stream connection, Action answered) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Seen(connection.Read(buffer, offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => Seen(await connection.ReadAsync(buffer, cancellationToken));

    public override void Write(byte[] buffer, int offset, int count) => connection.Write(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => connection.WriteAsync(buffer, cancellationToken);

    public override void Flush() => connection.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            connection.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Seen(int count)
    {
        if (count > 0)
        {
            answered();
        }

        return count;
    }
}
