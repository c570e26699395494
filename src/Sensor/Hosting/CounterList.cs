using System.Globalization;
using System.Text;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Connections.Decoding;
using MinerFlow.Reporting.HitLists;

namespace MinerFlow.Sensor.Hosting;

/// <summary>All counters of a run by name, in an order that never changes.</summary>
internal sealed class CounterList
{
    private readonly List<NamedCount> _all = [];
    private readonly List<NamedCount> _losses = [];

    public CounterList(CaptureTotals captures, ConnectionCounters connections, long sightingsDropped)
    {
        Add("captures", captures.Captures);
        Add("capture_bytes", captures.Bytes);
        Add("capture_damaged_records", captures.DamagedRecords);
        Add("capture_truncated_tail_bytes", captures.TruncatedTailBytes);
        Add("frames_offered", captures.FramesOffered);
        Loss("kernel_drops", captures.KernelDrops);
        Loss("frames_given_back", captures.FramesShed);
        Loss("frames_left", captures.FramesLeft);
        Add("frames", connections.Frames);
        Add("decoded", connections.Decoded);
        AddRejections(connections);
        Loss("frames_sampled_out", connections.FramesSampledOut);
        Loss("frames_shed", connections.FramesShed);
        Add("ipv4_packets", connections.IPv4Packets);
        Add("ipv6_packets", connections.IPv6Packets);
        Add("tcp_packets", connections.TcpPackets);
        Add("udp_packets", connections.UdpPackets);
        Add("payload_bytes", connections.PayloadBytes);
        Add("payload_bytes_cut", connections.PayloadBytesCut);
        Add("flows", connections.FlowsCreated);
        Loss("flows_evicted", connections.FlowsEvicted);
        Add("probes", connections.Probes);
        Add("connections", connections.ConnectionsOpened);
        Loss("connections_evicted", connections.ConnectionsClosed[(int)ConnectionEnd.Evicted]);
        Add("silent_flows", connections.SilentFlows);
        Loss("silent_flows_dropped", connections.SilentFlowsDropped);
        Add("gaps", connections.Gaps);
        Add("missing_bytes", connections.MissingBytes);
        Add("out_of_order_segments", connections.OutOfOrderSegments);
        Add("retransmitted_bytes", connections.RetransmittedBytes);
        Add("overlapping_bytes", connections.OverlappingBytes);
        Loss("kept_bytes_overflows", connections.KeptBytesOverflows);
        Loss("stream_bytes_refused", connections.StreamBytesRefused);
        Add("datagrams_reassembled", connections.DatagramsReassembled);
        Add("datagrams_expired", connections.DatagramsExpired);
        Loss("datagrams_evicted", connections.DatagramsEvicted);
        Loss("sightings_dropped", sightingsDropped);
    }

    private CounterList()
    {
    }

    public IReadOnlyList<NamedCount> All => _all;

    /// <summary>Bounds that were hit and things that were lost, as words; empty when nothing was.</summary>
    public string Losses => string.Join(", ", _losses.Select(loss => string.Create(CultureInfo.InvariantCulture, $"{loss.Name} {loss.Value}")));

    /// <summary>The sums over several workers.</summary>
    public static CounterList Join(IReadOnlyList<CounterList> lists)
    {
        var joined = new CounterList();
        joined._all.AddRange(Sums(lists.SelectMany(list => list._all)));
        joined._losses.AddRange(Sums(lists.SelectMany(list => list._losses)));
        return joined;
    }

    private static IEnumerable<NamedCount> Sums(IEnumerable<NamedCount> counts) =>
        counts.GroupBy(count => count.Name, StringComparer.Ordinal).Select(group => new NamedCount(group.Key, group.Sum(count => count.Value)));

    private void AddRejections(ConnectionCounters connections)
    {
        foreach (var reason in Enum.GetValues<PacketRejection>())
        {
            if (reason == PacketRejection.FragmentHeld)
            {
                Add("fragments_held", connections.FragmentsHeld);
            }
            else if (reason != PacketRejection.None)
            {
                Add($"rejected_{Word(reason)}", connections.Rejected[(int)reason]);
            }
        }

        foreach (var (number, frames) in connections.UnknownLinkTypes)
        {
            Loss(string.Create(CultureInfo.InvariantCulture, $"unknown_link_type_{number}"), frames);
        }
    }

    private void Add(string name, long value) => _all.Add(new NamedCount(name, value));

    private void Loss(string name, long value)
    {
        Add(name, value);
        if (value > 0)
        {
            _losses.Add(new NamedCount(name, value));
        }
    }

    /// <summary>Words joined by underscores, as the other counters are named: <c>TruncatedIp</c> becomes <c>truncated_ip</c>.</summary>
    public static string Word(PacketRejection reason)
    {
        var word = new StringBuilder();
        foreach (var letter in reason.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && word.Length > 0)
            {
                word.Append('_');
            }

            word.Append(char.ToLowerInvariant(letter));
        }

        return word.ToString();
    }
}

/// <summary>Sums over the captures of a run.</summary>
internal sealed class CaptureTotals
{
    public long Captures { get; private set; }

    public long Unread { get; set; }

    public long Frames { get; private set; }

    public long Bytes { get; private set; }

    public long DamagedRecords { get; private set; }

    public long TruncatedTailBytes { get; private set; }

    public long FramesOffered { get; private set; }

    public long KernelDrops { get; private set; }

    public long FramesShed { get; private set; }

    public long FramesLeft { get; private set; }

    public void Add(CaptureStatistics statistics, int captures)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        Captures += captures;
        Frames += statistics.Frames;
        Bytes += statistics.Bytes;
        DamagedRecords += statistics.DamagedRecords;
        TruncatedTailBytes += statistics.TruncatedTailBytes;
        FramesOffered += statistics.FramesOffered;
        KernelDrops += statistics.KernelDrops;
        FramesShed += statistics.FramesShed;
        FramesLeft += statistics.FramesLeft;
    }
}
