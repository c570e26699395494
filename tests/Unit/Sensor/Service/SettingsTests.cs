using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Sensor.Hosting;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Sensor.Service;

/// <summary>What is wrong with the settings of a service is told before it starts, all of it.</summary>
public sealed class SettingsTests : IDisposable
{
    private static readonly string[] Known =
    [
        "Sources:Radius", "The keys lie inside the store", "Subscribers:Radius:0:Listen = 1813", "Subscribers:Radius:0:Clients:0:Address everybody",
        "Subscribers:Radius:0:Clients:0:SecretFile, Subscribers:Radius:0:Clients:0:Secret: give", "Subscribers:Radius:1:Clients: must be given", "Subscribers:Syslog:0:TimeZone = 8",
        "Subscribers:Syslog:0:Certificate", "Subscribers:Tails:0:Path", "there is no profile 'nat445'",
    ];

    private readonly TempFolder _folder = new();

    [Fact]
    public void ASettingThatIsRightIsTaken()
    {
        var settings = Read([], ("Sightings:WindowSeconds", "60"), ("Sightings:PeriodSeconds", "20"), ("flows:flowslots", "4096"), ("Web:Listen", "[::1]:8080"), ("Capture:Interfaces:0:Name", "eth1"), ("Capture:Interfaces:0:Fanout", "queue"));

        Assert.Equal((60, 20, 4_096), (settings.Sightings.WindowSeconds, settings.Flows.PeriodSeconds, settings.Flows.FlowSlots));
        Assert.Equal("[::1]:8080", settings.Listen!.ToString());
        Assert.Equal(["eth1", _folder.PathOf("a.pcap")], settings.SourceNames);
        Assert.Equal(64, settings.Detection.IdentityKey.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.PathOf("key")));
    }

    [Fact]
    public void EveryProblemIsToldAtOnceWithWhereItWasGiven()
    {
        var json = _folder.Write("minerflow.json", """{ "Sightings": { "WindowSeconds": "long", "Windw": 3 }, "Flows": { "FlowSlots": 1 }, "Spol": { "Folder": "x" }, "Follow": { "Files": "a" } }""");
        var problems = new List<string>();
        ServiceSettings.Read(
            new ServiceArguments(json, new Dictionary<string, string?>
            {
                ["Sensor:IdentityKeyFile"] = _folder.PathOf("key"),
                ["Ledger:File"] = _folder.PathOf("none/l.db"),
                ["Spool:Folder"] = _folder.PathOf("spool"),
                ["Sources:OwnPrefixes:0"] = "here",
                ["Web:Listen"] = "everywhere",
                ["Telemetry:Otlp"] = "collector",
            }).ToConfiguration(),
            Invocation.Rules, ServiceTexts.English, problems, mayCreate: true);

        Assert.Equal(
            [
                $"Flows:FlowSlots = 1 (minerflow.json): must be from 1024 to 268435456",
                "Sightings:WindowSeconds = long (minerflow.json): must be a whole number",
                "Sightings:Windw (minerflow.json): there is no such setting; did you mean WindowSeconds?",
                "Follow:Files = a (minerflow.json): must be a list",
                "Web:Listen = everywhere (command line): must be address and port, such as 127.0.0.1:9433 or [::1]:9433; empty for none",
                "Spol (minerflow.json): there is no such setting; did you mean Spool?",
                "there is nothing to capture: give --interface or Capture:Interfaces, or --follow or Follow:Files",
                $"Sources:Rules {Path.Combine(Invocation.Rules, "rules")}: there is no such folder",
                "Sources:OwnPrefixes here: must be an address or prefix, such as 192.0.2.0/24",
                "Telemetry:Otlp collector: must be an http or https address, such as http://127.0.0.1:4318/v1/metrics",
                $"Ledger:File {_folder.PathOf("none")}: there is no such folder",
            ],
            problems);
    }

    [Theory]
    [InlineData("0.0.0.0:80", "Web:Listen = 0.0.0.0:80: other machines could read who mines and turn the answers on their way: give Web:Certificate, Web:TokenFile, or listen on 127.0.0.1")]
    [InlineData("192.0.2.1:80", "give Web:Certificate, Web:TokenFile")]
    [InlineData("[2001:db8::1]:80", "give Web:Certificate, Web:TokenFile")]
    public void OtherMachinesAreNotServedWithoutTlsAndToken(string listen, string expected) =>
        Assert.Contains(expected, Assert.Single(Problems(("Web:Listen", listen))), StringComparison.Ordinal);

    [Fact]
    public void ATokenThatCouldBeTriedOutIsRefused()
    {
        var tokens = _folder.Write("tokens", "0123456789abcdef\nshort\n");

        Assert.Equal($"Web:TokenFile {tokens}: needs a token on each line, of at least 16 characters", Assert.Single(Problems(("Web:TokenFile", tokens))));
    }

    [Fact]
    public void AKeyThatCouldBeTriedOutIsRefused() =>
        Assert.Contains("has 3 bytes, at least 32 are needed", Assert.Single(Problems(("Sensor:IdentityKeyFile", _folder.Write("short.key", "abc")))), StringComparison.Ordinal);

    [Fact]
    public void ALedgerThatIsAFolderIsRefused() =>
        Assert.Equal($"Ledger:File {_folder.FullName}: is a folder where a file is wanted; name a file in it", Assert.Single(Problems(("Ledger:File", _folder.FullName))));

    [Fact]
    public void ATokenFileThatIsNotThereIsSaidInTheWordsOfTheHouse()
    {
        var key = _folder.PathOf("none");

        Assert.Equal($"Web:TokenFile {key}: there is no such file", Assert.Single(Problems(("Web:TokenFile", key))));
    }

    [Theory]
    [InlineData("Sightings:PeriodSeconds", "7", "Sightings:PeriodSeconds = 7: must divide Sightings:WindowSeconds = 300")]
    [InlineData("Spool:MaxBytes", "16777216", "Spool:MaxBytes = 16777216: must hold two segments of Spool:SegmentBytes = 16777216")]
    [InlineData("Evidence:MaxBytes", "16777216", "Evidence:MaxBytes = 16777216: must hold two files of Evidence:FileBytes = 16777216")]
    [InlineData("Evidence:OpeningFrames", "0", "Evidence:OpeningFrames = 0 (command line): must be from 1 to 1024")]
    [InlineData("Capture:BlockTimeout", "soon", "Capture:BlockTimeout = soon (command line): must be 00:00:05")]
    [InlineData("Capture:Backend", "magic", "Capture:Backend = magic (command line): must be Ring, Libpcap")]
    [InlineData("Sensor:Name", "", "Sensor:Name: must be given")]
    [InlineData("Sensor:DropPrivileges", "2", "Sensor:DropPrivileges = 2 (command line): must be true, false")]
    public void ValuesMustBeOfTheirKindAndFitEachOther(string key, string value, string expected) =>
        Assert.Equal(expected, Assert.Single(Problems((key, value))));

    [Fact]
    public void SubscriberLogsAreTakenFromSettings()
    {
        var problems = new List<string>();
        var secret = _folder.Write("secret", "invented secret\n");
        var settings = Read(
            problems, ("Subscribers:Store", _folder.PathOf("store")), ("Subscribers:Keys", _folder.PathOf("keys")), ("Subscribers:Radius:0:Listen", "[::]:1813"),
            ("Subscribers:Radius:0:Clients:0:Address", "192.0.2.0/24"), ("Subscribers:Radius:0:Clients:0:SecretFile", secret), ("Subscribers:Radius:0:Clients:0:Answer", "true"),
            ("Subscribers:Syslog:0:Listen", "0.0.0.0:514"), ("Subscribers:Syslog:0:Profile", "nat444"), ("Subscribers:Syslog:0:TimeZone", "-05:00"), ("Subscribers:Flows:0", "127.0.0.1:2055"),
            ("Subscribers:Tails:0:Path", _folder.PathOf("detail")), ("Subscribers:Tails:0:Kind", "radius"),
            ("Subscribers:Tails:1:Path", _folder.PathOf("leases.csv")), ("Subscribers:Tails:1:Kind", "dhcp"));

        Assert.Empty(problems);
        var logs = settings.LiveLogs!;
        var peer = Assert.Single(Assert.Single(logs.Radius).Peers);
        Assert.Equal(("invented secret", true, "192.0.2.0-192.0.2.255"), (global::System.Text.Encoding.UTF8.GetString(peer.Secret), peer.IsAnswered, peer.Range.ToString()));
        Assert.Equal((TimeSpan.FromHours(-5), 45, true), (Assert.Single(logs.Syslog).TimeZone, logs.KeepDays, logs.NeedsLowPort));
        Assert.Equal([LogFormat.Accounting, LogFormat.Leases], logs.Tails.Select(tail => tail.Format));
        Assert.Equal("127.0.0.1:2055", Assert.Single(logs.Flows).ToString());
    }

    [Fact]
    public void EverythingThatIsWrongWithSubscriberLogsIsToldAtOnceAndNoSecretIsShown()
    {
        var problems = new List<string>();
        Read(
            problems, ("Subscribers:Store", _folder.PathOf("store")), ("Subscribers:Keys", _folder.PathOf("store/keys")), ("Sources:Radius:0", _folder.Write("detail", "")),
            ("Subscribers:Radius:0:Listen", "1813"), ("Subscribers:Radius:0:Clients:0:Address", "everybody"), ("Subscribers:Radius:0:Clients:0:Secret", "hush"),
            ("Subscribers:Radius:0:Clients:0:SecretFile", "hush.txt"), ("Subscribers:Radius:1:Listen", "127.0.0.1:1813"), ("Subscribers:Syslog:0:Listen", "127.0.0.1:514"),
            ("Subscribers:Syslog:0:Profile", "nat445"), ("Subscribers:Syslog:0:Transport", "tls"), ("Subscribers:Syslog:0:TimeZone", "8"), ("Subscribers:Tails:0:Path", _folder.PathOf("none/x")),
            ("Subscribers:Tails:0:Profile", "nat444"));

        Assert.Equal(
            Known,
            problems.Select(problem => Known.First(known => problem.Contains(known, StringComparison.Ordinal))));
        Assert.DoesNotContain(problems, problem => problem.Contains("hush", StringComparison.Ordinal));
    }

    [Fact]
    public void SubscriberLogsNeedAStore() =>
        Assert.Equal("Subscribers:Store: must be given", Assert.Single(Problems(("Subscribers:Flows:0", "127.0.0.1:2055"))));

    [Fact]
    public void TheCommandLineIsReadIntoSettings()
    {
        var refused = Invocation.Of("run", "--interface", "eth1", "--set", "nonsense", "surplus", "--config", _folder.PathOf("none.json"));

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("--set nonsense: must be Section:Key=VALUE", refused.Error, StringComparison.Ordinal);
        Assert.Contains("surplus", refused.Error, StringComparison.Ordinal);
        Assert.Contains("none.json", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void AConfigurationThatIsNoJsonIsRefusedWithThePlace()
    {
        var refused = Invocation.Of("run", "--config", _folder.Write("bad.json", "{\n  \"Sensor\": \n"));

        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("bad.json:3:1: here it is no JSON", refused.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private ServiceSettings Read(List<string> problems, params (string Key, string Value)[] given)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Sensor:IdentityKeyFile"] = _folder.PathOf("key"),
            ["Ledger:File"] = _folder.PathOf("l.db"),
            ["Spool:Folder"] = _folder.PathOf("spool"),
            ["Sources:Rules"] = Invocation.Rules,
            ["Follow:Files:0"] = _folder.Write("a.pcap", ""),
        };
        foreach (var (key, value) in given)
        {
            settings[key] = value;
        }

        var read = ServiceSettings.Read(new ServiceArguments(null, settings).ToConfiguration(), "", ServiceTexts.English, problems, mayCreate: true);
        return read;
    }

    private List<string> Problems(params (string Key, string Value)[] given)
    {
        var problems = new List<string>();
        Read(problems, given);
        return problems;
    }
}
