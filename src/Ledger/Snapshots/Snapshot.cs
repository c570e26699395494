using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MinerFlow.Ledger.Snapshots;

/// <summary>
/// Everything a set of forms needs, as the ledger stood at one moment. It never changes, so each form can be made again as it was, byte for byte.
/// As text: one JSON object a line, the head first, then subjects, counties, cases, registers and answers, each in the order of the ledger.
/// </summary>
public sealed class Snapshot
{
    private static readonly JsonTypeInfo<SnapshotLine> LineType =
        new SnapshotJson(new JsonSerializerOptions(SnapshotJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).SnapshotLine;

    public required SnapshotHead Head { get; init; }

    /// <summary>Everybody that cases and answers name.</summary>
    public required IReadOnlyList<SubjectLine> Subjects { get; init; }

    public required IReadOnlyList<CountyWeek> Counties { get; init; }

    public required IReadOnlyList<CaseLine> Cases { get; init; }

    public required IReadOnlyList<RegisterLine> Registers { get; init; }

    public required IReadOnlyList<AnswerLine> Answers { get; init; }

    /// <summary>Writes the lines.</summary>
    /// <returns>SHA-256 of what was written, lower-case hexadecimal.</returns>
    public string Write(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var line in Lines())
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(line, LineType);
            output.Write(bytes);
            output.WriteByte((byte)'\n');
            digest.AppendData(bytes);
            digest.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <returns>The snapshot, and SHA-256 of its lines.</returns>
    /// <exception cref="LedgerException">The lines are no snapshot.</exception>
    public static (Snapshot Snapshot, string Sha256) Read(Stream input)
    {
        ArgumentNullException.ThrowIfNull(input);
        SnapshotHead? head = null;
        var subjects = new List<SubjectLine>();
        var counties = new List<CountyWeek>();
        var cases = new List<CaseLine>();
        var registers = new List<RegisterLine>();
        var answers = new List<AnswerLine>();
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var text = new StreamReader(input, leaveOpen: true);
        for (var number = 1; text.ReadLine() is { } content; number++)
        {
            digest.AppendData(Encoding.UTF8.GetBytes(content));
            digest.AppendData("\n"u8);
            switch (Parse(content, number))
            {
                case { Head: { } first } when number == 1:
                    head = first;
                    break;
                case { Subject: { } subject }:
                    subjects.Add(subject);
                    break;
                case { County: { } county }:
                    counties.Add(county);
                    break;
                case { Case: { } @case }:
                    cases.Add(@case);
                    break;
                case { Register: { } register }:
                    registers.Add(register);
                    break;
                case { Answer: { } answer }:
                    answers.Add(answer);
                    break;
                default:
                    throw new LedgerException($"line {number} of the snapshot holds nothing that this program knows; use the program that took it, or a newer one.");
            }
        }

        var snapshot = new Snapshot
        {
            Head = head ?? throw new LedgerException("the snapshot has no head in its first line."),
            Subjects = subjects,
            Counties = counties,
            Cases = cases,
            Registers = registers,
            Answers = answers,
        };
        return (snapshot, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    private static SnapshotLine? Parse(string content, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(content, LineType);
        }
        catch (JsonException error)
        {
            throw new LedgerException($"line {number} of the snapshot cannot be read: {error.Message}", error);
        }
    }

    private IEnumerable<SnapshotLine> Lines()
    {
        yield return new SnapshotLine { Head = Head };
        foreach (var subject in Subjects)
        {
            yield return new SnapshotLine { Subject = subject };
        }

        foreach (var county in Counties)
        {
            yield return new SnapshotLine { County = county };
        }

        foreach (var @case in Cases)
        {
            yield return new SnapshotLine { Case = @case };
        }

        foreach (var register in Registers)
        {
            yield return new SnapshotLine { Register = register };
        }

        foreach (var answer in Answers)
        {
            yield return new SnapshotLine { Answer = answer };
        }
    }
}
