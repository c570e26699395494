using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Findings;

namespace MinerFlow.Reporting.Feeds.Formats;

/// <summary>What schemas of others have no field for, under one name of ours.</summary>
internal static class MiningDetail
{
    public static void Write(Utf8JsonWriter json, string name, FeedRecord record)
    {
        var (finding, seen) = (record.Finding, record.Finding.Event);
        json.WriteStartObject(name);
        json.WriteString("role", seen.Role.ToWord());
        json.WriteString("state", seen.State.ToWord());
        json.WriteString("dialect", seen.Dialect);
        json.WriteString("coin", seen.Coin);
        json.WriteOptional("algorithm", seen.Algorithm);
        json.WriteOptional("pool", finding.Pool?.Name ?? seen.PoolTag);
        json.WriteOptional("login_digest", seen.Login?.Digest);
        json.WriteOptional("worker_digest", seen.Worker?.Digest);
        json.WriteNumber("connections", record.Connections);
        json.WriteNumber("shares_submitted", seen.SharesSubmitted);
        json.WriteNumber("shares_accepted", seen.SharesAccepted);
        json.WriteNumber("shares_rejected", seen.SharesRejected);
        if (seen.Hashrate is { } rate && double.IsFinite(rate.PerSecond))
        {
            json.WriteNumber("hashrate", rate.PerSecond);
            json.WriteString("hashrate_unit", rate.Unit);
        }

        if (double.IsFinite(seen.Confidence))
        {
            json.WriteNumber("confidence", Math.Round(seen.Confidence, 4));
        }

        json.WriteBoolean("encrypted", seen.Encrypted);
        json.WriteOptional("evidence", [.. seen.Evidence.Select(each => each.Seen)]);
        if (record.Outcome is { } outcome)
        {
            json.WriteString("attribution", SubscriberJson.OutcomeWord(outcome));
            json.WriteOptional("attribution_grade", record.Grade?.ToString());
        }

        if (record.Case is { } number)
        {
            json.WriteNumber("case_id", number);
        }

        json.WriteEndObject();
    }
}
