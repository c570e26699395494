using System.Globalization;
using System.Text;

namespace MinerFlow.Reporting.Feeds.Formats;

/// <summary>The header of RFC 5424 section 6.2.</summary>
internal sealed class SyslogHeader(FeedOrigin origin)
{
    /// <summary>Facility local0.</summary>
    private const int Facility = 16;

    private const string AppName = "minerflow";

    /// <summary>MSGID: tells messages of this kind from others of the program.</summary>
    private const string MessageId = "mining";

    private const int LongestHostName = 255;

    private readonly string _host = Printable(origin.Host, LongestHostName);

    /// <summary>PRI to MSGID, each followed by a space. The moment is that of the last packet.</summary>
    public StringBuilder Begin(FeedRecord record) => new StringBuilder(256).Append(
        CultureInfo.InvariantCulture,
        $"<{(Facility * 8) + SeverityOf(record.Severity)}>1 {record.Finding.Event.LastSeen.ToIso8601(origin.Offset)} {_host} {AppName} {origin.ProcessId} {MessageId} ");

    /// <summary>Warning, notice and informational (section 6.2.1).</summary>
    private static int SeverityOf(FeedSeverity severity) => severity switch
    {
        FeedSeverity.High => 4,
        FeedSeverity.Medium => 5,
        _ => 6,
    };

    /// <summary>PRINTUSASCII of the ABNF in section 6; a hyphen, its NILVALUE, when nothing is left.</summary>
    private static string Printable(string text, int most)
    {
        var printable = new string([.. text.Where(each => each is > ' ' and <= '~').Take(most)]);
        return printable.Length == 0 ? "-" : printable;
    }
}
