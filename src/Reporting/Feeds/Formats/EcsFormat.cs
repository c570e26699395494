using System.Text.Json;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Feeds.Formats;

/// <summary>Elastic Common Schema (elastic.co/guide/en/ecs, field reference). What it has no field for lies under <c>minerflow</c>, as its guide asks of custom fields.</summary>
internal sealed class EcsFormat(FeedOrigin origin) : JsonFormat
{
    /// <summary>Every field written here is in it with this meaning.</summary>
    private const string SchemaVersion = "8.11.0";

    protected override void Write(Utf8JsonWriter json, FeedRecord record)
    {
        var (finding, seen) = (record.Finding, record.Finding.Event);
        json.WriteStartObject();
        json.WriteString("@timestamp", Utc(seen.LastSeen));
        json.WriteString("message", record.Sentence);
        json.WriteStartObject("ecs");
        json.WriteString("version", SchemaVersion);
        json.WriteEndObject();
        WriteEvent(json, record);
        WriteSource(json, seen);
        WriteDestination(json, record);
        json.WriteStartObject("network");
        json.WriteString("transport", seen.Transport == Transport.Udp ? "udp" : "tcp");
        json.WriteString("type", seen.Client.Address.IsIPv4 ? "ipv4" : "ipv6");
        json.WriteString("protocol", seen.Dialect);
        json.WriteEndObject();
        json.WriteStartObject("rule");
        json.WriteString("name", seen.Rule);
        json.WriteEndObject();
        json.WriteStartObject("observer");
        json.WriteString("name", record.Sensor);
        json.WriteString("hostname", origin.Host);
        json.WriteString("vendor", FeedOrigin.Vendor);
        json.WriteString("product", FeedOrigin.Product);
        json.WriteString("version", origin.Version);
        json.WriteString("type", "ids");
        json.WriteEndObject();
        json.WriteStartObject("related");
        json.WriteOptional("ip", [seen.Client.Address.ToString(), seen.Server.Address.ToString()]);
        json.WriteOptional("hosts", seen.PoolHost is { Length: > 0 } host ? [host] : []);
        json.WriteEndObject();
        if (seen.Agent is { Length: > 0 } agent)
        {
            json.WriteStartObject("user_agent");
            json.WriteString("original", agent);
            json.WriteEndObject();
        }

        MiningDetail.Write(json, "minerflow", record);
        json.WriteEndObject();
    }

    /// <summary>Kind, category and type are of the allowed values of "ECS Categorization Fields".</summary>
    private static void WriteEvent(Utf8JsonWriter json, FeedRecord record)
    {
        var seen = record.Finding.Event;
        json.WriteStartObject("event");
        json.WriteString("kind", "alert");
        json.WriteOptional("category", ["network", "intrusion_detection"]);
        json.WriteOptional("type", ["connection", "info"]);
        json.WriteString("module", "minerflow");
        json.WriteString("dataset", "minerflow.mining");
        json.WriteString("id", record.Key);
        json.WriteString("code", "mining-" + seen.Role.ToWord());
        json.WriteString("action", "mining-" + seen.State.ToWord());
        json.WriteNumber("severity", record.Severity switch { FeedSeverity.High => 7, FeedSeverity.Medium => 5, _ => 3 });
        json.WriteString("start", Utc(seen.FirstSeen));
        json.WriteString("end", Utc(seen.LastSeen));
        json.WriteNumber("duration", Math.Max(0, seen.LastSeen.UnixNanoseconds - seen.FirstSeen.UnixNanoseconds));
        json.WriteEndObject();
    }

    private static void WriteSource(Utf8JsonWriter json, MiningEvent seen)
    {
        json.WriteStartObject("source");
        WriteEndpoint(json, seen.Client);
        json.WriteEndObject();
    }

    private static void WriteDestination(Utf8JsonWriter json, FeedRecord record)
    {
        var place = record.Finding.PoolPlace;
        json.WriteStartObject("destination");
        WriteEndpoint(json, record.Finding.Event.Server);
        json.WriteOptional("domain", record.Finding.Event.PoolHost);
        if (place is { CountryCode: not null } or { Province: not null } or { City: not null })
        {
            json.WriteStartObject("geo");
            json.WriteOptional("country_iso_code", place.CountryCode);
            json.WriteOptional("region_name", place.Province);
            json.WriteOptional("city_name", place.City);
            json.WriteEndObject();
        }

        if (place?.AutonomousSystem is { } number)
        {
            json.WriteStartObject("as");
            json.WriteNumber("number", number);
            if (place.Organisation is { Length: > 0 } name)
            {
                json.WriteStartObject("organization");
                json.WriteString("name", name);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteEndpoint(Utf8JsonWriter json, Endpoint endpoint)
    {
        json.WriteString("address", endpoint.Address.ToString());
        json.WriteString("ip", endpoint.Address.ToString());
        json.WriteNumber("port", endpoint.Port);
    }
}
