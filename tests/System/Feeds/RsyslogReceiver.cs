using System.Diagnostics;
using System.Text.Json;
using MinerFlow.SystemTests.Live;
using Xunit;

namespace MinerFlow.SystemTests.Feeds;

/// <summary>rsyslogd on one port of loopback; writes what its parser of RFC 5424 made of each message.</summary>
internal sealed class RsyslogReceiver : IDisposable
{
    private readonly Process _process;
    private readonly string _log;

    private RsyslogReceiver(Process process, string log) => (_process, _log) = (process, log);

    /// <summary>What it wrote, over all its starts in this folder.</summary>
    public IReadOnlyList<JsonElement> Messages => !File.Exists(_log)
        ? []
        : [.. File.ReadAllLines(_log).Where(line => line.EndsWith('}')).Select(line => JsonDocument.Parse(line).RootElement)];

    public static void NeedOrSkip(bool tls = false)
    {
        Assert.SkipUnless(Tool.Exists("rsyslogd"), "rsyslogd is not installed");
        Assert.SkipWhen(tls && !File.Exists("/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_gtls.so"), "rsyslog-gnutls is not installed");
    }

    /// <param name="folder">Takes its files.</param>
    /// <param name="transport"><c>udp</c>, <c>tcp</c> or <c>tls</c>.</param>
    /// <param name="port">Free.</param>
    /// <param name="certificate">For TLS: certificate, its key and the authority of clients, which must show one.</param>
    public static RsyslogReceiver Start(string folder, string transport, int port, (string Certificate, string Key, string Authority)? certificate = null)
    {
        var log = Path.Combine(folder, "received.log");
        var tls = certificate is { } files
            ? $"""
              global(defaultNetstreamDriverCAFile="{files.Authority}" defaultNetstreamDriverCertFile="{files.Certificate}" defaultNetstreamDriverKeyFile="{files.Key}")
              module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")
              """
            : $"""module(load="im{transport}")""";
        var configuration = Path.Combine(folder, "rsyslog.conf");
        File.WriteAllText(
            configuration,
            $$"""
            global(workDirectory="{{folder}}" maxMessageSize="64k")
            {{tls}}
            template(name="parsed" type="list" option.jsonf="on") {
                property(outname="pri" name="pri" format="jsonf")
                property(outname="host" name="hostname" format="jsonf")
                property(outname="app" name="app-name" format="jsonf")
                property(outname="process" name="procid" format="jsonf")
                property(outname="id" name="msgid" format="jsonf")
                property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
                property(outname="data" name="structured-data" format="jsonf")
                property(outname="message" name="msg" format="jsonf")
            }
            input(type="im{{(transport == "udp" ? "udp" : "tcp")}}" address="127.0.0.1" port="{{port}}")
            action(type="omfile" file="{{log}}" template="parsed" flushInterval="1" asyncWriting="off")
            """);
        return new RsyslogReceiver(Tool.Start("/usr/sbin/rsyslogd", "-n", "-f", configuration, "-i", Path.Combine(folder, "rsyslog.pid")), log);
    }

    /// <summary>Waits until so many messages were written.</summary>
    public IReadOnlyList<JsonElement> Until(int count)
    {
        Assert.True(SpinWait.SpinUntil(() => Messages.Count >= count, TimeSpan.FromSeconds(60)), $"{Messages.Count} of {count} messages came");
        return Messages;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Tool.Run("kill", "-TERM", $"{_process.Id}");
            if (!_process.WaitForExit(TimeSpan.FromSeconds(20)))
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }

        _process.Dispose();
    }
}
