using System.Net;
using System.Net.Sockets;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Sftp;
using MinerFlow.SystemTests.Live;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>The SFTP drop against OpenSSH.</summary>
public sealed class SftpTests
{
    // DELIVERY_CUTS=1000 takes some minutes.
    private static readonly int Cuts = int.Parse(Environment.GetEnvironmentVariable("DELIVERY_CUTS") ?? "100");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("host-ed25519")]
    [InlineData("host-ecdsa")]
    public async Task PackageLiesWholeInTheDropWhicheverHostKeyIsPinned(string hostKey)
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        await using var channel = Channel(server, server.Port, ("host-key", server.Print(hostKey)));
        var package = SyntheticPackage.Of(1, 400_000, 0, 17);

        var first = await channel.Send(package, Cancellation);
        var folder = server.PathOf($"home/drop/city-drc-00000001-{package.Id}");
        var written = Directory.GetLastWriteTimeUtc(folder);
        var second = await channel.Send(package, Cancellation);

        Assert.Equal((DeliveryOutcomeKind.Delivered, $"3 files lie in 'drop/city-drc-00000001-{package.Id}', the marker last."), (first.Kind, first.Detail));
        AssertWhole(folder, package);
        Assert.Equal((DeliveryOutcomeKind.Delivered, $"'drop/city-drc-00000001-{package.Id}/package.ok' was there already."), (second.Kind, second.Detail));
        Assert.Equal(written, Directory.GetLastWriteTimeUtc(folder));
        Assert.Equal(["manifest.json"], Checked(folder, "package.ok"));
        Assert.Equal(package.Files.Select(file => file.Name), package.Files.SelectMany(file => Checked(folder, file.Name + ".sha256")));
    }

    [Fact]
    public async Task PasswordOpensTheDropToo()
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        await using var channel = Channel(server, server.Port, ("key", ""), ("passphrase", ""), ("password", Secret(server, "password", OpenSshServer.Password)));

        Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(SyntheticPackage.Of(1, 10), Cancellation)).Kind);
    }

    [Fact]
    public async Task HalfOfAnEarlierAttemptIsReplaced()
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        var package = SyntheticPackage.Of(1, 5_000);
        var folder = Directory.CreateDirectory(server.PathOf($"home/drop/city-drc-00000001-{package.Id}")).FullName;
        File.WriteAllText(Path.Combine(folder, package.Files[0].Name), "half");
        File.WriteAllText(Path.Combine(folder, "manifest.json.00112233.part"), "half");
        Tool.Run("chown", "-R", "--reference", server.PathOf("home"), folder);
        await using var channel = Channel(server, server.Port);

        var outcome = await channel.Send(package, Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Delivered, outcome.Kind);
        AssertWhole(folder, package);
    }

    [Fact]
    public async Task AnotherPackageOfTheSameIdentityIsNotWrittenOver()
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        await using var channel = Channel(server, server.Port);
        var package = SyntheticPackage.Of(1, 5_000);
        await channel.Send(package, Cancellation);

        var outcome = await channel.Send(SyntheticPackage.Of(2, 6_000) with { Id = package.Id, Sequence = 1 }, Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        AssertWhole(server.PathOf($"home/drop/city-drc-00000001-{package.Id}"), package);
    }

    [Fact]
    public async Task ChangedHostKeyIsToldAndNothingIsSent()
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        var before = server.Print("host-ed25519");
        await using var channel = Channel(server, server.Port, ("host-key", before));
        server.ChangeHostKey("host-ed25519");

        var outcome = await channel.Send(SyntheticPackage.Of(1, 5_000), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains(before, outcome.Detail, StringComparison.Ordinal);
        Assert.Contains(server.Print("host-ed25519"), outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(OpenSshServer.User, server.Log, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(server.PathOf("home/drop"), "city*"));
    }

    [Theory]
    [InlineData("password", "wrong", "refuses minerflowdrop with this password")]
    [InlineData("key", "other", "refuses minerflowdrop with this key")]
    [InlineData("passphrase", "wrong", "our own key cannot be read")]
    public async Task RefusedLoginNeedsAPerson(string what, string value, string words)
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        Tool.Run("ssh-keygen", "-q", "-t", "ed25519", "-N", OpenSshServer.Passphrase, "-f", server.PathOf("other"));
        (string, string)[] changes = what switch
        {
            "password" => [("key", ""), ("passphrase", ""), ("password", Secret(server, "password", value))],
            "key" => [("key", "file:" + server.PathOf(value))],
            _ => [("passphrase", Secret(server, "another-passphrase", value))],
        };
        await using var channel = Channel(server, server.Port, changes);

        var outcome = await channel.Send(SyntheticPackage.Of(1, 5_000), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains(words, outcome.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(value, outcome.Detail.Replace("other", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LoginThatIsNotOfferedIsNotTriedAnotherWay()
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer("PubkeyAuthentication no");
        await using var channel = Channel(server, server.Port);

        var outcome = await channel.Send(SyntheticPackage.Of(1, 5_000), Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains("offers minerflowdrop the authentication password, and publickey is asked for", outcome.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nowhere", "there is no such folder")]
    [InlineData("closed", "does not permit it")]
    public async Task FolderThatTakesNothingNeedsAPerson(string folder, string words)
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        await using var channel = Channel(server, server.Port, ("folder", folder));

        var outcome = await channel.Send(SyntheticPackage.Of(1, 5_000), Cancellation);
        var steps = await channel.Test(Cancellation);

        Assert.Equal(DeliveryOutcomeKind.Refused, outcome.Kind);
        Assert.Contains(words, outcome.Detail, StringComparison.Ordinal);
        Assert.Equal(["connect True", "host-key True", "authenticate True", "write False"], steps.Select(step => $"{step.Name} {step.Succeeded}"));
        Assert.Contains(words, steps[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FullDiskGetsNoMarkerAndThePackageComesLater()
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        await using var channel = Channel(server, server.Port, ("folder", "full"));
        var filler = Path.Combine(server.FullDisk, "filler");
        File.WriteAllBytes(filler, new byte[200_000]);
        var package = SyntheticPackage.Of(1, 20_000, 100_000);
        var folder = Path.Combine(server.FullDisk, $"city-drc-00000001-{package.Id}");

        var full = await channel.Send(package, Cancellation);
        var left = Directory.GetFiles(folder).Select(Path.GetFileName).ToList();
        File.Delete(filler);
        var free = await channel.Send(package, Cancellation);

        Assert.Equal(DeliveryOutcomeKind.TryLater, full.Kind);
        Assert.Contains("as it does when its disk is full", full.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("package.ok", left);
        Assert.DoesNotContain(left, name => name!.EndsWith(".part", StringComparison.Ordinal));
        Assert.Equal(DeliveryOutcomeKind.Delivered, free.Kind);
        AssertWhole(folder, package);
    }

    [Fact]
    public async Task ReceiptsAreToldUntilTheyAreKept()
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        await using var channel = Channel(server, server.Port);
        var receipts = server.PathOf("home/drop/receipts");
        File.WriteAllText(Path.Combine(receipts, "pkg-1.txt"), "0 成功\n");
        File.WriteAllText(Path.Combine(receipts, "pkg-2.json"), """{"package":"pkg-2","accepted":false,"text":"第3行缺字段"}""");
        File.WriteAllText(Path.Combine(receipts, "pkg-3.txt.part"), "0");

        var first = await channel.Receipts(Cancellation);
        var again = await channel.Receipts(Cancellation);
        await channel.Keep([first[0]], Cancellation);
        await channel.Keep([first[0]], Cancellation);
        var after = await channel.Receipts(Cancellation);

        Assert.Equal([new DeliveryReceipt("pkg-1", true, "0 成功", "pkg-1.txt"), new DeliveryReceipt("pkg-2", false, "第3行缺字段", "pkg-2.json")], first);
        Assert.Equal(first, again);
        Assert.Equal([first[1]], after);
        Assert.True(File.Exists(Path.Combine(receipts, "kept", "pkg-1.txt")));
    }

    [Fact]
    public async Task TestLeavesNothingBehind()
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        await using var channel = Channel(server, server.Port);

        var steps = await channel.Test(Cancellation);

        Assert.Equal(["connect", "host-key", "authenticate", "write", "receipts"], steps.Select(step => step.Name));
        Assert.All(steps, step => Assert.True(step.Succeeded, step.Detail));
        Assert.Equal([server.PathOf("home/drop/receipts")], Directory.GetFileSystemEntries(server.PathOf("home/drop"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task ServerThatKeepsSilentIsTriedLaterAndEndsWithTheSender()
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        await using var impatient = Channel(server, port, ("timeout-seconds", "1"));
        await using var patient = Channel(server, port, ("timeout-seconds", "3600"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var outcome = await impatient.Send(SyntheticPackage.Of(1, 10), Cancellation);
        var waiting = patient.Send(SyntheticPackage.Of(1, 10), stop.Token);
        using (await silent.AcceptSocketAsync(Cancellation))
        using (await silent.AcceptSocketAsync(Cancellation))
        {
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        Assert.Equal(DeliveryOutcomeKind.TryLater, outcome.Kind);
    }

    // Whatever the connection lost, the recipient never sees a marker without the whole package, and sees each package once.
    [Fact]
    public async Task CutsAnywhereLeaveEachPackageThereOnce()
    {
        OpenSshServer.OrSkip();
        using var server = new OpenSshServer();
        await using var proxy = CuttingProxy.Start(server.Port);
        await using var channel = Channel(server, proxy.Port, ("key", "file:" + server.PathOf("open-key")), ("passphrase", ""));
        Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(SyntheticPackage.Of(1, 20_000, 3_000), Cancellation)).Kind);
        var whole = proxy.Carried;
        var random = new SeededRandom(1);
        var number = 1;
        while (proxy.Cuts < Cuts)
        {
            var package = SyntheticPackage.Of(++number, 20_000, 3_000);
            var folder = server.PathOf($"home/drop/{DropLayout.Folder(package)}");
            DeliveryOutcome outcome;
            do
            {
                proxy.CutNext(Cut.Anywhere(random, whole));
                outcome = await channel.Send(package, Cancellation);
                Assert.True(outcome.Kind is DeliveryOutcomeKind.Delivered or DeliveryOutcomeKind.TryLater, $"{package.Id} after {proxy.Cuts} cuts: {outcome.Kind}: {outcome.Detail}");
                if (File.Exists(Path.Combine(folder, DropLayout.MarkerName)))
                {
                    AssertWhole(folder, package);
                }
            }
            while (outcome.Kind != DeliveryOutcomeKind.Delivered && proxy.Cuts < Cuts);

            if (outcome.Kind != DeliveryOutcomeKind.Delivered)
            {
                Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(package, Cancellation)).Kind);
            }

            AssertWhole(folder, package);
        }

        Assert.Equal(number, Directory.GetFiles(server.PathOf("home/drop"), DropLayout.MarkerName, SearchOption.AllDirectories).Length);
        TestContext.Current.TestOutputHelper?.WriteLine($"{proxy.Cuts} cuts, {number} packages");
    }

    private static IDeliveryChannel Channel(OpenSshServer server, int port, params (string Key, string Value)[] changes)
    {
        var problems = new List<Problem>();
        var values = new Dictionary<string, string>
        {
            ["host"] = "127.0.0.1",
            ["port"] = $"{port}",
            ["user"] = OpenSshServer.User,
            ["host-key"] = server.Print("host-ed25519"),
            ["key"] = "file:" + server.PathOf("key"),
            ["passphrase"] = Secret(server, "passphrase", OpenSshServer.Passphrase),
            ["folder"] = "drop",
        };
        foreach (var (key, value) in changes)
        {
            values[key] = value;
        }

        var channel = SftpChannel.Create(SyntheticPackage.Settings(problems, server.Folder, values.Where(value => value.Value.Length > 0).Select(value => (value.Key, value.Value))));
        Assert.Empty(problems);
        return channel!;
    }

    private static string Secret(OpenSshServer server, string name, string value)
    {
        File.WriteAllText(server.PathOf(name), value + "\n");
        return "file:" + server.PathOf(name);
    }

    private static void AssertWhole(string folder, DeliveryPackage package)
    {
        var expected = DropLayout.Files(package).Append(DropLayout.Marker(package)).ToDictionary(file => file.Name, file => Convert.ToHexString(file.Content.Span));
        var found = Directory.GetFiles(folder).ToDictionary(path => Path.GetFileName(path), path => Convert.ToHexString(File.ReadAllBytes(path)));
        Assert.Equal(expected.OrderBy(file => file.Key, StringComparer.Ordinal), found.OrderBy(file => file.Key, StringComparer.Ordinal));
    }

    /// <summary>What sha256sum found right.</summary>
    private static IEnumerable<string> Checked(string folder, string digests)
    {
        var answer = Tool.Run("sh", "-c", $"cd '{folder}' && sha256sum -c '{digests}'");
        return answer.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.EndsWith(": OK", StringComparison.Ordinal)).Select(line => line[..^4]);
    }
}
