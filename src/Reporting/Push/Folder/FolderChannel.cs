using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Push.Folder;

/// <summary>
/// A folder of this machine: offline media, or a share. Packages lie in it as <see cref="DropLayout"/> says, each made durable before its marker is; receipts, where there
/// are any, lie in a folder of their own, one file for each package.
/// </summary>
internal sealed class FolderChannel : IDeliveryChannel
{
    /// <summary>Where receipts go once the ledger has them.</summary>
    private const string KeptFolder = "kept";

    private readonly string _folder;
    private readonly string? _proof;
    private readonly string? _receipts;

    private FolderChannel(string folder, string? proof, string? receipts)
    {
        _folder = folder;
        _proof = proof;
        _receipts = receipts;
    }

    public static IDeliveryChannel? Create(ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var folder = settings.RequiredText("folder");
        var proof = settings.Text("must-hold");
        var receipts = settings.Text("receipts");
        var isRooted = true;
        foreach (var (key, path) in new[] { ("folder", folder), ("receipts", receipts) })
        {
            if (path is { Length: > 0 } && !Path.IsPathRooted(path))
            {
                settings.Report(key, $"'{key}' is a path from the root, not '{path}'.");
                isRooted = false;
            }
        }

        return folder.Length == 0 || !isRooted ? null : new FolderChannel(folder, proof, receipts);
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

    public Task<IReadOnlyList<DeliveryReceipt>> Receipts(CancellationToken cancellation) =>
        _receipts is null ? Task.FromResult<IReadOnlyList<DeliveryReceipt>>([]) : Task.Run<IReadOnlyList<DeliveryReceipt>>(() => Guarded(_receipts, ReadReceipts), cancellation);

    public Task Keep(IReadOnlyList<DeliveryReceipt> receipts, CancellationToken cancellation) => _receipts is null ? Task.CompletedTask : Task.Run(
        () => Guarded(_receipts, folder =>
        {
            Directory.CreateDirectory(Path.Combine(folder, KeptFolder));
            foreach (var receipt in receipts.Where(receipt => File.Exists(Path.Combine(folder, receipt.Source))))
            {
                File.Move(Path.Combine(folder, receipt.Source), Path.Combine(folder, KeptFolder, receipt.Source), overwrite: true);
            }

            return true;
        }),
        cancellation);

    private static List<DeliveryReceipt> ReadReceipts(string folder)
    {
        var receipts = new List<DeliveryReceipt>();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles().Where(file => ReceiptFile.IsWhole(file.Name, file.Length)).OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            var content = new byte[Math.Min(file.Length, ReceiptFile.LongestBytes + 1)];
            using var stream = file.OpenRead();
            receipts.Add(ReceiptFile.Read(file.Name, content.AsSpan(0, stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false))));
        }

        return receipts;
    }

    private static T Guarded<T>(string folder, Func<string, T> work)
    {
        try
        {
            return work(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ChannelException($"'{folder}': {error.Message}", error);
        }
    }

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
