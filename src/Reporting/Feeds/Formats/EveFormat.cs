using System.Text.Json;
using MinerFlow.Reporting.Findings;

namespace MinerFlow.Reporting.Feeds.Formats;

/// <summary>The product's own record, which readers of Suricata's EVE log take (docs.suricata.io, "Eve JSON Format").</summary>
internal sealed class EveFormat(FeedOrigin origin) : JsonFormat
{
    protected override void Write(Utf8JsonWriter json, FeedRecord record) => FindingJson.Write(json, record, origin.Offset);
}
