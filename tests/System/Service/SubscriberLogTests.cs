using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>Subscriber logs that the service reads while it captures.</summary>
public sealed class SubscriberLogTests
{
    private const string Secret = "invented secret";
    private const int Kills = 3;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, string> Variables = new() { ["MINERFLOW_Subscribers__Radius__0__Clients__0__Secret"] = Secret };

    [Fact]
    public async Task AFindingIsNamedFromALogThatGrowsMeanwhile()
    {
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        var detail = folder.PathOf("detail");
        await File.WriteAllTextAsync(detail, Record("Start", "s1", "u1", "10.0.0.1", -600), TestContext.Current.CancellationToken);
        using var service = await RunningService.StartAsync(
            folder.Path,
            Variables,
            (string[])["--follow", link.Path, "--set", "Subscribers:NameAfterSeconds=1", "--set", $"Subscribers:Tails:0:Path={detail}", "--set", "Subscribers:Tails:0:Kind=radius", .. Settings(folder, 0)]);
        await service.UntilMetricAsync("minerflow_log_records_total", count => count == 1, "result=\"taken\"");

        // The server's log is rotated, and says that the session is still there after the miner was seen.
        File.Move(detail, detail + ".1");
        await File.WriteAllTextAsync(detail, Record("Interim-Update", "s1", "u1", "10.0.0.1", 300), TestContext.Current.CancellationToken);
        await service.UntilMetricAsync("minerflow_log_records_total", count => count == 2, "result=\"taken\"");
        await service.UntilMetricAsync("minerflow_intervals_total", count => count >= 2);
        link.Connect(1).Mine(25);

        await service.UntilMetricAsync("minerflow_attributions_total", count => count >= 1, "outcome=\"Unique\"");
        Assert.Equal(1, await service.MetricAsync("minerflow_interval_store_up"));
        Assert.Equal(0, service.Stop());
        Assert.DoesNotContain(Secret, service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasAcknowledgedIsKeptThroughKill()
    {
        using var folder = new ServiceFolder();
        using var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        link.Connect(1);
        var acknowledged = new List<int>();
        var random = new SeededRandom(7);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)) { Client = { ReceiveTimeout = 2_000 } };
            var port = FreePort();
            using var service = await RunningService.StartAsync(folder.Path, Variables, (string[])["--follow", link.Path, .. Settings(folder, port)]);
            socket.Connect(IPAddress.Loopback, port);
            var most = 20 + random.Below(80);
            for (var i = 0; i < most; i++)
            {
                var number = (kill * 100) + i;
                socket.Send(Request(number));
            }

            var killed = random.Below(most);
            for (var i = 0; i < most; i++)
            {
                if (i == killed)
                {
                    service.Kill();
                }

                if (Answered(socket) is { } identifier)
                {
                    acknowledged.Add((kill * 100) + identifier);
                }
                else if (i > killed)
                {
                    break;
                }
            }
        }

        Assert.NotEmpty(acknowledged);
        using var store = IntervalStore.Open(new IntervalStoreOptions { Folder = folder.PathOf("subscribers"), KeyFolder = folder.PathOf("keys"), IsReadOnly = true });
        var found = new List<AddressInterval>();
        foreach (var number in acknowledged)
        {
            found.Clear();
            store.Find(IpAddress.FromIPv4(0xCB00_0000u + (uint)number), null, PacketTime.From(Start), PacketTime.From(Start.AddMinutes(1)), found);
            Assert.Equal($"u{number}", store.NameOf(Assert.Single(found).Account));
        }
    }

    private static string[] Settings(ServiceFolder folder, int port) =>
    [
        "--set", $"Subscribers:Store={folder.PathOf("subscribers")}", "--set", $"Subscribers:Keys={folder.PathOf("keys")}", "--set", $"Subscribers:Quarantine={folder.PathOf("quarantine")}",
        "--set", $"Subscribers:Radius:0:Listen=127.0.0.1:{port}", "--set", "Subscribers:Radius:0:Clients:0:Address=127.0.0.1", "--set", "Subscribers:Radius:0:Clients:0:Answer=true",
    ];

    private static string Record(string status, string session, string user, string address, int second)
    {
        var seconds = Start.AddSeconds(second).ToUnixTimeSeconds();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Start.AddSeconds(second):ddd MMM d HH:mm:ss yyyy}\n\tAcct-Session-Id = \"{session}\"\n\tUser-Name = \"{user}\"\n\tAcct-Status-Type = {status}\n\tNAS-IP-Address = 192.0.2.250\n\tNAS-Port-Id = \"eth 1/0/1\"\n\tFramed-IP-Address = {address}\n\tTimestamp = {seconds}\n\n");
    }

    private static byte[] Request(int number) =>
        RadiusDatagram.Session(1, $"s{number}", $"u{number}", (uint)Start.ToUnixTimeSeconds(), (byte)(number % 100)).Octets(8, RadiusDatagram.Big(0xCB00_0000u + (uint)number)).ToBytes(Secret);

    /// <summary>The identifier of the next answer; null when none comes.</summary>
    private static int? Answered(UdpClient socket)
    {
        try
        {
            IPEndPoint? from = null;
            return socket.Receive(ref from)[1];
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static int FreePort()
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }
}
