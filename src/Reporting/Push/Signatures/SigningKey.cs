using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace MinerFlow.Reporting.Push.Signatures;

/// <summary>
/// A key that signs what leaves, or its public half that checks it. The curve in the PEM says which algorithm: P-256 stands for ECDSA with SHA-256, SM2 for GB/T 32918.2 with SM3.
/// The signature is DER, so that <c>openssl</c> alone can check it.
/// </summary>
public abstract class SigningKey : IDisposable
{
    private const int LongestPem = 64 << 10;

    /// <summary>The object identifier of the SM2 curve in DER (GB/T 33560-2017: 1.2.156.10197.1.301), which stands in keys of each form.</summary>
    private static ReadOnlySpan<byte> Sm2Curve => [0x06, 0x08, 0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D];

    /// <summary>What <see cref="Sign"/> writes into <c>algorithm</c>.</summary>
    public abstract string Algorithm { get; }

    /// <summary>The first 8 bytes of SHA-256 over the SubjectPublicKeyInfo, lower-case hexadecimal: the same for both halves.</summary>
    public string Id { get; private set; } = "";

    /// <exception cref="ChannelException">The file cannot be read or holds no such key, or this system has no SM2.</exception>
    public static SigningKey Load(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > LongestPem } file)
            {
                throw new ChannelException($"{path} has {file.Length} bytes: a key in PEM has fewer than {LongestPem}.");
            }

            return FromPem(File.ReadAllText(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ChannelException($"{path} cannot be read: {error.Message}", error);
        }
    }

    /// <param name="pem">Private half as PKCS #8 or SEC 1 without a password, or public half.</param>
    /// <param name="name">Where it stood, for messages.</param>
    /// <exception cref="ChannelException">It holds no such key, or this system has no SM2.</exception>
    public static SigningKey FromPem(ReadOnlySpan<char> pem, string name)
    {
        var key = IsSm2(pem) ? (SigningKey)Sm2Key.Read(pem, name) : EcdsaKey.Read(pem, name);
        key.Id = Convert.ToHexStringLower(SHA256.HashData(key.PublicKey()).AsSpan(0, 8));
        return key;
    }

    /// <summary>Signs.</summary>
    /// <returns>UTF-8 JSON: <c>algorithm</c>, <c>key_id</c>, and <c>value</c>, the DER signature in base64.</returns>
    /// <exception cref="ChannelException">This is only the public half.</exception>
    public byte[] Sign(ReadOnlySpan<byte> message)
    {
        var value = SignData(message);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("algorithm", Algorithm);
            json.WriteString("key_id", Id);
            json.WriteBase64String("value", value);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Whether a signature, as <see cref="Sign"/> writes it, was made by this key over this message.</summary>
    /// <param name="message">What was signed.</param>
    /// <param name="signature">UTF-8 JSON.</param>
    /// <param name="problem">Why not, in a sentence; empty when it fits.</param>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, out string problem)
    {
        if (!TryRead(signature, out var algorithm, out var keyId, out var value))
        {
            problem = "the signature is no JSON object with algorithm, key_id and value.";
        }
        else if (algorithm != Algorithm)
        {
            problem = $"the signature is by {Printable(algorithm)}, the key is for {Algorithm}.";
        }
        else if (keyId != Id)
        {
            problem = $"the signature is by key {Printable(keyId)}, this is key {Id}.";
        }
        else
        {
            problem = VerifyData(message, value) ? "" : $"the signature does not fit: what was signed by key {Id} has been changed.";
        }

        return problem.Length == 0;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    /// <summary>DER of the signature.</summary>
    /// <exception cref="ChannelException">This is only the public half.</exception>
    protected abstract byte[] SignData(ReadOnlySpan<byte> message);

    protected abstract bool VerifyData(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>DER of the SubjectPublicKeyInfo.</summary>
    protected abstract byte[] PublicKey();

    private static bool IsSm2(ReadOnlySpan<char> pem)
    {
        foreach (var (_, content) in Pem.Blocks(pem))
        {
            if (content.AsSpan().IndexOf(Sm2Curve) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryRead(ReadOnlySpan<byte> signature, out string algorithm, out string keyId, out byte[] value)
    {
        (algorithm, keyId, value) = ("", "", []);
        var reader = new Utf8JsonReader(signature);
        try
        {
            if (!JsonDocument.TryParseValue(ref reader, out var document))
            {
                return false;
            }

            using (document)
            {
                var root = document.RootElement;
                return root.ValueKind == JsonValueKind.Object
                    && root.TryGetProperty("algorithm", out var first) && first.ValueKind == JsonValueKind.String && (algorithm = first.GetString()!) is not null
                    && root.TryGetProperty("key_id", out var second) && second.ValueKind == JsonValueKind.String && (keyId = second.GetString()!) is not null
                    && root.TryGetProperty("value", out var third) && third.ValueKind == JsonValueKind.String && third.TryGetBytesFromBase64(out value!);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no UTF-16.
            return false;
        }
    }

    /// <summary>Somebody else's word, fit for a message.</summary>
    private static string Printable(string word) => string.Concat(word.Take(40).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '?'));
}
