using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MinerFlow.Abstractions;
using MinerFlow.Connections;
using MinerFlow.Detection;
using MinerFlow.Detection.Protocols;
using MinerFlow.Detection.Rules;

namespace MinerFlow.Unit.Detection.Protocols;

/// <summary>A conversation of one dialect, line by line, and what a session must say after it.</summary>
internal sealed record DialectSample(string Name, string Title)
{
    /// <summary>Messages, each after <c>C </c> (the miner's) or <c>S </c> (the pool's).</summary>
    public required string[] Lines { get; init; }

    public string Coin { get; init; } = "unknown";

    public string? Account { get; init; }

    public string? Worker { get; init; }

    public string? Agent { get; init; }

    public string? PoolHost { get; init; }

    public string? Algorithm { get; init; }

    public long? Height { get; init; }

    public long Accepted { get; init; } = 1;

    public long Rejected { get; init; }

    public long Stale { get; init; }

    /// <summary>Expected work of all accepted shares.</summary>
    public double Work { get; init; }

    public string Unit { get; init; } = "H/s";

    /// <summary>The miner's lines alone tell the dialect.</summary>
    public bool TellsFromMiner { get; init; } = true;

    /// <summary>The pool's lines alone tell the dialect.</summary>
    public bool TellsFromPool { get; init; } = true;

    /// <summary>The pool's answers alone tell the shares.</summary>
    public bool CountsFromPool { get; init; } = true;

    /// <summary>Lines that must be certain by themselves, as indices; the others may be shared with other dialects.</summary>
    public int[] Certain { get; init; } = [];

    public override string ToString() => $"{Name}: {Title}";

    public static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    /// <summary>The same message as another writer would put it.</summary>
    public static string Respell(string json, string style)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        switch (style)
        {
            case "spaced":
                return json.Replace("\":", "\": ", StringComparison.Ordinal).Replace(",\"", ", \"", StringComparison.Ordinal);
            case "reordered":
                return new JsonObject(node.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString();
            case "reordered inside" when node["params"] is JsonObject inner:
                node["params"] = new JsonObject(inner.Reverse().Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
                return node.ToJsonString();
            case "id as text" when node["id"] is JsonValue id && id.GetValueKind() == JsonValueKind.Number:
                node["id"] = id.ToString();
                return node.ToJsonString();
            case "slashes escaped":
                return json.Replace("/", "\\/", StringComparison.Ordinal);
            default:
                return json;
        }
    }

    /// <summary>A session that has read the lines of the sides asked for, with every protocol of the product in the election.</summary>
    public static MiningSession Read(IEnumerable<string> lines, string sides = "CS", string style = "")
    {
        var session = new MiningSession(new SessionContext(RuleSet.Default, new ProtocolCatalog(), new DetectionOptions()));
        var frame = 0;
        foreach (var line in lines)
        {
            frame++;
            session.Moment = new StreamMoment(PacketTime.FromSeconds(1_700_000_000 + frame), frame);
            if (!sides.Contains(line[0], StringComparison.Ordinal))
            {
                continue;
            }

            var bytes = Encoding.UTF8.GetBytes(Respell(line[2..], style));
            if (JsonMessage.TryRead(bytes, out var message) != OperationStatus.Done)
            {
                throw new ArgumentException($"not JSON: {line}", nameof(lines));
            }

            session.Json.Read(in message, line[0] == 'C' ? FlowSide.Low : FlowSide.High);
        }

        return session;
    }

    public static MiningEvent EventOf(MiningSession session)
    {
        var key = new FlowKey(
            new Endpoint(IpAddress.FromIPv4(0xC000_0201), 40000), new Endpoint(IpAddress.FromIPv4(0xC633_6401), 3333), Transport.Tcp);
        return session.ToEvent(new Conversation(
            key, 1, "test", null, PacketTime.FromSeconds(1_700_000_000), PacketTime.FromSeconds(1_700_000_100), 1, 100));
    }
}
