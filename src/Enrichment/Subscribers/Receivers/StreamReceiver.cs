using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>
/// Receives syslog over TCP, with TLS when a certificate is given (RFC 5425). When the ring is full the stream waits, and with it the sender: nothing is lost that TCP
/// can hold back.
/// </summary>
internal sealed class StreamReceiver : IAsyncDisposable
{
    private const int ReadBytes = 64 * 1024;

    private readonly TcpListener _listener;
    private readonly MessageRing _ring;
    private readonly ReceiverOptions _options;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<Task> _connections = [];
    private readonly Lock _turn = new();
    private readonly Task _accepting;
    private long _refused;

    public StreamReceiver(IPEndPoint endpoint, MessageRing ring, ReceiverOptions options, SslServerAuthenticationOptions? tls, TimeProvider clock)
    {
        _ring = ring;
        _options = options;
        _tls = tls;
        _clock = clock;
        Peers = new LogPeers(ring, options.MaxPeers);
        _listener = new TcpListener(endpoint);
        _listener.Start();
        _accepting = Accept();
    }

    public LogPeers Peers { get; }

    public IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Streams that were closed at once because too many were open.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        Task[] open;
        lock (_turn)
        {
            open = [.. _connections];
        }

        await Task.WhenAll(open);
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task Accept()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync(_stopping.Token);
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The sender went away between its first and its last step.
                continue;
            }

            lock (_turn)
            {
                _connections.RemoveWhere(connection => connection.IsCompleted);
                if (_connections.Count >= _options.MaxConnections)
                {
                    Interlocked.Increment(ref _refused);
                    socket.Dispose();
                    continue;
                }

                _connections.Add(Task.Run(() => Serve(socket)));
            }
        }
    }

    private async Task Serve(Socket socket)
    {
        using (socket)
        {
            var address = IpAddress.From(((IPEndPoint)socket.RemoteEndPoint!).Address);
            var peer = Peers.Get(address);
            try
            {
                var network = new NetworkStream(socket, ownsSocket: false);
                if (_tls is null)
                {
                    await using (network)
                    {
                        await Read(network, peer, address);
                    }

                    return;
                }

                var secured = new SslStream(network);
                await using (secured)
                {
                    await secured.AuthenticateAsServerAsync(_tls, _stopping.Token);
                    await Read(secured, peer, address);
                }
            }
            catch (AuthenticationException)
            {
                peer.Lost(ReceiveLoss.BadTls);
            }
            catch (Exception ended) when (ended is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The stream is at its end, however that came; what was whole is in the ring.
            }
        }
    }

    private async Task Read(Stream stream, LogPeer peer, IpAddress address)
    {
        var frames = new Frames(peer);
        var framer = new SyslogFramer(Math.Min(_options.MaxMessageBytes, _ring.LargestMessage), frames);
        var buffer = new byte[ReadBytes];
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, _stopping.Token)) > 0;)
            {
                framer.Read(buffer.AsSpan(0, read));
                await Deliver(frames, peer, address);
            }
        }
        finally
        {
            framer.End();
            await Deliver(frames, peer, address);
        }
    }

    private async Task Deliver(Frames frames, LogPeer peer, IpAddress address)
    {
        foreach (var message in frames.Messages)
        {
            while (!_ring.TryAdd(message, new MessageOrigin(peer, address, Port: 0, PacketTime.From(_clock.GetUtcNow()))))
            {
                if (_stopping.IsCancellationRequested)
                {
                    peer.Lost(ReceiveLoss.QueueFull);
                    break;
                }

                await Task.Delay(_options.Patience, CancellationToken.None);
            }
        }

        frames.Messages.Clear();
    }

    /// <summary>The whole messages of one read.</summary>
    private sealed class Frames(LogPeer peer) : IFrameSink
    {
        public List<byte[]> Messages { get; } = [];

        public void Take(ReadOnlySpan<byte> message)
        {
            peer.Received(message.Length);
            Messages.Add(message.ToArray());
        }

        public void Lost(ReceiveLoss loss) => peer.Lost(loss);
    }
}
