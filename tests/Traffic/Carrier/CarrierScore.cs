using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MinerFlow.Traffic.Carrier;

/// <summary>Compares answers, as <c>minerflow attribute --batch</c> writes them, with what really was.</summary>
/// <param name="pseudonymKey">The key that the command was given.</param>
public sealed class CarrierScore(byte[] pseudonymKey)
{
    private const int SamplesOfEach = 6;

    private readonly Dictionary<string, string> _references = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _sampled = new(StringComparer.Ordinal);
    private readonly List<string> _samples = [];

    public int Questions { get; private set; }

    public int Unique { get; private set; }

    /// <summary>Unique answers that name somebody else than whose flow it was.</summary>
    public int Wrong { get; private set; }

    /// <summary>Questions about moments in which nobody had the ports, and how many of them were answered with a name.</summary>
    public int Idle { get; private set; }

    public int IdleNamed { get; private set; }

    public int Determinable { get; private set; }

    public int DeterminableUnique { get; private set; }

    /// <summary>Answers that name nobody and do not say what is missing; a foreign address lacks nothing.</summary>
    public int Unexplained { get; private set; }

    /// <summary>First few rows of each sort that went wrong, with why.</summary>
    public IReadOnlyList<string> Samples => _samples;

    public void Add(CarrierQuestion question, string answer)
    {
        using var json = JsonDocument.Parse(answer);
        var root = json.RootElement;
        var outcome = root.GetProperty("outcome").GetString()!;
        var isUnique = outcome == "unique";
        Questions++;
        var key = $"{question.Kind}: {outcome}";
        _outcomes[key] = _outcomes.GetValueOrDefault(key) + 1;
        if (isUnique)
        {
            Unique++;
            var named = root.GetProperty("candidates")[0].GetProperty("subscriberRef").GetString();
            if (question.Kind == "idle")
            {
                IdleNamed++;
                Sample("idle", question, answer);
            }
            else if (question.Account is null || named != Reference(question.Account))
            {
                Wrong++;
                Sample("wrong", question, answer);
            }
        }
        else if (outcome != "not-ours" && root.GetProperty("missing").GetArrayLength() == 0)
        {
            Unexplained++;
            Sample("unexplained", question, answer);
        }

        Idle += question.Kind == "idle" ? 1 : 0;
        if (question.IsDeterminable)
        {
            Determinable++;
            DeterminableUnique += isUnique ? 1 : 0;
            if (!isUnique)
            {
                Sample("determinable", question, answer);
            }
        }
    }

    public override string ToString()
    {
        var share = Determinable == 0 ? 0 : 100.0 * DeterminableUnique / Determinable;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Questions} questions, {Unique} unique, {Wrong} wrong names; {DeterminableUnique} of {Determinable} determinable ones unique ({share:0.000} %); ");
        text.Append(CultureInfo.InvariantCulture, $"{Unexplained} without a reason; {IdleNamed} of {Idle} idle moments named\n");
        foreach (var (kind, count) in _outcomes)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {kind} {count}\n");
        }

        return text.ToString();
    }

    private void Sample(string what, CarrierQuestion question, string answer)
    {
        if ((_sampled[what] = _sampled.GetValueOrDefault(what) + 1) <= SamplesOfEach)
        {
            _samples.Add($"{what}: {question.Line} was {question.Account ?? "nobody"}: {answer}");
        }
    }

    private string Reference(string account)
    {
        if (!_references.TryGetValue(account, out var reference))
        {
            reference = "acc-" + Convert.ToHexStringLower(HMACSHA256.HashData(pseudonymKey, Encoding.UTF8.GetBytes(account)).AsSpan(0, 8));
            _references.Add(account, reference);
        }

        return reference;
    }
}
