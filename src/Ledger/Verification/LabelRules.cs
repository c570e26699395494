using MinerFlow.Abstractions;
using MinerFlow.Enrichment;
using static MinerFlow.Enrichment.SettingsTable;

namespace MinerFlow.Ledger.Verification;

/// <summary>Thresholds and lists behind the three labels of the key clearing and behind 数据中心 or 矿场: <c>rules/labels.csv</c>, which an operator may change.</summary>
public sealed record LabelRules
{
    /// <summary>Said with every label, so that an old one can be explained after a change.</summary>
    public string Version { get; init; } = "default";

    /// <summary>K1: addresses of one subject in a batch.</summary>
    public int SubjectAddresses { get; init; } = 8;

    /// <summary>K1: addresses behind one access port (OLT, PON).</summary>
    public int AccessPortAddresses { get; init; } = 8;

    /// <summary>K1: listed addresses that follow each other without a gap.</summary>
    public int AddressesInARow { get; init; } = 16;

    /// <summary>K1: estimated power of one subject, in kilowatts.</summary>
    public double SubjectKilowatts { get; init; } = 30;

    /// <summary>K2: kinds of subject in the register.</summary>
    public IReadOnlyList<string> PublicKinds { get; init; } = ["党政机关", "事业单位", "国有企业", "国有企事业", "高校", "医院"];

    /// <summary>K2: beginnings of the 统一社会信用代码 (GB 32100-2015, table 1: 1 机构编制; then 1 机关, 2 事业单位, 3 群团, 9 other).</summary>
    public IReadOnlyList<string> PublicCreditPrefixes { get; init; } = ["11", "12", "13", "19"];

    /// <summary>K3: coins.</summary>
    public IReadOnlyList<string> BitcoinCoins { get; init; } = ["BTC"];

    /// <summary>Kinds of address pool in the inventory that are a data centre's.</summary>
    public IReadOnlyList<string> DataCentrePools { get; init; } = ["idc"];

    /// <summary>A tenant with as many listed addresses is a mine.</summary>
    public int MineAddresses { get; init; } = 8;

    /// <summary>A tenant that uses as much power is a mine, in kilowatts.</summary>
    public double MineKilowatts { get; init; } = 30;

    /// <summary>So many connections to a web port are visits to a web site, as long as no mining protocol was seen.</summary>
    public int VisitConnections { get; init; } = 10;

    /// <summary>Reads the file; what is wrong with it is added to <paramref name="problems"/>, and what it does not say keeps its default.</summary>
    public static LabelRules Load(string path, ICollection<Problem> problems) => SettingsTable.Read(
        path,
        "criterion",
        new LabelRules(),
        (rules, name, value) => name switch
        {
            "version" => rules with { Version = value },
            "subject_addresses" when Count(value) is { } count => rules with { SubjectAddresses = count },
            "access_port_addresses" when Count(value) is { } count => rules with { AccessPortAddresses = count },
            "addresses_in_a_row" when Count(value) is { } count => rules with { AddressesInARow = count },
            "subject_kilowatts" when Amount(value) is { } amount => rules with { SubjectKilowatts = amount },
            "public_kinds" => rules with { PublicKinds = Words(value) },
            "public_credit_prefixes" => rules with { PublicCreditPrefixes = Words(value) },
            "bitcoin_coins" => rules with { BitcoinCoins = Words(value) },
            "data_centre_pools" => rules with { DataCentrePools = Words(value) },
            "mine_addresses" when Count(value) is { } count => rules with { MineAddresses = count },
            "mine_kilowatts" when Amount(value) is { } amount => rules with { MineKilowatts = amount },
            "visit_connections" when Count(value) is { } count => rules with { VisitConnections = count },
            _ => null,
        },
        "numbers must be above zero, lists have | between their words.",
        problems);
}
