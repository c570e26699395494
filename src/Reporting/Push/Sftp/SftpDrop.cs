using System.Security.Cryptography;

namespace MinerFlow.Reporting.Push.Sftp;

/// <summary>Lays packages down and picks receipts up, over a session that is open.</summary>
internal sealed class SftpDrop(ISftpSession session, SftpSettings settings)
{
    private const int RandomBytes = 4;

    // A marker is a line; more than this is none of ours.
    private const int LongestMarker = 4_096;

    private const string KeptFolder = "kept";

    // Of this attempt alone: what the server still does for an attempt that was cut cannot meet what this one writes.
    private readonly string _part = $".{RandomNumberGenerator.GetHexString(2 * RandomBytes, lowercase: true)}{DropLayout.PartExtension}";

    public DeliveryOutcome Lay(DeliveryPackage package)
    {
        var folder = settings.PathOf(DropLayout.Folder(package));
        var marker = DropLayout.Marker(package);
        if (session.Read($"{folder}/{marker.Name}", LongestMarker) is { } found)
        {
            return found.AsSpan().SequenceEqual(marker.Content.Span)
                ? new DeliveryOutcome(DeliveryOutcomeKind.Delivered, $"'{folder}/{marker.Name}' was there already.")
                : new DeliveryOutcome(DeliveryOutcomeKind.Refused, $"'{folder}/{marker.Name}' stands for another package of this identity; the recipient has to say what it is.");
        }

        session.MakeFolder(folder);
        foreach (var half in session.List(folder)?.Where(file => file.Name.EndsWith(DropLayout.PartExtension, StringComparison.Ordinal)) ?? [])
        {
            session.Remove($"{folder}/{half.Name}");
        }

        foreach (var file in DropLayout.Files(package).Append(marker))
        {
            Lay($"{folder}/{file.Name}", file.Content.Span);
        }

        return new DeliveryOutcome(DeliveryOutcomeKind.Delivered, $"{package.Files.Count} files lie in '{folder}', the marker last.");
    }

    /// <summary>Writes a file as a package is laid and takes it away again.</summary>
    public ChannelStep TryToWrite()
    {
        try
        {
            var path = settings.PathOf("minerflow-test");
            Lay(path, "test"u8);
            session.Remove(path);
            return new ChannelStep("write", true, $"'{settings.Folder}' takes files, and their renaming");
        }
        catch (DeliveryStepException failure)
        {
            return new ChannelStep("write", false, failure.Message);
        }
    }

    public ChannelStep LookForReceipts()
    {
        const string Step = "receipts";
        if (settings.Receipts is null)
        {
            return new ChannelStep(Step, true, "none are picked up, as configured");
        }

        try
        {
            return Waiting() is { } files
                ? new ChannelStep(Step, true, $"'{settings.ReceiptPath("")}' holds {files.Count}")
                : new ChannelStep(Step, !settings.ReceiptsAreExpected, $"there is no folder '{settings.ReceiptPath("")}'; without it no receipt is picked up");
        }
        catch (DeliveryStepException failure)
        {
            return new ChannelStep(Step, false, failure.Message);
        }
    }

    public List<DeliveryReceipt> Receipts()
    {
        var receipts = new List<DeliveryReceipt>();
        foreach (var file in settings.Receipts is null ? [] : Waiting() ?? [])
        {
            // Gone since it was listed: somebody else has taken it.
            if (session.Read(settings.ReceiptPath(file.Name), ReceiptFile.LongestBytes + 1) is { } content)
            {
                receipts.Add(ReceiptFile.Read(file.Name, content));
            }
        }

        return receipts;
    }

    public void Keep(IEnumerable<DeliveryReceipt> receipts)
    {
        session.MakeFolder(settings.ReceiptPath(KeptFolder));
        var waiting = (Waiting() ?? []).Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var receipt in receipts.Where(receipt => waiting.Contains(receipt.Source)))
        {
            session.Rename(settings.ReceiptPath(receipt.Source), settings.ReceiptPath($"{KeptFolder}/{receipt.Source}"));
        }
    }

    /// <summary>Receipts that are whole, in the order of their names; null when there is no such folder.</summary>
    private List<SftpFile>? Waiting() => session.List(settings.ReceiptPath("")) is { } files
        ? [.. files.Where(file => ReceiptFile.IsWhole(file.Name, file.Length)).OrderBy(file => file.Name, StringComparer.Ordinal)]
        : null;

    private void Lay(string path, ReadOnlySpan<byte> content)
    {
        var part = path + _part;
        try
        {
            session.Write(part, content);
        }
        catch (DeliveryStepException)
        {
            // A half on a full disk only stands in the way; when the connection is gone, the next attempt takes it away.
            try
            {
                session.Remove(part);
            }
            catch (DeliveryStepException)
            {
                // The first failure is the one to tell.
            }

            throw;
        }

        session.Rename(part, path);
    }
}
