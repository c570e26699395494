namespace MinerFlow.Detection.Rules;

/// <summary>What an operator may say about one protocol: <c>rules/protocols/NAME.yaml</c>.</summary>
/// <param name="Name">Name of the protocol and of its file.</param>
public sealed record ProtocolRule(string Name)
{
    /// <summary>Switched off, a protocol is neither looked for nor reported.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Title in English; the name when the file has none.</summary>
    public string TitleEnglish { get; init; } = Name;

    /// <summary>Title in Chinese; the name when the file has none.</summary>
    public string TitleChinese { get; init; } = Name;

    /// <summary>Ports that pools of this protocol are known to use: shown as a hint, never a reason.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>What its detector saw, in Chinese by the English words of its evidence; those that several protocols say stand with the reports.</summary>
    public IReadOnlyDictionary<string, string> ReasonsInChinese { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Confidence in a message that fits, as it would fit other protocols.</summary>
    public double Possible { get; init; } = 0.3;

    /// <summary>Confidence in a message that fits by structure.</summary>
    public double Likely { get; init; } = 0.8;

    /// <summary>Confidence in a message that nothing else looks like.</summary>
    public double Certain { get; init; } = 0.95;
}

/// <summary>Thresholds over all protocols: <c>rules/thresholds.yaml</c>.</summary>
public sealed record Thresholds
{
    /// <summary>Confidence from which a connection is reported. Default 0.5: one structural message, never names alone.</summary>
    public double Report { get; init; } = 0.5;

    /// <summary>Confidence when both sides were heard and the pool gave work or took a share. Default 0.99.</summary>
    public double BothSides { get; init; } = 0.99;

    /// <summary>Confidence in the tail, without data, of a connection between a miner and a pool that are known from the same capture. Default 0.5.</summary>
    public double Tail { get; init; } = 0.5;
}
