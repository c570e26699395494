using System.IO.Compression;

namespace MinerFlow.Capture.Files;

/// <summary>
/// Unpacks gzip (RFC 1952), one member or more. What is wrong with it is an exception at the end of what could be unpacked: that it is cut or damaged, or that
/// something else lies behind the last member.
/// </summary>
public sealed class GzipInput : ForwardStream
{
    private readonly PackedStream _packed;
    private readonly GZipStream _unpacked;

    /// <param name="packed">Closed with this stream.</param>
    public GzipInput(Stream packed)
    {
        _packed = new PackedStream(packed);
        _unpacked = new GZipStream(_packed, CompressionMode.Decompress);
    }

    /// <exception cref="GzipException">It is cut or damaged, or something other than gzip follows.</exception>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            var read = _unpacked.Read(buffer);
            if (read == 0 && !buffer.IsEmpty)
            {
                var behind = _packed.Left;
                CheckEnd(behind, isForeign: !_packed.HasEnded && _packed.PassRest());
            }

            return read;
        }
        catch (InvalidDataException problem)
        {
            throw Damaged(problem);
        }
    }

    /// <inheritdoc cref="Read(Span{byte})"/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await _unpacked.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (read == 0 && !buffer.IsEmpty)
            {
                var behind = _packed.Left;
                CheckEnd(behind, isForeign: !_packed.HasEnded && await _packed.PassRestAsync(cancellationToken).ConfigureAwait(false));
            }

            return read;
        }
        catch (InvalidDataException problem)
        {
            throw Damaged(problem);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _unpacked.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>What the framework takes for an end without a word: something else behind the last member, and no member at all, as a full disk leaves.</summary>
    private void CheckEnd(long behind, bool isForeign)
    {
        if (isForeign)
        {
            throw new GzipException($"something other than gzip follows its compressed part, within its last {_packed.Taken - behind} bytes");
        }

        if (_packed.Taken == 0)
        {
            throw Cut(null);
        }
    }

    private GzipException Cut(Exception? problem) => new($"its compressed data ends at byte {_packed.Taken}, before the checksum that closes it; copy the whole file", problem);

    // The framework calls a wrong checksum an unsupported compression method, and it meets the end only where it wants more.
    private GzipException Damaged(InvalidDataException problem) => _packed.HasEnded
        ? Cut(problem)
        : new GzipException($"its compressed data is damaged, as its bytes {_packed.Left} to {_packed.Taken} show; copy it again, gzip -t FILE tests a copy", problem);
}
