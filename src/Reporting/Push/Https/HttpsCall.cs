using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using MinerFlow.Reporting.Push.Tls;

namespace MinerFlow.Reporting.Push.Https;

/// <summary>
/// One request on a connection of its own. A connection is not used again: the framework would repeat a request on its own account when an old one turns out to be closed, with the same
/// nonce, and certificates are looked at anew each time.
/// </summary>
internal sealed class HttpsCall(HttpsSettings settings, TimeProvider clock)
{
    /// <summary>From this length on the far side is asked first whether it wants the body (RFC 9110, section 10.1.1): a refusal is then read instead of lost in a reset.</summary>
    private const long AsksFirstFrom = 64 << 10;

    private readonly ServerCheck _check = new(settings.Trust, settings.Host, clock);
    private ClientCertificateUse _use;
    private bool _hasAnswered;

    /// <summary>Address that was connected to; null before.</summary>
    public EndPoint? Connected { get; private set; }

    /// <summary>What TLS was agreed upon and shown, in words; null before.</summary>
    public string? Secured { get; private set; }

    /// <param name="method">What is asked.</param>
    /// <param name="address">Of the far side.</param>
    /// <param name="body">Null for none.</param>
    /// <param name="headers">Beside those of every request.</param>
    /// <param name="mostBytes">How much of the answer is wanted.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<HttpsReply> Ask(HttpMethod method, Uri address, PackageBody? body, IEnumerable<(string Name, string Value)> headers, int mostBytes, CancellationToken cancellation)
    {
        if (settings.ClientCertificate?.Problem(clock) is { } problem)
        {
            return Failed(new HttpsFailure(HttpsFailure.Authenticate, DeliveryOutcomeKind.Refused, problem));
        }

        using var whole = new CancellationTokenSource(settings.WholeTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(whole.Token, cancellation);
        using var handler = Handler();
        using var invoker = new HttpMessageInvoker(handler);
        var withSm3 = settings.Proof is { UsesSm3: true };
        var digests = body?.Digests(withSm3) ?? BodyDigests.OfNothing(withSm3);
        using var request = new HttpRequestMessage(method, address) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("User-Agent", "MinerFlowSensor");
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        request.Headers.ConnectionClose = true;
        request.Headers.ExpectContinue = settings.AsksFirst && body?.Length >= AsksFirstFrom;
        request.Content = body is null ? null : new PackageContent(body, digests);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (settings.Proof is { } proof)
        {
            request.Headers.TryAddWithoutValidation("Authorization", proof.Header(digests, clock.GetUtcNow()));
        }

        try
        {
            using var response = await invoker.SendAsync(request, either.Token);
            return await Read(response, mostBytes, either.Token);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (OperationCanceledException) when (whole.IsCancellationRequested)
        {
            return Failed(new HttpsFailure(
                Secured is null ? HttpsFailure.Connect : HttpsFailure.Answer, DeliveryOutcomeKind.TryLater, $"{settings.Host} had not answered after {settings.WholeTimeout.TotalSeconds} s ('timeout-seconds')."));
        }
        catch (OperationCanceledException)
        {
            return Failed(new HttpsFailure(
                HttpsFailure.Connect, DeliveryOutcomeKind.TryLater, $"no connection to {settings.FirstHop} within {settings.ConnectTimeout.TotalSeconds} s ('connect-timeout-seconds')."));
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            // Behind the first byte of an answer it is no question of who we are.
            return Failed(HttpsFailures.From(error, _check, _hasAnswered ? ClientCertificateUse.NotAsked : _use, settings));
        }
    }

    private static HttpsReply Failed(HttpsFailure failure) => new() { Failure = failure };

    private SocketsHttpHandler Handler() => new()
    {
        // What is meant for one address goes to no other.
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = settings.Proxy is not null,
        Proxy = settings.Proxy is null ? null : new WebProxy(settings.Proxy) { Credentials = settings.ProxyCredential },
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = settings.ConnectTimeout,
        PooledConnectionLifetime = TimeSpan.Zero,
        MaxResponseHeadersLength = 64,
        SslOptions = new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = settings.Trust.ChainPolicy(),
            ClientCertificateContext = settings.ClientCertificate?.Context,
            LocalCertificateSelectionCallback = settings.ClientCertificate is null ? NoteThatOneIsWanted : null,
            RemoteCertificateValidationCallback = _check.Accept,

            // A session that is taken up again shows no certificates, neither theirs nor ours (RFC 8446, section 2.2).
            AllowTlsResume = false,
        },
        ConnectCallback = Connect,
        PlaintextStreamFilter = (context, _) => ValueTask.FromResult(context.PlaintextStream is SslStream tls ? Secure(tls) : context.PlaintextStream),
    };

    private AnswerWatch Secure(SslStream tls)
    {
        Secured = $"{(tls.SslProtocol == SslProtocols.Tls13 ? "TLS 1.3" : "TLS 1.2")}, {_check.Shown}";
        _use = tls.IsMutuallyAuthenticated ? ClientCertificateUse.Shown : _use;
        return new AnswerWatch(tls, () => _hasAnswered = true);
    }

    /// <summary>The framework asks before the handshake, too, when nobody has shown anything yet.</summary>
    private X509Certificate NoteThatOneIsWanted(object sender, string host, X509CertificateCollection ours, X509Certificate? theirs, string[] issuers)
    {
        _use = theirs is null ? _use : ClientCertificateUse.Missing;
        return null!;
    }

    private async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            Connected = socket.RemoteEndPoint is IPEndPoint { Address.IsIPv4MappedToIPv6: true } mapped ? new IPEndPoint(mapped.Address.MapToIPv4(), mapped.Port) : socket.RemoteEndPoint;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<HttpsReply> Read(HttpResponseMessage response, int mostBytes, CancellationToken cancellation)
    {
        var body = new byte[mostBytes + 1];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellation);
        var date = response.Headers.Date;
        return new HttpsReply
        {
            Status = (int)response.StatusCode,
            Date = date,
            RetryAfter = RetryAfter(response.Headers.RetryAfter, date ?? clock.GetUtcNow()),
            Location = response.Headers.Location is { } location ? Plain(location) : null,
            Body = body.AsMemory(0, Math.Min(length, mostBytes)),
            IsCut = length > mostBytes,
        };
    }

    /// <summary>RFC 9110, section 10.2.3: seconds, or a moment by the far side's clock.</summary>
    private static TimeSpan? RetryAfter(System.Net.Http.Headers.RetryConditionHeaderValue? header, DateTimeOffset theirNow)
    {
        var wait = header?.Delta ?? (header?.Date - theirNow);
        return wait is { } time ? TimeSpan.FromTicks(Math.Clamp(time.Ticks, 0, HttpsSettings.LongestWait.Ticks)) : null;
    }

    private static string Plain(Uri location)
    {
        var text = location.IsAbsoluteUri ? location.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : location.OriginalString.Split('?', '#')[0];
        return text.Length <= 200 ? text : text[..200];
    }
}
