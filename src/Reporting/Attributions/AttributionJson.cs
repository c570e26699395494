using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MinerFlow.Abstractions;
using MinerFlow.Reporting.Findings;

namespace MinerFlow.Reporting.Attributions;

/// <summary>What an answer says of the asking: which row of which list, in which zone its times are shown.</summary>
/// <param name="Row">Where the question stands in its list; empty for a single one.</param>
/// <param name="Precision">How exact its time is: <c>second</c>, <c>minute</c>, <c>day</c>, <c>window</c>.</param>
/// <param name="Offset">Zone of the times shown.</param>
/// <param name="PseudonymKey">Keys the names of accounts; whoever has it can tell which account is meant.</param>
public sealed record AttributionContext(string Row, string Precision, TimeSpan Offset, byte[] PseudonymKey)
{
    /// <summary>Hours that a person has confirmed to be added to the times of the list; 0 when none.</summary>
    public double ShiftHours { get; init; }

    public string ToolVersion { get; init; } = "";
}

/// <summary>One object for each question: the answer with everything an engineer needs to defend it. Names no account, only its pseudonym; persons are masked.</summary>
public static class AttributionJson
{
    // Texts go to a file or a terminal, never into HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object in UTF-8 with a line feed.</summary>
    public static void WriteLine(Stream output, AttributionQuestion question, Attribution answer, AttributionContext context)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(context);
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            Write(json, question, answer, context);
        }

        output.Write(buffer.WrittenSpan);
        output.WriteByte((byte)'\n');
    }

    /// <summary>An account as outputs may name it: HMAC-SHA-256 with the key, first 8 bytes.</summary>
    public static string PseudonymOf(string account, byte[] key) =>
        "acc-" + Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(account)).AsSpan(0, 8));

    private static void Write(Utf8JsonWriter json, AttributionQuestion question, Attribution answer, AttributionContext context)
    {
        json.WriteStartObject();
        json.WriteString("row"u8, context.Row);
        WriteQuery(json, question, context);
        json.WriteString("addressKind"u8, answer.AddressKind);
        json.WriteBoolean("portRequired"u8, answer.PortRequired);
        json.WriteString("portSource"u8, answer.PortOrigin switch { PortOrigin.Question => "list", PortOrigin.OwnFlow => "own-flow", _ => "none" });
        json.WriteString("outcome"u8, SubscriberJson.OutcomeWord(answer.Outcome));
        if (GradeOf(answer) is { } grade)
        {
            json.WriteString("grade"u8, grade.ToString());
        }
        else
        {
            json.WriteNull("grade"u8);
        }

        json.WriteNumber("candidateCount"u8, answer.CandidateCount);
        json.WriteStartArray("candidates"u8);
        foreach (var candidate in answer.Candidates)
        {
            WriteCandidate(json, candidate, answer.Outcome == AttributionOutcome.Unique, context);
        }

        json.WriteEndArray();
        WriteSources(json, answer, context);
        WriteTexts(json, "ownEvidence", answer.OwnEvidence);
        WriteTexts(json, "missing", answer.Missing);
        json.WriteString("explainZh"u8, AttributionExplanation.Chinese(question, answer, context));
        json.WriteString("explainEn"u8, AttributionExplanation.English(question, answer, context));
        json.WriteString("toolVersion"u8, context.ToolVersion);
        json.WriteNull("decidedBy"u8);
        json.WriteEndObject();
    }

    /// <summary>The lowest grade when nobody can be named; none when there was nothing to grade.</summary>
    internal static char? GradeOf(Attribution answer) => answer.Outcome is AttributionOutcome.None or AttributionOutcome.Insufficient ? 'E' : answer.Grade;

    private static void WriteQuery(Utf8JsonWriter json, AttributionQuestion question, AttributionContext context)
    {
        json.WriteStartObject("query"u8);
        json.WriteString("ip"u8, question.Address.ToString());
        if (question.Port is { } port)
        {
            json.WriteNumber("port"u8, port);
        }
        else
        {
            json.WriteNull("port"u8);
        }

        json.WriteString("proto"u8, question.Protocol switch { 6 => "tcp", 17 => "udp", 0 => "any", var other => $"{other}" });
        json.WriteString("from"u8, Moments.Text(question.From, context.Offset));
        json.WriteString("to"u8, Moments.Text(Moments.EndOf(question), context.Offset));
        json.WriteString("precision"u8, context.Precision);
        if (context.ShiftHours != 0)
        {
            json.WriteNumber("shiftHours"u8, context.ShiftHours);
        }

        json.WriteEndObject();
    }

    private static void WriteCandidate(Utf8JsonWriter json, AttributionCandidate candidate, bool isUnique, AttributionContext context)
    {
        json.WriteStartObject();
        json.WriteString("subscriberRef"u8, PseudonymOf(candidate.Account, context.PseudonymKey));
        // Of several candidates none is shown more closely than its pseudonym.
        if (isUnique && candidate.Subscriber is { } clear)
        {
            WriteSubscriber(json, Masking.Mask(clear));
        }

        json.WriteStartArray("interval"u8);
        WriteMoment(json, candidate.ValidFrom.IsNone ? null : candidate.ValidFrom, context);
        WriteMoment(json, candidate.ValidTo, context);
        json.WriteEndArray();
        json.WriteBoolean("endKnown"u8, !candidate.EndIsEstimated);
        json.WriteStartArray("chain"u8);
        foreach (var link in candidate.Chain)
        {
            json.WriteStartObject();
            json.WriteString("src"u8, link.Source);
            json.WriteString("line"u8, Digest(link.Line));
            if (link.LastLine.Length > 0 && link.LastLine != link.Line)
            {
                json.WriteString("lastLine"u8, Digest(link.LastLine));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (candidate.MarginSeconds is { } margin)
        {
            json.WriteNumber("marginSeconds"u8, Math.Round(margin, 3));
        }
        else
        {
            json.WriteNull("marginSeconds"u8);
        }

        json.WriteString("portWitness"u8, candidate.PortWitness switch { PortWitness.Agrees => "agrees", PortWitness.Contradicts => "contradicts", _ => "silent" });
        json.WriteEndObject();
    }

    private static void WriteSubscriber(Utf8JsonWriter json, Subscriber shown)
    {
        json.WriteStartObject("subscriber"u8);
        json.WriteString("name"u8, shown.Name);
        json.WriteBoolean("naturalPerson"u8, shown.IsNaturalPerson);
        foreach (var (name, text) in new[] { ("kind", shown.Kind), ("creditCode", shown.CreditCode), ("address", shown.InstallationAddress), ("county", shown.County), ("realName", shown.RealNameState) })
        {
            if (!string.IsNullOrEmpty(text))
            {
                json.WriteString(name, text);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteSources(Utf8JsonWriter json, Attribution answer, AttributionContext context)
    {
        json.WriteStartObject("clockOffsetMs"u8);
        foreach (var source in answer.Sources.Where(source => source.ClockOffsetMilliseconds is not null).DistinctBy(source => source.Source))
        {
            json.WriteNumber(source.Source, source.ClockOffsetMilliseconds!.Value);
        }

        json.WriteEndObject();
        json.WriteStartObject("sourceCoverage"u8);
        foreach (var source in answer.Sources.DistinctBy(source => source.Source))
        {
            json.WriteString(source.Source, source is { GapFrom: { } from, GapTo: { } to } ? $"gap {Moments.Text(from, context.Offset)}..{Moments.Text(to, context.Offset)}" : source.IsCovered ? "complete" : "outside");
        }

        json.WriteEndObject();
    }

    private static void WriteMoment(Utf8JsonWriter json, PacketTime? time, AttributionContext context)
    {
        if (time is { } moment)
        {
            json.WriteStringValue(Moments.Text(moment, context.Offset));
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static string? Digest(string line) => line.Length == 0 ? null : line;
}
