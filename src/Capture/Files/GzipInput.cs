using System.IO.Compression;

namespace MinerFlow.Capture.Files;

/// <summary>
/// Unpacks gzip (RFC 1952), one member or more. The framework passes in silence over what lies behind the last member; here reading fails there, when all before it was read.
/// </summary>
/// <param name="packed">Closed with this stream.</param>
internal sealed class GzipInput(PackedStream packed) : GZipStream(packed, CompressionMode.Decompress)
{
    /// <exception cref="IOException">Something other than gzip follows.</exception>
    /// <exception cref="InvalidDataException">The compressed data is damaged.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0 && !buffer.IsEmpty && !packed.HasEnded)
        {
            var left = packed.Left;
            if (await packed.PassRestAsync(cancellationToken).ConfigureAwait(false))
            {
                throw new IOException($"something other than gzip follows its compressed part, within its last {packed.Taken - left} bytes");
            }
        }

        return read;
    }
}
