using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;
using MinerFlow.SystemTests.Live;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>
/// Translation events (RFC 8158) in IPFIX that another implementation encodes, python3-ipfix with the registry of IANA, on their way through the service into its store. No packaged
/// exporter translates addresses itself: softflowd, yaf and ulogd2 say nothing of translation, and pmacct passes on what others exported.
/// </summary>
public sealed class TranslationExportTests
{
    private const string Python = "/usr/bin/python3";
    private const int Blocks = 120;

    /// <summary>Blocks of 203.0.113.9 are given out, one each second, and every third is given back after a minute; 203.0.113.10 has sessions of ten seconds.</summary>
    private const string Exporter = """
        import datetime, ipaddress, socket, sys
        import ipfix

        ipfix.ie.use_iana_default()
        common = ("observationTimeMilliseconds", "natEvent", "sourceIPv4Address", "postNATSourceIPv4Address")
        blocks = ipfix.template.from_ielist(256, ipfix.ie.spec_list(common + ("portRangeStart", "portRangeEnd")))
        sessions = ipfix.template.from_ielist(257, ipfix.ie.spec_list(common + (
            "protocolIdentifier", "sourceTransportPort", "postNAPTSourceTransportPort", "destinationIPv4Address", "destinationTransportPort")))
        start = datetime.datetime(2026, 3, 2, 8, 0, 0)
        count = int(sys.argv[2])

        def event(second, nat_event, inner, outer, **more):
            return {"observationTimeMilliseconds": start + datetime.timedelta(seconds=second), "natEvent": nat_event,
                    "sourceIPv4Address": ipaddress.ip_address(inner), "postNATSourceIPv4Address": ipaddress.ip_address(outer), **more}

        def block(second, nat_event, n):
            return (second, blocks, event(second, nat_event, f"100.64.0.{n}", "203.0.113.9", portRangeStart=1024 + 64 * n, portRangeEnd=1087 + 64 * n))

        def session(second, nat_event, n):
            return (second, sessions, event(second, nat_event, f"100.64.1.{n}", "203.0.113.10", protocolIdentifier=6, sourceTransportPort=40000, postNAPTSourceTransportPort=20000 + n,
                                            destinationIPv4Address=ipaddress.ip_address("198.51.100.7"), destinationTransportPort=3333))

        records = [block(n, 16, n) for n in range(count)] + [block(n + 60, 17, n) for n in range(0, count, 3)]
        records += [session(n, 4, n) for n in range(count)] + [session(n + 10, 5, n) for n in range(count)]
        message = ipfix.message.MessageBuffer()
        out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for second, template, record in sorted(records, key=lambda entry: entry[0]):
            message.begin_export(7)
            message.add_template(template)
            message.export_new_set(template.tid)
            message.export_namedict(record)
            out.sendto(message.to_bytes(), ("127.0.0.1", int(sys.argv[1])))
        """;

    [Fact]
    public async Task WhatAnotherEncoderExportsIsInTheStore()
    {
        Assert.SkipUnless(File.Exists(Python) && Directory.Exists("/usr/lib/python3/dist-packages/ipfix"), "python3-ipfix is not installed");
        using var folder = new ServiceFolder();
        var script = folder.PathOf("export.py");
        await File.WriteAllTextAsync(script, Exporter, TestContext.Current.CancellationToken);
        var port = RunningService.FreePort();
        using (var service = await LiveLogTests.StartAsync(folder, folder.PathOf("subscribers"), ["--set", $"Subscribers:Flows:0=127.0.0.1:{port}"]))
        {
            Tool.Run(Python, script, $"{port}", $"{Blocks}");
            await service.UntilMetricAsync("minerflow_log_records_total", count => count >= (3 * Blocks) + (Blocks / 3), "result=\"taken\"");
            Assert.Equal(0, service.Stop());
        }

        using var store = IntervalStore.Open(new IntervalStoreOptions { Folder = folder.PathOf("subscribers"), KeyFolder = folder.PathOf("keys"), IsReadOnly = true });
        for (var n = 0; n < Blocks; n++)
        {
            var block = Assert.Single(Find(store, 0xCB00_7109, 1024 + (64 * n) + 5, n + 30));
            Assert.Equal((IpAddress.FromIPv4(0x6440_0000u + (uint)n), At(n), n % 3 == 0 ? At(n + 60) : AddressInterval.Open), (block.Inner, block.From, block.To));
            Assert.Equal(n % 3 == 0 ? 0 : 1, Find(store, 0xCB00_7109, 1024 + (64 * n) + 5, n + 61).Count);
            var session = Assert.Single(Find(store, 0xCB00_710A, 20_000 + n, n + 5));
            Assert.Equal(
                (IpAddress.FromIPv4(0x6440_0100u + (uint)n), At(n), At(n + 10), 6, new Endpoint(IpAddress.FromIPv4(0xC633_6407), 3333)), (session.Inner, session.From, session.To, session.Protocol, session.Destination));
        }
    }

    private static List<AddressInterval> Find(IntervalStore store, uint outer, int port, int second)
    {
        var found = new List<AddressInterval>();
        store.Find(IpAddress.FromIPv4(outer), (ushort)port, At(second), At(second), found);
        return found;
    }

    private static PacketTime At(int second) => PacketTime.From(new DateTimeOffset(2026, 3, 2, 8, 0, 0, TimeSpan.Zero).AddSeconds(second));
}
