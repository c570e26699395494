using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MinerFlow.Reporting.Push;

/// <summary>
/// How a package lies in a folder of the recipient's: a folder of its own with the documents, digests of each in the form of <c>sha256sum</c>, the manifest, its
/// signature and, last of all, the marker. Where there is no marker, there is no package yet.
/// </summary>
public static class DropLayout
{
    public const string ManifestName = "manifest.json";

    public const string SignatureName = "manifest.json.sig";

    public const string MarkerName = "package.ok";

    /// <summary>End of a name whose bytes are not all there; taken away by a rename.</summary>
    public const string PartExtension = ".part";

    /// <summary>Name of the package's folder: in the order of sending, and told apart by its identity.</summary>
    public static string Folder(DeliveryPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        return string.Create(CultureInfo.InvariantCulture, $"{package.Destination}-{package.Sequence:D8}-{package.Id}");
    }

    /// <summary>What goes into the folder, in this order, before the marker.</summary>
    public static IEnumerable<DropFile> Files(DeliveryPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        foreach (var file in package.Files)
        {
            yield return new DropFile(file.Name, file.Content);
            foreach (var digest in DigestsOf(file.Name, file.Sha256, file.Sm3))
            {
                yield return digest;
            }
        }

        yield return new DropFile(ManifestName, package.Manifest);
        if (package.Signature is { } signature)
        {
            yield return new DropFile(SignatureName, signature);
        }
    }

    /// <summary>What lies beside a document, in the form of <c>sha256sum</c>.</summary>
    public static IEnumerable<DropFile> DigestsOf(string name, string sha256, string sm3) =>
    [
        new DropFile(name + ".sha256", Encoding.UTF8.GetBytes($"{sha256}  {name}\n")),
        new DropFile(name + ".sm3", Encoding.UTF8.GetBytes($"{sm3}  {name}\n")),
    ];

    /// <summary>The marker: it says by digest which manifest it stands for, so that another package under the same identity is noticed.</summary>
    public static DropFile Marker(DeliveryPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        return new DropFile(MarkerName, MarkerOf(package.Manifest.Span));
    }

    /// <summary>What the marker of a manifest holds.</summary>
    public static ReadOnlyMemory<byte> MarkerOf(ReadOnlySpan<byte> manifest) => Encoding.UTF8.GetBytes($"{Convert.ToHexStringLower(SHA256.HashData(manifest))}  {ManifestName}\n");

    /// <summary>What of the package's names cannot be the name of a file; null when all can.</summary>
    public static string? NameProblem(DeliveryPackage package)
    {
        ArgumentNullException.ThrowIfNull(package);
        return package.Files.Select(file => file.Name).Append(package.Destination).Append(package.Id).FirstOrDefault(name => !IsFileName(name)) is { } bad
            ? $"'{bad}' cannot be the name of a file: it is empty, begins with a dot or has a slash or a control character in it."
            : null;
    }

    /// <summary>Whether a name stays in its folder.</summary>
    public static bool IsFileName(string name) => name is { Length: > 0 } && name[0] != '.' && !name.Contains('/', StringComparison.Ordinal) && !name.Any(char.IsControl);
}

/// <summary>One file of a drop.</summary>
/// <param name="Name">Without folders.</param>
/// <param name="Content">Its bytes.</param>
public sealed record DropFile(string Name, ReadOnlyMemory<byte> Content);
