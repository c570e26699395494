using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using MinerFlow.Reporting.Push.Tls;

namespace MinerFlow.Reporting.Push.Mail;

/// <summary>Comes as far as a session that is encrypted and authenticated as the settings ask, and no further where the server does not go along.</summary>
internal sealed class SmtpConnector(TimeProvider clock) : ISmtpConnector
{
    private const string ConnectStep = "connect";
    private const string TlsStep = "tls";
    private const string AuthenticateStep = "authenticate";

    public async Task<ISmtpSession> Connect(MailSettings settings, ICollection<ChannelStep> steps, CancellationToken cancellation)
    {
        var network = await Dial(settings, steps, cancellation);
        var name = Name(network.Socket);
        Stream stream = network;
        try
        {
            if (settings.Tls == MailTls.Implicit)
            {
                stream = await Encrypt(settings, stream, steps, cancellation);
            }

            var connection = new SmtpConnection(stream, settings.Server, settings.Timeout);
            Require(await connection.Hear(ConnectStep, settings.Timeout, cancellation), ConnectStep, $"{settings.Server} does not serve us");
            var extensions = await Greet(connection, settings, name, cancellation);
            if (settings.Tls == MailTls.StartTls)
            {
                await StartTls(connection, settings, extensions, cancellation);
                stream = await Encrypt(settings, stream, steps, cancellation);

                // RFC 3207, 4.2: what the server said before TLS is forgotten, extensions too.
                connection = new SmtpConnection(stream, settings.Server, settings.Timeout);
                extensions = await Greet(connection, settings, name, cancellation);
            }

            if (settings.User is { } user)
            {
                await Authenticate(connection, settings, user, extensions, cancellation);
                steps.Add(new ChannelStep(AuthenticateStep, true, $"as {user}"));
            }

            return new SmtpSession(connection, stream, settings, extensions);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async Task<NetworkStream> Dial(MailSettings settings, ICollection<ChannelStep> steps, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(settings.ConnectTimeout);
            await socket.ConnectAsync(settings.Host, settings.Port, limit.Token);
            steps.Add(new ChannelStep(ConnectStep, true, $"{settings.Server} is {socket.RemoteEndPoint}"));
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            var why = error is SocketException ? error.Message : $"no answer within {settings.ConnectTimeout.TotalSeconds:0} s";
            throw new DeliveryStepException(DeliveryOutcomeKind.TryLater, ConnectStep, $"{settings.Server} cannot be reached: {why}.");
        }
    }

    private async Task<SslStream> Encrypt(MailSettings settings, Stream stream, ICollection<ChannelStep> steps, CancellationToken cancellation)
    {
        var check = new ServerCheck(settings.Trust, settings.Host, clock);
        var tls = new SslStream(stream);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(settings.Timeout);
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = settings.Host,
                    EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    CertificateChainPolicy = settings.Trust.ChainPolicy(),
                    RemoteCertificateValidationCallback = check.Accept,
                },
                limit.Token);
            steps.Add(new ChannelStep(TlsStep, true, $"{check.Shown}"));
            return tls;
        }
        catch (Exception error) when (error is IOException or AuthenticationException or OperationCanceledException)
        {
            await tls.DisposeAsync();
            cancellation.ThrowIfCancellationRequested();
            throw check.Problem is { } problem
                ? new DeliveryStepException(DeliveryOutcomeKind.Refused, TlsStep, problem)
                : new DeliveryStepException(DeliveryOutcomeKind.TryLater, TlsStep, $"the TLS handshake with {settings.Server} did not come to its end: {error.Message}");
        }
    }

    private static async Task StartTls(SmtpConnection connection, MailSettings settings, SmtpExtensions extensions, CancellationToken cancellation)
    {
        if (!extensions.HasStartTls)
        {
            throw new DeliveryStepException(
                DeliveryOutcomeKind.Refused,
                TlsStep,
                $"{settings.Server} offers no STARTTLS, and it is asked for: nothing was sent. The server has 'tls: implicit' on another port, or somebody between takes the offer away.");
        }

        Require(await connection.Ask(TlsStep, "STARTTLS", cancellation), TlsStep, $"{settings.Server} offers STARTTLS and refuses it: nothing was sent");
    }

    private static async Task<SmtpExtensions> Greet(SmtpConnection connection, MailSettings settings, string name, CancellationToken cancellation)
    {
        var greeting = await connection.Ask(ConnectStep, "EHLO " + name, cancellation);
        Require(greeting, ConnectStep, $"{settings.Server} refuses EHLO");
        return new SmtpExtensions(greeting);
    }

    private static async Task Authenticate(SmtpConnection connection, MailSettings settings, string user, SmtpExtensions extensions, CancellationToken cancellation)
    {
        var offered = extensions.Authentication;
        var reply = offered.Contains("PLAIN", StringComparer.OrdinalIgnoreCase) ? await Plain(connection, user, settings.Password!, cancellation)
            : offered.Contains("LOGIN", StringComparer.OrdinalIgnoreCase) ? await Login(connection, user, settings.Password!, cancellation)
            : throw new DeliveryStepException(
                DeliveryOutcomeKind.Refused,
                AuthenticateStep,
                $"{settings.Server} offers {(offered.Count == 0 ? "no authentication" : "the authentication " + string.Join(", ", offered))}, and PLAIN or LOGIN is asked for: nothing was sent.");
        Require(reply, AuthenticateStep, $"{settings.Server} refuses {user} with this password: nothing was sent");
    }

    /// <summary>RFC 4616 with the initial response of RFC 4954.</summary>
    private static async Task<SmtpReply> Plain(SmtpConnection connection, string user, ChannelSecret password, CancellationToken cancellation)
    {
        byte[] secret = [0, .. Encoding.UTF8.GetBytes(user), 0, .. password.Bytes];
        var reply = await connection.Ask(AuthenticateStep, "AUTH PLAIN " + Convert.ToBase64String(secret), cancellation);
        CryptographicOperations.ZeroMemory(secret);
        return reply;
    }

    /// <summary>draft-murchison-sasl-login-00: the server asks for the name, then for the password.</summary>
    private static async Task<SmtpReply> Login(SmtpConnection connection, string user, ChannelSecret password, CancellationToken cancellation)
    {
        const int GoOn = 334;
        var reply = await connection.Ask(AuthenticateStep, "AUTH LOGIN", cancellation);
        foreach (var answer in (string[])[Convert.ToBase64String(Encoding.UTF8.GetBytes(user)), Convert.ToBase64String(password.Bytes)])
        {
            if (reply.Code != GoOn)
            {
                return reply;
            }

            reply = await connection.Ask(AuthenticateStep, answer, cancellation);
        }

        return reply;
    }

    /// <summary>Our name in EHLO: the address, as RFC 5321, 4.1.3 has it for clients without a name of their own.</summary>
    private static string Name(Socket socket)
    {
        var address = ((IPEndPoint)socket.LocalEndPoint!).Address;
        return address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? $"[IPv6:{address}]" : $"[{address.MapToIPv4()}]";
    }

    private static void Require(SmtpReply reply, string step, string what)
    {
        if (!reply.IsGood)
        {
            throw new DeliveryStepException(reply.IsTransient ? DeliveryOutcomeKind.TryLater : DeliveryOutcomeKind.Refused, step, $"{what}: {reply}");
        }
    }
}
