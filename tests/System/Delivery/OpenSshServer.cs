using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using MinerFlow.SystemTests.Live;
using MinerFlow.SystemTests.Service;
using Xunit;

namespace MinerFlow.SystemTests.Delivery;

/// <summary>
/// OpenSSH with a user of its own, who is known only inside a mount name space: no account of the machine is touched. The user's home holds <c>drop</c>, and <c>full</c>
/// on a disk of 256 KiB that is seen inside only.
/// </summary>
internal sealed class OpenSshServer : IDisposable
{
    public const string User = "minerflowdrop";
    public const string Password = "synthetic-password";
    public const string Passphrase = "synthetic passphrase";
    private const int UserId = 54_321;
    private const string Program = "/usr/sbin/sshd";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-sshd-");
    private readonly StringBuilder _log = new();
    private readonly Process _process;

    /// <param name="options">Lines of sshd_config that come before ours.</param>
    public OpenSshServer(params IEnumerable<string> options)
    {
        MakeHome();
        MakeAccounts();
        MakeKey("host-ed25519", "ed25519", "");
        MakeKey("host-ecdsa", "ecdsa", "");
        MakeKey("key", "ed25519", Passphrase);
        MakeKey("open-key", "ed25519", "");
        File.WriteAllText(PathOf("authorized_keys"), File.ReadAllText(PathOf("key.pub")) + File.ReadAllText(PathOf("open-key.pub")));
        File.WriteAllLines(PathOf("sshd_config"), [.. options, .. Configuration()]);
        Directory.CreateDirectory("/run/sshd");
        var script = $"mount --bind {PathOf("passwd")} /etc/passwd && mount --bind {PathOf("shadow")} /etc/shadow && "
            + $"mount -t tmpfs -o size=256k,uid={UserId},mode=700 tmpfs {PathOf("home/full")} && exec {Program} -D -e -f {PathOf("sshd_config")}";
        _process = Tool.Start("unshare", "--mount", "sh", "-c", script);
        foreach (var stream in (ReadOnlySpan<StreamReader>)[_process.StandardOutput, _process.StandardError])
        {
            _ = Collect(stream);
        }

        WaitUntilItAnswers();
    }

    public int Port { get; } = RunningService.FreePort();

    public string Folder => _folder.FullName;

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>The folder <c>full</c> as the server sees it.</summary>
    public string FullDisk => $"/proc/{_process.Id}/root{PathOf("home/full")}";

    public static void OrSkip()
    {
        Assert.SkipUnless(File.Exists(Program), "sshd (openssh-server) is not installed");
        Assert.SkipUnless(Tool.Exists("ssh-keygen") && Tool.Exists("unshare"), "ssh-keygen or unshare is not installed");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a server with a user of its own needs root");
        Assert.SkipUnless(File.Exists("/usr/lib/x86_64-linux-gnu/libssh2.so.1") || File.Exists("/usr/lib64/libssh2.so.1"), "libssh2 is not installed");
        using var probe = Tool.Start("unshare", "--mount", "true");
        probe.WaitForExit();
        Assert.SkipUnless(probe.ExitCode == 0, "this machine makes no mount name space");
    }

    /// <param name="name"><c>host-ed25519</c> or <c>host-ecdsa</c>.</param>
    /// <returns>The key as an operator reads it: <c>SHA256:…</c>.</returns>
    public string Print(string name) => Tool.Run("ssh-keygen", "-lf", PathOf(name + ".pub")).Split(' ')[1];

    /// <summary>Another key from now on, as after an intrusion or a new installation.</summary>
    public void ChangeHostKey(string name)
    {
        File.Delete(PathOf(name));
        MakeKey(name, name["host-".Length..], "");
        Tool.Run("kill", "-HUP", _process.Id.ToString(CultureInfo.InvariantCulture));
        WaitUntilItAnswers();
    }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private void MakeHome()
    {
        Tool.Run("chmod", "755", _folder.FullName);
        foreach (var name in (ReadOnlySpan<string>)["home", "home/drop", "home/drop/receipts", "home/full", "home/closed"])
        {
            Directory.CreateDirectory(PathOf(name));
        }

        Tool.Run("chown", "-R", $"{UserId}:{UserId}", PathOf("home"));
        Tool.Run("chown", "root", PathOf("home/closed"));
    }

    private void MakeAccounts()
    {
        var hash = Tool.Run("openssl", "passwd", "-6", "-salt", "synthetic", Password).Trim();
        File.WriteAllText(PathOf("passwd"), File.ReadAllText("/etc/passwd") + $"{User}:x:{UserId}:{UserId}::{PathOf("home")}:/bin/sh\n");
        File.WriteAllText(PathOf("shadow"), $"root:*:19000::::::\nsshd:!:19000::::::\n{User}:{hash}:19000::::::\n");
    }

    private void MakeKey(string name, string kind, string passphrase) => Tool.Run("ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "synthetic", "-f", PathOf(name));

    private IEnumerable<string> Configuration() =>
    [
        $"Port {Port}", "ListenAddress 127.0.0.1", "PidFile none", "UsePAM no", "StrictModes no", "LogLevel VERBOSE",
        $"HostKey {PathOf("host-ed25519")}", $"HostKey {PathOf("host-ecdsa")}", $"AuthorizedKeysFile {PathOf("authorized_keys")}",
        "PasswordAuthentication yes", "KbdInteractiveAuthentication no", "Subsystem sftp internal-sftp",

        // Connections that were cut count until the server notices.
        "MaxStartups 1000",
    ];

    private async Task Collect(StreamReader stream)
    {
        while (await stream.ReadLineAsync() is { } line)
        {
            lock (_log)
            {
                _log.AppendLine(line);
            }
        }
    }

    private void WaitUntilItAnswers()
    {
        Assert.True(SpinWait.SpinUntil(Answers, TimeSpan.FromSeconds(30)), $"sshd did not start: {Log}");

        bool Answers()
        {
            try
            {
                using var client = new TcpClient("127.0.0.1", Port);
                return client.GetStream().ReadByte() == 'S';
            }
            catch (Exception error) when (error is SocketException or IOException)
            {
                Thread.Sleep(20);
                return false;
            }
        }
    }
}
