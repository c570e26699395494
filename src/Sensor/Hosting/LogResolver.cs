using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers;
using MinerFlow.Ledger.Verification;
using MinerFlow.Reporting.Attributions;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Answers the entries of a list by the carrier's logs, as <c>minerflow attribute</c> does.</summary>
internal sealed class LogResolver(SubscriberDirectory directory, TimeSpan offset, byte[]? identityKey, string version) : IEntryResolver
{
    public EntryAnswer Answer(AttributionQuestion question, string place)
    {
        var answer = directory.Answer(question);
        using var json = new MemoryStream();
        AttributionJson.WriteLine(json, question, answer, new AttributionContext(place, "window", offset, identityKey ?? AttributeRun.PublicKey) { ToolVersion = version });
        return new EntryAnswer(answer, Encoding.UTF8.GetString(json.ToArray()).TrimEnd('\n'));
    }
}
