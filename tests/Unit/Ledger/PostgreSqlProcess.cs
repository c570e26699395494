using System.Diagnostics;
using System.Globalization;

namespace MinerFlow.Unit.Ledger;

/// <summary>A real PostgreSQL server on a socket in a folder of its own. It refuses to run as root, so there it runs as nobody.</summary>
internal sealed class PostgreSqlProcess : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minerflow-");

    /// <param name="isDurable">Whether it waits for the disk; without it nothing outlives a power cut, and nothing needs to.</param>
    /// <exception cref="InvalidOperationException">It does not start; says which program said so.</exception>
    public PostgreSqlProcess(bool isDurable)
    {
        if (Environment.IsPrivilegedProcess)
        {
            Run(asNobody: false, "/usr/bin/chown", "nobody", _folder.FullName);
        }

        // Trust: only who can enter the folder reaches the socket.
        Run("initdb", "-D", Data, "-A", "trust", "-U", "tests", "-E", "UTF8", "--locale=C", "--no-sync");
        Run(
            "pg_ctl", "start", "-w", "-s", "-D", Data, "-l", Path.Combine(_folder.FullName, "log"),
            "-o", $"-c listen_addresses= -c unix_socket_directories={_folder.FullName} -c fsync={(isDurable ? "on" : "off")} -c max_connections=50");
    }

    /// <summary>Folder of the newest server that is installed; null when there is none.</summary>
    public static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin")).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
        : null;

    /// <summary>In the words of Npgsql's connection strings.</summary>
    public string Settings => $"Host={_folder.FullName};Database=postgres;Username=tests;Pooling=false";

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose()
    {
        Run("pg_ctl", "stop", "-D", Data, "-m", "immediate", "-s");
        _folder.Delete(recursive: true);
    }

    private static void Run(string program, params string[] arguments) => Run(Environment.IsPrivilegedProcess, Path.Combine(Programs!, program), arguments);

    private static void Run(bool asNobody, string program, params string[] arguments)
    {
        var start = asNobody
            ? new ProcessStartInfo("/usr/bin/setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", program, .. arguments])
            : new ProcessStartInfo(program, arguments);

        // What initdb says goes nowhere; the server keeps a log.
        start.RedirectStandardOutput = program.EndsWith("initdb", StringComparison.Ordinal);
        using var process = Process.Start(start)!;
        if (start.RedirectStandardOutput)
        {
            process.StandardOutput.ReadToEnd();
        }

        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        }
    }
}
