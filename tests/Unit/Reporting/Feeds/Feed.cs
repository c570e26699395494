using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using MinerFlow.Reporting.Feeds;

namespace MinerFlow.Unit.Reporting.Feeds;

/// <summary>Records as tests write them.</summary>
internal static class Feed
{
    public static readonly FeedOrigin Origin = new("sensor01.example", 812, "1.2.3", Sample.Offset);

    public static string Line(FeedFormat format, FeedRecord record) => Line(format.Make(Origin), record);

    public static string Line(IFeedFormat format, FeedRecord record)
    {
        var output = new ArrayBufferWriter<byte>();
        format.Write(record, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    public static JsonNode Json(FeedFormat format, FeedRecord record) => JsonNode.Parse(Line(format, record))!;
}
