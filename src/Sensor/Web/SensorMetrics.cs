using System.Diagnostics;
using System.Globalization;
using MinerFlow.Abstractions;
using MinerFlow.Connections;
using MinerFlow.Connections.Decoding;
using MinerFlow.Sensor.Hosting;

namespace MinerFlow.Sensor.Web;

/// <summary>Every metric of the service, named once: what <c>/metrics</c> shows and OTLP exports.</summary>
internal sealed class SensorMetrics
{
    private readonly SensorService _service;
    private readonly double _startedAt;

    public SensorMetrics(SensorService service, TimeProvider time, string version, Outbox? outbox)
    {
        _service = service;
        _startedAt = Seconds(time.GetUtcNow());
        All =
        [
            new("minerflow_build_info", MetricKind.Gauge, "Version of the sensor; always 1.", () => [new MetricSample(1, ("version", version))]),
            .. Packets(),
            .. Losses(),
            .. Findings(),
            .. Storage(),
            .. service.Evidence is { } evidence ? Evidence(evidence) : [],
            .. service.Subscribers is { } subscribers ? SubscriberMetrics.Of(subscribers) : [],
            .. FeedMetrics.Of(service.Feeds.Feeds),
            .. outbox is null ? [] : OutboxMetrics.Of(outbox, time),
            .. Surroundings(),
        ];
    }

    public IReadOnlyList<Metric> All { get; }

    private IReadOnlyList<CaptureSnapshot> Workers => _service.Capture.Snapshots();

    private IEnumerable<Metric> Packets() =>
    [
        PerWorker("minerflow_packets_total", "Frames handed to decoding.", worker => worker.Connections.Frames),
        PerWorker("minerflow_bytes_total", "Captured bytes of those frames.", worker => worker.Capture.Bytes),
        PerWorker("minerflow_decoded_packets_total", "Frames whose innermost TCP segment or UDP datagram was found.", worker => worker.Connections.Decoded),
        PerWorker("minerflow_fragments_held_total", "Frames that hold a fragment whose datagram was not complete with them.", worker => worker.Connections.FragmentsHeld),
        new("minerflow_rejected_packets_total", MetricKind.Counter, "Frames that went no further than decoding, by reason.", Rejections),
        PerWorker("minerflow_flows", "Flows in the table.", worker => worker.Connections.FlowsActive, MetricKind.Gauge),
        PerWorker("minerflow_connections", "Flows that are read as connections.", worker => worker.Connections.ConnectionsActive, MetricKind.Gauge),
        PerWorker("minerflow_probes_total", "Payloads that detection was asked about.", worker => worker.Connections.Probes),
        PerWorker("minerflow_connections_opened_total", "Flows that became connections.", worker => worker.Connections.ConnectionsOpened),
        PerWorker("minerflow_stream_gaps_total", "Times that bytes of a connection were missing.", worker => worker.Connections.Gaps),
        PerWorker("minerflow_link_losses_total", "Times that an interface went down or away.", worker => worker.Capture.LinkLosses),
        PerWorker("minerflow_hardware_stamped_packets_total", "Frames whose moment is the card's and not the kernel's.", worker => worker.Capture.StampedInHardware),
        PerWorker("minerflow_damaged_records_total", "Records of a followed capture that could not be used.", worker => worker.Capture.DamagedRecords),
        new(
            "minerflow_source_last_seen_timestamp_seconds",
            MetricKind.Gauge,
            "Packet time of the source.",
            () => Workers.Where(worker => !worker.Now.IsNone).Select(worker => Of(worker, worker.Now.UnixNanoseconds / 1e9))),
        new(
            "minerflow_source_age_seconds",
            MetricKind.Gauge,
            "Age of the last sign of life of the source's thread.",
            () => Workers.Where(worker => !worker.HasEnded).Select(worker => Of(worker, Stopwatch.GetElapsedTime(worker.TakenAt).TotalSeconds))),
    ];

    private IEnumerable<Metric> Losses() =>
    [
        new("minerflow_drops_total", MetricKind.Counter, "What was lost, by reason: frames before decoding, then events and sightings.", Drops),
        new("minerflow_bounds_hit_total", MetricKind.Counter, "Times that a bound of memory made room or refused, by bound.", Bounds),
        Counter("minerflow_events_postponed_total", "Interim events told at their connection's end, because too many connections were remembered.", () => _service.Gathered.EventsPostponed),
        Counter("minerflow_clock_steps_total", "Times that packet time went back by more than a window.", () => _service.Gathered.ClockSteps),
    ];

    private IEnumerable<Metric> Findings() =>
    [
        new(
            "minerflow_events_total",
            MetricKind.Counter,
            "States of connections that mine or speak of mining: one for each period and one at the end.",
            () => _service.Gathered.Events.Select(pair => new MetricSample(
                pair.Value, ("role", pair.Key.Role.ToWord()), ("state", pair.Key.State.ToWord()), ("final", pair.Key.IsFinal ? "true" : "false")))),
        new(
            "minerflow_shares_total",
            MetricKind.Counter,
            "Shares seen, by what became of them; the stale ones are among the rejected.",
            () =>
            [
                new MetricSample(_service.Gathered.Shares.Submitted, ("result", "submitted")),
                new MetricSample(_service.Gathered.Shares.Accepted, ("result", "accepted")),
                new MetricSample(_service.Gathered.Shares.Rejected, ("result", "rejected")),
                new MetricSample(_service.Gathered.Shares.Stale, ("result", "stale")),
            ]),
        Gauge("minerflow_sightings_open", "Sightings of windows that have not ended.", () => _service.Gathered.Open),
        Counter("minerflow_sightings_folded_total", "Sightings of attempts that no pool answered, only counted because a window had too many.", () => _service.Gathered.Folded),
        Counter("minerflow_sightings_total", "Sightings that are safe on disk.", () => _service.Gathered.Kept),
        new(
            "minerflow_sighting_last_seen_timestamp_seconds",
            MetricKind.Gauge,
            "Packet time of the newest sighting that is safe on disk.",
            () => _service.Gathered.LastSeen.IsNone ? [] : [new MetricSample(_service.Gathered.LastSeen.UnixNanoseconds / 1e9)]),
        new(
            "minerflow_attributions_total",
            MetricKind.Counter,
            "Answers to who was behind a sighting, by outcome and grade.",
            () => _service.Gathered.Attributions.Select(pair => new MetricSample(pair.Value, ("outcome", pair.Key.Outcome), ("grade", pair.Key.Grade)))),
        Gauge("minerflow_interval_index_rows", "Rows of the subscriber index.", () => _service.Sources.Intervals),
    ];

    private IEnumerable<Metric> Storage() =>
    [
        Gauge("minerflow_spool_bytes", "Bytes of the spool on disk.", () => _service.Spool.Bytes),
        Gauge("minerflow_spool_sightings", "Sightings in the spool that the ledger lacks.", () => _service.Ledger.Backlog),
        Gauge("minerflow_spool_up", "1 while the spool can be written.", () => _service.Gathered.SpoolFails ? 0 : 1),
        Counter("minerflow_spool_damaged_total", "Sightings of the spool that damage on the disk has cost.", () => _service.Spool.Damaged),
        Gauge("minerflow_sightings_waiting", "Sightings in memory because the spool cannot be written.", () => _service.Gathered.Waiting),
        new("minerflow_ledger_bytes", MetricKind.Gauge, "Bytes of the ledger on its disk when it was last written to.", () => _service.Ledger.Bytes is { } bytes ? [new MetricSample(bytes)] : []),
        new("minerflow_disk_free_bytes", MetricKind.Gauge, "Bytes that are free for the spool and for a ledger that is a file.", FreeBytes),
        Gauge("minerflow_ledger_up", "1 while the ledger can be written.", () => _service.Ledger.IsUp ? 1 : 0),
        Counter("minerflow_ledger_failures_total", "Attempts to write the ledger that failed.", () => _service.Ledger.Failures),
        new(
            "minerflow_ledger_sightings_total",
            MetricKind.Counter,
            "Sightings brought to the ledger, by whether it had them before.",
            () => [new MetricSample(_service.Ledger.Added, ("result", "added")), new MetricSample(_service.Ledger.Known, ("result", "known"))]),
    ];

    private static IEnumerable<Metric> Evidence(EvidenceFiles evidence) =>
    [
        Counter("minerflow_evidence_connections_total", "Hits of which frames were kept.", () => evidence.Counters.Connections),
        Counter("minerflow_evidence_frames_total", "Frames of hits handed to the disk.", () => evidence.Counters.Frames),
        new(
            "minerflow_evidence_lost_frames_total",
            MetricKind.Counter,
            "Frames of hits that are not in the evidence captures, by reason.",
            () =>
            [
                new MetricSample(evidence.Counters.FramesNotWritten, ("reason", "disk")),
                new MetricSample(evidence.Counters.FramesWithoutMemory, ("reason", "memory")),
                new MetricSample(evidence.Counters.FramesBeforeVerdict, ("reason", "before_verdict")),
                new MetricSample(evidence.Counters.FramesBeyond, ("reason", "frames_per_connection")),
            ]),
        Gauge("minerflow_evidence_bytes", "Bytes of the evidence captures on disk.", () => evidence.Bytes),
        Counter("minerflow_evidence_files_removed_total", "Evidence captures that went because of their bound.", () => evidence.FilesRemoved),
    ];

    private IEnumerable<Metric> Surroundings() =>
    [
        new(
            "minerflow_reloads_total",
            MetricKind.Counter,
            "Times that rules and sources were read again, by result.",
            () => [new MetricSample(_service.Reload.Done, ("result", "done")), new MetricSample(_service.Reload.Refused, ("result", "refused"))]),
        Gauge("minerflow_reload_last_success_timestamp_seconds", "When the rules and sources in force were read.", () => Seconds(_service.Reload.LastDone)),
        Gauge("minerflow_sources_up_to_date", "0 while files lie there that were refused.", () => _service.Reload.IsUpToDate ? 1 : 0),
        new(
            "minerflow_clock_offset_seconds",
            MetricKind.Gauge,
            "Offset of the system's clock from its reference, as the kernel's clock discipline has it.",
            () => [new MetricSample(ClockState.Read().OffsetSeconds, ("source", "system"))]),
        Gauge("minerflow_clock_synchronised", "1 while the kernel's clock discipline says that the clock is synchronised.", () => ClockState.Read().IsSynchronised ? 1 : 0),
        Gauge("minerflow_watchdog_silent", "Loops that have not moved for too long.", () => _service.Watchdog.Silent().Count),
        Gauge("process_resident_memory_bytes", "Resident memory.", () => Environment.WorkingSet),
        Counter("process_cpu_seconds_total", "User and system time.", () => Environment.CpuUsage.TotalTime.TotalSeconds),
        Gauge("process_start_time_seconds", "When the service started.", () => _startedAt),
        Counter("dotnet_gc_allocated_bytes_total", "Managed memory allocated.", () => GC.GetTotalAllocatedBytes()),
    ];

    private IEnumerable<MetricSample> FreeBytes()
    {
        foreach (var (what, folder) in _service.Folders)
        {
            long? free = null;
            try
            {
                free = new DriveInfo(folder).AvailableFreeSpace;
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // A disk that is away has no room to tell of; that it cannot be written others say.
            }

            if (free is { } bytes)
            {
                yield return new MetricSample(bytes, ("what", what));
            }
        }
    }

    private IEnumerable<MetricSample> Rejections()
    {
        foreach (var worker in Workers)
        {
            foreach (var reason in Enum.GetValues<PacketRejection>())
            {
                if (reason is not (PacketRejection.None or PacketRejection.FragmentHeld))
                {
                    yield return Of(worker, worker.Connections.Rejected[(int)reason], ("reason", CounterList.Word(reason)));
                }
            }
        }
    }

    private IEnumerable<MetricSample> Drops()
    {
        yield return Reason("kernel", Workers.Sum(worker => worker.Capture.KernelDrops));
        yield return Reason("shed", Workers.Sum(worker => worker.Capture.FramesShed));
        yield return Reason("stop", Workers.Sum(worker => worker.Capture.FramesLeft));
        yield return Reason("event_queue", _service.EventsDropped);
        yield return Reason("sightings_open", _service.Gathered.EventsDropped);
        foreach (var reason in (string[])["spool_full", "spool_disk"])
        {
            yield return Reason(reason, _service.Gathered.LostByReason.GetValueOrDefault(reason));
        }

        static MetricSample Reason(string reason, double count) => new(count, ("reason", reason));
    }

    private IEnumerable<MetricSample> Bounds()
    {
        yield return Bound("flows", counters => counters.FlowsEvicted);
        yield return Bound("connections", counters => counters.ConnectionsClosed[(int)ConnectionEnd.Evicted]);
        yield return Bound("silent_flows", counters => counters.SilentFlowsDropped);
        yield return Bound("stream_kept", counters => counters.KeptBytesOverflows);
        yield return Bound("stream_total_bytes", counters => counters.StreamBytesRefused);
        yield return Bound("fragmented_datagrams", counters => counters.DatagramsEvicted);

        MetricSample Bound(string name, Func<ConnectionCounters, long> count) => new(Workers.Sum(worker => count(worker.Connections)), ("bound", name));
    }

    private Metric PerWorker(string name, string help, Func<CaptureSnapshot, long> read, MetricKind kind = MetricKind.Counter) =>
        new(name, kind, help, () => Workers.Select(worker => Of(worker, read(worker))));

    private static Metric Counter(string name, string help, Func<double> read) => new(name, MetricKind.Counter, help, () => [new MetricSample(read())]);

    private static Metric Gauge(string name, string help, Func<double> read) => new(name, MetricKind.Gauge, help, () => [new MetricSample(read())]);

    private static MetricSample Of(CaptureSnapshot worker, double value, params (string, string)[] labels) =>
        new(value, [("source", worker.Source), ("worker", worker.Worker.ToString(CultureInfo.InvariantCulture)), .. labels]);

    private static double Seconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds() / 1e3;
}
