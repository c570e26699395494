using System.Globalization;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// Tells senders apart: boot of the machine, pid namespace, process and when it started (proc_pid_stat(5), starttime). By it a sender of this machine that was killed is
/// known to be gone, so that its hold need not be waited for.
/// </summary>
internal static class SenderName
{
    /// <summary>Index of starttime behind the process's name, which is in brackets and may hold anything.</summary>
    private const int StartTime = 19;

    private static readonly string Place = $"{ReadLine("/proc/sys/kernel/random/boot_id")}/{new FileInfo("/proc/self/ns/pid").LinkTarget}";

    /// <summary>Name of this process.</summary>
    public static string OfThisProcess { get; } = string.Create(CultureInfo.InvariantCulture, $"{Place}/{Environment.ProcessId}/{StartOf(Environment.ProcessId)}");

    /// <summary>Whether a sender has ended; false when it may live, on another machine for instance.</summary>
    public static bool IsGone(string name)
    {
        var parts = name.Split('/');
        return parts.Length == 4
            && $"{parts[0]}/{parts[1]}" == Place
            && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            && StartOf(process) != parts[3];
    }

    /// <returns>Empty when there is no such process.</returns>
    private static string StartOf(int process)
    {
        var line = ReadLine(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
        var fields = line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartTime ? fields[StartTime] : "";
    }

    private static string ReadLine(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
