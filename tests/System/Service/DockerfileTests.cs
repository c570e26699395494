using System.Text.RegularExpressions;
using MinerFlow.SystemTests.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>The Dockerfile's steps as a script, where no engine is at hand: each stage is a folder, and what comes out starts, captures on loopback and stops.</summary>
public sealed partial class DockerfileTests
{
    /// <summary>Compiled when it runs: the same program, made in seconds. An empty PUBLISH_OPTIONS makes it to the byte what the Dockerfile makes, in minutes.</summary>
    private static readonly string PublishOptions = Environment.GetEnvironmentVariable("PUBLISH_OPTIONS") ?? "-p:PublishReadyToRun=false";

    [Fact]
    public async Task TheStepsGiveAServiceThatCapturesOnLoopbackWithoutRoot()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "giving files to another user needs root");
        var missing = new[] { "setcap", "setpriv" }.Where(program => !Tool.Exists(program)).ToList();
        Assert.SkipWhen(missing.Count > 0, $"not installed: {string.Join(", ", missing)}");
        using var folder = new ServiceFolder();
        var image = Build(folder);
        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        Assert.Equal("65532:65532", image.User);

        var state = Path.Combine(image.Root, "var/lib/minerflow");
        var user = image.User.Split(':');
        using var service = await RunningService.StartAsync(
            ["setpriv", "--reuid", user[0], "--regid", user[1], "--clear-groups", "--inh-caps=-all", .. image.Entrypoint],
            state, image.Variables, new HttpClient(), "http", "127.0.0.1", "--interface", "lo", "--set", "Capture:Interfaces:0:RingMegabytes=8",
            "--set", "Sensor:DropPrivileges=true");
        var status = await File.ReadAllLinesAsync($"/proc/{service.ProcessId}/status", TestContext.Current.CancellationToken);
        Assert.Contains("Uid:\t65532\t65532\t65532\t65532", status);
        Assert.Contains("CapEff:\t0000000000002000", status);

        await using (var pool = await LoopbackPool.StartAsync())
        {
            await pool.MineAsync(5);
            await service.UntilMetricAsync("minerflow_packets_total", packets => packets > 10);
        }

        Assert.Equal(0, service.Stop());
        Assert.Contains("1 sightings are in the ledger", service.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void TheImageHasTheLibrariesThatMessagesAskFor()
    {
        var lastStage = string.Join('\n', Steps()).Split("FROM ")[^1];
        var installed = InstalledPackages().Match(lastStage).Groups["packages"].Value.Split(' ');

        foreach (var source in (string[])["Reporting/Push/Sftp/SftpChannel.cs", "Capture/Live/LibpcapCalls.cs"])
        {
            var package = AskedFor().Match(File.ReadAllText(Repository.PathOf("src", source))).Groups["package"].Value;
            Assert.Contains(package, installed);
        }
    }

    /// <summary>What the steps come to.</summary>
    private sealed class Image(string root)
    {
        public string Root { get; } = root;

        public string Folder { get; set; } = "/";

        public string User { get; set; } = "";

        public IReadOnlyList<string> Entrypoint { get; set; } = [];

        public Dictionary<string, string> Variables { get; } = [];

        /// <summary>A path of the image where it lies here.</summary>
        public string Here(string path) => Root + (path.StartsWith('/') ? path : Path.Combine(Folder, path));
    }

    private static Image Build(ServiceFolder folder)
    {
        var stages = new Dictionary<string, Image>(StringComparer.Ordinal);
        Image? image = null;
        foreach (var step in Steps())
        {
            var (word, rest) = (step[..step.IndexOf(' ', StringComparison.Ordinal)], step[(step.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            switch (word)
            {
                case "ARG":
                    break;
                case "FROM":
                    image = new Image(folder.PathOf($"stage{stages.Count}"));
                    // What every base image has.
                    Directory.CreateDirectory(Path.Combine(image.Root, "usr/local/bin"));
                    stages.Add(rest.Contains(" AS ", StringComparison.Ordinal) ? rest.Split(" AS ")[1] : $"{stages.Count}", image);
                    break;
                case "WORKDIR":
                    image!.Folder = rest;
                    Directory.CreateDirectory(image.Here(rest));
                    break;
                case "COPY":
                    Copy(rest, image!, stages);
                    break;
                case "RUN":
                    Tool.Run("bash", "-c", $"cd {image!.Here(".")} && export PUBLISH_OPTIONS='{PublishOptions}' && {AbsolutePath().Replace(rest, path => path.Groups["before"].Value + image.Here(path.Groups["path"].Value))}");
                    break;
                case "ENV":
                    image!.Variables[rest.Split('=')[0]] = rest.Split('=')[1];
                    break;
                case "USER":
                    image!.User = rest;
                    break;
                case "ENTRYPOINT":
                    image!.Entrypoint = [.. Quoted().Matches(rest).Select(match => image.Here(match.Groups["text"].Value))];
                    break;
                case "VOLUME" or "CMD":
                    break;
                default:
                    Assert.Fail($"the test does not know the step {word}");
                    break;
            }
        }

        return image!;
    }

    /// <summary>The lines that are steps.</summary>
    private static IEnumerable<string> Steps() =>
        File.ReadLines(Repository.PathOf("Dockerfile")).Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#'));

    private static void Copy(string rest, Image image, Dictionary<string, Image> stages)
    {
        var words = rest.Split(' ').ToList();
        var from = Repository.Root;
        if (words[0].StartsWith("--from=", StringComparison.Ordinal))
        {
            from = stages[words[0]["--from=".Length..]].Root;
            words.RemoveAt(0);
        }

        // As an engine does: the content of a folder, with owners and capabilities; of the tree what a clean checkout has.
        Directory.CreateDirectory(words[^1].EndsWith('/') ? image.Here(words[^1]) : Path.GetDirectoryName(image.Here(words[^1]))!);
        foreach (var source in words[..^1])
        {
            var target = image.Here(words[^1]);
            Tool.Run("bash", "-c", source.Contains('*', StringComparison.Ordinal) || source.StartsWith('.')
                ? $"cp -a {from}/{source} {target}"
                : from == Repository.Root
                    ? $"cd {from}/{source} && tar --exclude=bin --exclude=obj -cf - . | tar -xf - -C {target}"
                    : $"cp -aT {from}{source} {target}");
        }
    }

    /// <summary>Paths of the image in a command; programs of the system are not among them.</summary>
    [GeneratedRegex("(?<before>^| )(?<path>/(app|state|source|opt|usr/local|var/lib)[^ ;]*)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex AbsolutePath();

    [GeneratedRegex("apt-get install -y --no-install-recommends (?<packages>[a-z0-9.+ -]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex InstalledPackages();

    /// <summary>The package of the distribution that the image is made of, as a message names it.</summary>
    [GeneratedRegex("install the package (?<package>[a-z0-9.-]+) \\(Debian\\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex AskedFor();

    [GeneratedRegex("\"(?<text>[^\"]*)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Quoted();
}
