using System.Diagnostics;
using System.Globalization;
using MinerFlow.Bench;
using MinerFlow.Capture;
using MinerFlow.Connections;

if (args is ["intervals", ..])
{
    return IntervalBench.Run(args[1..]);
}

if (args is ["ingest", ..])
{
    return IngestBench.Run(args[1..]);
}

if (args is ["subscribers", ..])
{
    return SubscriberBench.Run(args[1..]);
}

if (args is ["lists", ..])
{
    return ListBench.Run(args[1..]);
}

if (args is ["cases", ..])
{
    return CaseBench.Run(args[1..]);
}

if (args is ["feeds", ..])
{
    return FeedBench.Run(args[1..]);
}

if (args.Length < 2 || !BenchInspector.TryCreate(args[0], out var create))
{
    Console.Error.WriteLine("""
        Usage: MinerFlow.Bench MODE CAPTURE [PASSES] [SLOTS_LOG2]
        MODE   read      walks the frames and does nothing with them
               null      decodes, keeps flows, wants none
               prefilter as null, and asks of first data packets that open with '{' whether they hold "mining."
               lines     as prefilter, and reads the connections line by line
               detect    detects as the sensor does, and keeps nothing of it
               intervals    size and speed of the interval store, says more by itself
               ingest       speed of log files into the store, says more by itself
               subscribers  memory of joined accounting, and live syslog, says more by itself
               lists        a list from intake to its forms, says more by itself
               cases        pages of many cases by filter, says more by itself
               feeds        from the ledger to a file in every format, says more by itself
        """);
    return 2;
}

var passes = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 3;
var options = new FlowOptions { FlowSlots = 1 << (args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 21) };
for (var pass = 0; pass < passes; pass++)
{
    var inspector = create();
    using var source = CaptureSources.Open(args[1], new CaptureInputOptions());
    using var pipeline = inspector is null ? null : new PacketPipeline(options, inspector);
    var measured = new MeasuredHandler(pipeline);
    var cpu = Environment.CpuUsage.TotalTime;
    var watch = Stopwatch.StartNew();
    source.Run(measured, CancellationToken.None);
    watch.Stop();
    cpu = Environment.CpuUsage.TotalTime - cpu;
    measured.Report(args[0], pass, watch.Elapsed, cpu, pipeline?.Counters, inspector as BenchInspector);
}

return 0;
