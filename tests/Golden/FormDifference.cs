using System.Text.Json.Nodes;
using MinerFlow.Traffic;

namespace MinerFlow.Golden;

/// <summary>What a form of a dialogue changes in the findings, compared with the plain one: a line that is short where little is lost.</summary>
internal static class FormDifference
{
    // Where a finding was seen is another matter than what was seen.
    private static readonly string[] Apart = ["flow_id", "capture", "sensor", "timestamp", "src_ip", "dest_ip"];
    private static readonly string[] ApartInMining = ["evidence", "first_seen", "last_seen"];

    public static string Line(TrafficForm form, Replay plain, Replay seen)
    {
        var (wanted, found) = (Facts(plain), Facts(seen));
        var line = new JsonObject { ["form"] = form.Name, ["events"] = found.Count };
        foreach (var key in wanted.Keys.Union(found.Keys).Order(StringComparer.Ordinal))
        {
            if (!found.TryGetValue(key, out var facts))
            {
                line[key] = "not seen";
            }
            else if (!wanted.TryGetValue(key, out var plainFacts))
            {
                line[key] = "only here";
            }
            else if (Differing(plainFacts, facts) is { Count: > 0 } differing)
            {
                line[key] = differing;
            }
        }

        return line.ToJsonString(GoldenFile.Json);
    }

    /// <summary>The line of a form that changes nothing.</summary>
    public static string None(TrafficForm form, Replay plain) => Line(form, plain, plain);

    /// <summary>Facts of each event by its ports, miner's side first.</summary>
    private static SortedDictionary<string, Dictionary<string, JsonNode?>> Facts(Replay replay)
    {
        var events = new SortedDictionary<string, Dictionary<string, JsonNode?>>(StringComparer.Ordinal);
        foreach (var line in replay.Lines)
        {
            var record = JsonNode.Parse(line)!.AsObject();
            var facts = record.Where(member => member.Key != "mining" && !Apart.Contains(member.Key)).ToDictionary();
            foreach (var (name, value) in record["mining"]!.AsObject().Where(member => !ApartInMining.Contains(member.Key)))
            {
                facts[name] = value;
            }

            events[$"{record["src_port"]} to {record["dest_port"]}"] = facts;
        }

        return events;
    }

    private static JsonObject Differing(Dictionary<string, JsonNode?> plain, Dictionary<string, JsonNode?> seen)
    {
        var differing = new JsonObject();
        foreach (var name in plain.Keys.Union(seen.Keys))
        {
            var (before, now) = (plain.GetValueOrDefault(name), seen.GetValueOrDefault(name));
            if (!JsonNode.DeepEquals(before, now))
            {
                differing[name] = now?.DeepClone();
            }
        }

        return differing;
    }
}
