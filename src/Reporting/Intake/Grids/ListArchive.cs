using System.IO.Compression;
using System.Text;
using MinerFlow.Enrichment;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Reporting.Intake.Grids;

/// <summary>A ZIP archive: of lists, or an Office document, which is one too.</summary>
internal sealed class ListArchive : IDisposable
{
    private readonly ZipArchive _zip;
    private readonly string _part;
    private readonly ReadLimits _limits;
    private readonly ListContent _content;

    private ListArchive(ZipArchive zip, string part, ReadLimits limits, ListContent content)
    {
        _zip = zip;
        _part = part;
        _limits = limits;
        _content = content;
        UnpackedBytes = zip.Entries.Sum(entry => Math.Max(0, entry.Length));
        Document = FindDocument();
    }

    /// <summary>What the directory says; reading stops there, so a directory that lies gains nothing.</summary>
    public long UnpackedBytes { get; }

    /// <summary>Usual extension of the document that it is; null for a plain archive.</summary>
    public string? Document { get; }

    /// <summary>Null when it is none or too large; that was reported.</summary>
    public static ListArchive? Open(byte[] bytes, string part, ReadLimits limits, ListContent content)
    {
        ZipArchive? zip = null;
        try
        {
            // Names without the UTF-8 flag are bytes of whatever code page the sender had: read as they are, decoded by trial.
            zip = new ZipArchive(new MemoryStream(bytes, writable: false), ZipArchiveMode.Read, leaveOpen: false, Encoding.Latin1);
            if (zip.Entries.Count > limits.Parts)
            {
                content.Report(RowProblemKind.TooLarge, part, $"{limits.Parts}");
                zip.Dispose();
                return null;
            }

            return new ListArchive(zip, part, limits, content);
        }
        catch (Exception error) when (error is InvalidDataException or IOException or ArgumentException or NotSupportedException or OverflowException)
        {
            zip?.Dispose();
            content.Report(RowProblemKind.Damaged, part, error.Message);
            return null;
        }
    }

    /// <summary>Files in the order of the directory: name, bytes as the directory says, and how to read them (null when they cannot be; that was reported).</summary>
    public IEnumerable<(string Name, long Length, Func<byte[]?> Read)> Parts()
    {
        foreach (var entry in _zip.Entries)
        {
            // Folders, and what the archivers of other systems add beside each file.
            var name = NameOf(entry);
            if (!name.EndsWith('/') && !name.StartsWith("__MACOSX/", StringComparison.Ordinal) && Path.GetFileName(name) is not (".DS_Store" or "Thumbs.db"))
            {
                yield return (name, Math.Max(0, entry.Length), () => Read(entry, name));
            }
        }
    }

    /// <summary>A part of a document; null when there is none.</summary>
    public Stream? OpenPart(string name) => _zip.GetEntry(name)?.Open();

    public long LengthOf(string name) => _zip.GetEntry(name)?.Length ?? 0;

    public void Dispose() => _zip.Dispose();

    private byte[]? Read(ZipArchiveEntry entry, string name)
    {
        var part = _part.Length == 0 ? name : $"{_part}/{name}";
        if (entry.IsEncrypted)
        {
            _content.Report(RowProblemKind.Encrypted, part);
            return null;
        }

        if (entry.Length > _limits.FileBytes)
        {
            _content.Report(RowProblemKind.TooLarge, part, $"{_limits.FileBytes >> 20} MiB");
            return null;
        }

        try
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
        catch (Exception error) when (error is InvalidDataException or IOException or NotSupportedException)
        {
            _content.Report(RowProblemKind.Damaged, part, error.Message);
            return null;
        }
    }

    private static string NameOf(ZipArchiveEntry entry)
    {
        var name = entry.FullName;
        if (name.AsSpan().IndexOfAnyExceptInRange('\0', '\u00FF') < 0)
        {
            try
            {
                name = TextEncodings.Decode(Encoding.Latin1.GetBytes(name));
            }
            catch (DecoderFallbackException)
            {
                // Neither: the characters of its bytes are still a name.
            }
        }

        return name.Replace('\\', '/');
    }

    private string? FindDocument()
    {
        foreach (var entry in _zip.Entries)
        {
            switch (entry.FullName)
            {
                case "xl/workbook.xml" or "xl/workbook.bin":
                    return entry.FullName.EndsWith("bin", StringComparison.Ordinal) ? "xlsb" : "xlsx";
                case "word/document.xml":
                    return "docx";
                case "ppt/presentation.xml":
                    return "pptx";
                case "content.xml" when _zip.GetEntry("mimetype") is not null:
                    return "ods";
            }
        }

        // A workbook whose main part has another name still says what it is.
        return _zip.GetEntry("[Content_Types].xml") is not null && _zip.Entries.Any(entry => entry.FullName.StartsWith("xl/", StringComparison.OrdinalIgnoreCase)) ? "xlsx" : null;
    }
}
