using System.Buffers;
using System.Text;

namespace MinerFlow.Reporting.Push.Mail;

/// <summary>Commands and replies over one stream. After STARTTLS there is a new one over the encrypted stream, so that nothing said before counts (RFC 3207, section 6).</summary>
/// <param name="stream">To the server; not closed here.</param>
/// <param name="server">Its name, for messages.</param>
/// <param name="timeout">Longest wait for a reply.</param>
internal sealed class SmtpConnection(Stream stream, string server, TimeSpan timeout)
{
    private const int Piece = 64 << 10;

    private byte[] _buffer = new byte[4_096];
    private int _length;

    /// <summary>Says a line and waits for the reply.</summary>
    /// <param name="step">Name of the step, for messages.</param>
    /// <param name="line">Without line end.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<SmtpReply> Ask(string step, string line, CancellationToken cancellation)
    {
        await Say(step, Encoding.UTF8.GetBytes(line + "\r\n"), cancellation);
        return await Hear(step, timeout, cancellation);
    }

    /// <summary>Says bytes as they are.</summary>
    public async Task Say(string step, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        for (var at = 0; at < bytes.Length; at += Piece)
        {
            var piece = bytes.Slice(at, Math.Min(Piece, bytes.Length - at));
            await Within(step, timeout, token => stream.WriteAsync(piece, token).AsTask(), cancellation);
        }

        await Within(step, timeout, stream.FlushAsync, cancellation);
    }

    /// <summary>Waits for a reply.</summary>
    public async Task<SmtpReply> Hear(string step, TimeSpan patience, CancellationToken cancellation)
    {
        while (true)
        {
            switch (SmtpReply.TryRead(_buffer.AsSpan(0, _length), out var reply, out var consumed))
            {
                case OperationStatus.Done:
                    _buffer.AsSpan(consumed, _length - consumed).CopyTo(_buffer);
                    _length -= consumed;
                    return reply!;
                case OperationStatus.InvalidData:
                    throw new DeliveryStepException(DeliveryOutcomeKind.TryLater, step, $"{server} answers what is no reply of SMTP.");
            }

            if (_length == _buffer.Length)
            {
                Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, SmtpReply.LongestBytes));
            }

            var read = 0;
            await Within(step, patience, async token => read = await stream.ReadAsync(_buffer.AsMemory(_length), token), cancellation);
            _length += read > 0 ? read : throw new DeliveryStepException(DeliveryOutcomeKind.TryLater, step, $"{server} hung up.");
        }
    }

    private async Task Within(string step, TimeSpan patience, Func<CancellationToken, Task> action, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(patience);
        try
        {
            await action(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new DeliveryStepException(DeliveryOutcomeKind.TryLater, step, $"{server} keeps silent for {patience.TotalSeconds:0} s.");
        }
        catch (IOException error)
        {
            throw new DeliveryStepException(DeliveryOutcomeKind.TryLater, step, $"the connection to {server} was cut: {error.Message}");
        }
    }
}
