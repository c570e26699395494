using System.Buffers;
using System.Text;

namespace MinerFlow.Reporting.Feeds.Formats;

/// <summary>
/// Another format as the MSG of RFC 5424, without structured data. It is MSG-ANY of the ABNF in section 6, without a byte order mark: readers of CEF and of JSON want their own first
/// character first.
/// </summary>
internal sealed class SyslogEnvelope(FeedOrigin origin, IFeedFormat inner) : IFeedFormat
{
    private readonly SyslogHeader _header = new(origin);

    public string ContentType => "text/plain";

    public void Write(FeedRecord record, IBufferWriter<byte> output)
    {
        Encoding.UTF8.GetBytes(_header.Begin(record).Append("- ").ToString(), output);
        inner.Write(record, output);
    }
}
