using MinerFlow.Sensor.Hosting;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Sensor.Service;

/// <summary>Feeds as the settings name them.</summary>
public sealed class FeedSettingsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FeedsAreTakenFromSettings()
    {
        var (settings, problems) = Read($$"""
            {
              "Files": [ { "Name": "eve", "Path": "{{_folder.PathOf("eve.json")}}", "MaxBytes": 65536, "PeriodMinutes": 60, "Kept": 3 } ],
              "Sockets": [ { "Name": "local", "Path": "{{_folder.PathOf("eve.sock")}}", "Datagram": true } ],
              "Syslog": [ { "Name": "siem", "To": "[2001:db8::1]:6514", "Transport": "Tls", "Format": "Cef", "Tls": { "Pin": "{{string.Concat(Enumerable.Repeat("AB:", 31))}}AB" } } ],
              "Brokers": [ { "Name": "bus", "To": "broker.example:5671", "User": "minerflow", "Password": "file:{{_folder.Write("password", "invented\n")}}", "UseTls": true, "Format": "Ocsf" } ]
            }
            """);

        Assert.Empty(problems);
        Assert.Equal([("eve", "file"), ("local", "socket"), ("siem", "syslog"), ("bus", "broker")], settings.Feeds.Select(plan => (plan.Name, plan.Kind)));
        Assert.Equal(
            [_folder.PathOf("eve.json"), _folder.PathOf("eve.sock"), "tls://2001:db8::1:6514", "amqps://broker.example:5671/minerflow"],
            settings.Feeds.Select(plan => plan.Open().Target));
        Assert.Equal(["application/json", "application/json", "text/plain", "application/json"], settings.Feeds.Select(plan => plan.Format.ContentType));
    }

    [Fact]
    public void EverythingThatIsWrongWithFeedsIsToldAtOnceAndNoSecretIsShown()
    {
        var (_, problems) = Read($$"""
            {
              "TimeZone": "8",
              "Files": [ { "Name": "EVE", "Path": "{{_folder.PathOf("none/eve.json")}}", "MaxBytes": 1 }, { "Name": "twice", "Format": "Xml" } ],
              "Sockets": [ { "Name": "twice", "Path": "{{_folder.PathOf(new string('s', 120))}}" } ],
              "Syslog": [ { "Name": "siem", "To": "siem.example", "Transport": "Tls", "Tls": { "Pin": "abc", "Authorities": "{{_folder.PathOf("ca.pem")}}" } },
                          { "Name": "other", "To": "siem.example:6514", "Transport": "Tls", "Tls": { "Authorities": "{{_folder.Write("request.pem", "no certificate\n")}}" } } ],
              "Brokers": [ { "Name": "bus", "To": "broker.example:0", "Exchange": "", "Password": "hush" } ]
            }
            """);

        string[] expected =
        [
            "Feeds:Files:0:MaxBytes = 1", "Feeds:Files:1:Format = Xml", "Feeds:TimeZone = 8", $"Feeds:Files:0:Path {_folder.PathOf("none")}: there is no such folder",
            "Feeds:Files:0:Name 'EVE': must be", "Feeds:Files:1:Path: must be given", $"Feeds:Sockets:0:Path {_folder.FullName}", "Feeds:Sockets:0:Name twice: another feed has this name",
            "Feeds:Syslog:0:To = siem.example", "Feeds:Syslog:0:Tls:Pin abc: must be", $"Feeds:Syslog:0:Tls:Authorities {_folder.PathOf("ca.pem")}: cannot be used",
            $"Feeds:Syslog:1:Tls:Authorities {_folder.PathOf("request.pem")}: cannot be used: it holds no certificate in PEM",
            "Feeds:Brokers:0:To = broker.example:0", "Feeds:Brokers:0:Exchange: must be given", "Feeds:Brokers:0:User: must be given", "Feeds:Brokers:0:Password: a secret is named by its place",
        ];
        Assert.Equal(expected, problems.Select(problem => Array.Find(expected, each => problem.StartsWith(each, StringComparison.Ordinal)) ?? problem));
        Assert.DoesNotContain(problems, problem => problem.Contains("hush", StringComparison.Ordinal));
    }

    private (ServiceSettings Settings, List<string> Problems) Read(string feeds)
    {
        var json = _folder.Write("minerflow.json", $$"""{ "Feeds": {{feeds}} }""");
        var problems = new List<string>();
        var settings = ServiceSettings.Read(
            new ServiceArguments(json, new Dictionary<string, string?>
            {
                ["Sensor:IdentityKeyFile"] = _folder.PathOf("key"),
                ["Ledger:File"] = _folder.PathOf("l.db"),
                ["Spool:Folder"] = _folder.PathOf("spool"),
                ["Follow:Files:0"] = _folder.Write("a.pcap", ""),
            }).ToConfiguration(),
            AppContext.BaseDirectory, ServiceTexts.English, problems, mayCreate: true);
        return (settings, problems);
    }
}
