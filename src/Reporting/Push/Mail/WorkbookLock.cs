using System.Security.Cryptography;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Workbooks;

namespace MinerFlow.Reporting.Push.Mail;

/// <summary>
/// How attachments are locked: with a password that was agreed upon (<c>workbook-password</c>), or with one that is made for each package and laid into a folder for its owner
/// alone (<c>password-folder</c>), from where a person tells it by telephone or SMS. The password is never in a message.
/// </summary>
internal sealed class WorkbookLock
{
    // No letter or digit that another one is taken for when it is read aloud or copied: no i, l, o, 0, 1.
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    private const int Groups = 4;
    private const int GroupLength = 4;

    private readonly ChannelSecret? _agreed;
    private readonly string? _folder;

    private WorkbookLock(ChannelSecret? agreed, string? folder) => (_agreed, _folder) = (agreed, folder);

    /// <summary>Whether attachments are locked at all.</summary>
    public bool IsOn => _agreed is not null || _folder is not null;

    /// <returns>Null when the settings are not sound; they have the problems.</returns>
    public static WorkbookLock? From(ChannelSettings settings)
    {
        var agreed = settings.Secret("workbook-password");
        var folder = settings.Text("password-folder");
        if (settings.Text("workbook-password") is not null && (agreed is null || folder is not null))
        {
            if (folder is not null)
            {
                settings.Report("password-folder", "'workbook-password' is the same for all packages, 'password-folder' takes one for each: there is one of them at most.");
            }

            return null;
        }

        if (folder is not null && !Path.IsPathRooted(folder))
        {
            settings.Report("password-folder", $"'password-folder' is a path from the root, not '{folder}'.");
            return null;
        }

        return new WorkbookLock(agreed, folder);
    }

    /// <summary>The documents as they are attached.</summary>
    /// <exception cref="DeliveryStepException">A document cannot be locked and has to be, or the password cannot be kept.</exception>
    public IReadOnlyList<MailAttachment> Attachments(DeliveryPackage package)
    {
        if (!IsOn)
        {
            return package.IsMasked || package.Files.All(IsEncrypted) ? [.. package.Files.Select(file => new MailAttachment(file.Name, file.Content))] : throw new DeliveryStepException(
                DeliveryOutcomeKind.Refused, "lock", "the package shows persons in clear, and this destination locks nothing: set 'password-folder' or 'workbook-password'.");
        }

        if (package.Files.FirstOrDefault(file => !IsEncrypted(file) && !EncryptedWorkbook.CanLock(file.Name)) is { } open)
        {
            throw new DeliveryStepException(
                DeliveryOutcomeKind.Refused, "lock", $"'{open.Name}' cannot be locked with a password, xlsx and docx can: queue the package without it.");
        }

        var password = package.Files.All(IsEncrypted) ? "" : Password(package.Id);
        return [.. package.Files.Select(file => new MailAttachment(file.Name, IsEncrypted(file) ? file.Content : Locked(file, password)))];
    }

    /// <summary>Where the password of a package lies, for the delivery log.</summary>
    public string Hint(DeliveryPackage package) =>
        package.Files.All(IsEncrypted) ? "" : _folder is not null ? $" The password lies in '{PathOf(package.Id)}': tell it by another way." : _agreed is not null ? " The password is the agreed one." : "";

    /// <summary>Some words that are told one by one: <c>k7mf-2xqp-…</c>, 79 bits.</summary>
    public static string Generate() =>
        string.Join('-', Enumerable.Range(0, Groups).Select(_ => RandomNumberGenerator.GetString(Letters, GroupLength)));

    /// <summary>Whether a document was encrypted before it was queued: such a file is named so (RFC 8551, 3.2.1).</summary>
    private static bool IsEncrypted(DeliveryFile file) => file.Name.EndsWith(".p7m", StringComparison.Ordinal);

    private static byte[] Locked(DeliveryFile file, string password)
    {
        var locked = new MemoryStream(file.Content.Length + (16 << 10));
        EncryptedWorkbook.Write(new MemoryStream(file.Content.ToArray()), file.Content.Length, password, locked);
        return locked.ToArray();
    }

    private string PathOf(string package) => Path.Combine(_folder!, package + ".txt");

    /// <summary>The same on every attempt.</summary>
    private string Password(string package)
    {
        if (_agreed is not null)
        {
            return _agreed.Reveal();
        }

        var path = PathOf(package);
        try
        {
            if (File.Exists(path))
            {
                return File.ReadAllText(path).Trim();
            }

            var password = Generate();
            DurableFolder.Create(_folder!);
            using (var file = DurableFolder.CreateFile(path + DropLayout.PartExtension))
            {
                RandomAccess.Write(file, Encoding.ASCII.GetBytes(password + "\n"), 0);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(path + DropLayout.PartExtension, path);
            DurableFolder.Sync(_folder!);
            return password;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DeliveryStepException(DeliveryOutcomeKind.TryLater, "lock", $"the password could not be kept in '{path}', so nothing was sent: {error.Message}");
        }
    }
}

/// <summary>A document as it is attached.</summary>
/// <param name="Name">File name.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record MailAttachment(string Name, ReadOnlyMemory<byte> Content);
