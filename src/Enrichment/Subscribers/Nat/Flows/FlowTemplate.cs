namespace MinerFlow.Enrichment.Subscribers.Nat.Flows;

/// <summary>One field of a template: an information element and how many bytes its values have.</summary>
/// <param name="Enterprise">IANA private enterprise number; 0 for elements that IANA itself keeps.</param>
/// <param name="Element">Number of the element.</param>
/// <param name="Length">Bytes; <see cref="VariableLength"/> when each value brings its own (RFC 7011 section 7).</param>
internal readonly record struct FlowField(uint Enterprise, ushort Element, ushort Length)
{
    public const ushort VariableLength = ushort.MaxValue;
}

/// <summary>Which template of which exporter: numbers repeat in each observation domain.</summary>
internal readonly record struct FlowTemplateKey(string Exporter, uint Domain, byte Version, ushort Template);

/// <summary>What the records of one number look like.</summary>
internal sealed class FlowTemplate
{
    public FlowTemplate(FlowField[] fields, bool isOptions)
    {
        Fields = fields;
        IsOptions = isOptions;
        foreach (var field in fields)
        {
            LeastBytes += field.Length == FlowField.VariableLength ? 1 : field.Length;
        }
    }

    public FlowField[] Fields { get; }

    /// <summary>Its records say something about the exporter, not about flows.</summary>
    public bool IsOptions { get; }

    /// <summary>Bytes of the shortest record.</summary>
    public int LeastBytes { get; }

    public bool IsSameAs(FlowTemplate other) => IsOptions == other.IsOptions && Fields.AsSpan().SequenceEqual(other.Fields);
}
