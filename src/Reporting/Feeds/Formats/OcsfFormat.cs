using System.Globalization;
using System.Text.Json;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Feeds.Formats;

/// <summary>
/// Open Cybersecurity Schema Framework, class Detection Finding (schema.ocsf.io, <c>events/findings/detection_finding.json</c>): the finding is created with the first record
/// of a sighting and updated when more is known. Moments are milliseconds since 1970.
/// </summary>
internal sealed class OcsfFormat(FeedOrigin origin) : JsonFormat
{
    /// <summary>The oldest version that has the class; every attribute written here is in it and in those since.</summary>
    private const string SchemaVersion = "1.1.0";

    private const int CategoryFindings = 2;
    private const int ClassDetectionFinding = 2004;

    protected override void Write(Utf8JsonWriter json, FeedRecord record)
    {
        var seen = record.Finding.Event;
        var (activity, activityName) = record.IsAgain ? (2, "Update") : (1, "Create");
        var (severity, severityName) = record.Severity switch { FeedSeverity.High => (4, "High"), FeedSeverity.Medium => (3, "Medium"), _ => (2, "Low") };
        json.WriteStartObject();
        json.WriteNumber("activity_id", activity);
        json.WriteString("activity_name", activityName);
        json.WriteNumber("category_uid", CategoryFindings);
        json.WriteString("category_name", "Findings");
        json.WriteNumber("class_uid", ClassDetectionFinding);
        json.WriteString("class_name", "Detection Finding");
        json.WriteNumber("type_uid", (ClassDetectionFinding * 100) + activity);
        json.WriteString("type_name", "Detection Finding: " + activityName);
        json.WriteNumber("time", Milliseconds(seen.LastSeen));
        json.WriteNumber("start_time", Milliseconds(seen.FirstSeen));
        json.WriteNumber("end_time", Milliseconds(seen.LastSeen));
        json.WriteNumber("count", record.Connections);
        json.WriteNumber("severity_id", severity);
        json.WriteString("severity", severityName);
        json.WriteNumber("status_id", 1);
        json.WriteString("status", "New");
        WriteConfidence(json, seen.Confidence);
        json.WriteString("message", record.Sentence);
        WriteMetadata(json, record);
        WriteFinding(json, record);
        WriteEvidence(json, seen);
        json.WriteStartObject("unmapped");
        MiningDetail.Write(json, "minerflow", record);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteConfidence(Utf8JsonWriter json, double confidence)
    {
        if (double.IsFinite(confidence))
        {
            var (id, name) = confidence switch { >= 0.9 => (3, "High"), >= 0.5 => (2, "Medium"), _ => (1, "Low") };
            json.WriteNumber("confidence_id", id);
            json.WriteString("confidence", name);
            json.WriteNumber("confidence_score", (int)Math.Round(confidence * 100));
        }
    }

    private void WriteMetadata(Utf8JsonWriter json, FeedRecord record)
    {
        json.WriteStartObject("metadata");
        json.WriteString("version", SchemaVersion);
        json.WriteString("uid", record.Key);
        json.WriteString("log_name", "mining");
        json.WriteString("log_provider", record.Sensor);
        json.WriteStartObject("product");
        json.WriteString("name", FeedOrigin.Product);
        json.WriteString("vendor_name", FeedOrigin.Vendor);
        json.WriteString("version", origin.Version);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFinding(Utf8JsonWriter json, FeedRecord record)
    {
        var seen = record.Finding.Event;
        json.WriteStartObject("finding_info");
        json.WriteString("uid", record.Key);
        json.WriteString("title", "Cryptocurrency mining");
        json.WriteString("desc", record.Sentence);
        json.WriteOptional("types", ["Cryptocurrency mining", seen.Role.ToWord()]);
        json.WriteNumber("first_seen_time", Milliseconds(seen.FirstSeen));
        json.WriteNumber("last_seen_time", Milliseconds(seen.LastSeen));
        json.WriteOptional("data_sources", [record.Sensor]);
        json.WriteStartObject("analytic");
        json.WriteString("name", seen.Rule);
        json.WriteString("uid", seen.Rule);
        json.WriteNumber("type_id", 1);
        json.WriteString("type", "Rule");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEvidence(Utf8JsonWriter json, MiningEvent seen)
    {
        json.WriteStartArray("evidences");
        json.WriteStartObject();
        WriteEndpoint(json, "src_endpoint", seen.Client, host: null);
        WriteEndpoint(json, "dst_endpoint", seen.Server, seen.PoolHost);
        json.WriteStartObject("connection_info");

        // Which side is inside, a mirror port does not tell: 0 is "Unknown".
        json.WriteNumber("direction_id", 0);
        json.WriteNumber("protocol_num", (int)seen.Transport);
        json.WriteString("protocol_name", seen.Transport == Transport.Udp ? "udp" : "tcp");
        json.WriteString("uid", FlowIds.Shown(seen.FlowId).ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void WriteEndpoint(Utf8JsonWriter json, string name, Endpoint endpoint, string? host)
    {
        json.WriteStartObject(name);
        json.WriteString("ip", endpoint.Address.ToString());
        json.WriteNumber("port", endpoint.Port);
        json.WriteOptional("hostname", host);
        json.WriteEndObject();
    }
}
