namespace MinerFlow.Enrichment.Subscribers.Nat.Templates;

internal enum StepKind : byte
{
    /// <summary>These bytes exactly.</summary>
    Text,

    /// <summary>One or more blanks or tabs, however many the pattern has.</summary>
    Blanks,

    Field,
}

/// <summary>One step of a compiled pattern.</summary>
internal sealed class TemplateStep
{
    public required StepKind Kind { get; init; }

    /// <summary>The text; of a field that passes everything over, the text that ends it.</summary>
    public byte[] Text { get; init; } = [];

    public NatField Field { get; init; }

    /// <summary>A lone hyphen may stand instead of a value.</summary>
    public bool MayBeNil { get; init; }

    /// <summary>First byte of the text that follows; 0 when blanks or the end of the line end the field.</summary>
    public byte Stop { get; init; }

    public TimePattern? Time { get; init; }

    /// <summary>4 or 6 where an address must be of that version, else 0.</summary>
    public int Version { get; init; }

    /// <summary>What names in pairs mean.</summary>
    public PairNames? Pairs { get; init; }

    /// <summary>How the step reads in the pattern, for messages.</summary>
    public required string Spelling { get; init; }
}

/// <summary>Names of a profile's <c>pairs</c> and what their values mean.</summary>
internal sealed class PairNames(IEnumerable<(byte[] Name, TemplateStep Value)> names)
{
    private readonly (byte[] Name, TemplateStep Value)[] _names = [.. names];

    public TemplateStep? Find(ReadOnlySpan<byte> name)
    {
        foreach (var (known, value) in _names)
        {
            if (name.SequenceEqual(known))
            {
                return value;
            }
        }

        return null;
    }
}

/// <summary>Names of a profile's <c>events</c> and what they mean; capitals do not matter, and <c>*</c> stands for all others.</summary>
internal sealed class EventNames(IEnumerable<(byte[] Name, NatEventKind Kind)> names)
{
    public static readonly EventNames None = new([]);

    private readonly (byte[] Name, NatEventKind Kind)[] _names = [.. names];

    private static ReadOnlySpan<byte> Others => "*"u8;

    public NatEventKind? Find(ReadOnlySpan<byte> name)
    {
        NatEventKind? others = null;
        foreach (var (known, kind) in _names)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(name, known))
            {
                return kind;
            }

            others = Others.SequenceEqual(known) ? kind : others;
        }

        return others;
    }
}
