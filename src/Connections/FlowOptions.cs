using System.ComponentModel.DataAnnotations;

namespace MinerFlow.Connections;

/// <summary>Bounds of the flow table and of the streams put in order. Every bound has a counter for when it was hit.</summary>
public sealed record FlowOptions
{
    public const string Section = "Flows";

    /// <summary>Flows at a time, rounded up to a power of two, less one; the oldest of some goes first. Default 2,097,152: 128 MiB when as many were seen, and 16 MiB to find them.</summary>
    [Range(1_024, 1 << 28)]
    public int FlowSlots { get; init; } = 1 << 21;

    /// <summary>Of the flows one in so many is followed, chosen by their addresses and ports, the same ones in every run. Default 1, all.</summary>
    [Range(1, 65_536)]
    public int SampleOneFlowIn { get; init; } = 1;

    /// <summary>Seconds without a packet after which a TCP flow is over. Default 3,600: miners may be silent for minutes, and a slot is cheap.</summary>
    [Range(1, 864_000)]
    public int TcpIdleSeconds { get; init; } = 3_600;

    /// <summary>Seconds without a packet after which a UDP flow is over.</summary>
    [Range(1, 864_000)]
    public int UdpIdleSeconds { get; init; } = 180;

    /// <summary>Seconds that a closed TCP flow keeps its slot, so that late packets do not look like a new one. Default 60: half of 2 MSL of RFC 9293.</summary>
    [Range(0, 3_600)]
    public int ClosedLingerSeconds { get; init; } = 60;

    /// <summary>Data packets of each direction that are looked at before a flow counts as benign. Default 4.</summary>
    [Range(1, 15)]
    public int ProbedDataPackets { get; init; } = 4;

    /// <summary>Connections with streams at a time; the oldest goes first.</summary>
    [Range(1, 16_777_216)]
    public int Connections { get; init; } = 262_144;

    /// <summary>Bytes kept of one direction that a handler has not consumed. Default 65,536: the longest legal message of any dialect.</summary>
    [Range(1_024, 16_777_216)]
    public int StreamBytesKept { get; init; } = 65_536;

    /// <summary>Out-of-order bytes kept of one direction while waiting for what is missing.</summary>
    [Range(0, 16_777_216)]
    public int StreamBytesAhead { get; init; } = 131_072;

    /// <summary>Seconds of packet time after which missing bytes count as lost.</summary>
    [Range(1, 3_600)]
    public int GapSeconds { get; init; } = 10;

    /// <summary>Bytes kept of all streams together.</summary>
    [Range(1_048_576, 1L << 40)]
    public long StreamBytesTotal { get; init; } = 1L << 30;

    /// <summary>
    /// Length of the periods of packet time, aligned to 1970, at whose end a connection that spoke in them is told of: see <see cref="IConnectionHandler.OnPeriodEnd"/>.
    /// Default 0, never: a replay tells of each connection once, at its end.
    /// </summary>
    [Range(0, 3_600)]
    public int PeriodSeconds { get; init; }

    /// <summary>Datagrams whose fragments are being collected at a time; the oldest goes first.</summary>
    [Range(0, 1_048_576)]
    public int FragmentedDatagrams { get; init; } = 4_096;

    /// <summary>Seconds that fragments wait for the rest. Default 30, as Linux ipfrag_time.</summary>
    [Range(1, 3_600)]
    public int FragmentSeconds { get; init; } = 30;
}
