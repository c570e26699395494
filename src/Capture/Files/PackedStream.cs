namespace MinerFlow.Capture.Files;

/// <summary>What an unpacker reads from: it asks for more until its input is complete, so whether it met the end tells whether something lies behind.</summary>
/// <param name="inner">Closed with this stream.</param>
internal sealed class PackedStream(Stream inner) : ForwardStream
{
    // CRC32 and ISIZE (RFC 1952 section 2.3.1). They come by themselves: what the framework unpacks in the call that finds them wrong, it throws away.
    private const int TrailerBytes = 8;

    private readonly byte[] _ahead = new byte[(16 << 10) + TrailerBytes];
    private int _start;
    private int _end;
    private bool _innerHasEnded;
    private byte _last;

    /// <summary>Bytes read so far.</summary>
    public long Taken { get; private set; }

    /// <summary>Bytes read before the last read.</summary>
    public long Left { get; private set; }

    /// <summary>A read met the end.</summary>
    public bool HasEnded { get; private set; }

    private bool IsShort => !_innerHasEnded && _end - _start <= TrailerBytes;

    public override int Read(Span<byte> buffer)
    {
        while (IsShort)
        {
            Append(inner.Read(Room().Span));
        }

        return Give(buffer);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (IsShort)
        {
            Append(await inner.ReadAsync(Room(), cancellationToken).ConfigureAwait(false));
        }

        return Give(buffer.Span);
    }

    /// <summary>Reads to the end. True when something other than zeros lies there: zeros are the padding of tapes and block devices, and gzip(1) passes over them too.</summary>
    public bool PassRest()
    {
        var isForeign = _last != 0;
        var buffer = new byte[8 << 10];
        while (Read(buffer) is > 0 and var read)
        {
            isForeign |= buffer.AsSpan(0, read).ContainsAnyExcept((byte)0);
        }

        return isForeign;
    }

    /// <inheritdoc cref="PassRest"/>
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

    /// <summary>Where more is read to, behind what is held.</summary>
    private Memory<byte> Room()
    {
        _ahead.AsSpan(_start.._end).CopyTo(_ahead);
        (_start, _end) = (0, _end - _start);
        return _ahead.AsMemory(_end);
    }

    private void Append(int read)
    {
        _innerHasEnded = read == 0;
        _end += read;
    }

    private int Give(Span<byte> buffer)
    {
        var held = _ahead.AsSpan(_start.._end);
        var given = held[..Math.Min(buffer.Length, held.Length > TrailerBytes ? held.Length - TrailerBytes : held.Length)];
        given.CopyTo(buffer);
        HasEnded |= given.IsEmpty && !buffer.IsEmpty;
        Left = Taken;
        Taken += given.Length;
        _start += given.Length;
        _last = given.IsEmpty ? _last : given[^1];
        return given.Length;
    }
}
