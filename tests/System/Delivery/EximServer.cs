using MinerFlow.SystemTests.Live;
using MinerFlow.SystemTests.Service;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>
/// Exim on loopback with a configuration of the test's own: TLS by GnuTLS, authentication before anything else and only behind TLS. Recipients whose names begin with <c>nobody</c> are
/// refused; what it took is delivered into a folder.
/// </summary>
internal sealed class EximServer : IDisposable
{
    private const string Program = "/usr/sbin/exim4";

    /// <summary>Exim delivers behind its answer.</summary>
    private const int MostLooks = 400;

    private readonly DirectoryInfo _folder;
    private readonly Peer _peer;

    private EximServer(DirectoryInfo folder, int port, Peer peer) => (_folder, Port, _peer) = (folder, port, peer);

    public int Port { get; }

    public static void OrSkip()
    {
        Assert.SkipUnless(File.Exists(Program), "exim4-daemon-light is not installed");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a mail server that delivers as another user needs root");
    }

    /// <param name="authority">Has issued the certificate <c>server</c>.</param>
    /// <param name="implicitTls">TLS from the first byte; else STARTTLS.</param>
    /// <param name="largestMessage">Bytes at most.</param>
    public static async Task<EximServer> Start(TestAuthority authority, bool implicitTls, int largestMessage = 50 << 20)
    {
        var folder = Directory.CreateTempSubdirectory("minerflow-exim-");
        var (path, port) = (folder.FullName, RunningService.FreePort());
        foreach (var name in (string[])["spool", "log", "mail"])
        {
            folder.CreateSubdirectory(name);
        }

        File.Copy(authority.FileOf("server"), Path.Combine(path, "server.pem"));
        File.Copy(authority.FileOf("server") + ".key", Path.Combine(path, "server.key"));
        File.WriteAllText(Path.Combine(path, "exim.conf"), Configuration(path, port, implicitTls, largestMessage));
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        Tool.Run("chown", "-R", "Debian-exim:", path);

        // Root's alone, or Exim does not believe it.
        Tool.Run("chown", "root:", Path.Combine(path, "exim.conf"));
        return new EximServer(folder, port, await Peer.Start(port, Program, "-C", Path.Combine(path, "exim.conf"), "-bdf"));
    }

    /// <summary>Messages once there are so many, as files.</summary>
    public async Task<IReadOnlyList<string>> MessagesAsync(int count)
    {
        var found = Taken();
        for (var left = MostLooks; left > 0 && found.Count < count; left--)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            found = Taken();
        }

        return found;
    }

    /// <summary>Messages that were taken, whether delivered yet or not.</summary>
    public int Accepted => File.ReadLines(Path.Combine(_folder.FullName, "log", "mainlog")).Count(line => line.Contains(" <= ", StringComparison.Ordinal));

    public void Dispose()
    {
        _peer.Dispose();
        _folder.Delete(recursive: true);
    }

    private List<string> Taken() => [.. Directory.GetFiles(Path.Combine(_folder.FullName, "mail"), "q*").Order(StringComparer.Ordinal)];

    private static string Configuration(string folder, int port, bool implicitTls, int largestMessage) => $$$"""
        primary_hostname = mail.example.net
        exim_user = Debian-exim
        exim_group = Debian-exim
        keep_environment =
        spool_directory = {{{folder}}}/spool
        log_file_path = {{{folder}}}/log/%slog
        pid_file_path = {{{folder}}}/spool/pid
        local_interfaces = 127.0.0.1
        daemon_smtp_ports = {{{port}}}
        {{{(implicitTls ? $"tls_on_connect_ports = {port}" : "")}}}
        tls_advertise_hosts = *
        tls_certificate = {{{folder}}}/server.pem
        tls_privatekey = {{{folder}}}/server.key
        auth_advertise_hosts = ${if def:tls_in_cipher{*}{}}
        message_size_limit = {{{largestMessage}}}
        acl_smtp_rcpt = recipient

        begin acl
        recipient:
          deny !authenticated = *
               message = authenticate first
          deny local_parts = ^nobody
               message = no such mailbox
          accept

        begin routers
        all:
          driver = accept
          transport = folder

        begin transports
        folder:
          driver = appendfile
          directory = {{{folder}}}/mail
          user = Debian-exim

        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_prompts = :
          server_condition = {{{Condition(2, 3)}}}
        login:
          driver = plaintext
          public_name = LOGIN
          server_prompts = Username:: : Password::
          server_condition = {{{Condition(1, 2)}}}
        """;

    /// <param name="user">Which of the client's strings is the name.</param>
    /// <param name="password">And which the password.</param>
    private static string Condition(int user, int password) =>
        "${if and{{eq{$auth" + user + "}{" + MailServer.User + "}}{eq{$auth" + password + "}{" + MailServer.Password + "}}}}";
}
