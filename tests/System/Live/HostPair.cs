using System.Net;
using System.Net.Sockets;
using MinerFlow.Traffic;

namespace MinerFlow.SystemTests.Live;

/// <summary>Two hosts, each in a name space of its own, and a cable between them whose server's end the product listens to.</summary>
internal sealed class HostPair : IDisposable
{
    public const string Mirror = "mfserver";
    private const string Client = "mfclient";

    private readonly NetworkNamespace _client = new();
    private readonly HashSet<IPAddress> _addresses = [];

    public HostPair()
    {
        Server.Ip("link", "add", Mirror, "type", "veth", "peer", "name", Client, "netns", _client.Name);
        SetUp(_client, Client);
        SetUp(Server, Mirror);
    }

    public NetworkNamespace Server { get; } = new();

    /// <summary>Lets both sides of a dialogue say over real sockets what they say in it, each waiting until it has heard the other.</summary>
    public async Task HoldAsync(Dialogue dialogue)
    {
        var talks = new List<(Socket Client, Socket Server)>();
        foreach (var flow in dialogue.Flows)
        {
            talks.Add(await ConnectAsync(flow));
        }

        var heard = new byte[1 << 20];
        foreach (var write in dialogue.Writes)
        {
            var (client, server) = talks[write.Flow];
            var (speaker, listener) = write.FromClient ? (client, server) : (server, client);
            speaker.Send(write.Bytes);
            for (var left = write.Bytes.Length; left > 0;)
            {
                left -= listener.Receive(heard, Math.Min(left, heard.Length), SocketFlags.None);
            }
        }

        foreach (var (client, server) in talks)
        {
            client.Dispose();
            server.Dispose();
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        Server.Dispose();
    }

    private static void SetUp(NetworkNamespace host, string device)
    {
        host.Run("sysctl", "-q", "-w", $"net.ipv6.conf.{device}.disable_ipv6=1");
        host.Ip("link", "set", device, "up");
    }

    private async Task<(Socket Client, Socket Server)> ConnectAsync(DialogueFlow flow)
    {
        Give(_client, Client, flow.Client.Address);
        Give(Server, Mirror, flow.Server.Address);
        Socket? listening = null, connecting = null;
        await Server.Enter(() =>
        {
            listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            listening.Bind(flow.Server);
            listening.Listen();
        });
        await _client.Enter(() =>
        {
            connecting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            connecting.Bind(flow.Client);
        });
        using (listening)
        {
            var accepting = listening!.AcceptAsync();
            await connecting!.ConnectAsync(flow.Server);
            return (connecting, await accepting);
        }
    }

    private void Give(NetworkNamespace host, string device, IPAddress address)
    {
        if (_addresses.Add(address))
        {
            host.Ip("address", "add", $"{address}/32", "dev", device);
            host.Ip("route", "replace", "default", "dev", device);
        }
    }
}
