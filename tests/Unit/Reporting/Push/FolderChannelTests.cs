using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Deliveries;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Folder;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push;

public sealed class FolderChannelTests : IDisposable
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private const string Whole = "regulator-00000001-a";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task APackageLiesThereWholeWithItsMarker()
    {
        await using var channel = Open(_folder.FullName);

        Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(Package("a"), Token)).Kind);

        Assert.Equal([Whole], Names(_folder.FullName));
        Assert.Equal(["manifest.json", "manifest.json.sig", "package.ok", "附件2.xlsx", "附件2.xlsx.sha256", "附件2.xlsx.sm3"], Names(_folder.PathOf(Whole)));
        Assert.Equal("content", File.ReadAllText(InPackage("附件2.xlsx")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(InPackage("附件2.xlsx")));
    }

    [Fact]
    public async Task ARepeatChangesNothingAndAnotherPackageOfTheSameIdentityIsRefused()
    {
        await using var channel = Open(_folder.FullName);
        await channel.Send(Package("a"), Token);
        var written = File.GetLastWriteTimeUtc(InPackage("package.ok"));

        Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(Package("a"), Token)).Kind);
        Assert.Equal(written, File.GetLastWriteTimeUtc(InPackage("package.ok")));
        Assert.Equal(DeliveryOutcomeKind.Refused, (await channel.Send(Package("a") with { Manifest = "other"u8.ToArray() }, Token)).Kind);
    }

    [Fact]
    public async Task AHalfOfAnEarlierAttemptIsOverwritten()
    {
        Directory.CreateDirectory(_folder.PathOf(Whole + ".part"));
        _folder.Write(Path.Combine(Whole + ".part", "stray"), "half");
        Directory.CreateDirectory(_folder.PathOf(Whole));
        _folder.Write(Path.Combine(Whole, "附件2.xlsx"), "half");
        _folder.Write(Path.Combine(Whole, "package.ok.part"), "half");
        await using var channel = Open(_folder.FullName);

        Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(Package("a"), Token)).Kind);

        Assert.Equal([Whole], Names(_folder.FullName));
        Assert.Equal((6, "content"), (Names(_folder.PathOf(Whole)).Count, File.ReadAllText(InPackage("附件2.xlsx"))));
    }

    [Fact]
    public async Task AMediumThatIsNotThereIsWaitedFor()
    {
        await using var channel = Open(_folder.FullName, "minerflow.medium");
        Assert.Equal(DeliveryOutcomeKind.TryLater, (await channel.Send(Package("a"), Token)).Kind);
        Assert.False(Assert.Single(await channel.Test(Token)).Succeeded);
        Assert.Empty(Names(_folder.FullName));

        _folder.Write("minerflow.medium", "");
        Assert.Equal(DeliveryOutcomeKind.Delivered, (await channel.Send(Package("a"), Token)).Kind);
        Assert.Equal(["medium", "write"], (await channel.Test(Token)).Select(step => step.Name));
        Assert.DoesNotContain(Names(_folder.FullName), name => name.StartsWith("minerflow-test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatCannotBeWrittenLeavesNoHalves()
    {
        // A name of 300 bytes fits into no file system of Linux: the first document is written, the second is not.
        var package = Package("a");
        package = package with { Files = [package.Files[0], package.Files[0] with { Name = new string('长', 100) }] };
        await using var channel = Open(_folder.FullName);

        Assert.Equal(DeliveryOutcomeKind.TryLater, (await channel.Send(package, Token)).Kind);

        Assert.Empty(Names(_folder.FullName));
    }

    [Fact]
    public async Task ReceiptsAreToldUntilTheyAreKept()
    {
        var receipts = Directory.CreateDirectory(_folder.PathOf("receipts")).FullName;
        File.WriteAllText(Path.Combine(receipts, "a.json"), """{"accepted":true,"text":"收讫"}""");
        File.WriteAllText(Path.Combine(receipts, "b.txt"), "格式错误");
        File.WriteAllText(Path.Combine(receipts, "c.json.part"), "half");
        await using var channel = Open(_folder.FullName, receipts: receipts);

        var told = await channel.Receipts(Token);
        Assert.Equal([("a", true, "收讫"), ("b", false, "格式错误")], told.Select(receipt => (receipt.PackageId, receipt.Accepted, receipt.Text)));
        Assert.Equal(2, (await channel.Receipts(Token)).Count);
        await channel.Keep(told, Token);

        Assert.Empty(await channel.Receipts(Token));
        Assert.Equal(["a.json", "b.txt"], Names(Path.Combine(receipts, "kept")));
        Directory.Delete(receipts, recursive: true);
        await Assert.ThrowsAsync<ChannelException>(() => channel.Receipts(Token));
    }

    [Theory]
    [InlineData("../a.xlsx")]
    [InlineData(".hidden")]
    [InlineData("")]
    public async Task ANameThatLeadsElsewhereIsRefused(string name)
    {
        var package = Package("a");
        await using var channel = Open(_folder.FullName);

        Assert.Equal(DeliveryOutcomeKind.Refused, (await channel.Send(package with { Files = [package.Files[0] with { Name = name }] }, Token)).Kind);
        Assert.Empty(Names(_folder.FullName));
    }

    private string InPackage(string name) => Path.Combine(_folder.PathOf(Whole), name);

    private static List<string> Names(string folder) => [.. Directory.EnumerateFileSystemEntries(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static DeliveryPackage Package(string id)
    {
        var document = DeliveryDocument.Of("附件2.xlsx", "content"u8.ToArray());
        return new DeliveryPackage(
            id, "regulator", "市发展改革委", 1, default, IsMasked: true, [new DeliveryFile(document.Name, document.Content, document.Sha256, document.Sm3)], Encoding.UTF8.GetBytes("{}"), "signature"u8.ToArray());
    }

    private static IDeliveryChannel Open(string folder, string? mustHold = null, string? receipts = null)
    {
        var values = new Dictionary<string, (string Value, int Line)> { ["folder"] = (folder, 1) };
        if (mustHold is not null)
        {
            values.Add("must-hold", (mustHold, 2));
        }

        if (receipts is not null)
        {
            values.Add("receipts", (receipts, 3));
        }

        var problems = new List<Problem>();
        var channel = FolderChannel.Create(new ChannelSettings("test.yaml", values, problems));
        Assert.Empty(problems);
        return channel!;
    }
}
