using System.Net;
using MinerFlow.Reporting.Push.Tls;

namespace MinerFlow.Reporting.Push.Https;

/// <summary>What one destination says about its HTTPS channel.</summary>
internal sealed record HttpsSettings : IDisposable
{
    /// <summary>A far side that asks for a longer wait is asked again after this.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Takes packages.</summary>
    public required Uri Address { get; init; }

    /// <summary>Tells receipts; null when the far side has none to tell.</summary>
    public Uri? ReceiptsAddress { get; init; }

    public PackageForm Form { get; init; }

    /// <summary>Whether an answer has to name the package before it counts as delivered.</summary>
    public bool WantsName { get; init; } = true;

    /// <summary>Whether the far side is asked first whether it wants a long body.</summary>
    public bool AsksFirst { get; init; } = true;

    public OwnCertificate? ClientCertificate { get; init; }

    public RequestProof? Proof { get; init; }

    public required ServerTrust Trust { get; init; }

    public Uri? Proxy { get; init; }

    public NetworkCredential? ProxyCredential { get; init; }

    public TimeSpan ConnectTimeout { get; init; }

    public TimeSpan WholeTimeout { get; init; }

    /// <summary>The far side's host, as its certificate has to name it.</summary>
    public string Host => Address.IdnHost;

    /// <summary>Where connections go first, for messages: the proxy where there is one.</summary>
    public string FirstHop => (Proxy ?? Address) is { } hop ? $"{hop.IdnHost}:{hop.Port}" : "";

    public void Dispose()
    {
        ClientCertificate?.Dispose();
        foreach (var authority in Trust.Authorities ?? [])
        {
            authority.Dispose();
        }
    }

    /// <summary>Reads the keys of the channel.</summary>
    /// <returns>Null when one is wrong without which nothing can be sent; each problem has been told.</returns>
    public static HttpsSettings? Read(ChannelSettings settings)
    {
        var address = ReadAddress(settings, "url", settings.RequiredText("url"));
        var receipts = settings.Text("receipts-url") is { } text ? ReadAddress(settings, "receipts-url", text) : null;
        if (address is not null && receipts is not null && (address.Host, address.Port) != (receipts.Host, receipts.Port))
        {
            settings.Report("receipts-url", $"'receipts-url' has to be on the host of 'url', {address.Authority}: certificate and proof are shown to nobody else.");
        }

        var certificate = ReadClientCertificate(settings);
        var proof = ReadProof(settings);
        if (certificate is null && proof is null && settings.Text("client-certificate") is null && settings.Text("hmac") is null)
        {
            settings.Report("client-certificate", "nothing shows who sends: give 'client-certificate' and 'client-key', or 'hmac' with 'hmac-key' and 'hmac-key-id', or both.");
        }

        var trust = ServerTrust.From(settings);
        var (proxy, credential) = ReadProxy(settings);
        var read = new HttpsSettings
        {
            Address = address ?? new Uri("https://missing.invalid/"),
            ReceiptsAddress = receipts,
            Form = settings.Choice("body", "multipart", "multipart", "json") == "json" ? PackageForm.Json : PackageForm.Multipart,
            WantsName = settings.Choice("answer", "json", "json", "status") == "json",
            AsksFirst = settings.Switch("expect-continue", true),
            ClientCertificate = certificate,
            Proof = proof,
            Trust = trust,
            Proxy = proxy,
            ProxyCredential = credential,
            ConnectTimeout = TimeSpan.FromSeconds(settings.Number("connect-timeout-seconds", 15, 1, 300)),
            WholeTimeout = TimeSpan.FromSeconds(settings.Number("timeout-seconds", 300, 1, 3_600)),
        };
        if (address is not null && (certificate ?? (object?)proof) is not null)
        {
            return read;
        }

        read.Dispose();
        return null;
    }

    private static Uri? ReadAddress(ChannelSettings settings, string key, string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address is { Scheme: "https", UserInfo: "", Fragment: "" } && address.IdnHost.Length > 0)
        {
            return address;
        }

        // The text may hold a password before an @: it is not repeated.
        settings.Report(key, $"'{key}' is an address as https://receiver.example/packages, without a password and without '#'.");
        return null;
    }

    private static OwnCertificate? ReadClientCertificate(ChannelSettings settings)
    {
        var path = settings.ExistingFile("client-certificate");
        var key = settings.Secret("client-key");
        var password = settings.Secret("client-key-password");
        switch (settings.Text("client-certificate"), settings.Text("client-key"))
        {
            case (null, null):
                return null;
            case (null, _):
                settings.Report("client-key", "'client-key' is given without 'client-certificate'.");
                return null;
            case (_, null):
                settings.Report("client-certificate", "'client-certificate' needs its key: give 'client-key' as file:PATH, env:NAME or credential:NAME.");
                return null;
        }

        if (path is null || key is null || (password is null && settings.Text("client-key-password") is not null))
        {
            return null;
        }

        if (OwnCertificate.Read(path, key, password, out var problem) is { } certificate)
        {
            return certificate;
        }

        settings.Report("client-certificate", $"'client-certificate': '{path}' and its key do not make a client certificate: {problem}");
        return null;
    }

    private static RequestProof? ReadProof(ChannelSettings settings)
    {
        var kind = settings.Choice("hmac", "", "sha-256", "sm3");
        var keyId = settings.Text("hmac-key-id") ?? "";
        var key = settings.Secret("hmac-key");
        if (settings.Text("hmac") is null)
        {
            foreach (var unused in (ReadOnlySpan<string>)["hmac-key", "hmac-key-id"])
            {
                if (settings.Text(unused) is not null)
                {
                    settings.Report(unused, $"'{unused}' is given without 'hmac': say hmac: sha-256 or hmac: sm3.");
                }
            }

            return null;
        }

        if (keyId.Length is 0 or > 100 || !keyId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
        {
            settings.Report("hmac-key-id", "'hmac-key-id' is the key's name as the far side knows it: up to 100 letters, digits, '-', '_' or '.'.");
            return null;
        }

        if (key is null)
        {
            if (settings.Text("hmac-key") is null)
            {
                settings.Report("hmac-key", "'hmac' needs its key: give 'hmac-key' as file:PATH, env:NAME or credential:NAME.");
            }

            return null;
        }

        if (key.Bytes.Length < RequestProof.ShortestKey)
        {
            settings.Report("hmac-key", $"'hmac-key' has {key.Bytes.Length} bytes: it has at least {RequestProof.ShortestKey}, as 'openssl rand -hex 32' makes it.");
            return null;
        }

        return kind.Length == 0 ? null : new RequestProof(keyId, key, kind == "sm3");
    }

    private static (Uri? Proxy, NetworkCredential? Credential) ReadProxy(ChannelSettings settings)
    {
        var user = settings.Text("proxy-user");
        var password = settings.Secret("proxy-password");
        if (settings.Text("proxy") is not { } text)
        {
            if (user is not null || settings.Text("proxy-password") is not null)
            {
                settings.Report(user is null ? "proxy-password" : "proxy-user", "'proxy-user' and 'proxy-password' are given without 'proxy'.");
            }

            return default;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var proxy) || proxy is not { Scheme: "http", UserInfo: "", PathAndQuery: "/" })
        {
            settings.Report("proxy", "'proxy' is an address as http://proxy.example:3128; its credentials stand in 'proxy-user' and 'proxy-password'.");
            return default;
        }

        if (user is null != (settings.Text("proxy-password") is null))
        {
            settings.Report(user is null ? "proxy-password" : "proxy-user", "'proxy-user' and 'proxy-password' are given together.");
        }

        return (proxy, user is null || password is null ? null : new NetworkCredential(user, password.Reveal()));
    }
}
