using System.Globalization;
using System.Net;
using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Findings that our own sensor wrote as one JSON object a line, as flows: what a question lacks a port for may have been seen.</summary>
internal static class FindingFile
{
    public static List<OwnFlow> Read(string path, ICollection<Problem> problems)
    {
        var flows = new List<OwnFlow>();
        var number = 0;
        try
        {
            foreach (var line in File.ReadLines(path))
            {
                number++;
                if (line.Length > 0 && Parse(line, Path.GetFileName(path), number, problems) is { } flow)
                {
                    flows.Add(flow);
                }
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(path, 0, 0, FileProblem.Why(path, problem)));
        }

        return flows;
    }

    private static OwnFlow? Parse(string line, string file, int number, ICollection<Problem> problems)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            // Counters and whatever else a run writes beside its findings.
            if (root.GetProperty("event_type").GetString() != "mining")
            {
                return null;
            }

            var mining = root.GetProperty("mining");
            var evidence = root.TryGetProperty("capture", out var capture) && capture.TryGetProperty("frame_first", out var frame)
                ? $"{Path.GetFileName(capture.GetProperty("file").GetString())} frame {frame.GetInt64()} ({file}:{number})"
                : $"{file}:{number}";
            return new OwnFlow(
                EndpointOf(root, "src"),
                EndpointOf(root, "dest"),
                (byte)(string.Equals(root.GetProperty("proto").GetString(), "UDP", StringComparison.OrdinalIgnoreCase) ? 17 : 6),
                MomentOf(mining.GetProperty("first_seen")),
                MomentOf(mining.GetProperty("last_seen")),
                evidence);
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            problems.Add(new Problem(file, number, 0, "is no finding as replay --format jsonl writes them; it fills no port."));
            return null;
        }
    }

    private static Endpoint EndpointOf(JsonElement root, string side) =>
        new(IpAddress.From(IPAddress.Parse(root.GetProperty($"{side}_ip").GetString()!)), checked((ushort)root.GetProperty($"{side}_port").GetInt32()));

    private static PacketTime MomentOf(JsonElement element) => PacketTime.From(DateTimeOffset.Parse(element.GetString()!, CultureInfo.InvariantCulture));
}
