using System.Net.Sockets;
using MinerFlow.Reporting.Push;

namespace MinerFlow.Reporting.Feeds.Transports;

/// <summary>Syslog over UDP, one message a datagram (RFC 5426). Nobody acknowledges: what the network loses is not known here.</summary>
/// <param name="host">Name or address of the receiver.</param>
/// <param name="port">Its port.</param>
/// <param name="longest">Bytes of the longest message that is sent.</param>
public sealed class SyslogUdpTransport(string host, int port, int longest) : IFeedTransport
{
    private Socket? _socket;

    public string Target => $"udp://{host}:{port}";

    public async Task<FeedOutcome> Send(IReadOnlyList<FeedMessage> messages, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var (done, tooLong) = (0, 0);
        try
        {
            _socket ??= await TcpPeer.Connect(host, port, SocketType.Dgram, cancellation).ConfigureAwait(false);
            for (; done < messages.Count; done++)
            {
                if (messages[done].Bytes.Length > longest)
                {
                    tooLong++;
                    continue;
                }

                await _socket.SendAsync(messages[done].Bytes, SocketFlags.None, cancellation).ConfigureAwait(false);
            }

            return new FeedOutcome(done) { TooLong = tooLong };
        }
        catch (SocketException problem)
        {
            // A port where nobody listens is told by ICMP, with the send that follows: the one before it has to come again.
            var again = problem.SocketErrorCode == SocketError.ConnectionRefused && done > 0 ? done - 1 : done;
            Close();
            return FeedOutcome.Stopped(again, FeedProblem.Connect, problem.Message) with { TooLong = messages.Take(again).Count(message => message.Bytes.Length > longest) };
        }
    }

    public async Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation)
    {
        try
        {
            using var socket = await TcpPeer.Connect(host, port, SocketType.Dgram, cancellation).ConfigureAwait(false);
            return [new ChannelStep("connect", true, $"{socket.RemoteEndPoint}; UDP tells nothing of who listens there")];
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

    private void Close()
    {
        _socket?.Dispose();
        _socket = null;
    }
}
