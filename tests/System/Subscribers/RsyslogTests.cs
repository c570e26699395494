using System.Net;
using System.Net.Security;
using MinerFlow.Enrichment.Subscribers.Nat;
using MinerFlow.Enrichment.Subscribers.Nat.Flows;
using MinerFlow.Enrichment.Subscribers.Receivers;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.System.Subscribers;

/// <summary>Our receivers against rsyslog.</summary>
public sealed class RsyslogTests : IDisposable
{
    private const int Messages = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-peers-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("udp")]
    [InlineData("tcp")]
    [InlineData("tcp-counted")]
    [InlineData("tls")]
    public async Task RsyslogsMessagesAreReceived(string transport)
    {
        RsyslogPeer.Need(transport);
        var events = new Events();
        var ring = new MessageRing(1 << 20);
        var intake = new NatLogIntake(_ => Profile("nat444"), new NatLineOptions(), new FlowLogReader(new FlowLogOptions(), events), events);
        var reader = new Thread(() => ring.Drain(intake)) { IsBackground = true };
        reader.Start();
        var anywhere = new IPEndPoint(IPAddress.Loopback, 0);
        using var udp = new UdpReceiver(anywhere, ring, new ReceiverOptions(), TimeProvider.System);
        using var certificate = RsyslogPeer.Certificate();
        await using var tcp = new StreamReceiver(
            anywhere, ring, new ReceiverOptions(), transport == "tls" ? new SslServerAuthenticationOptions { ServerCertificate = certificate } : null, TimeProvider.System);
        var log = PathOf("nat.log");
        File.WriteAllLines(log, Enumerable.Range(0, Messages).Select(i =>
            $"<134>1 2022 Apr 7 09:58:11 cgn01 - - NAT444:UserbasedA [- 100.64.0.{i} - 203.0.113.9 - {1024 + (i * 16)} {1039 + (i * 16)}]"));
        using (RsyslogPeer.Start(_folder.FullName, log, transport, transport == "udp" ? udp.Endpoint.Port : tcp.Endpoint.Port, certificate))
        {
            Assert.True(SpinWait.SpinUntil(() => events.Count >= Messages, Patience), $"{events.Count} of {Messages} messages came");
        }

        ring.Close();
        reader.Join();
        Assert.Equal(Enumerable.Range(0, Messages).Select(i => $"100.64.0.{i}"), events.Found.Select(found => found.Inner.ToString()).Distinct());
        Assert.All(events.Found, found => Assert.Equal("cgn01", found.Device));
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private static NatProfile Profile(string name) => NatProfiles.LoadOne(Repository.PathOf("rules", "nat-logs", name + ".yaml"), [])!;

    private sealed class Events : INatEventHandler
    {
        private readonly List<NatEvent> _found = [];

        public IReadOnlyList<NatEvent> Found
        {
            get
            {
                lock (_found)
                {
                    return [.. _found];
                }
            }
        }

        public int Count
        {
            get
            {
                lock (_found)
                {
                    return _found.Count;
                }
            }
        }

        public void Take(in NatEvent happened)
        {
            lock (_found)
            {
                _found.Add(happened);
            }
        }
    }
}
