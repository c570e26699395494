using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Push.Folder;

/// <summary>
/// A folder of this machine: offline media, or a share. Packages lie in it as <see cref="DropLayout"/> says, each made durable before its marker is; there are no receipts.
/// </summary>
internal sealed class FolderChannel : IDeliveryChannel
{
    private readonly string _folder;
    private readonly string? _proof;

    private FolderChannel(string folder, string? proof)
    {
        _folder = folder;
        _proof = proof;
    }

    public static IDeliveryChannel? Create(ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var folder = settings.RequiredText("folder");
        var proof = settings.Text("must-hold");
        if (folder.Length > 0 && !Path.IsPathRooted(folder))
        {
            settings.Report("folder", $"'folder' is a path from the root, not '{folder}'.");
            return null;
        }

        return folder.Length == 0 ? null : new FolderChannel(folder, proof);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public Task<DeliveryOutcome> Send(DeliveryPackage package, CancellationToken cancellation) => Task.Run(() => Send(package), cancellation);

    public Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation) => Task.Run<IReadOnlyList<ChannelStep>>(() =>
    {
        if (Missing() is { } missing)
        {
            return [new ChannelStep("medium", false, missing)];
        }

        var medium = new ChannelStep("medium", true, $"'{_folder}' is there");
        var path = Path.Combine(_folder, "minerflow-test" + DropLayout.PartExtension);
        try
        {
            File.Delete(path);
            using (OwnFile.Create(path))
            {
            }

            File.Delete(path);
            return [medium, new ChannelStep("write", true, "a file was written and taken away again")];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [medium, new ChannelStep("write", false, $"'{_folder}' takes no files: {error.Message}")];
        }
    }, cancellation);

    public Task<IReadOnlyList<DeliveryReceipt>> Receipts(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<DeliveryReceipt>>([]);

    public Task Keep(IReadOnlyList<DeliveryReceipt> receipts, CancellationToken cancellation) => Task.CompletedTask;

    private DeliveryOutcome Send(DeliveryPackage package)
    {
        if (DropLayout.NameProblem(package) is { } problem)
        {
            return new DeliveryOutcome(DeliveryOutcomeKind.Refused, problem);
        }

        if (Missing() is { } missing)
        {
            return new DeliveryOutcome(DeliveryOutcomeKind.TryLater, missing);
        }

        var whole = Path.Combine(_folder, DropLayout.Folder(package));
        var part = whole + DropLayout.PartExtension;
        var marker = DropLayout.Marker(package);
        var markerPath = Path.Combine(whole, marker.Name);
        try
        {
            if (File.Exists(markerPath))
            {
                return File.ReadAllBytes(markerPath).AsSpan().SequenceEqual(marker.Content.Span)
                    ? new DeliveryOutcome(DeliveryOutcomeKind.Delivered, $"'{markerPath}' was there already.")
                    : new DeliveryOutcome(DeliveryOutcomeKind.Refused, $"'{markerPath}' stands for another package of this identity; look at the medium before anything else goes there.");
            }

            // Without its marker a folder is a half of an earlier attempt, whatever its name.
            Remove(part);
            Remove(whole);
            DurableFolder.Create(part);
            foreach (var file in DropLayout.Files(package))
            {
                Write(Path.Combine(part, file.Name), file.Content.Span);
            }

            DurableFolder.Sync(part);
            Directory.Move(part, whole);
            DurableFolder.Sync(_folder);
            Write(markerPath + DropLayout.PartExtension, marker.Content.Span);
            File.Move(markerPath + DropLayout.PartExtension, markerPath);
            DurableFolder.Sync(whole);
            return new DeliveryOutcome(DeliveryOutcomeKind.Delivered, $"{package.Files.Count} files lie in '{whole}' with their marker.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new DeliveryOutcome(DeliveryOutcomeKind.TryLater, $"'{_folder}': {error.Message}{Clean(part, whole)}");
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content)
    {
        File.Delete(path);
        using var file = OwnFile.Create(path);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Takes halves away again, so that a full medium is as it was.</summary>
    /// <returns>What to add to the message when that fails too.</returns>
    private static string Clean(params string[] folders)
    {
        try
        {
            Array.ForEach(folders, Remove);
            return "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $" What was written could not be taken away: {error.Message}";
        }
    }

    /// <summary>Why this is not the place: a mount point without its medium is a folder of the machine's own disk.</summary>
    private string? Missing() =>
        !Directory.Exists(_folder) ? $"there is no folder '{_folder}'; is the medium there?"
        : _proof is not null && !File.Exists(Path.Combine(_folder, _proof)) ? $"'{_folder}' holds no '{_proof}', by which the medium is known; is it there?"
        : null;
}
