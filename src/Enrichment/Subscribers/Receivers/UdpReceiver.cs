using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MinerFlow.Abstractions;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>Receives datagrams of syslog, IPFIX, NetFlow or RADIUS on one port, in a thread of its own that does nothing else.</summary>
internal sealed class UdpReceiver : IDisposable
{
    // SOL_SOCKET and SO_RCVBUFFORCE of Linux: SO_RCVBUF without the bound of net.core.rmem_max, for processes with CAP_NET_ADMIN.
    private const int SocketLevel = 1;
    private const int ReceiveBufferForced = 33;

    // Offsets in sockaddr_in and sockaddr_in6.
    private const int PortOffset = 2;
    private const int IPv4Offset = 4;
    private const int IPv6Offset = 8;

    private readonly Socket _socket;
    private readonly MessageRing _ring;
    private readonly ReceiverOptions _options;
    private readonly TimeProvider _clock;
    private readonly Thread _thread;
    private volatile bool _isStopping;

    public UdpReceiver(IPEndPoint endpoint, MessageRing ring, ReceiverOptions options, TimeProvider clock)
    {
        _ring = ring;
        _options = options;
        _clock = clock;
        Peers = new LogPeers(ring, options.MaxPeers);
        _socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            _socket.SetRawSocketOption(SocketLevel, ReceiveBufferForced, BitConverter.GetBytes(options.SocketBytes));
        }
        catch (SocketException)
        {
            _socket.ReceiveBufferSize = options.SocketBytes;
        }

        _socket.Bind(endpoint);
        _thread = new Thread(Run) { IsBackground = true, Name = "udp " + endpoint.Port.ToString(CultureInfo.InvariantCulture) };
        _thread.Start();
    }

    public LogPeers Peers { get; }

    public IPEndPoint Endpoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Bytes that the kernel really keeps: twice what was asked, for its own bookkeeping (socket(7)).</summary>
    public int SocketBytes => _socket.ReceiveBufferSize;

    /// <summary>Datagrams that the kernel threw away because the socket was full, of all senders together; column <c>drops</c> of /proc/net/udp.</summary>
    public long KernelDrops()
    {
        var isIPv4 = Endpoint.AddressFamily == AddressFamily.InterNetwork;
        var port = Endpoint.Port.ToString("X4", CultureInfo.InvariantCulture);
        foreach (var line in File.ReadLines(isIPv4 ? "/proc/net/udp" : "/proc/net/udp6"))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 12 && words[1].EndsWith(":" + port, StringComparison.Ordinal))
            {
                return long.Parse(words[^1], CultureInfo.InvariantCulture);
            }
        }

        return 0;
    }

    /// <summary>Sends an answer from the port that requests come to; false when the system did not take it. Any thread may.</summary>
    public bool Send(ReadOnlySpan<byte> answer, IpAddress address, ushort port)
    {
        try
        {
            var target = address.IsIPv4 && Endpoint.AddressFamily == AddressFamily.InterNetworkV6
                ? new IPAddress(address.ToBytes()).MapToIPv6()
                : new IPAddress(address.ToBytes());
            return _socket.SendTo(answer, SocketFlags.None, new IPEndPoint(target, port)) == answer.Length;
        }
        catch (Exception failed) when (failed is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _isStopping = true;
        _socket.Dispose();
        _thread.Join();
    }

    private void Run()
    {
        var buffer = new byte[_options.MaxMessageBytes + 1];
        var from = new SocketAddress(_socket.AddressFamily);
        LogPeer? last = null;
        IpAddress lastAddress = default;
        while (!_isStopping)
        {
            int length;
            try
            {
                length = _socket.ReceiveFrom(buffer, SocketFlags.None, from);
            }
            catch (SocketException) when (!_isStopping)
            {
                // An ICMP error that an earlier answer of nobody's caused: the socket goes on.
                continue;
            }
            catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
            {
                return;
            }

            var address = AddressOf(from);
            if (last is null || address != lastAddress)
            {
                (last, lastAddress) = (Peers.Get(address), address);
            }

            Take(buffer.AsSpan(0, length), new MessageOrigin(last, address, PortOf(from), PacketTime.From(_clock.GetUtcNow())));
        }
    }

    private void Take(ReadOnlySpan<byte> datagram, in MessageOrigin origin)
    {
        var peer = origin.Peer;
        peer.Received(datagram.Length);
        if (datagram.Length > Math.Min(_options.MaxMessageBytes, _ring.LargestMessage))
        {
            peer.Lost(ReceiveLoss.TooLong);
        }
        else if (!_ring.TryAdd(datagram, origin))
        {
            peer.Lost(ReceiveLoss.QueueFull);
        }
    }

    private static ushort PortOf(SocketAddress from) => BinaryPrimitives.ReadUInt16BigEndian(from.Buffer.Span[PortOffset..]);

    private static IpAddress AddressOf(SocketAddress from) =>
        IpAddress.Read(from.Family == AddressFamily.InterNetwork ? from.Buffer.Span.Slice(IPv4Offset, 4) : from.Buffer.Span.Slice(IPv6Offset, 16));
}
