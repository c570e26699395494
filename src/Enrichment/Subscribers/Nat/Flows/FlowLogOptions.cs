namespace MinerFlow.Enrichment.Subscribers.Nat.Flows;

internal sealed record FlowLogOptions
{
    /// <summary>Templates of all exporters together. 16,384: a thousand exporters with a dozen each.</summary>
    public int MaxTemplates { get; init; } = 16_384;

    /// <summary>Addresses that datagrams are taken from; more are forged or misconfigured. 4,096: more than any carrier has translators.</summary>
    public int MaxExporters { get; init; } = 4_096;

    /// <summary>Bytes of data that wait for their template. 16 MiB is some minutes of one busy exporter.</summary>
    public int MaxPendingBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Fields of a template; more is a length that lies.</summary>
    public int MaxFields { get; init; } = 256;

    /// <summary>
    /// What records without a natEvent say, by the number of their template. Huawei sends 259 when a session begins and 260 when it ends
    /// (NetEngine 8000 "Flow NetStream Log Format").
    /// </summary>
    public IReadOnlyDictionary<ushort, NatEventKind> EventOfTemplate { get; init; } =
        new Dictionary<ushort, NatEventKind> { [259] = NatEventKind.SessionCreated, [260] = NatEventKind.SessionDeleted };
}

/// <summary>Why a datagram, a set of it or a record gave no event.</summary>
internal enum FlowRejection
{
    None,

    /// <summary>Neither NetFlow version 9, IPFIX, nor a flow log of Comware.</summary>
    UnknownVersion,

    /// <summary>Ends in the middle of a header, a set or a record.</summary>
    Cut,

    /// <summary>A length that cannot be.</summary>
    BadLength,

    BadTemplate,

    /// <summary>The cache of templates is full.</summary>
    TooManyTemplates,

    /// <summary>Waited for its template until the bound was reached.</summary>
    NoTemplate,

    /// <summary>A record without what makes a translation: inner and public address, and an event.</summary>
    NotNat,

    ReversedPorts,

    /// <summary>From one address more than are taken.</summary>
    TooManyExporters,
}

/// <summary>What became of the datagrams of one exporter.</summary>
internal sealed class FlowLogCounters
{
    private readonly long[] _rejected = new long[Enum.GetValues<FlowRejection>().Length];

    public long Datagrams { get; set; }

    public long Templates { get; set; }

    public long Records { get; set; }

    public long Events { get; set; }

    /// <summary>Records about the exporter itself, and events such as exhausted pools.</summary>
    public long Ignored { get; set; }

    /// <summary>Records (IPFIX) and datagrams (NetFlow 9) that sequence numbers show to be missing.</summary>
    public long Lost { get; set; }

    public long this[FlowRejection reason] => _rejected[(int)reason];

    public long Rejected => _rejected.Sum();

    public void Reject(FlowRejection reason) => _rejected[(int)reason]++;
}
