using System.Globalization;
using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Sensor.Hosting;

/// <summary>
/// Lines of the service on standard error. Under systemd each begins with its level (sd-daemon(3)), so that the journal knows it. Nothing here names a
/// subscriber or an account.
/// </summary>
internal sealed class ServiceLog(Terminal terminal)
{
    // Levels of syslog (RFC 5424 section 6.2.1).
    private const int Error = 3;
    private const int Warning = 4;
    private const int Notice = 5;

    private readonly Lock _turn = new();
    private readonly bool _inJournal = terminal.Environment("JOURNAL_STREAM") is { Length: > 0 };

    public void Say(string text, params object?[] values) => Write(Notice, text, values);

    /// <summary>Something is lost or may be, or a person should look.</summary>
    public void Warn(string text, params object?[] values) => Write(Warning, text, values);

    public void Fail(string text, params object?[] values) => Write(Error, text, values);

    private void Write(int level, string text, object?[] values)
    {
        var line = CellGuard.Printable(values.Length > 0 ? string.Format(CultureInfo.InvariantCulture, text, values) : text);
        lock (_turn)
        {
            terminal.Error.WriteLine(_inJournal ? $"<{level}>{line}" : $"minerflow: {line}");
            terminal.Error.Flush();
        }
    }
}
