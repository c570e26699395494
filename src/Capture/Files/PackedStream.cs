namespace MinerFlow.Capture.Files;

/// <summary>What an unpacker reads from: it asks for more until its input is complete, so whether it met the end tells whether something lies behind.</summary>
/// <param name="inner">Closed with this stream.</param>
internal sealed class PackedStream(Stream inner) : ForwardStream
{
    private byte _last;

    /// <summary>Bytes read so far.</summary>
    public long Taken { get; private set; }

    /// <summary>Bytes read before the last read.</summary>
    public long Left { get; private set; }

    /// <summary>A read met the end.</summary>
    public bool HasEnded { get; private set; }

    public override int Read(Span<byte> buffer) => Count(buffer, inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        return Count(buffer.Span, read);
    }

    /// <summary>Reads to the end. True when something other than zeros lies there: zeros are the padding of tapes and block devices, and gzip(1) passes over them too.</summary>
    public async ValueTask<bool> PassRestAsync(CancellationToken cancellationToken)
    {
        var isForeign = _last != 0;
        var buffer = new byte[8 << 10];
        while (await ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
        {
            isForeign |= buffer.AsSpan(0, read).ContainsAnyExcept((byte)0);
        }

        return isForeign;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(ReadOnlySpan<byte> buffer, int read)
    {
        HasEnded |= read == 0 && !buffer.IsEmpty;
        Left = Taken;
        Taken += read;
        _last = read > 0 ? buffer[read - 1] : _last;
        return read;
    }
}
