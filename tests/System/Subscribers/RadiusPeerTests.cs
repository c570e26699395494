using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Radius;
using MinerFlow.Enrichment.Subscribers.Receivers;
using Xunit;

namespace MinerFlow.SystemTests.Subscribers;

/// <summary>Our accounting receiver against FreeRADIUS: its client, and its server that writes detail files and passes everything on to us.</summary>
public sealed class RadiusPeerTests : IDisposable
{
    private const string OurSecret = "invented-secret";
    private const string TheirSecret = "another-secret";
    private const int Sessions = 40;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-radius-");
    private readonly MessageRing _ring = new(1 << 20);
    private readonly Records _records = new();
    private readonly UdpReceiver _receiver;
    private readonly RadiusClient _client = new(Loopback(), Encoding.ASCII.GetBytes(OurSecret), IsAnswered: true);
    private readonly Thread _reader;

    public RadiusPeerTests()
    {
        _receiver = new UdpReceiver(new IPEndPoint(IPAddress.Loopback, 0), _ring, new ReceiverOptions(), TimeProvider.System);
        var intake = new RadiusIntake(new RadiusClients([_client]), new RadiusPacketReader(TimeSpan.FromHours(8)), _records, _receiver.Send);
        _reader = new Thread(() => _ring.Drain(intake)) { IsBackground = true };
        _reader.Start();
    }

    public void Dispose()
    {
        _receiver.Dispose();
        _ring.Close();
        _reader.Join();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void RadclientTakesOurAnswers()
    {
        Need("radclient");
        Write("requests", Requests());

        var (code, output) = Radclient(_receiver.Endpoint.Port, OurSecret);

        Assert.True(code == 0, output);
        Assert.Equal((Sessions * 3, Sessions * 3), (_records.Count, (int)_client.Counters.Answered));
    }

    [Fact]
    public void RadclientWithAnotherSecretIsNotAnswered()
    {
        Need("radclient");
        Write("requests", Requests().Split("\n\n")[0] + "\n");

        var (code, output) = Radclient(_receiver.Endpoint.Port, TheirSecret);

        Assert.True(code != 0, output);
        Assert.Equal(0, _records.Count);
        Assert.InRange(_client.Counters[RadiusRejection.BadAuthenticator], 1, 10);
    }

    [Fact]
    public void WhatAServerPassesOnTellsTheSameAsItsDetailFile()
    {
        Need("radclient");
        Need("freeradius");
        var port = FreePort();
        Write("radiusd.conf", Configuration(port));
        Write("requests", Requests());

        using (var server = new Server(_folder.FullName))
        {
            server.WaitUntilReady(Patience);
            var (code, output) = Radclient(port, TheirSecret);
            Assert.True(code == 0, output);
        }

        var passedOn = new Told();
        var sessions = new RadiusSessionBuilder(new RadiusSessionOptions { ReorderWindow = TimeSpan.FromHours(1) }, passedOn);
        _records.All.ForEach(sessions.Add);
        sessions.Complete();
        var written = new Told();
        var problems = new List<Problem>();
        RadiusDetailReader.Load([PathOf("detail")], written, problems);

        Assert.Empty(problems);
        Assert.Equal(Sessions * 4, written.Intervals.Count);
        Assert.Equal(written.Intervals, passedOn.Intervals);
    }

    private static IpRange Loopback() => IpRange.TryParse("127.0.0.1", out var range) ? range : default;

    /// <summary>Start, Interim and Stop of invented sessions with every attribute that is read, in an order that mixes them.</summary>
    private static string Requests()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Sessions * 3; i++)
        {
            var (session, step) = (i % Sessions, i / Sessions);
            var seconds = 1_649_405_400 + (session * 10) + (step * 1_800);
            text.Append(CultureInfo.InvariantCulture, $"""
                Acct-Status-Type = {(step == 0 ? "Start" : step == 1 ? "Interim-Update" : "Stop")}
                Acct-Session-Id = "s{session}"
                User-Name = "{(session % 7 == 0 ? "张三" : "u")}{session}@adsl"
                NAS-IP-Address = 192.0.2.{session % 3}
                NAS-Identifier = "bras{session % 3}"
                Event-Timestamp = {seconds}
                Acct-Delay-Time = {session % 4}
                Acct-Session-Time = {step * 1_800}
                Acct-Interim-Interval = 1800
                NAS-Port-Id = "eth 1/0/1:1000.{session} yc-olt-007/0/0/3/0/{session}"
                Framed-IP-Address = 100.64.12.{session}
                Framed-IPv6-Prefix = 2001:db8:100:{session:x}::/64
                Delegated-IPv6-Prefix = 2001:db8:200:{session:x}0::/60

                """);
            text.Append(session % 2 == 0
                ? $"Huawei-NAT-Public-Address = 203.0.113.9\nHuawei-NAT-Start-Port = {1024 + (session * 512)}\nHuawei-NAT-End-Port = {1535 + (session * 512)}\n\n"
                : $"H3C-NAT-IP-Address = 203.0.113.9\nH3C-NAT-Start-Port = {1024 + (session * 512)}\nH3C-NAT-End-Port = {1535 + (session * 512)}\n\n");
        }

        return text.ToString();
    }

    private string Configuration(int port) =>
        $$"""
        libdir = /usr/lib/freeradius
        logdir = {{_folder.FullName}}
        run_dir = {{_folder.FullName}}
        pidfile = {{PathOf("radiusd.pid")}}
        max_request_time = 20
        cleanup_delay = 1
        security {
          max_attributes = 200
          reject_delay = 0
          status_server = no
        }
        thread pool {
          start_servers = 1
          max_servers = 2
          min_spare_servers = 1
          max_spare_servers = 2
          max_requests_per_server = 0
        }
        proxy server {
        }
        home_server us {
          type = acct
          ipaddr = 127.0.0.1
          port = {{_receiver.Endpoint.Port}}
          secret = {{OurSecret}}
          response_window = 10
          status_check = none
        }
        home_server_pool us {
          home_server = us
        }
        realm all {
          acct_pool = us
        }
        client nas {
          ipaddr = 127.0.0.1
          secret = {{TheirSecret}}
        }
        listen {
          type = proxy
          ipaddr = 127.0.0.1
          port = 0
        }
        modules {
          detail {
            filename = {{PathOf("detail")}}
            permissions = 0600
          }
        }
        server default {
          listen {
            type = acct
            ipaddr = 127.0.0.1
            port = {{port}}
          }
          preacct {
            update control {
              Proxy-To-Realm := "all"
            }
          }
          accounting {
            detail
          }
        }
        """;

    private (int Code, string Output) Radclient(int port, string secret)
    {
        // One at a time; two tries of three seconds each.
        var start = new ProcessStartInfo("/usr/bin/radclient", ["-D", "/usr/share/freeradius", "-p", "1", "-r", "2", "-t", "3", "-f", PathOf("requests"), $"127.0.0.1:{port}", "acct", secret])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var client = Process.Start(start)!;
        var output = client.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = client.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (!client.WaitForExit(Patience))
        {
            client.Kill();
            client.WaitForExit();
        }

        return (client.ExitCode, output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult());
    }

    private static int FreePort()
    {
        using var socket = new global::System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.Client.LocalEndPoint!).Port;
    }

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    private static void Need(string program) => Assert.SkipUnless(File.Exists("/usr/sbin/" + program) || File.Exists("/usr/bin/" + program), $"{program} is not installed");

    /// <summary>FreeRADIUS in the foreground, with a configuration of its own; ended with the test.</summary>
    private sealed class Server : IDisposable
    {
        private readonly Process _process;
        private readonly ManualResetEventSlim _isReady = new();
        private readonly List<string> _output = [];

        public Server(string folder)
        {
            _process = new Process
            {
                StartInfo = new ProcessStartInfo("/usr/sbin/freeradius", ["-f", "-l", "stdout", "-d", folder, "-D", "/usr/share/freeradius", "-n", "radiusd"])
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                    UseShellExecute = false,
                },
            };
            _process.OutputDataReceived += (_, line) => Take(line.Data);
            _process.ErrorDataReceived += (_, line) => Take(line.Data);
            _process.Start();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public void WaitUntilReady(TimeSpan patience) => Assert.True(_isReady.Wait(patience) && !_process.HasExited, string.Join('\n', _output));

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.WaitForExit(Patience);
            _process.Dispose();
            _isReady.Dispose();
        }

        private void Take(string? line)
        {
            lock (_output)
            {
                _output.Add(line ?? "");
            }

            if (line is null || line.Contains("Ready to process requests", StringComparison.Ordinal))
            {
                _isReady.Set();
            }
        }
    }

    private sealed class Records : IRadiusRecordIntake
    {
        private readonly List<RadiusRecord> _taken = [];

        public List<RadiusRecord> All
        {
            get
            {
                lock (_taken)
                {
                    return [.. _taken];
                }
            }
        }

        public int Count => All.Count;

        public void Take(RadiusRecord record)
        {
            lock (_taken)
            {
                _taken.Add(record);
            }
        }

        public void Commit()
        {
        }
    }

    /// <summary>Intervals as text, without the digests of the lines they rest on: a packet and a record in a file are different lines.</summary>
    private sealed class Told : IIntervalSink
    {
        private readonly IntervalList _names = new();
        private readonly SortedSet<string> _intervals = new(StringComparer.Ordinal);

        public SortedSet<string> Intervals => _intervals;

        public LogSource SourceOf(LogKind kind, string device) => _names.SourceOf(kind, device);

        public NameId Intern(ReadOnlySpan<char> name) => _names.Intern(name);

        public void Add(in AddressInterval interval)
        {
            var names = _names.ToIndex();
            _intervals.Add(string.Join(
                ' ', names.Sources[interval.Source].Device, interval.Kind, names.NameOf(interval.Account), names.NameOf(interval.AccessPort), interval.Range, interval.FirstPort, interval.LastPort,
                interval.From, interval.To, interval.Marks, interval.FirstProof, interval.LastProof));
        }
    }
}
