using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Verification;

/// <summary>What the machine makes of one entry before anybody has looked at it. Small, for all of a batch are held at once: labels ask for more than one entry.</summary>
internal sealed record Proposal
{
    private static readonly ushort[] WebPorts = [80, 443];

    public required TaskEntry Entry { get; init; }

    public required AttributionOutcome Outcome { get; init; }

    public char? Grade { get; init; }

    public required string AddressKind { get; init; }

    /// <summary>The resolver's answer, UTF-8 JSON.</summary>
    public required ReadOnlyMemory<byte> Answer { get; init; }

    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The ledger's number of whom the answer names; null when it names nobody, or none that may be named.</summary>
    public long? Subject { get; init; }

    public string? AccessPort { get; init; }

    public string? SubscriberKind { get; init; }

    /// <summary>First two characters of the 统一社会信用代码.</summary>
    public string? CreditPrefix { get; init; }

    public required OwnView OwnView { get; init; }

    /// <summary>Keys of our own sightings of mining.</summary>
    public IReadOnlyList<string> Sightings { get; init; } = [];

    /// <summary>Coin of the wire; of the list only where no wire speaks.</summary>
    public string? Coin { get; init; }

    public double? Watts { get; init; }

    /// <summary>
    /// Only a visit speaks for it: the list saw a name or a web site, or a few connections to a web port without a mining protocol, and no sensor of ours saw mining.
    /// Mining over TLS uses such ports too, but then for thousands of messages.
    /// </summary>
    public required bool IsVisitOnly { get; init; }

    /// <summary>A lead for the verifier. That somebody is a victim no traffic tells, so it is never proposed.</summary>
    public required Judgement Judgement { get; init; }

    public static Proposal Of(TaskEntry entry, ListRow row, EntryAnswer answer, OwnSightings own, long? subject, LabelRules rules)
    {
        var attribution = answer.Attribution;
        var subscriber = IdentityOf(attribution)?.Subscriber;
        var isVisitOnly = own.Mining.Count == 0 && IsVisit(row, rules);
        return new Proposal
        {
            Entry = entry,
            Outcome = attribution.Outcome,
            Grade = attribution.Grade,
            AddressKind = attribution.AddressKind,
            Answer = Encoding.UTF8.GetBytes(answer.Json),
            Missing = attribution.Missing,
            Subject = subject,
            AccessPort = subscriber?.AccessPort,
            SubscriberKind = subscriber?.Kind,
            CreditPrefix = subscriber?.CreditCode is { Length: >= 2 } credit ? credit[..2] : null,
            OwnView = own.View,
            Sightings = [.. own.Mining.Select(miner => miner.Key)],
            Coin = own.Mining.Select(miner => miner.Coin).FirstOrDefault(coin => coin != "unknown") ?? row.Coin,
            Watts = own.Watts,
            IsVisitOnly = isVisitOnly,
            Judgement = isVisitOnly ? Judgement.VisitOnly
                : attribution.Outcome is AttributionOutcome.Unique && (own.Mining.Count > 0 || row.LeadKind is LeadKind.Protocol) ? Judgement.ActiveMining
                : Judgement.Undeterminable,
        };
    }

    /// <summary>The one subscriber an answer names; null when it names nobody, or none that may be named.</summary>
    public static SubjectIdentity? IdentityOf(Attribution attribution) => attribution is { Outcome: AttributionOutcome.Unique, Grade: 'A' or 'B' or 'C', Candidates: [var candidate] }
        ? new SubjectIdentity(candidate.Account, candidate.Subscriber)
        : null;

    private static bool IsVisit(ListRow row, LabelRules rules) => row.LeadKind is LeadKind.Domain or LeadKind.Dns
        || (row.LeadKind is not LeadKind.Protocol && row.Submissions <= rules.VisitConnections && row.PoolPorts.Count > 0 && row.PoolPorts.All(port => port.First == port.Last && WebPorts.Contains(port.First)));
}
