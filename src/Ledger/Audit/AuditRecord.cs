using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MinerFlow.Abstractions;

namespace MinerFlow.Ledger.Audit;

/// <summary>One thing that somebody did to the ledger. Names no subscriber: objects are the ledger's own names of things.</summary>
/// <param name="Sequence">Counted from 1 without a gap.</param>
/// <param name="At">When, in UTC.</param>
/// <param name="Actor">Who.</param>
/// <param name="Duty">In which duty.</param>
/// <param name="Action">What, as a word: <c>batch.accept</c>.</param>
/// <param name="Object">To what: <c>batch:...</c>, <c>case:17</c>.</param>
/// <param name="Purpose">Why, in the actor's words.</param>
/// <param name="Detail">What it was before and after, as JSON; digests where the thing itself must not stand here.</param>
/// <param name="Hash">SM3 over the hash before and <see cref="Canonical"/>, lower-case hexadecimal.</param>
public sealed record AuditRecord(long Sequence, DateTimeOffset At, string Actor, string Duty, string Action, string Object, string Purpose, string Detail, string Hash)
{
    /// <summary>Before the first record.</summary>
    public static readonly string NoHash = new('0', Sm3.Length * 2);

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The one form that is digested: a JSON object with its names in this order, without spaces, in UTF-8.</summary>
    public string Canonical()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteNumber("sequence"u8, Sequence);
            json.WriteString("at"u8, At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("actor"u8, Actor);
            json.WriteString("duty"u8, Duty);
            json.WriteString("action"u8, Action);
            json.WriteString("object"u8, Object);
            json.WriteString("purpose"u8, Purpose);
            json.WriteString("detail"u8, Detail);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The hash that this record must have behind that one.</summary>
    public string HashBehind(string previous) =>
        Convert.ToHexStringLower(Sm3.HashData([.. Convert.FromHexString(previous), .. Encoding.UTF8.GetBytes(Canonical())]));
}
