using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.System.Subscribers;
using MinerFlow.SystemTests.Delivery;
using MinerFlow.SystemTests.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>Translation logs that come to the service: from rsyslog over streams, as IPFIX from softflowd, and while its store's disk is full.</summary>
public sealed class LiveLogTests
{
    private const int Lines = 200;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("tcp")]
    [InlineData("tcp-counted")]
    [InlineData("tls")]
    public async Task WhatRsyslogSendsOverAStreamIsInTheStore(string transport)
    {
        RsyslogPeer.Need(transport);
        using var folder = new ServiceFolder();
        using var root = new TestAuthority(folder.Path, "root");
        using var issuing = new TestAuthority(folder.Path, "issuing", root);
        issuing.ServerCertificate("server").Dispose();
        var port = RunningService.FreePort();
        var log = folder.PathOf("nat.log");
        await File.WriteAllLinesAsync(log, Enumerable.Range(0, Lines).Select(Line), TestContext.Current.CancellationToken);
        string[] tls = transport == "tls" ? ["--set", $"Subscribers:Syslog:0:Certificate={issuing.ChainOf("server")}", "--set", $"Subscribers:Syslog:0:CertificateKey={issuing.FileOf("server")}.key"] : [];
        using (var service = await StartAsync(folder, folder.PathOf("subscribers"), [.. Syslog(port, transport == "tls" ? "Tls" : "Tcp"), .. tls]))
        using (RsyslogPeer.Start(folder.Path, log, transport, port, root.Certificate))
        {
            await service.UntilMetricAsync("minerflow_log_records_total", count => count == Lines, "result=\"taken\"");
            Assert.Equal(0, service.Stop());
        }

        AssertHeld(folder, folder.PathOf("subscribers"), Lines);
    }

    [Theory]
    [InlineData("9")]
    [InlineData("10")]
    public async Task WhatSoftflowdExportsIsReadWithoutAnError(string version)
    {
        Assert.SkipUnless(Tool.Exists("softflowd"), "softflowd is not installed");
        using var folder = new ServiceFolder();
        var port = RunningService.FreePort();
        using var service = await StartAsync(folder, folder.PathOf("subscribers"), ["--set", $"Subscribers:Flows:0=127.0.0.1:{port}"]);

        Tool.Run("softflowd", "-d", "-r", Repository.PathOf("captures", "stratum-v1", "cgminer.pcapng"), "-n", $"127.0.0.1:{port}", "-v", version, "-c", "none", "-p", "none");

        // Flows that nobody translated say nothing of subscribers: they are passed over, and no record is refused.
        await service.UntilMetricAsync("minerflow_log_records_total", count => count > 0, "result=\"passed\"");
        Assert.Equal(1, await service.MetricAsync("minerflow_interval_store_up"));
        Assert.Equal(0, await service.MetricAsync("minerflow_log_records_total", "result=\"Malformed\""));
    }

    [Fact]
    public async Task WhatComesWhileTheDiskIsFullIsInTheStoreAfterwards()
    {
        using var folder = new ServiceFolder();
        using var disk = new ServiceFolder();
        disk.MountOrSkip(4);
        var port = RunningService.FreePort();
        using (var service = await StartAsync(folder, disk.PathOf("subscribers"), Syslog(port, "Udp")))
        {
            Fill(disk.PathOf("filler"));
            Send(port, 0, Lines);
            await service.UntilMetricAsync("minerflow_interval_store_up", up => up == 0);
            Send(port, Lines, 2 * Lines);
            await service.UntilMetricAsync("minerflow_log_waiting_bytes", bytes => bytes > 0);

            File.Delete(disk.PathOf("filler"));
            await service.UntilMetricAsync("minerflow_interval_store_up", up => up == 1);
            await service.UntilMetricAsync("minerflow_log_records_total", count => count == 2 * Lines, "result=\"taken\"");
            Assert.Equal(0, await service.MetricAsync("minerflow_log_records_total", "result=\"StoreFailed\""));
            Assert.Equal(0, service.Stop());
            Assert.Contains("is written again", service.Log, StringComparison.Ordinal);
        }

        AssertHeld(folder, disk.PathOf("subscribers"), 2 * Lines);
    }

    internal static Task<RunningService> StartAsync(ServiceFolder folder, string store, string[] settings)
    {
        var link = new MinerLink(folder.PathOf("link.pcap"), Start);
        link.Dispose();
        return RunningService.StartAsync(
            folder.Path,
            environment: null,
            (string[])["--follow", link.Path, "--set", $"Subscribers:Store={store}", "--set", $"Subscribers:Keys={folder.PathOf("keys")}", .. settings]);
    }

    private static string[] Syslog(int port, string transport) =>
    [
        "--set", $"Subscribers:Syslog:0:Listen=127.0.0.1:{port}", "--set", $"Subscribers:Syslog:0:Transport={transport}",
        "--set", "Subscribers:Syslog:0:Profile=nat444", "--set", "Subscribers:Syslog:0:TimeZone=+00:00",
    ];

    private static string Line(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"<134>1 {Start.AddSeconds(number / 10):yyyy MMM d HH:mm:ss} cgn01 - - NAT444:UserbasedA [- 100.64.{number >> 8}.{number & 255} - 203.0.113.9 - {1024 + (number * 16)} {1039 + (number * 16)}]");

    private static void Send(int port, int from, int to)
    {
        using var socket = new UdpClient();
        socket.Connect(IPAddress.Loopback, port);
        for (var number = from; number < to; number++)
        {
            socket.Send(Encoding.ASCII.GetBytes(Line(number)));
        }
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // The disk is full.
        }
    }

    private static void AssertHeld(ServiceFolder folder, string path, int lines)
    {
        using var store = IntervalStore.Open(new IntervalStoreOptions { Folder = path, KeyFolder = folder.PathOf("keys"), IsReadOnly = true });
        var found = new List<AddressInterval>();
        var after = PacketTime.From(Start.AddHours(1));
        for (var number = 0; number < lines; number++)
        {
            found.Clear();
            store.Find(IpAddress.FromIPv4(0xCB00_7109), (ushort)(1024 + (number * 16)), after, after, found);
            Assert.Equal(IpAddress.FromIPv4(0x6440_0000u + (uint)number), Assert.Single(found).Inner);
        }
    }
}
