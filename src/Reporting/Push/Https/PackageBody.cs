using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Push.Https;

/// <summary>The body of a delivery: the same bytes on every attempt, written from where the documents lie.</summary>
internal sealed class PackageBody
{
    /// <summary>Bytes turned into base64 at a time: a multiple of three, so that no padding stands within.</summary>
    private const int Base64Step = 48 << 10;

    private readonly List<(ReadOnlyMemory<byte> Bytes, bool AsBase64)> _segments = [];

    private PackageBody(string mediaType) => MediaType = mediaType;

    public string MediaType { get; }

    /// <summary>In bytes.</summary>
    public long Length { get; private set; }

    public static PackageBody Of(DeliveryPackage package, PackageForm form) => form == PackageForm.Json ? Json(package) : Multipart(package);

    /// <summary>A body that is JSON already.</summary>
    public static PackageBody Of(ReadOnlyMemory<byte> json)
    {
        var body = new PackageBody("application/json");
        body.Add(json, asBase64: false);
        return body;
    }

    public async Task Write(Stream stream, CancellationToken cancellation)
    {
        foreach (var (bytes, asBase64) in _segments)
        {
            if (!asBase64)
            {
                await stream.WriteAsync(bytes, cancellation);
                continue;
            }

            var buffer = ArrayPool<byte>.Shared.Rent(Base64.GetMaxEncodedToUtf8Length(Base64Step));
            try
            {
                for (var at = 0; at < bytes.Length; at += Base64Step)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, Encode(bytes, at, buffer)), cancellation);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>SHA-256 of the body, and SM3 where it is asked for.</summary>
    public BodyDigests Digests(bool withSm3)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sm3 = withSm3 ? new Sm3() : null;
        var buffer = new byte[Base64.GetMaxEncodedToUtf8Length(Base64Step)];
        foreach (var (bytes, asBase64) in _segments)
        {
            for (var at = 0; at < bytes.Length; at += Base64Step)
            {
                var part = asBase64 ? buffer.AsSpan(0, Encode(bytes, at, buffer)) : bytes.Span[at..Math.Min(at + Base64Step, bytes.Length)];
                sha256.AppendData(part);
                sm3?.AppendData(part);
            }
        }

        var sm3Digest = sm3 is null ? null : new byte[Sm3.Length];
        sm3?.GetHashAndReset(sm3Digest);
        return new BodyDigests(sha256.GetHashAndReset(), sm3Digest);
    }

    private static int Encode(ReadOnlyMemory<byte> bytes, int at, Span<byte> into)
    {
        Base64.EncodeToUtf8(bytes.Span[at..Math.Min(at + Base64Step, bytes.Length)], into, out _, out var written);
        return written;
    }

    private static PackageBody Multipart(DeliveryPackage package)
    {
        // The digest names every document, so no document holds it.
        var boundary = "minerflow-" + Convert.ToHexStringLower(SHA256.HashData(package.Manifest.Span));
        var body = new PackageBody($"multipart/form-data; boundary={boundary}");
        body.AddPart(boundary, "manifest", "manifest.json", package.Manifest);
        if (package.Signature is { } signature)
        {
            body.AddPart(boundary, "signature", "manifest.sig.json", signature);
        }

        foreach (var file in package.Files)
        {
            body.AddPart(boundary, "file", file.Name, file.Content);
        }

        body.Add($"--{boundary}--\r\n");
        return body;
    }

    private static PackageBody Json(DeliveryPackage package)
    {
        var body = new PackageBody("application/json");
        body.Add("{\"manifest\":\"");
        body.Add(package.Manifest, asBase64: true);
        if (package.Signature is { } signature)
        {
            body.Add("\",\"signature\":\"");
            body.Add(signature, asBase64: true);
        }

        body.Add("\",\"files\":[");
        for (var i = 0; i < package.Files.Count; i++)
        {
            body.Add($"{(i == 0 ? "" : ",")}{{\"name\":\"{JsonEncodedText.Encode(package.Files[i].Name)}\",\"content\":\"");
            body.Add(package.Files[i].Content, asBase64: true);
            body.Add("\"}");
        }

        body.Add("]}");
        return body;
    }

    /// <summary>RFC 7578, section 4.2 and 5.1: the name as UTF-8, with the three characters escaped that would end it, as browsers do (WHATWG, multipart/form-data encoding).</summary>
    private void AddPart(string boundary, string part, string fileName, ReadOnlyMemory<byte> content)
    {
        var name = fileName.Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal).Replace("\"", "%22", StringComparison.Ordinal);
        Add($"--{boundary}\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\nContent-Type: {MediaTypeOf(fileName)}\r\n\r\n");
        Add(content, asBase64: false);
        Add("\r\n");
    }

    private void Add(string text) => Add(Encoding.UTF8.GetBytes(text), asBase64: false);

    private void Add(ReadOnlyMemory<byte> bytes, bool asBase64)
    {
        _segments.Add((bytes, asBase64));
        Length += asBase64 ? (bytes.Length + 2L) / 3 * 4 : bytes.Length;
    }

    private static string MediaTypeOf(string fileName) => Path.GetExtension(fileName) switch
    {
        ".xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".p7m" => "application/pkcs7-mime; smime-type=enveloped-data",
        ".csv" => "text/csv; charset=utf-8",
        ".json" => "application/json",
        ".txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
}

/// <param name="Sha256">32 bytes.</param>
/// <param name="Sm3">32 bytes; null when it was not asked for.</param>
internal readonly record struct BodyDigests(byte[] Sha256, byte[]? Sm3)
{
    public static BodyDigests OfNothing(bool withSm3) => new(SHA256.HashData([]), withSm3 ? Abstractions.Sm3.HashData([]) : null);

    /// <summary>Content-Digest (RFC 9530): <c>sha-256</c>, and <c>sm3</c>, which its registry does not hold and receivers that do not know it pass over.</summary>
    public string ToHeader() => $"sha-256=:{Convert.ToBase64String(Sha256)}:" + (Sm3 is null ? "" : $", sm3=:{Convert.ToBase64String(Sm3)}:");
}

/// <summary>A body as the framework sends it, with its length beforehand: some receivers take nothing in chunks.</summary>
internal sealed class PackageContent : HttpContent
{
    private readonly PackageBody _body;

    public PackageContent(PackageBody body, BodyDigests digests)
    {
        _body = body;
        Headers.TryAddWithoutValidation("Content-Type", body.MediaType);
        Headers.TryAddWithoutValidation("Content-Digest", digests.ToHeader());
    }

    protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context) => _body.Write(stream, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken) => _body.Write(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = _body.Length;
        return true;
    }
}
