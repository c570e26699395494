using System.Collections.Frozen;
using MinerFlow.Abstractions;
using MinerFlow.Detection.Coins;
using MinerFlow.Detection.Protocols;

namespace MinerFlow.Detection.Rules;

/// <summary>The rules of detection as an operator wrote them, checked; never changes.</summary>
public sealed class RuleSet
{
    /// <summary>Without any file: every protocol on, every value at its default.</summary>
    public static readonly RuleSet Default = new([], new Thresholds());

    private readonly FrozenDictionary<string, ProtocolRule> _protocols;

    public RuleSet(IEnumerable<ProtocolRule> protocols, Thresholds thresholds)
    {
        _protocols = protocols.ToFrozenDictionary(p => p.Name, StringComparer.Ordinal);
        Thresholds = thresholds;
    }

    public Thresholds Thresholds { get; }

    /// <summary>Names coins and pools from jobs; knows none without <c>coins.csv</c> and <c>pool-tags.csv</c>.</summary>
    internal CoinIdentifier Coins { get; init; } = CoinIdentifier.Empty;

    /// <summary>Reads the rules folder. What is wrong is added to <paramref name="problems"/>, all at once; the rest of the rules still holds.</summary>
    public static RuleSet Load(string folder, ICollection<Problem> problems) => Load(folder, new ProtocolCatalog(), problems);

    /// <summary>Reads the rules folder against a catalogue that is already made.</summary>
    public static RuleSet Load(string folder, ProtocolCatalog catalog, ICollection<Problem> problems) => new RuleFolder(folder, catalog, problems).Load();

    /// <summary>The rules of single protocols, in ordinal order of their names.</summary>
    public IEnumerable<ProtocolRule> Protocols => _protocols.Values.OrderBy(p => p.Name, StringComparer.Ordinal);

    /// <summary>What detectors saw, in Chinese by the English words of their evidence, of all protocols.</summary>
    public IReadOnlyDictionary<string, string> ReasonsInChinese => Protocols.SelectMany(rule => rule.ReasonsInChinese).DistinctBy(reason => reason.Key).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The rule of this protocol; one with all defaults when there is no file.</summary>
    public ProtocolRule this[string name] => _protocols.GetValueOrDefault(name) ?? new ProtocolRule(name);

    public bool IsEnabled(IMiningProtocol protocol) => !_protocols.TryGetValue(protocol.Name, out var rule) || rule.Enabled;

    internal double ConfidenceOf(string name, Recognition recognition)
    {
        var rule = _protocols.GetValueOrDefault(name) ?? FallBack;
        return recognition switch
        {
            Recognition.Certain => rule.Certain,
            Recognition.Likely => rule.Likely,
            Recognition.Possible => rule.Possible,
            _ => 0,
        };
    }

    private static readonly ProtocolRule FallBack = new("");
}
