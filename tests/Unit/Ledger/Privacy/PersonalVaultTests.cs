using System.Text;
using MinerFlow.Ledger;
using MinerFlow.Ledger.Privacy;
using MinerFlow.Unit.Enrichment;
using Xunit;

namespace MinerFlow.Unit.Ledger.Privacy;

public sealed class PersonalVaultTests : IDisposable
{
    private const string Name = "张示例 13800000000";
    private readonly TempFolder _folder = new();

    private string Keys => _folder.PathOf("keys");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatIsSealedIsReadAgainByTheSameVaultOnly()
    {
        using var vault = PersonalVault.Open(Keys);
        using var other = PersonalVault.Open(_folder.PathOf("other"));

        var first = vault.Seal("subject:1", "name", Name);

        Assert.Equal(Name, vault.Read("subject:1", "name", first));
        Assert.NotEqual(first, vault.Seal("subject:1", "name", Name));
        Assert.Equal(-1, first.AsSpan().IndexOf(Encoding.UTF8.GetBytes("13800000000")));
        other.Seal("subject:1", "name", "another");
        Assert.Throws<LedgerException>(() => other.Read("subject:1", "name", first));
        Assert.Equal(vault.Digest("account", "yc0359"), vault.Digest("account", "yc0359"));
        Assert.NotEqual(vault.Digest("account", "yc0359"), other.Digest("account", "yc0359"));
        Assert.NotEqual(vault.Digest("account", "yc0359"), vault.Digest("line", "yc0359"));
    }

    [Fact]
    public void WhatWasMovedOrChangedDoesNotOpen()
    {
        using var vault = PersonalVault.Open(Keys);
        var text = vault.Seal("subject:1", "name", Name);
        vault.Seal("subject:2", "name", Name);

        Assert.Throws<LedgerException>(() => vault.Read("subject:2", "name", text));
        Assert.Throws<LedgerException>(() => vault.Read("subject:1", "phone", text));
        for (var i = 0; i < text.Length; i++)
        {
            var changed = (byte[])text.Clone();
            changed[i] ^= 1;
            Assert.Throws<LedgerException>(() => vault.Read("subject:1", "name", changed));
        }

        Assert.Throws<LedgerException>(() => vault.Read("subject:1", "name", text[..20]));
    }

    [Fact]
    public void ADestroyedKeyIsGoneAndNotMadeAnew()
    {
        byte[] text;
        using (var vault = PersonalVault.Open(Keys))
        {
            text = vault.Seal("subject:1", "name", Name);
            vault.Shred("subject:1");
            Assert.Null(vault.Read("subject:1", "name", text));
        }

        using var again = PersonalVault.Open(Keys);
        Assert.True(again.IsShredded("subject:1"));
        Assert.False(again.IsShredded("subject:2"));
        Assert.Null(again.Read("subject:1", "name", text));
        Assert.Throws<InvalidOperationException>(() => again.Seal("subject:1", "name", Name));
    }

    [Fact]
    public void ANewMasterKeyOpensWhatWasSealedBeforeAndTheOldOneNoLonger()
    {
        byte[] text;
        var master = Path.Combine(Keys, "master.key");
        using (var vault = PersonalVault.Open(Keys))
        {
            text = vault.Seal("subject:1", "name", Name);
            var old = File.ReadAllBytes(master);
            Assert.Equal(2, vault.Rotate());
            Assert.Equal(Name, vault.Read("subject:1", "name", text));
            Assert.NotEqual(old, File.ReadAllBytes(master));
            File.WriteAllBytes(_folder.PathOf("old.key"), old);
        }

        using (var again = PersonalVault.Open(Keys))
        {
            Assert.Equal(Name, again.Read("subject:1", "name", text));
        }

        File.Copy(_folder.PathOf("old.key"), master, overwrite: true);
        Assert.Contains("is not the master key", Assert.Throws<LedgerException>(() => PersonalVault.Open(Keys)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AStopBetweenNewKeysAndNewMasterIsMendedAtTheNextOpening()
    {
        byte[] text;
        var master = Path.Combine(Keys, "master.key");
        using (var vault = PersonalVault.Open(Keys))
        {
            text = vault.Seal("subject:1", "name", Name);
            File.Copy(master, _folder.PathOf("old.key"));
            vault.Rotate();
        }

        // As the stop leaves it: keys sealed anew, the new master key still under its first name.
        File.Move(master, master + ".next");
        File.Copy(_folder.PathOf("old.key"), master);

        using var again = PersonalVault.Open(Keys);
        Assert.Equal(Name, again.Read("subject:1", "name", text));
        Assert.False(File.Exists(master + ".next"));
    }

    [Fact]
    public void KeysAreForTheirOwnerAlone()
    {
        PersonalVault.Open(Keys).Dispose();

        Assert.All(Directory.EnumerateFiles(Keys), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Keys));
    }

    [Fact]
    public void AMasterKeyThatIsMissingOrNoneIsAClearError()
    {
        PersonalVault.Open(Keys).Dispose();
        var master = Path.Combine(Keys, "master.key");

        File.WriteAllText(master, "not a key");
        Assert.Contains("64 hexadecimal digits", Assert.Throws<LedgerException>(() => PersonalVault.Open(Keys)).Message, StringComparison.Ordinal);
        File.Delete(master);
        Assert.Contains("cannot be used", Assert.Throws<LedgerException>(() => PersonalVault.Open(Keys)).Message, StringComparison.Ordinal);
    }
}
