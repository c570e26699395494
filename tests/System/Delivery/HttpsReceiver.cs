using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using MinerFlow.Abstractions;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>A regulator's side, built from <c>openapi.yaml</c> alone upon Kestrel: it checks the proof, keeps a package once, and says which numbers it lacks.</summary>
internal sealed class HttpsReceiver : IAsyncDisposable
{
    private const long ClockTolerance = 300;

    private readonly ConcurrentDictionary<string, string> _nonces = new();
    private readonly Dictionary<string, ReceivedPackage> _packages = [];
    private readonly Lock _turn = new();
    private WebApplication _app = null!;
    private long _requests;

    /// <summary>Shared key of the HMAC; null when a client certificate is enough.</summary>
    public byte[]? Key { get; init; }

    /// <summary>Answers in place of its own judgement; null for that.</summary>
    public Func<HttpRequest, IResult?>? Instead { get; set; }

    public int Port { get; private set; }

    /// <summary>Requests whose head arrived.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Confirmed receipts.</summary>
    public ConcurrentBag<string> Kept { get; } = [];

    /// <summary>Packages by identity, as they were kept.</summary>
    public IReadOnlyDictionary<string, ReceivedPackage> Packages
    {
        get
        {
            lock (_turn)
            {
                return new Dictionary<string, ReceivedPackage>(_packages);
            }
        }
    }

    /// <param name="certificate">Null for plain HTTP, behind a server that ends TLS.</param>
    /// <param name="clientAuthority">Whose client certificates are taken, and wanted; null for none.</param>
    /// <param name="port">0 for one that is free.</param>
    public async Task StartAsync(X509Certificate2? certificate, X509Certificate2? clientAuthority = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = 64 << 20;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                if (certificate is null)
                {
                    return;
                }

                listen.UseHttps(https =>
                {
                    https.ServerCertificate = certificate;
                    https.ClientCertificateMode = clientAuthority is null ? ClientCertificateMode.NoCertificate : ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (client, _, _) => clientAuthority is not null && IsIssuedBy(client, clientAuthority);
                });
            });
        });
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            Interlocked.Increment(ref _requests);
            return next(context);
        });
        _app.MapMethods("/packages", ["OPTIONS"], Checked((_, _) => Results.NoContent()));
        _app.MapPost("/packages", Checked(Take));
        _app.MapGet("/receipts", Checked((_, _) => Results.Json(new
        {
            receipts = Packages.Keys.Where(id => !Kept.Contains("r-" + id)).Select(id => new { id = "r-" + id, package = id, accepted = true, text = "收到" }),
        })));
        _app.MapPost("/receipts", Checked((_, body) =>
        {
            foreach (var id in JsonDocument.Parse(body).RootElement.GetProperty("kept").EnumerateArray())
            {
                Kept.Add(id.GetString()!);
            }

            return Results.NoContent();
        }));
        await _app.StartAsync();
        Port = new Uri(_app.Urls.Single()).Port;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }

    private static bool IsIssuedBy(X509Certificate2 client, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(client);
    }

    private Func<HttpRequest, Task<IResult>> Checked(Func<HttpRequest, byte[], IResult> answer) => async request =>
    {
        if (Instead?.Invoke(request) is { } instead)
        {
            return instead;
        }

        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        return Refusal(request, body.ToArray()) ?? answer(request, body.ToArray());
    };

    private IResult? Refusal(HttpRequest request, byte[] body)
    {
        if (body.Length > 0 && !$"{request.Headers["Content-Digest"]}".StartsWith($"sha-256=:{Convert.ToBase64String(SHA256.HashData(body))}:", StringComparison.Ordinal))
        {
            return Problem(400, "digest", "Content-Digest does not fit the body");
        }

        if (Key is null)
        {
            return null;
        }

        var header = $"{request.Headers.Authorization}";
        const string Scheme = "MinerFlow-HMAC ";
        if (!header.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return Problem(401, "no-proof", "no proof");
        }

        var parts = header[Scheme.Length..].Split(", ").Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1].Trim('"'));
        var sm3 = parts["algorithm"] == "hmac-sm3";
        var signed = Encoding.ASCII.GetBytes($"{parts["timestamp"]}\n{parts["nonce"]}\n{Convert.ToHexStringLower(sm3 ? Sm3.HashData(body) : SHA256.HashData(body))}");
        var proof = Convert.ToHexStringLower(sm3 ? HmacSm3.HashData(Key, signed) : HMACSHA256.HashData(Key, signed));
        if (parts["key-id"] != "carrier-1" || !CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(proof), Encoding.ASCII.GetBytes(parts["proof"])))
        {
            return Problem(401, "proof", "the proof does not fit");
        }

        if (Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(parts["timestamp"])) > ClockTolerance)
        {
            return Problem(401, "clock", "the time is too far off");
        }

        return _nonces.TryAdd(parts["nonce"], header) ? null : Problem(401, "replayed-nonce", "seen before");
    }

    private IResult Take(HttpRequest request, byte[] body)
    {
        var (manifest, files) = $"{request.ContentType}".StartsWith("multipart/", StringComparison.Ordinal) ? Multipart(request, body) : Json(body);
        var said = JsonDocument.Parse(manifest).RootElement;
        var id = said.GetProperty("id").GetString()!;
        var sequence = said.GetProperty("sequence").GetInt64();
        if (request.Headers["Idempotency-Key"] != id || request.Headers["MinerFlow-Sequence"] != $"{sequence}")
        {
            return Problem(400, "headers", "headers and manifest differ");
        }

        if (said.GetProperty("files").EnumerateArray().Any(file => files[file.GetProperty("name").GetString()!] != file.GetProperty("sha256").GetString()))
        {
            return Problem(422, "documents", "documents and manifest differ");
        }

        lock (_turn)
        {
            var content = new ReceivedPackage(id, sequence, Convert.ToHexStringLower(SHA256.HashData(manifest)), files, 1);
            if (_packages.TryGetValue(id, out var known))
            {
                if (!known.Equals(content))
                {
                    return Problem(422, "changed", "the same identity with other content");
                }

                _packages[id] = known with { Arrivals = known.Arrivals + 1 };
                return Results.Json(new { package = id, accepted = true, text = "known" });
            }

            if (_packages.Values.FirstOrDefault(package => package.Sequence == sequence) is { } other && !(said.TryGetProperty("withdraws", out var withdrawn) && withdrawn.GetString() == other.Id))
            {
                return Results.Json(new { problem = "number-taken", last = _packages.Values.Max(package => package.Sequence) }, statusCode: 409);
            }

            var missing = Enumerable.Range(1, (int)sequence - 1).Select(number => (long)number).Except(_packages.Values.Select(package => package.Sequence)).ToArray();
            if (missing.Length > 0)
            {
                return Results.Json(new { problem = "missing", missing }, statusCode: 409);
            }

            _packages.Add(id, content);
            return Results.Json(new { package = id, accepted = true, text = "taken" }, statusCode: 201);
        }
    }

    private static (byte[] Manifest, IReadOnlyDictionary<string, string> Files) Multipart(HttpRequest request, byte[] body)
    {
        request.Body = new MemoryStream(body);
        var form = request.ReadFormAsync().GetAwaiter().GetResult();
        return (Bytes(form.Files["manifest"]!), form.Files.GetFiles("file").ToDictionary(file => file.FileName, file => Convert.ToHexStringLower(SHA256.HashData(Bytes(file)))));

        static byte[] Bytes(IFormFile file)
        {
            using var stream = new MemoryStream();
            file.CopyTo(stream);
            return stream.ToArray();
        }
    }

    private static (byte[] Manifest, IReadOnlyDictionary<string, string> Files) Json(byte[] body)
    {
        var root = JsonDocument.Parse(body).RootElement;
        return (
            root.GetProperty("manifest").GetBytesFromBase64(),
            root.GetProperty("files").EnumerateArray().ToDictionary(
                file => file.GetProperty("name").GetString()!,
                file => Convert.ToHexStringLower(SHA256.HashData(file.GetProperty("content").GetBytesFromBase64()))));
    }

    private static IResult Problem(int status, string problem, string title) => Results.Json(new { problem, title }, statusCode: status, contentType: "application/problem+json");
}

/// <param name="Id">Identity.</param>
/// <param name="Sequence">Number.</param>
/// <param name="Manifest">SHA-256 of the manifest.</param>
/// <param name="Files">Name and SHA-256 of each document.</param>
/// <param name="Arrivals">How often it came whole.</param>
internal sealed record ReceivedPackage(string Id, long Sequence, string Manifest, IReadOnlyDictionary<string, string> Files, int Arrivals)
{
    /// <summary>The same content, however often it came.</summary>
    public bool Equals(ReceivedPackage? other) =>
        other is not null && (Id, Sequence, Manifest) == (other.Id, other.Sequence, other.Manifest) && Files.OrderBy(file => file.Key).SequenceEqual(other.Files.OrderBy(file => file.Key));

    public override int GetHashCode() => HashCode.Combine(Id, Sequence, Manifest);
}
