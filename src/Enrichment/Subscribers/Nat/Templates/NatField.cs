namespace MinerFlow.Enrichment.Subscribers.Nat.Templates;

/// <summary>What a place in a line means.</summary>
internal enum NatField : byte
{
    /// <summary>A word that is passed over.</summary>
    Word,

    /// <summary>Everything up to the next text of the pattern.</summary>
    Anything,

    /// <summary>All that follows as name=value pairs.</summary>
    Pairs,

    /// <summary>Word that the profile's <c>events</c> translates.</summary>
    Event,
    Device,
    Time,
    Start,
    Inner,
    InnerPort,
    Outer,

    /// <summary>The only port, or the first of them when a last one is given.</summary>
    FirstPort,
    LastPort,

    /// <summary>How many ports, instead of the last one.</summary>
    PortCount,
    Protocol,
    Vrf,
    Account,
    Destination,
    DestinationPort,
}

internal static class NatFields
{
    /// <summary>The names that patterns use.</summary>
    public static readonly IReadOnlyDictionary<string, NatField> ByName = new Dictionary<string, NatField>(StringComparer.Ordinal)
    {
        ["_"] = NatField.Word,
        ["*"] = NatField.Anything,
        ["pairs"] = NatField.Pairs,
        ["event"] = NatField.Event,
        ["device"] = NatField.Device,
        ["time"] = NatField.Time,
        ["start"] = NatField.Start,
        ["inner"] = NatField.Inner,
        ["inner-port"] = NatField.InnerPort,
        ["outer"] = NatField.Outer,
        ["port"] = NatField.FirstPort,
        ["first-port"] = NatField.FirstPort,
        ["last-port"] = NatField.LastPort,
        ["port-count"] = NatField.PortCount,
        ["protocol"] = NatField.Protocol,
        ["vrf"] = NatField.Vrf,
        ["account"] = NatField.Account,
        ["destination"] = NatField.Destination,
        ["destination-port"] = NatField.DestinationPort,
    };

    public static bool IsTime(this NatField field) => field is NatField.Time or NatField.Start;

    public static bool IsAddress(this NatField field) => field is NatField.Inner or NatField.Outer or NatField.Destination;

    public static bool IsNumber(this NatField field) =>
        field is NatField.InnerPort or NatField.FirstPort or NatField.LastPort or NatField.PortCount or NatField.DestinationPort;
}
