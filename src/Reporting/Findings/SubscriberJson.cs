using System.Text.Json;
using MinerFlow.Abstractions;

namespace MinerFlow.Reporting.Findings;

/// <summary>The <c>subscriber</c> member of a finding: how the question ended, and who fits, natural persons masked.</summary>
internal static class SubscriberJson
{
    /// <summary>Candidates written of one answer; the number of all stands beside them.</summary>
    private const int MostCandidates = 16;

    public static void Write(Utf8JsonWriter json, Attribution attribution, TimeSpan offset)
    {
        json.WriteStartObject("subscriber"u8);
        json.WriteString("outcome"u8, OutcomeWord(attribution.Outcome));
        if (attribution.Grade is { } grade)
        {
            json.WriteString("grade"u8, grade.ToString());
        }

        if (attribution.Candidates.Count > 0)
        {
            json.WriteNumber("candidate_count"u8, attribution.Candidates.Count);
            json.WriteStartArray("candidates"u8);
            foreach (var candidate in attribution.Candidates.Take(MostCandidates))
            {
                WriteCandidate(json, candidate, offset);
            }

            json.WriteEndArray();
        }

        json.WriteOptional("missing", attribution.Missing);
        json.WriteEndObject();
    }

    /// <summary>The word of the machine format.</summary>
    public static string OutcomeWord(AttributionOutcome outcome) => outcome switch
    {
        AttributionOutcome.Unique => "unique",
        AttributionOutcome.Ambiguous => "ambiguous",
        AttributionOutcome.None => "none",
        AttributionOutcome.Insufficient => "insufficient",
        AttributionOutcome.NotOurs => "not-ours",
        _ => "invalid",
    };

    private static void WriteCandidate(Utf8JsonWriter json, AttributionCandidate candidate, TimeSpan offset)
    {
        json.WriteStartObject();
        json.WriteString("account"u8, Masking.Account(candidate));
        json.WriteString("source"u8, candidate.Source);
        if (!candidate.ValidFrom.IsNone)
        {
            json.WriteString("valid_from"u8, candidate.ValidFrom.ToIso8601(offset));
        }

        if (candidate.ValidTo is { } end)
        {
            json.WriteString("valid_to"u8, end.ToIso8601(offset));
        }

        json.WriteBoolean("end_is_estimated"u8, candidate.EndIsEstimated);
        if (candidate.Subscriber is { } clear)
        {
            var shown = Masking.Mask(clear);
            json.WriteString("name"u8, shown.Name);
            json.WriteBoolean("natural_person"u8, shown.IsNaturalPerson);
            json.WriteOptional("kind", shown.Kind);
            json.WriteOptional("credit_code", shown.CreditCode);
            json.WriteOptional("address", shown.InstallationAddress);
            json.WriteOptional("province", shown.Province);
            json.WriteOptional("city", shown.City);
            json.WriteOptional("county", shown.County);
            json.WriteOptional("line", shown.LineNumber);
        }

        json.WriteOptional("evidence", candidate.Evidence);
        json.WriteEndObject();
    }
}
