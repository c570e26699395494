using System.Text.Json;

namespace MinerFlow.Reporting.Push.Https;

/// <summary>
/// Packages over HTTPS, each in one POST; <c>openapi.yaml</c> beside this file says to the builder of the far side what comes and what may be answered. Who sends is shown by a client
/// certificate, an HMAC, or both; who receives by its certificate, its key, or both. Redirects are not followed.
/// </summary>
public sealed class HttpsChannel : IDeliveryChannel
{
    private const int MostAnswerBytes = 64 << 10;

    private readonly HttpsSettings _settings;
    private readonly TimeProvider _clock;

    private HttpsChannel(HttpsSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _clock = clock;
    }

    /// <summary>Reads the keys of the channel.</summary>
    /// <returns>Null when nothing could be sent with them; what is wrong has been told to <paramref name="settings"/>.</returns>
    public static IDeliveryChannel? Create(ChannelSettings settings) => Create(settings, TimeProvider.System);

    internal static IDeliveryChannel? Create(ChannelSettings settings, TimeProvider clock) => HttpsSettings.Read(settings) is { } read ? new HttpsChannel(read, clock) : null;

    public async Task<DeliveryOutcome> Send(DeliveryPackage package, CancellationToken cancellation)
    {
        (string, string)[] headers =
        [
            ("Idempotency-Key", package.Id),
            ("MinerFlow-Destination", Uri.EscapeDataString(package.Destination)),
            ("MinerFlow-Sequence", $"{package.Sequence}"),
        ];
        var reply = await new HttpsCall(_settings, _clock).Ask(HttpMethod.Post, _settings.Address, PackageBody.Of(package, _settings.Form), headers, MostAnswerBytes, cancellation);
        return DeliveryAnswers.Outcome(reply, package, _settings, _clock.GetUtcNow());
    }

    /// <summary>OPTIONS, which changes nothing (RFC 9110, section 9.2.1), with the same certificates and proof as a delivery; then the receipts, where they are told.</summary>
    public async Task<IReadOnlyList<ChannelStep>> Test(CancellationToken cancellation)
    {
        var steps = new List<ChannelStep>();
        var call = new HttpsCall(_settings, _clock);
        var reply = await call.Ask(HttpMethod.Options, _settings.Address, body: null, [], MostAnswerBytes, cancellation);
        if (call.Connected is { } address)
        {
            steps.Add(new ChannelStep(HttpsFailure.Connect, true, $"{_settings.FirstHop} answers at {address}."));
        }

        if (call.Secured is { } secured)
        {
            if (_settings.Proxy is { } proxy)
            {
                steps.Add(new ChannelStep(HttpsFailure.Proxy, true, $"{proxy.Authority} lets us through to {_settings.Host}:{_settings.Address.Port}."));
            }

            steps.Add(new ChannelStep(HttpsFailure.Tls, true, $"{secured}{(_settings.ClientCertificate is { } ours ? $"; {ours.Description}" : "")}."));
        }

        // With TLS 1.3 a handshake is over for us before the far side has looked at our certificate: what it says then is no fault of the steps before.
        steps.Add(reply.Failure is { } failure ? new ChannelStep(failure.Step, false, failure.Detail) : Authentication(reply));
        if (steps[^1].Succeeded && _settings.ReceiptsAddress is not null)
        {
            try
            {
                steps.Add(new ChannelStep("receipts", true, $"{(await Receipts(cancellation)).Count} wait to be picked up."));
            }
            catch (ChannelException error)
            {
                steps.Add(new ChannelStep("receipts", false, error.Message));
            }
        }

        return steps;
    }

    public async Task<IReadOnlyList<DeliveryReceipt>> Receipts(CancellationToken cancellation)
    {
        if (_settings.ReceiptsAddress is not { } address)
        {
            return [];
        }

        var reply = await new HttpsCall(_settings, _clock).Ask(HttpMethod.Get, address, body: null, [], ReceiptList.MostBytes, cancellation);
        ThrowUnlessTaken(reply, address);
        if (reply.IsCut)
        {
            throw new ChannelException($"{address.AbsolutePath}: the list of receipts has more than {ReceiptList.MostBytes} bytes: the far side has to tell fewer at a time.");
        }

        return ReceiptList.Read(reply.Body, out var problem) ?? throw new ChannelException($"{address.AbsolutePath}: {problem}.");
    }

    /// <summary>POST of <c>{"kept":["r-17",…]}</c> to the address of the receipts.</summary>
    public async Task Keep(IReadOnlyList<DeliveryReceipt> receipts, CancellationToken cancellation)
    {
        // What stood in the answer to a delivery is told once.
        var ids = receipts.Where(receipt => receipt.Source != DeliveryAnswers.Source).Select(receipt => receipt.Source).ToList();
        if (_settings.ReceiptsAddress is not { } address || ids.Count == 0)
        {
            return;
        }

        var body = PackageBody.Of(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, List<string>> { ["kept"] = ids }));
        ThrowUnlessTaken(await new HttpsCall(_settings, _clock).Ask(HttpMethod.Post, address, body, [], MostAnswerBytes, cancellation), address);
    }

    public ValueTask DisposeAsync()
    {
        _settings.Dispose();
        return ValueTask.CompletedTask;
    }

    private ChannelStep Authentication(HttpsReply reply)
    {
        var words = ReceiverWords.Read(reply.Body);
        return reply.Status switch
        {
            >= 200 and < 300 => new ChannelStep(HttpsFailure.Authenticate, true, $"{_settings.Host} knows us (HTTP {reply.Status})."),
            405 or 501 => new ChannelStep(
                HttpsFailure.Authenticate, true, $"{_settings.Host} does not answer OPTIONS (HTTP {reply.Status}): whether it knows us only the first package shows."),
            401 or 403 => new ChannelStep(HttpsFailure.Authenticate, false, DeliveryAnswers.WhoWeAre(reply, _settings, words, _clock.GetUtcNow())),
            400 when words.SpeaksOfCertificates => new ChannelStep(HttpsFailure.Authenticate, false, DeliveryAnswers.WhoWeAre(reply, _settings, words, _clock.GetUtcNow())),
            404 or 410 => new ChannelStep(HttpsFailure.Answer, false, $"{_settings.Host} has nothing at {_settings.Address.AbsolutePath} (HTTP {reply.Status}): 'url' has to be the address that it gave."),
            >= 300 and < 400 => new ChannelStep(
                HttpsFailure.Answer, false, $"{_settings.Host} sends us to {reply.Location ?? "another address"} (HTTP {reply.Status}), which is not followed; if that is theirs, put it into 'url'."),
            _ => new ChannelStep(HttpsFailure.Answer, false, $"{_settings.Host} answers OPTIONS with HTTP {reply.Status}{(words.Title is { } title ? $" ({title})" : "")}."),
        };
    }

    private void ThrowUnlessTaken(HttpsReply reply, Uri address)
    {
        if (reply.Failure is { } failure)
        {
            throw new ChannelException(failure.Detail);
        }

        if (reply.Status is < 200 or >= 300)
        {
            var words = ReceiverWords.Read(reply.Body);
            throw new ChannelException(
                reply.Status is 401 or 403 ? DeliveryAnswers.WhoWeAre(reply, _settings, words, _clock.GetUtcNow()) : $"{_settings.Host} says HTTP {reply.Status} at {address.AbsolutePath}.");
        }
    }
}
