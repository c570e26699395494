using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push;
using MinerFlow.Reporting.Push.Mail;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Reporting.Push.Mail;

public sealed class WorkbookLockTests : IDisposable
{
    private static readonly DeliveryPackage Package = new(
        "pkg-7", "city-drc", "示例市发展改革委", 7, default, IsMasked: false, [new DeliveryFile("附件2.xlsx", "content"u8.ToArray(), "ab12", "cd34")], "{}"u8.ToArray(), Signature: null);

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void PasswordOfAPackageIsMadeOnceAndIsForItsOwnerAlone()
    {
        var passwords = _folder.PathOf("passwords");
        var path = Path.Combine(passwords, "pkg-7.txt");
        var workbookLock = Lock(("password-folder", passwords));

        var attachment = Assert.Single(workbookLock.Attachments(Package));
        var password = File.ReadAllText(path);
        workbookLock.Attachments(Package);

        Assert.Equal("附件2.xlsx", attachment.Name);
        Assert.Matches("^[a-hj-km-np-z2-9]{4}(-[a-hj-km-np-z2-9]{4}){3}\n$", password);
        Assert.Equal(password, File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(passwords));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal($" The password lies in '{path}': tell it by another way.", workbookLock.Hint(Package));
        Assert.DoesNotContain(password.Trim(), workbookLock.Hint(Package), StringComparison.Ordinal);
    }

    [Fact]
    public void PersonsInClearAreNotSentOpen()
    {
        Assert.Equal(DeliveryOutcomeKind.Refused, Assert.Throws<DeliveryStepException>(() => Lock().Attachments(Package)).Kind);
        Assert.Equal("content"u8.ToArray(), Assert.Single(Lock().Attachments(Package with { IsMasked = true })).Content.ToArray());
    }

    [Fact]
    public void DocumentThatCannotBeLockedStaysHere()
    {
        var package = Package with { Files = [.. Package.Files, Package.Files[0] with { Name = "rows.csv" }] };

        var problem = Assert.Throws<DeliveryStepException>(() => Lock(("password-folder", _folder.PathOf("passwords"))).Attachments(package));

        Assert.StartsWith("'rows.csv' cannot be locked", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DocumentThatIsEncryptedAlreadyGoesAsItIs()
    {
        var passwords = _folder.PathOf("passwords");
        var package = Package with { Files = [Package.Files[0] with { Name = "附件2.xlsx.p7m" }] };

        foreach (var workbookLock in (WorkbookLock[])[Lock(), Lock(("password-folder", passwords))])
        {
            Assert.Equal("content"u8.ToArray(), Assert.Single(workbookLock.Attachments(package)).Content.ToArray());
        }

        Assert.False(Directory.Exists(passwords));
        Assert.Throws<DeliveryStepException>(() => Lock().Attachments(package with { Files = [.. package.Files, .. Package.Files] }));
    }

    private WorkbookLock Lock(params (string Key, string Value)[] values)
    {
        var problems = new List<Problem>();
        var workbookLock = WorkbookLock.From(new ChannelSettings(_folder.PathOf("destination.yaml"), values.ToDictionary(value => value.Key, value => (value.Value, 1)), problems));
        Assert.Empty(problems);
        return workbookLock!;
    }
}
