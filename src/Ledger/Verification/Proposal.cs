using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Subjects;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Verification;

/// <summary>What the machine makes of one entry before anybody has looked at it.</summary>
internal sealed record Proposal(TaskEntry Entry, ListRow Row, EntryAnswer Answer, OwnSightings Own, LabelRules Rules)
{
    private static readonly ushort[] WebPorts = [80, 443];

    public Attribution Attribution => Answer.Attribution;

    /// <summary>The one subscriber the answer names; null when it names nobody, or none that may be named.</summary>
    public SubjectIdentity? Identity => Attribution is { Outcome: AttributionOutcome.Unique, Grade: 'A' or 'B' or 'C', Candidates: [var candidate] }
        ? new SubjectIdentity(candidate.Account, candidate.Subscriber)
        : null;

    public Subscriber? Subscriber => Identity?.Subscriber;

    /// <summary>Coin of the wire; of the list only where no wire speaks.</summary>
    public string? Coin => Own.Mining.Select(sighting => sighting.Best.Event.Coin).FirstOrDefault(coin => coin != "unknown") ?? Row.Coin;

    public double? Watts => Own.Mining.Any(sighting => sighting.Best.Power is not null) ? Own.Mining.Sum(sighting => sighting.Best.Power?.Watts ?? 0) : null;

    /// <summary>
    /// Only a visit speaks for it: the list saw a name or a web site, or a few connections to a web port without a mining protocol, and no sensor of ours saw mining.
    /// Mining over TLS uses such ports too, but then for thousands of messages.
    /// </summary>
    public bool IsVisitOnly => Own.Mining.Count == 0
        && (Row.LeadKind is LeadKind.Domain or LeadKind.Dns
            || (Row.LeadKind is not LeadKind.Protocol && Row.Submissions <= Rules.VisitConnections && Row.PoolPorts.Count > 0 && Row.PoolPorts.All(port => port.First == port.Last && WebPorts.Contains(port.First))));

    /// <summary>A lead for the verifier. That somebody is a victim no traffic tells, so it is never proposed.</summary>
    public Judgement Judgement => IsVisitOnly ? Judgement.VisitOnly
        : Attribution.Outcome is AttributionOutcome.Unique && (Own.Mining.Count > 0 || Row.LeadKind is LeadKind.Protocol) ? Judgement.ActiveMining
        : Judgement.Undeterminable;
}

/// <summary>The labels of the proposals of one batch: some of them ask for more than one entry.</summary>
internal sealed class BatchLabels
{
    private const string Concentrated = "K1";
    private const string PublicResource = "K2";
    private const string Bitcoin = "K3";
    private const string Site = "site";
    private readonly LabelRules _rules;
    private readonly Dictionary<long, Group> _subjects = [];
    private readonly Dictionary<string, Group> _accessPorts = new(StringComparer.Ordinal);
    private readonly Dictionary<IpAddress, int> _runs = [];

    public BatchLabels(LabelRules rules, IEnumerable<TaskEntry> entries)
    {
        _rules = rules;
        CountRuns(entries);
    }

    /// <summary>Counts one entry; all are counted before labels are asked for.</summary>
    public void Count(long? subject, string? accessPort, IpAddress address, double? watts)
    {
        if (subject is { } id)
        {
            Group.Of(_subjects, id).Add(address, watts);
        }

        if (!string.IsNullOrEmpty(accessPort))
        {
            Group.Of(_accessPorts, accessPort).Add(address, watts);
        }
    }

    public IReadOnlyList<LabelEvidence> Of(Proposal proposal, long? subject)
    {
        var labels = new List<LabelEvidence>();
        var group = subject is { } id ? _subjects.GetValueOrDefault(id) : null;
        var accessPort = proposal.Subscriber?.AccessPort is { Length: > 0 } port ? _accessPorts.GetValueOrDefault(port) : null;
        AtLeast(Concentrated, "subject_addresses", group?.Addresses ?? 0, _rules.SubjectAddresses);
        AtLeast(Concentrated, "access_port_addresses", accessPort?.Addresses ?? 0, _rules.AccessPortAddresses);
        AtLeast(Concentrated, "addresses_in_a_row", _runs.GetValueOrDefault(proposal.Entry.Entry.Addresses.First), _rules.AddressesInARow);
        AtLeast(Concentrated, "subject_kilowatts", group?.Kilowatts ?? 0, _rules.SubjectKilowatts);
        OneOf(PublicResource, "public_kinds", proposal.Subscriber?.Kind, _rules.PublicKinds);
        OneOf(PublicResource, "public_credit_prefixes", proposal.Subscriber?.CreditCode is { Length: >= 2 } credit ? credit[..2] : null, _rules.PublicCreditPrefixes);
        OneOf(Bitcoin, "bitcoin_coins", proposal.Coin, _rules.BitcoinCoins);
        if (_rules.DataCentrePools.Any(pool => proposal.Attribution.AddressKind.Contains(pool, StringComparison.OrdinalIgnoreCase)))
        {
            labels.Add(new LabelEvidence(Site, "data_centre_pools", proposal.Attribution.AddressKind, string.Join('|', _rules.DataCentrePools)));
            AtLeast(Site, "mine_addresses", group?.Addresses ?? 0, _rules.MineAddresses);
            AtLeast(Site, "mine_kilowatts", group?.Kilowatts ?? 0, _rules.MineKilowatts);
        }

        return labels;

        void AtLeast(string label, string criterion, double found, double threshold)
        {
            if (found >= threshold)
            {
                labels.Add(new LabelEvidence(label, criterion, found.ToString("0.#", CultureInfo.InvariantCulture), threshold.ToString("0.#", CultureInfo.InvariantCulture)));
            }
        }

        void OneOf(string label, string criterion, string? found, IReadOnlyList<string> words)
        {
            if (found is not null && words.Contains(found, StringComparer.OrdinalIgnoreCase))
            {
                labels.Add(new LabelEvidence(label, criterion, found, string.Join('|', words)));
            }
        }
    }

    public static bool IsConcentrated(IReadOnlyList<LabelEvidence> labels) => labels.Any(label => label.Label == Concentrated);

    public static bool IsPublicResource(IReadOnlyList<LabelEvidence> labels) => labels.Any(label => label.Label == PublicResource);

    public static bool IsBitcoin(IReadOnlyList<LabelEvidence> labels) => labels.Any(label => label.Label == Bitcoin);

    public static SiteKind SiteOf(IReadOnlyList<LabelEvidence> labels)
    {
        var site = labels.Where(label => label.Label == Site).ToList();
        return site.Count == 0 ? SiteKind.None : site.Exists(label => label.Criterion != "data_centre_pools") ? SiteKind.Mine : SiteKind.DataCentreTenant;
    }

    /// <summary>For each listed address, how many follow each other without a gap in the run it stands in.</summary>
    private void CountRuns(IEnumerable<TaskEntry> entries)
    {
        var addresses = entries.Where(entry => entry.Entry.Addresses.First == entry.Entry.Addresses.Last && entry.Entry.Addresses.First.IsIPv4)
            .Select(entry => entry.Entry.Addresses.First).Distinct().Order().ToList();
        for (var start = 0; start < addresses.Count;)
        {
            var end = start + 1;
            while (end < addresses.Count && addresses[end].Lower == addresses[end - 1].Lower + 1)
            {
                end++;
            }

            foreach (var address in addresses[start..end])
            {
                _runs[address] = end - start;
            }

            start = end;
        }
    }

    private sealed class Group
    {
        private readonly HashSet<IpAddress> _addresses = [];

        public int Addresses => _addresses.Count;

        public double Kilowatts { get; private set; }

        public static Group Of<T>(Dictionary<T, Group> groups, T key)
            where T : notnull => groups.TryGetValue(key, out var group) ? group : groups[key] = new Group();

        public void Add(IpAddress address, double? watts)
        {
            _addresses.Add(address);
            Kilowatts += (watts ?? 0) / 1_000;
        }
    }
}
