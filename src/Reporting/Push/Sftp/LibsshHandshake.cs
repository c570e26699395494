using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace MinerFlow.Reporting.Push.Sftp;

/// <summary>Connects, makes sure of the server by its pinned key, and logs in. Nothing of ours is said before the key is known.</summary>
internal sealed unsafe class LibsshHandshake : ISftpConnector
{
    private const int Sha256Length = 32;

    /// <summary>The first that signs with SHA-2 (RFC 8332); OpenSSH refuses RSA with SHA-1 since 8.8.</summary>
    private static readonly Version SignsRsaWithSha2 = new(1, 11, 0);

    /// <summary>A server has a key of each kind, and shows the one that is asked for first.</summary>
    private static readonly string[] HostKeyKinds =
        ["ssh-ed25519", "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521", "rsa-sha2-512,rsa-sha2-256,ssh-rsa"];

    public ISftpSession Connect(SftpSettings settings, ICollection<ChannelStep> steps, CancellationToken cancellation)
    {
        var (socket, session) = Pinned(settings, steps, cancellation);
        try
        {
            using var breaker = cancellation.Register(() => Break(socket));
            LogIn(settings, socket, session);
            steps.Add(new ChannelStep("authenticate", true, $"as {settings.User} with {(settings.Key is null ? "a password" : "a key")}"));
            var sftp = LibsshCalls.NewSftp(session);
            if (sftp == 0)
            {
                throw LibsshCalls.LastError(session, out _, out _, wantsCopy: 0) == LibsshCalls.ErrorRequestDenied
                    ? new DeliveryStepException(DeliveryOutcomeKind.Refused, "sftp", $"{settings.Address} takes the login and gives no SFTP; the recipient turns its subsystem 'sftp' on for our user.")
                    : new DeliveryStepException(DeliveryOutcomeKind.TryLater, "sftp", $"{settings.Address}: SFTP could not be opened: {LastError(session)}.");
            }

            return new LibsshSession(socket, session, sftp, cancellation);
        }
        catch
        {
            Break(socket);
            Close(socket, session);
            throw;
        }
    }

    /// <summary>Ends the connection under whoever waits on it. The descriptor stays ours, so that libssh2 meets no other file behind it.</summary>
    public static void Break(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It has ended already.
        }
    }

    public static void Close(Socket socket, nint session)
    {
        _ = LibsshCalls.Disconnect(session, LibsshCalls.DisconnectByApplication, "done", "");
        Break(socket);
        _ = LibsshCalls.FreeSession(session);
        socket.Dispose();
    }

    public static string LastError(nint session)
    {
        var code = LibsshCalls.LastError(session, out var message, out _, wantsCopy: 0);
        return code == LibsshCalls.ErrorTimeout ? "no answer in time" : $"{Marshal.PtrToStringUTF8(message)} (libssh2 {code})";
    }

    /// <summary>A connection whose host key is one that is pinned, whichever of its keys the server shows first.</summary>
    private static (Socket Socket, nint Session) Pinned(SftpSettings settings, ICollection<ChannelStep> steps, CancellationToken cancellation)
    {
        var shown = new List<string>();
        foreach (var kinds in HostKeyKinds.Prepend(null))
        {
            if (kinds is not null && kinds.Split(',').Any(kind => shown.Exists(key => key.EndsWith($"({kind})", StringComparison.Ordinal))))
            {
                continue;
            }

            var socket = Dial(settings, cancellation);
            var session = LibsshCalls.NewSession(0, 0, 0, 0);
            try
            {
                using var breaker = cancellation.Register(() => Break(socket));
                LibsshCalls.SetTimeout(session, (nint)settings.Timeout.TotalMilliseconds);
                if (shown.Count == 0)
                {
                    steps.Add(new ChannelStep("connect", true, $"{settings.Address} is {socket.RemoteEndPoint}"));
                }

                if (Greet(settings, socket, session, kinds) is { } key)
                {
                    shown.Add(key);
                    if (IsPinned(settings, session))
                    {
                        steps.Add(new ChannelStep("host-key", true, key));
                        return (socket, session);
                    }
                }
            }
            catch
            {
                Break(socket);
                Close(socket, session);
                throw;
            }

            Close(socket, session);
        }

        throw new DeliveryStepException(
            DeliveryOutcomeKind.Refused,
            "host-key",
            $"{settings.Address} shows the host key {string.Join(" and ", shown)}, and 'host-key' is {string.Join(" or ", settings.HostKeys.Select(pin => SftpSettings.Print(pin)))}: "
            + "nothing was sent. Somebody may stand between; only when the recipient confirms the new key by another way, it goes into 'host-key'.");
    }

    private static Socket Dial(SftpSettings settings, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(settings.ConnectTimeout);
            socket.ConnectAsync(settings.Host, settings.Port, limit.Token).AsTask().GetAwaiter().GetResult();
            return socket;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellation.ThrowIfCancellationRequested();
            var why = error is SocketException ? error.Message : $"no answer within {settings.ConnectTimeout.TotalSeconds:0} s";
            throw new DeliveryStepException(DeliveryOutcomeKind.TryLater, "connect", $"{settings.Address} cannot be reached: {why}.");
        }
    }

    /// <summary>Exchanges keys.</summary>
    /// <returns>The host key, as ssh-keygen prints it, and its kind; null when the server has none of those kinds.</returns>
    private static string? Greet(SftpSettings settings, Socket socket, nint session, string? kinds)
    {
        // Fewer kinds may be known to this libssh2 than there are; when it knows none of them, neither can there be such a key.
        if (kinds is not null && LibsshCalls.PreferMethods(session, LibsshCalls.HostKeyMethod, kinds) < 0)
        {
            return null;
        }

        var result = LibsshCalls.Handshake(session, (int)socket.SafeHandle.DangerousGetHandle());
        if (result == LibsshCalls.ErrorKeyExchange)
        {
            return kinds is not null ? null : throw new DeliveryStepException(
                DeliveryOutcomeKind.Refused,
                "host-key",
                $"{settings.Address} and libssh2 {LibsshCalls.Version} have no key exchange, host key or cipher in common: update libssh2, or the recipient allows a newer algorithm.");
        }

        if (result < 0)
        {
            throw new DeliveryStepException(DeliveryOutcomeKind.TryLater, "host-key", $"{settings.Address}: the key exchange did not come to its end: {LastError(session)}.");
        }

        return $"{SftpSettings.Print(Digest(session))} ({Marshal.PtrToStringUTF8(LibsshCalls.Method(session, LibsshCalls.HostKeyMethod))})";
    }

    private static bool IsPinned(SftpSettings settings, nint session)
    {
        foreach (var pin in settings.HostKeys)
        {
            if (Digest(session).SequenceEqual(pin))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> Digest(nint session)
    {
        var digest = LibsshCalls.HostKeyDigest(session, LibsshCalls.HostKeySha256);
        return digest is null ? default : new ReadOnlySpan<byte>(digest, Sha256Length);
    }

    private static void LogIn(SftpSettings settings, Socket socket, nint session)
    {
        var user = Encoding.UTF8.GetBytes(settings.User);
        var method = settings.Key is null ? "password" : "publickey";
        fixed (byte* name = user)
        {
            var offered = Marshal.PtrToStringUTF8(LibsshCalls.AuthenticationMethods(session, name, (uint)user.Length));
            if (offered is null)
            {
                throw LibsshCalls.IsAuthenticated(session) != 0
                    ? new DeliveryStepException(DeliveryOutcomeKind.Refused, "authenticate", $"{settings.Address} lets anybody in as {settings.User} without asking for a {method}: nothing was sent.")
                    : new DeliveryStepException(DeliveryOutcomeKind.TryLater, "authenticate", $"{settings.Address} did not say how to log in: {LastError(session)}.");
            }

            if (!offered.Split(',').Contains(method))
            {
                throw new DeliveryStepException(
                    DeliveryOutcomeKind.Refused, "authenticate", $"{settings.Address} offers {settings.User} the authentication {offered}, and {method} is asked for: nothing was sent.");
            }

            var result = settings.Key is null ? WithPassword(settings, session, name, user.Length) : WithKey(settings, session, name, user.Length);
            if (result < 0)
            {
                throw LoginFailure(settings, socket, session, result);
            }
        }
    }

    private static int WithPassword(SftpSettings settings, nint session, byte* user, int userLength)
    {
        fixed (byte* password = settings.Password!.Bytes)
        {
            return LibsshCalls.AuthenticateWithPassword(session, user, (uint)userLength, password, (uint)settings.Password.Bytes.Length, changeCallback: 0);
        }
    }

    private static int WithKey(SftpSettings settings, nint session, byte* user, int userLength)
    {
        byte[] passphrase = settings.Passphrase is { } secret ? [.. secret.Bytes, 0] : [0];
        fixed (byte* key = settings.Key!.Bytes)
        fixed (byte* opening = passphrase)
        {
            return LibsshCalls.AuthenticateWithKey(
                session, user, (nuint)userLength, null, 0, key, (nuint)settings.Key.Bytes.Length, settings.Passphrase is null ? null : opening);
        }
    }

    private static DeliveryStepException LoginFailure(SftpSettings settings, Socket socket, nint session, int result)
    {
        const string Step = "authenticate";
        if (result is LibsshCalls.ErrorKeyFile or LibsshCalls.ErrorKeyFileLocked)
        {
            return new DeliveryStepException(
                DeliveryOutcomeKind.Refused, Step, $"our own key cannot be read: it is damaged, of a kind that libssh2 {LibsshCalls.Version} does not know, or 'passphrase' does not open it.");
        }

        // libssh2 calls a connection that was cut while it waited for the answer "unverified" as well.
        var isAnswer = result == LibsshCalls.ErrorAuthenticationFailed || (result == LibsshCalls.ErrorPublicKeyUnverified && !HasEnded(socket));
        if (!isAnswer)
        {
            return new DeliveryStepException(DeliveryOutcomeKind.TryLater, Step, $"{settings.Address}: the login did not come to its end: {LastError(session)}.");
        }

        var hint = settings.Key is not null && LibsshCalls.Version < SignsRsaWithSha2
            ? $" If it is an RSA key: libssh2 {LibsshCalls.Version} signs with SHA-1 only, which OpenSSH refuses since 8.8; take an Ed25519 key."
            : "";
        return new DeliveryStepException(
            DeliveryOutcomeKind.Refused, Step, $"{settings.Address} refuses {settings.User} with {(settings.Key is null ? "this password" : "this key")}; the recipient knows what it takes.{hint}");
    }

    private static bool HasEnded(Socket socket)
    {
        try
        {
            return socket.Poll(0, SelectMode.SelectRead) && socket.Available == 0;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
