using System.Net.Sockets;
using MinerFlow.Reporting.Push;

namespace MinerFlow.Reporting.Feeds.Transports;

/// <summary>Lines to a local socket, as Suricata's EVE output does it: a stream of lines, or a datagram for each (docs.suricata.io, "Eve JSON Output", filetype).</summary>
/// <param name="path">The socket that the reader made.</param>
/// <param name="isDatagram">A datagram for each line, not a stream of lines.</param>
/// <param name="patience">How long a reader may take none.</param>
public sealed class UnixSocketTransport(string path, bool isDatagram, TimeSpan patience) : IFeedTransport
{
    /// <summary>Bytes of a path in <c>sockaddr_un</c> (unix(7)), the closing zero among them.</summary>
    public const int LongestPath = 107;

    private Socket? _socket;

    public string Target => path;

    public async Task<FeedOutcome> Send(IReadOnlyList<FeedMessage> messages, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var (done, tooLong) = (0, 0);
        var isOpen = false;
        try
        {
            var socket = await Open(cancellation).ConfigureAwait(false);
            isOpen = true;
            for (; done < messages.Count; done++)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                limit.CancelAfter(patience);
                byte[] line = [.. messages[done].Bytes.Span, (byte)'\n'];
                try
                {
                    await SendAll(socket, line, limit.Token).ConfigureAwait(false);
                }
                catch (SocketException problem) when (problem.SocketErrorCode == SocketError.MessageSize)
                {
                    tooLong++;
                }
            }

            return new FeedOutcome(done) { TooLong = tooLong };
        }
        catch (SocketException problem)
        {
            Close();
            return FeedOutcome.Stopped(done, isOpen ? FeedProblem.Write : FeedProblem.Connect, problem.Message) with { TooLong = tooLong };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A part of the line may be with the reader; what follows begins on a new connection.
            Close();
            return FeedOutcome.Stopped(done, FeedProblem.Write, $"the reader took nothing for {patience.TotalSeconds:0} s") with { TooLong = tooLong };
        }
    }

    public async Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation)
    {
        try
        {
            using var socket = await Connect(cancellation).ConfigureAwait(false);
            return [new ChannelStep("connect", true, path)];
        }
        catch (SocketException problem)
        {
            return [new ChannelStep("connect", false, problem.Message)];
        }
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private static async Task SendAll(Socket socket, ReadOnlyMemory<byte> line, CancellationToken cancellation)
    {
        while (line.Length > 0)
        {
            line = line[await socket.SendAsync(line, SocketFlags.None, cancellation).ConfigureAwait(false)..];
        }
    }

    private async Task<Socket> Open(CancellationToken cancellation)
    {
        // A reader that has closed sends nothing but its end: without this look the first lines behind it would be lost.
        if (_socket is { SocketType: SocketType.Stream } stream && stream.Poll(0, SelectMode.SelectRead))
        {
            Close();
        }

        return _socket ??= await Connect(cancellation).ConfigureAwait(false);
    }

    private async Task<Socket> Connect(CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, isDatagram ? SocketType.Dgram : SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
