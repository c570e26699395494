using System.Security.Cryptography;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Push.Signatures;

namespace MinerFlow.Reporting.Push;

/// <summary>What can be wrong with a package that lies in a folder.</summary>
public enum PackageFault
{
    /// <summary>There is no marker: the package was never whole here, or its marker was taken away.</summary>
    NoMarker,

    /// <summary>The marker stands for another manifest.</summary>
    OtherMarker,

    /// <summary>There is no manifest.</summary>
    NoManifest,

    /// <summary>The manifest is none of this format.</summary>
    BadManifest,

    /// <summary>There is no signature, though a key was given.</summary>
    NoSignature,

    /// <summary>The signature does not fit the manifest and the key.</summary>
    BadSignature,

    /// <summary>A document that the manifest names is not there.</summary>
    Missing,

    /// <summary>A document is not as the manifest describes it.</summary>
    Changed,

    /// <summary>A file beside a document tells another digest than the manifest.</summary>
    OtherDigest,

    /// <summary>Something lies there that the manifest does not name.</summary>
    Extra,

    /// <summary>A name of the manifest leads out of the folder.</summary>
    BadName,

    /// <summary>A file cannot be read.</summary>
    Unreadable,
}

/// <summary>One thing that is wrong with a package.</summary>
/// <param name="Fault">What.</param>
/// <param name="Name">Of the file.</param>
/// <param name="Detail">What was seen, where that says more.</param>
public sealed record PackageFinding(PackageFault Fault, string Name, string Detail = "");

/// <summary>What was seen of a package in a folder.</summary>
/// <param name="Manifest">Null when there is none that can be read.</param>
/// <param name="IsSigned">The signature was checked with a key, and fits.</param>
/// <param name="HasSignature">There is a signature.</param>
/// <param name="Findings">Everything that is wrong; empty for a package that is whole.</param>
public sealed record PackageVerdict(PackageManifest? Manifest, bool IsSigned, bool HasSignature, IReadOnlyList<PackageFinding> Findings);

/// <summary>Checks a package as <see cref="DropLayout"/> lays it: anywhere, with nothing but its folder and the sender's public key.</summary>
public static class PackageFolder
{
    /// <summary>A manifest is some lines for each document; more than this is none of ours.</summary>
    private const int LongestText = 4 << 20;

    /// <param name="folder">Of the package.</param>
    /// <param name="key">Public key of the sender; null to leave the signature unchecked.</param>
    public static PackageVerdict Check(string folder, SigningKey? key)
    {
        var findings = new List<PackageFinding>();
        var manifest = ReadManifest(folder, key, findings, out var isSigned);
        var hasSignature = File.Exists(Path.Combine(folder, DropLayout.SignatureName));
        if (manifest is not null)
        {
            CheckFiles(folder, manifest, findings);
        }

        return new PackageVerdict(manifest, isSigned, hasSignature, findings);
    }

    private static PackageManifest? ReadManifest(string folder, SigningKey? key, List<PackageFinding> findings, out bool isSigned)
    {
        isSigned = false;
        var marker = Read(folder, DropLayout.MarkerName, PackageFault.NoMarker, findings);
        if (Read(folder, DropLayout.ManifestName, PackageFault.NoManifest, findings) is not { } bytes)
        {
            return null;
        }

        if (marker is not null && !marker.AsSpan().SequenceEqual(DropLayout.MarkerOf(bytes).Span))
        {
            findings.Add(new PackageFinding(PackageFault.OtherMarker, DropLayout.MarkerName));
        }

        if (key is not null && Read(folder, DropLayout.SignatureName, PackageFault.NoSignature, findings) is { } signature)
        {
            isSigned = key.Verify(bytes, signature, out var problem);
            if (!isSigned)
            {
                findings.Add(new PackageFinding(PackageFault.BadSignature, DropLayout.SignatureName, problem));
            }
        }

        var manifest = PackageManifest.Read(bytes);
        if (manifest is null)
        {
            findings.Add(new PackageFinding(PackageFault.BadManifest, DropLayout.ManifestName));
        }

        return manifest;
    }

    private static void CheckFiles(string folder, PackageManifest manifest, List<PackageFinding> findings)
    {
        HashSet<string> known = [DropLayout.ManifestName, DropLayout.SignatureName, DropLayout.MarkerName];
        foreach (var file in manifest.Files)
        {
            if (!DropLayout.IsFileName(file.Name))
            {
                findings.Add(new PackageFinding(PackageFault.BadName, file.Name));
                continue;
            }

            known.Add(file.Name);
            CheckDocument(folder, file, findings);
            foreach (var digest in DropLayout.DigestsOf(file.Name, file.Sha256, file.Sm3))
            {
                known.Add(digest.Name);
                if (Read(folder, digest.Name, PackageFault.Missing, findings) is { } told && !told.AsSpan().SequenceEqual(digest.Content.Span))
                {
                    findings.Add(new PackageFinding(PackageFault.OtherDigest, digest.Name));
                }
            }
        }

        foreach (var path in Directory.EnumerateFileSystemEntries(folder).Order(StringComparer.Ordinal))
        {
            if (!known.Contains(Path.GetFileName(path)))
            {
                findings.Add(new PackageFinding(PackageFault.Extra, Path.GetFileName(path)));
            }
        }
    }

    private static void CheckDocument(string folder, ManifestFile file, List<PackageFinding> findings)
    {
        var path = Path.Combine(folder, file.Name);
        if (!File.Exists(path))
        {
            findings.Add(new PackageFinding(PackageFault.Missing, file.Name));
            return;
        }

        try
        {
            var content = File.ReadAllBytes(path);
            if (content.LongLength != file.Bytes)
            {
                findings.Add(new PackageFinding(PackageFault.Changed, file.Name, $"{content.LongLength} bytes, not {file.Bytes}"));
            }
            else if (Convert.ToHexStringLower(SHA256.HashData(content)) != file.Sha256)
            {
                findings.Add(new PackageFinding(PackageFault.Changed, file.Name, "SHA-256"));
            }
            else if (Convert.ToHexStringLower(Sm3.HashData(content)) != file.Sm3)
            {
                findings.Add(new PackageFinding(PackageFault.Changed, file.Name, "SM3"));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            findings.Add(new PackageFinding(PackageFault.Unreadable, file.Name, error.Message));
        }
    }

    /// <returns>Null, with a finding, when it is not there or cannot be read.</returns>
    private static byte[]? Read(string folder, string name, PackageFault whenMissing, List<PackageFinding> findings)
    {
        try
        {
            var file = new FileInfo(Path.Combine(folder, name));
            if (!file.Exists)
            {
                findings.Add(new PackageFinding(whenMissing, name));
                return null;
            }

            if (file.Length > LongestText)
            {
                findings.Add(new PackageFinding(PackageFault.Unreadable, name, $"{file.Length} bytes"));
                return null;
            }

            return File.ReadAllBytes(file.FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            findings.Add(new PackageFinding(PackageFault.Unreadable, name, error.Message));
            return null;
        }
    }
}
