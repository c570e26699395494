using System.Net;
using System.Net.Sockets;

namespace MinerFlow.Reporting.Feeds.Transports;

/// <summary>Reaches a far side by name or address, the first of its addresses that answers.</summary>
internal static class TcpPeer
{
    /// <exception cref="SocketException">There is no such name, or none of its addresses takes the connection.</exception>
    public static async Task<Socket> Connect(string host, int port, SocketType type, CancellationToken cancellation)
    {
        var addresses = IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellation).ConfigureAwait(false);
        for (var i = 0; ; i++)
        {
            if (i == addresses.Length)
            {
                throw new SocketException((int)SocketError.HostNotFound);
            }

            var socket = new Socket(addresses[i].AddressFamily, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(addresses[i], port), cancellation).ConfigureAwait(false);
                return socket;
            }
            catch (SocketException) when (i + 1 < addresses.Length)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }
}
