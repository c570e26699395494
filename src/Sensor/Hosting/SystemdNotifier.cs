using System.Net.Sockets;
using System.Text;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Tells the supervisor how the service is, as sd_notify(3) does: a datagram of lines to the socket that <c>NOTIFY_SOCKET</c> names. Nobody listening is no fault.</summary>
internal sealed class SystemdNotifier : IDisposable
{
    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _supervisor;

    public SystemdNotifier(Func<string, string?> environment)
    {
        if (environment("NOTIFY_SOCKET") is { Length: > 1 } path)
        {
            // A name that begins with @ lies in the abstract name space, whose first byte is zero (unix(7)).
            _supervisor = new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        }

        if (long.TryParse(environment("WATCHDOG_USEC"), out var microseconds) && microseconds > 0
            && (environment("WATCHDOG_PID") is not { Length: > 0 } process || process == System.Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)))
        {
            Watchdog = TimeSpan.FromMicroseconds(microseconds);
        }
    }

    /// <summary>How long the supervisor waits for a sign of life before it ends the process; null when it waits for none.</summary>
    public TimeSpan? Watchdog { get; }

    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    public void Status(string status) => Send($"STATUS={status}");

    public void Alive() => Send("WATCHDOG=1");

    public void Stopping() => Send("STOPPING=1");

    public void Dispose() => _socket?.Dispose();

    private void Send(string lines)
    {
        try
        {
            _socket?.SendTo(Encoding.UTF8.GetBytes(lines), _supervisor!);
        }
        catch (SocketException)
        {
            // A supervisor that has gone hears nothing; the work goes on.
        }
    }
}
