using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Ledger.Tasks;

namespace MinerFlow.Ledger.Verification;

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
    public void Count(Proposal proposal)
    {
        var address = proposal.Entry.Entry.Addresses.First;
        if (proposal.Subject is { } id)
        {
            Group.Of(_subjects, id).Add(address, proposal.Watts);
        }

        if (proposal.AccessPort is { Length: > 0 } port)
        {
            Group.Of(_accessPorts, port).Add(address, proposal.Watts);
        }
    }

    public IReadOnlyList<LabelEvidence> Of(Proposal proposal)
    {
        var labels = new List<LabelEvidence>();
        var group = proposal.Subject is { } id ? _subjects.GetValueOrDefault(id) : null;
        var accessPort = proposal.AccessPort is { Length: > 0 } port ? _accessPorts.GetValueOrDefault(port) : null;
        AtLeast(Concentrated, "subject_addresses", group?.Addresses ?? 0, _rules.SubjectAddresses);
        AtLeast(Concentrated, "access_port_addresses", accessPort?.Addresses ?? 0, _rules.AccessPortAddresses);
        AtLeast(Concentrated, "addresses_in_a_row", _runs.GetValueOrDefault(proposal.Entry.Entry.Addresses.First), _rules.AddressesInARow);
        AtLeast(Concentrated, "subject_kilowatts", group?.Kilowatts ?? 0, _rules.SubjectKilowatts);
        OneOf(PublicResource, "public_kinds", proposal.SubscriberKind, _rules.PublicKinds);
        OneOf(PublicResource, "public_credit_prefixes", proposal.CreditPrefix, _rules.PublicCreditPrefixes);
        OneOf(Bitcoin, "bitcoin_coins", proposal.Coin, _rules.BitcoinCoins);
        if (_rules.DataCentrePools.Any(pool => proposal.AddressKind.Contains(pool, StringComparison.OrdinalIgnoreCase)))
        {
            labels.Add(new LabelEvidence(Site, "data_centre_pools", proposal.AddressKind, string.Join('|', _rules.DataCentrePools)));
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
        /// <summary>Watts of each address: listed at several times or ports it still draws them once.</summary>
        private readonly Dictionary<IpAddress, double> _watts = [];

        public int Addresses => _watts.Count;

        public double Kilowatts => _watts.Values.Sum() / 1_000;

        public static Group Of<T>(Dictionary<T, Group> groups, T key)
            where T : notnull => groups.TryGetValue(key, out var group) ? group : groups[key] = new Group();

        public void Add(IpAddress address, double? watts) => _watts[address] = Math.Max(_watts.GetValueOrDefault(address), watts ?? 0);
    }
}
