using System.Net;
using System.Net.Sockets;
using MinerFlow.Traffic;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>
/// Stands between a channel and its far side on loopback, passes bytes on as they come, and cuts a connection after a number of bytes in either direction: what is before the cut has
/// gone through, nothing behind it does.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _connections = [];
    private readonly int _target;
    private readonly Task _accepting;
    private Connection? _last;
    private Cut? _next;
    private long _cuts;

    private CuttingProxy(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Connections that were cut.</summary>
    public long Cuts => Interlocked.Read(ref _cuts);

    /// <summary>Bytes that the newest connection has carried from the client and from the server so far.</summary>
    public (long FromClient, long FromServer) Carried => _last is { } last ? (last.FromClient, last.FromServer) : default;

    /// <param name="target">Port of the far side on 127.0.0.1.</param>
    public static CuttingProxy Start(int target) => new(target);

    /// <summary>The next connection is cut so; those behind it are not.</summary>
    public void CutNext(Cut cut) => _next = cut;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                var cut = _next;
                _next = null;
                _last = new Connection(client, cut, () => Interlocked.Increment(ref _cuts));
                _connections.RemoveAll(connection => connection.IsCompleted);
                _connections.Add(_last.CarryAsync(_target, _end.Token));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy ends.
        }
    }

    private sealed class Connection(Socket client, Cut? cut, Action told) : IDisposable
    {
        private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private long _fromClient;
        private long _fromServer;
        private int _isCut;

        public long FromClient => Interlocked.Read(ref _fromClient);

        public long FromServer => Interlocked.Read(ref _fromServer);

        public async Task CarryAsync(int target, CancellationToken end)
        {
            using (this)
            {
                if (cut is { AfterBytes: 0 })
                {
                    End();
                    return;
                }

                try
                {
                    await _server.ConnectAsync(IPAddress.Loopback, target, end);
                    client.NoDelay = _server.NoDelay = true;
                    await Task.WhenAll(PumpAsync(client, _server, isFromClient: true, end), PumpAsync(_server, client, isFromClient: false, end));
                }
                catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
                {
                    // One side has gone: the other is told by the close that follows.
                }
            }
        }

        public void Dispose()
        {
            client.Dispose();
            _server.Dispose();
        }

        private async Task PumpAsync(Socket from, Socket to, bool isFromClient, CancellationToken end)
        {
            var buffer = new byte[16 << 10];
            var left = cut is { } here && here.IsFromClient == isFromClient ? here.AfterBytes : long.MaxValue;
            while (await from.ReceiveAsync(buffer, end) is > 0 and var count)
            {
                // Behind a cut of the other direction what still comes is taken and thrown away, so that a FIN stays a FIN.
                if (Volatile.Read(ref _isCut) != 0)
                {
                    continue;
                }

                var pass = (int)Math.Min(count, left);
                await SendAllAsync(to, buffer.AsMemory(0, pass), end);
                Interlocked.Add(ref isFromClient ? ref _fromClient : ref _fromServer, pass);
                left -= pass;
                if (left == 0)
                {
                    End();
                }
            }

            if (Volatile.Read(ref _isCut) == 0)
            {
                to.Shutdown(SocketShutdown.Send);
            }
        }

        private static async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken end)
        {
            for (var sent = 0; sent < bytes.Length;)
            {
                sent += await to.SendAsync(bytes[sent..], end);
            }
        }

        private void End()
        {
            if (Interlocked.Exchange(ref _isCut, 1) != 0)
            {
                return;
            }

            told();
            foreach (var side in (ReadOnlySpan<Socket>)[client, _server])
            {
                if (cut!.Value.IsReset)
                {
                    side.Close(timeout: 0);
                }
                else if (side.Connected)
                {
                    side.Shutdown(SocketShutdown.Send);
                }
            }
        }
    }
}

/// <summary>Where and how a connection ends before its time.</summary>
/// <param name="IsFromClient">Whose bytes are counted.</param>
/// <param name="AfterBytes">Bytes that still go through; 0 ends the connection before it has reached the far side.</param>
/// <param name="IsReset">Whether both sides see RST; FIN otherwise.</param>
internal readonly record struct Cut(bool IsFromClient, long AfterBytes, bool IsReset)
{
    /// <summary>Any byte of a conversation, its first and last kilobytes as often as all between: there handshake and answer stand.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="whole">What each side says in a conversation that is not cut, as <see cref="CuttingProxy.Carried"/> has it.</param>
    public static Cut Anywhere(SeededRandom random, (long FromClient, long FromServer) whole)
    {
        const int Edge = 2_000;
        var isFromClient = random.Below(2) == 0;
        var length = (int)(isFromClient ? whole.FromClient : whole.FromServer);
        var edge = Math.Min(Edge, length);
        var after = random.Below(3) switch
        {
            0 => random.Below(edge + 1),
            1 => length - random.Below(edge + 1),
            _ => random.Below(length + 1),
        };
        return new Cut(isFromClient, after, random.Below(2) == 0);
    }
}
