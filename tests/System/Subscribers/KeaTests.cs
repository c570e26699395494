using System.Net;
using System.Net.Sockets;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Dhcp;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.SystemTests.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Subscribers;

/// <summary>The lease file that a real kea-dhcp4 writes while relayed clients get, renew and give back addresses.</summary>
public sealed class KeaTests : IDisposable
{
    private const byte Discover = 1;
    private const byte Request = 3;
    private const byte Release = 7;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly IPAddress Server = IPAddress.Parse("127.0.0.1");
    private static readonly IPAddress Relay = IPAddress.Parse("127.0.0.2");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-kea-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task TheLeaseFileTellsWhoHadWhichAddressOnWhichAccessPort()
    {
        NetworkNamespace.OrSkip("kea-dhcp4");
        using var space = new NetworkNamespace();
        space.Ip("link", "set", "lo", "up");
        var configuration = Path.Combine(_folder.FullName, "kea.json");
        await File.WriteAllTextAsync(configuration, Configuration(), TestContext.Current.CancellationToken);
        var before = DateTimeOffset.UtcNow.AddSeconds(-2);
        using var store = IntervalStore.Open(new IntervalStoreOptions { Folder = Path.Combine(_folder.FullName, "store"), KeyFolder = Path.Combine(_folder.FullName, "keys") });
        using var logs = LiveLogs.Start(
            new LiveLogOptions { Rules = Repository.PathOf("rules"), TemplateFile = Path.Combine(_folder.FullName, "templates"), Tails = [new TailedLog(Leases, LogFormat.Leases)] }, store, [], TimeProvider.System);
        using (var server = space.Start("env", $"KEA_PIDFILE_DIR={_folder.FullName}", $"KEA_LOCKFILE_DIR={_folder.FullName}", "/usr/sbin/kea-dhcp4", "-c", configuration))
        {
            try
            {
                await space.Enter(() =>
                {
                    using var relay = new Relayed();
                    var first = relay.Lease(1, "olt-007/0/3/12");
                    relay.Renew(1, "olt-007/0/3/12", first);
                    relay.Lease(2, "olt-007/0/3/13");
                    relay.GiveBack(1, "olt-007/0/3/12", first);
                }).WaitAsync(Patience, TestContext.Current.CancellationToken);
                await Until(() => File.ReadAllLines(Leases).Length >= 5);

                // Followed meanwhile: one has been given back, one runs.
                await Until(() => Kept(store) is [{ Marks: IntervalMarks.EndIsEstimated }, { Marks: IntervalMarks.EndIsEstimated }] found && found[0].To < found[1].To);
            }
            finally
            {
                server.Kill();
                await server.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience, TestContext.Current.CancellationToken);
            }
        }

        var told = new Told();
        var problems = new List<Problem>();
        var counters = DhcpLog.Load([Leases], told, problems);

        Assert.Empty(problems);
        Assert.Equal((0, 2), (counters.Malformed, told.Intervals.Count));
        var (gone, held) = (told.Intervals.Single(interval => told.NameOf(interval.AccessPort) == "olt-007/0/3/12"), told.Intervals.Single(interval => told.NameOf(interval.AccessPort) == "olt-007/0/3/13"));
        Assert.All(told.Intervals, interval => Assert.InRange(interval.From.ToDateTimeOffset(), before, DateTimeOffset.UtcNow.AddSeconds(2)));
        Assert.Equal(600, held.To.SecondsSince(held.LastProof));
        Assert.InRange(gone.To.SecondsSince(gone.From), 0, Patience.TotalSeconds);
        Assert.NotEqual(gone.Range, held.Range);
    }

    /// <summary>What the store has of the subnet, in the order of ends.</summary>
    private static List<AddressInterval> Kept(IntervalStore store)
    {
        var found = new List<AddressInterval>();
        for (var last = 10; last <= 200; last++)
        {
            store.Find(IpAddress.FromIPv4(0x6440_0000 + (uint)last), null, new PacketTime(0), new PacketTime(long.MaxValue - 1), found);
        }

        return [.. found.OrderBy(interval => interval.To.UnixNanoseconds)];
    }

    private string Leases => Path.Combine(_folder.FullName, "leases.csv");

    private string Configuration() =>
        $$"""
        { "Dhcp4": {
          "interfaces-config": { "interfaces": [ "lo/127.0.0.1" ], "dhcp-socket-type": "udp" },
          "lease-database": { "type": "memfile", "persist": true, "name": "{{Leases}}", "lfc-interval": 0 },
          "valid-lifetime": 600,
          "store-extended-info": true,
          "subnet4": [ { "id": 7, "subnet": "100.64.0.0/24", "pools": [ { "pool": "100.64.0.10 - 100.64.0.200" } ], "relay": { "ip-addresses": [ "127.0.0.2" ] } } ]
        } }
        """;

    private static async Task Until(Func<bool> isSo)
    {
        for (var waited = TimeSpan.Zero; !isSo(); waited += TimeSpan.FromMilliseconds(50))
        {
            Assert.True(waited < Patience, "waited in vain");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A relay agent (RFC 3046) with clients behind it; the server answers to its address.</summary>
    private sealed class Relayed : IDisposable
    {
        private readonly UdpClient _socket = new(new IPEndPoint(Relay, 67)) { Client = { ReceiveTimeout = 500 } };
        private uint _transaction;

        public byte[] Lease(byte client, string circuit)
        {
            var offer = Ask(() => Message(Discover, client, circuit));
            return Ask(() => Message(Request, client, circuit, wanted: offer));
        }

        public void Renew(byte client, string circuit, byte[] address) => Ask(() => Message(Request, client, circuit, held: address));

        public void GiveBack(byte client, string circuit, byte[] address)
        {
            var message = Message(Release, client, circuit, held: address);
            _socket.Send(message, message.Length, new IPEndPoint(Server, 67));
        }

        public void Dispose() => _socket.Dispose();

        /// <summary>Asks until the server, which may still be starting, answers; the address that it gives.</summary>
        private byte[] Ask(Func<byte[]> message)
        {
            for (var tries = 0; tries < 100; tries++)
            {
                var bytes = message();
                _socket.Send(bytes, bytes.Length, new IPEndPoint(Server, 67));
                try
                {
                    IPEndPoint? from = null;
                    return _socket.Receive(ref from).AsSpan(16, 4).ToArray();
                }
                catch (SocketException)
                {
                    // Not there yet: asked again.
                }
            }

            throw new InvalidOperationException("the server does not answer");
        }

        /// <summary>RFC 2131 section 2, with options message type, address, server and relay information.</summary>
        private byte[] Message(byte type, byte client, string circuit, byte[]? wanted = null, byte[]? held = null)
        {
            _transaction++;
            var circuitBytes = global::System.Text.Encoding.ASCII.GetBytes(circuit);
            return
            [
                1, 1, 6, 1, 0, 0, 0, (byte)_transaction, 0, 0, 0, 0,
                .. held ?? new byte[4], .. new byte[8], .. Relay.GetAddressBytes(),
                2, 0, 0, 0, 0, client, .. new byte[10], .. new byte[192], 0x63, 0x82, 0x53, 0x63,
                53, 1, type,
                .. wanted is null ? (byte[])[] : [50, 4, .. wanted],
                .. wanted is null && type != Release ? (byte[])[] : [54, 4, .. Server.GetAddressBytes()],
                82, (byte)(circuitBytes.Length + 2), 1, (byte)circuitBytes.Length, .. circuitBytes,
                255,
            ];
        }
    }

    private sealed class Told : IIntervalSink
    {
        private readonly IntervalList _names = new();

        public List<AddressInterval> Intervals { get; } = [];

        public LogSource SourceOf(LogKind kind, string device) => _names.SourceOf(kind, device);

        public NameId Intern(ReadOnlySpan<char> name) => _names.Intern(name);

        public string NameOf(NameId id) => _names.ToIndex().NameOf(id);

        public void Add(in AddressInterval interval) => Intervals.Add(interval);
    }
}
