using MinerFlow.Abstractions;
using MinerFlow.Detection.Coins;
using MinerFlow.Detection.Protocols;

namespace MinerFlow.Detection.Rules;

/// <summary>Reads the rule files of detection from a folder: <c>protocols/*.yaml</c>, <c>thresholds.yaml</c>, <c>coins.csv</c>, <c>pool-tags.csv</c>.</summary>
internal sealed class RuleFolder(string folder, ProtocolCatalog catalog, ICollection<Problem> problems)
{
    public RuleSet Load()
    {
        if (!Directory.Exists(folder))
        {
            problems.Add(new Problem(folder, 0, 0, "There is no such folder; give the one that holds protocols/ and thresholds.yaml."));
            return RuleSet.Default;
        }

        var protocols = new List<ProtocolRule>();
        var path = Path.Combine(folder, "protocols");
        if (Directory.Exists(path))
        {
            var files = Directory.GetFiles(path, "*.yaml");
            Array.Sort(files, StringComparer.Ordinal);
            foreach (var file in files)
            {
                if (TryRead(file, text => ReadProtocol(file, text)) is { } rule)
                {
                    protocols.Add(rule);
                }
            }
        }

        var thresholds = TryRead(Path.Combine(folder, "thresholds.yaml"), ReadThresholds) ?? new Thresholds();
        return new RuleSet(protocols, thresholds) { Coins = LoadCoins() };
    }

    private ProtocolRule? ReadProtocol(string file, TextReader text)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var rule = new ProtocolRule(name);
        var ports = new List<int>();
        var references = new List<string>();
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        var title = new Dictionary<string, Action<YamlFile>>(StringComparer.Ordinal)
        {
            ["zh"] = y => rule = rule with { TitleChinese = y.ReadText() ?? name },
            ["en"] = y => rule = rule with { TitleEnglish = y.ReadText() ?? name },
        };
        var confidence = new Dictionary<string, Action<YamlFile>>(StringComparer.Ordinal)
        {
            ["possible"] = y => rule = rule with { Possible = y.ReadFraction() ?? rule.Possible },
            ["likely"] = y => rule = rule with { Likely = y.ReadFraction() ?? rule.Likely },
            ["certain"] = y => rule = rule with { Certain = y.ReadFraction() ?? rule.Certain },
        };
        var keys = new Dictionary<string, Action<YamlFile>>(StringComparer.Ordinal)
        {
            ["name"] = y => CheckName(y, name),
            ["title"] = y => y.ReadMapping(title),
            ["enabled"] = y => rule = rule with { Enabled = y.ReadSwitch() ?? true },
            ["ports"] = y => y.ReadList(item => ports.AddRange(item.ReadPort() is { } port ? [port] : [])),
            ["confidence"] = y => y.ReadMapping(confidence),
            ["reasons"] = y => y.ReadNamed((seen, item) => reasons[seen] = item.ReadText() ?? seen),
            ["references"] = y => y.ReadList(item => references.AddRange(item.ReadText() is { } reference ? [reference] : [])),
        };
        YamlFile.Read(file, text, problems, keys);
        if (catalog.All.All(p => p.Name != name))
        {
            problems.Add(new Problem(file, 0, 0, $"There is no protocol '{name}'; known ones are {string.Join(", ", catalog.All.Select(p => p.Name))}."));
            return null;
        }

        if (rule.Possible > rule.Likely || rule.Likely > rule.Certain)
        {
            problems.Add(new Problem(file, 0, 0, $"Confidence must not fall from possible ({rule.Possible}) over likely ({rule.Likely}) to certain ({rule.Certain})."));
        }

        return rule with { Ports = ports, ReasonsInChinese = reasons, References = references };
    }

    private static void CheckName(YamlFile yaml, string name)
    {
        if (yaml.ReadMarkedText() is { } given && given != name)
        {
            yaml.ReportLast(given, $"is not the name of the file; it must be '{name}'");
        }
    }

    private Thresholds ReadThresholds(TextReader text)
    {
        var thresholds = new Thresholds();
        YamlFile.Read(Path.Combine(folder, "thresholds.yaml"), text, problems, new Dictionary<string, Action<YamlFile>>(StringComparer.Ordinal)
        {
            ["report"] = y => thresholds = thresholds with { Report = y.ReadFraction() ?? thresholds.Report },
            ["both_sides"] = y => thresholds = thresholds with { BothSides = y.ReadFraction() ?? thresholds.BothSides },
            ["tail"] = y => thresholds = thresholds with { Tail = y.ReadFraction() ?? thresholds.Tail },
        });
        return thresholds;
    }

    private CoinIdentifier LoadCoins()
    {
        var found = new List<Problem>();
        var coins = TryRead(Path.Combine(folder, "coins.csv"), text => CoinTable.Read(text, Path.Combine(folder, "coins.csv"), found));
        var tags = TryRead(Path.Combine(folder, "pool-tags.csv"), text => PoolTags.Read(text, Path.Combine(folder, "pool-tags.csv"), found));
        foreach (var problem in found)
        {
            problems.Add(problem);
        }

        return new CoinIdentifier(coins ?? CoinTable.Empty, tags ?? PoolTags.Empty);
    }

    /// <summary>Null when the file is not there, which leaves the defaults, or cannot be read, which is a problem.</summary>
    private T? TryRead<T>(string file, Func<TextReader, T?> read)
        where T : class
    {
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            using var text = new StreamReader(file);
            return read(text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problems.Add(new Problem(file, 0, 0, FileProblem.Why(file, exception)));
            return null;
        }
    }
}
