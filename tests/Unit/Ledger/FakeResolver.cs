using MinerFlow.Abstractions;
using MinerFlow.Ledger.Verification;

namespace MinerFlow.Unit.Ledger;

/// <summary>Answers as a test has told it; of other addresses nobody is known.</summary>
internal sealed class FakeResolver : IEntryResolver
{
    private readonly Dictionary<string, Attribution> _answers = [];

    public static Subscriber Household(string name, string address) => new(name, IsNaturalPerson: true) { Kind = "个人", InstallationAddress = address, County = "140802", ContactPhone = "13800000000" };

    public static Subscriber Company(string name, string creditCode, string kind = "民营企业") =>
        new(name, IsNaturalPerson: false) { Kind = kind, CreditCode = creditCode, InstallationAddress = "盐湖区示例路1号", County = "140802" };

    public static Attribution Unique(string account, Subscriber? subscriber, char grade = 'A', string addressKind = "cgn-pba") =>
        new(AttributionOutcome.Unique, [new AttributionCandidate(account, "radius", PacketTime.FromSeconds(0), null, EndIsEstimated: false, ["00"]) { Subscriber = subscriber }])
        {
            Grade = grade,
            AddressKind = addressKind,
        };

    public FakeResolver With(string address, Attribution answer)
    {
        _answers[address] = answer;
        return this;
    }

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public EntryAnswer Answer(AttributionQuestion question, string place)
    {
        Asked++;
        var answer = _answers.GetValueOrDefault(question.Address.ToString()) ?? new Attribution(AttributionOutcome.None, []) { Missing = ["nobody had it"] };
        return new EntryAnswer(answer, $$"""{"row":"{{place}}","outcome":"{{answer.Outcome}}"}""");
    }
}
