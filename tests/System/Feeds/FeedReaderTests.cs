using System.Diagnostics;
using System.Text;
using System.Text.Json;
using MinerFlow.Reporting.Feeds;
using MinerFlow.Reporting.Feeds.Transports;
using MinerFlow.SystemTests.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Feeds;

/// <summary>Formats and local ways against readers of others: a schema's validator, a parser of CEF, a socket of Python.</summary>
public sealed class FeedReaderTests : IDisposable
{
    /// <summary>Sees Debian's modules, which another interpreter on the path may not.</summary>
    private const string Python = "/usr/bin/python3";

    private const int Count = 200;

    private static readonly string Reader = Repository.PathOf("tests", "System", "Feeds", "feed-reader.py");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-feeds-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(FeedFormat.Eve)]
    [InlineData(FeedFormat.Ecs)]
    [InlineData(FeedFormat.Ocsf)]
    public void EveryRecordFitsItsSchema(FeedFormat format)
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/jsonschema"), "python3-jsonschema is not installed");
        var file = Write(FeedSamples.Messages(Count, format.Make(FeedSamples.Origin)));
        var schema = Repository.PathOf("tests", "System", "Feeds", "Schemas", $"{format.ToString().ToLowerInvariant()}.schema.json");

        Assert.Equal(Count, Lines(Tool.Run(Python, Reader, "schema", file, schema)).Count);

        // The validator does look: a record that lacks something, or has something of its own, is told.
        File.WriteAllText(file, File.ReadAllLines(file)[0].Replace("{", "{\"of_its_own\":1,", StringComparison.Ordinal) + "\n");
        Assert.Throws<InvalidOperationException>(() => Tool.Run(Python, Reader, "schema", file, schema));
    }

    [Fact]
    public void EveryLineOfCefIsReadBackAsItWasMeant()
    {
        Assert.SkipUnless(File.Exists(Python), "python3 is not installed");
        var file = Write(FeedSamples.Messages(Count, FeedFormat.Cef.Make(FeedSamples.Origin)));

        var read = Lines(Tool.Run(Python, Reader, "cef", file)).ConvertAll(line => JsonDocument.Parse(line).RootElement);

        Assert.Equal(Enumerable.Range(0, Count).Select(FeedSamples.KeyOf), read.Select(each => Extension(each, "cs6")));
        Assert.Equal("rig \"8\" a=b|c\\d]e 矿机", Extension(read[8], "requestClientApplication"));
        Assert.Equal(("203.0.113.8", "40000", "198.51.100.7", "3333", "示例矿池"), (Extension(read[8], "src"), Extension(read[8], "spt"), Extension(read[8], "dst"), Extension(read[8], "dpt"), Extension(read[8], "cs2")));
        Assert.Equal("2001:db8::9", Extension(read[9], "c6a2"));
        Assert.Equal("7", Extension(read[7], "cn3"));
        Assert.Equal(("MinerFlow", "mining-pool"), (read[1].GetProperty("header").GetProperty("vendor").GetString(), read[1].GetProperty("header").GetProperty("class").GetString()));
    }

    [Theory]
    [InlineData("stream")]
    [InlineData("dgram")]
    public async Task AReaderOfASocketThatCameBackGetsEveryLine(string kind)
    {
        Assert.SkipUnless(File.Exists(Python), "python3 is not installed");
        var path = Path.Combine(_folder.FullName, "eve.sock");
        var messages = FeedSamples.Messages(Count, FeedFormat.Eve.Make(FeedSamples.Origin));
        await using var feed = new UnixSocketTransport(path, kind == "dgram", TimeSpan.FromSeconds(10));
        var absent = await feed.Send(messages, TestContext.Current.CancellationToken);
        Assert.Equal((0, FeedProblem.Connect), (absent.Done, absent.Problem!.Value));

        var first = await ReadAsync(feed, path, kind, messages[..(Count / 2)]);
        File.Delete(path);
        Assert.NotNull((await feed.Send(messages[(Count / 2)..], TestContext.Current.CancellationToken)).Problem);
        var second = await ReadAsync(feed, path, kind, messages[(Count / 2)..]);

        Assert.Equal(messages.Select(message => Encoding.UTF8.GetString(message.Bytes.Span)), Lines(first + second));
    }

    [Fact]
    public async Task AFullDiskLosesNothingAndLeavesWholeLines()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting a small disk needs root");
        using var disk = new Service.ServiceFolder();
        disk.MountOrSkip(1);
        var path = disk.PathOf("eve.json");
        var messages = FeedSamples.Messages(1_000, FeedFormat.Eve.Make(FeedSamples.Origin));
        await using var feed = new FileTransport(new FileTransportOptions(path), TimeProvider.System);
        File.WriteAllBytes(disk.PathOf("other"), new byte[700 * 1024]);

        var done = 0;
        FeedOutcome outcome;
        do
        {
            outcome = await feed.Send(messages[done..Math.Min(messages.Count, done + 50)], TestContext.Current.CancellationToken);
            done += outcome.Done;
        }
        while (outcome.Problem is null);
        Assert.Equal(FeedProblem.DiskFull, outcome.Problem);
        Assert.Equal(done, File.ReadAllLines(path).Length);
        Assert.Equal((byte)'\n', File.ReadAllBytes(path)[^1]);

        File.Delete(disk.PathOf("other"));
        File.Move(path, Path.Combine(_folder.FullName, "first"));
        feed.Reopen();
        while (done < messages.Count)
        {
            done += (await feed.Send(messages[done..Math.Min(messages.Count, done + 50)], TestContext.Current.CancellationToken)).Done;
            File.Move(path, Path.Combine(_folder.FullName, $"part-{done:0000}"));
            feed.Reopen();
        }

        var lines = Directory.GetFiles(_folder.FullName).Order(StringComparer.Ordinal).SelectMany(File.ReadAllLines);
        Assert.Equal(messages.Select(message => Encoding.UTF8.GetString(message.Bytes.Span)), lines);
    }

    /// <summary>Starts a reader for so many lines, sends them as soon as it listens, and gives what it printed.</summary>
    private static async Task<string> ReadAsync(UnixSocketTransport feed, string path, string kind, List<FeedMessage> messages)
    {
        using var reader = Tool.Start(Python, Reader, "socket", path, kind, $"{messages.Count}");
        var output = reader.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = reader.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var clock = Stopwatch.StartNew();
        while (messages.Count > 0)
        {
            var outcome = await feed.Send(messages, TestContext.Current.CancellationToken);
            messages = messages[outcome.Done..];
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), outcome.Detail);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await reader.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await errors);
        return await output;
    }

    private string Write(IEnumerable<FeedMessage> messages)
    {
        var path = Path.Combine(_folder.FullName, "feed");
        File.WriteAllLines(path, messages.Select(message => Encoding.UTF8.GetString(message.Bytes.Span)));
        return path;
    }

    private static List<string> Lines(string text) => [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private static string Extension(JsonElement record, string key) => record.GetProperty("extension").GetProperty(key).GetString()!;
}
