using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MinerFlow.Enrichment.Subscribers.Intervals;
using MinerFlow.Enrichment.Subscribers.Store;

namespace MinerFlow.Bench;

/// <summary>Size and speed of the interval store, and a writer to be killed.</summary>
internal static partial class IntervalBench
{
    private const int LinesPerCommit = 65_536;
    private const int DontNeed = 4;

    // CLOCK_THREAD_CPUTIME_ID of clock_gettime(2), RUSAGE_THREAD of getrusage(2).
    private const int ThreadClock = 3;
    private const int ThreadUsage = 1;
    private const int WarmQuestions = 20_000;

    // So many reads of a cold disk are under way at once.
    private const int BatchThreads = 8;

    public static int Run(string[] args)
    {
        if (args.Length < 3 || args[0] is not ("build" or "query" or "feed"))
        {
            Console.Error.WriteLine("""
                Usage: MinerFlow.Bench intervals build FOLDER COUNT [once|twice] [SEED]
                       MinerFlow.Bench intervals query FOLDER COUNT [QUESTIONS] [SEED]
                       MinerFlow.Bench intervals feed FOLDER COUNT LINES_PER_COMMIT
                build  makes COUNT intervals of 45 days in FOLDER/store: told once, when they close, or twice, when they open too
                query  asks cold, warm and a batch, and checks every answer; COUNT and SEED as they were built
                feed   goes on where the store says that the last one ended, with a small table; prints the number of lines after each commit
                """);
            return 2;
        }

        var carrier = new SyntheticCarrier(long.Parse(args[2], CultureInfo.InvariantCulture), args.Length > 4 ? ulong.Parse(args[4], CultureInfo.InvariantCulture) : 1);
        var options = new IntervalStoreOptions { Folder = Path.Combine(args[1], "store"), KeyFolder = Path.Combine(args[1], "keys"), IsReadOnly = args[0] == "query" };
        if (args[0] == "feed")
        {
            Feed(new SyntheticCarrier(long.Parse(args[2], CultureInfo.InvariantCulture), seed: 1), options with { TableMebibytes = 1 }, int.Parse(args[3], CultureInfo.InvariantCulture));
        }
        else if (args[0] == "build")
        {
            Build(carrier, options, tellsOpen: args.Length > 3 && args[3] == "twice");
        }
        else
        {
            Query(carrier, options, args.Length > 3 ? int.Parse(args[3], CultureInfo.InvariantCulture) : 1_000_000);
        }

        return 0;
    }

    private static void Build(SyntheticCarrier carrier, IntervalStoreOptions options, bool tellsOpen)
    {
        // What making the lines costs by itself, to be taken off.
        var nothing = new Nothing();
        var cpu = Environment.CpuUsage.TotalTime;
        carrier.Tell(nothing, tellsOpen, () => { });
        var making = Environment.CpuUsage.TotalTime - cpu;

        using var store = IntervalStore.Open(options);
        long lines = 0;
        cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        carrier.Tell(store, tellsOpen, () =>
        {
            if (++lines % LinesPerCommit == 0)
            {
                store.Commit([new("bench", new(lines, lines))]);
            }
        });
        store.Commit([new("bench", new(lines, lines))]);
        store.Flush();
        watch.Stop();
        cpu = Environment.CpuUsage.TotalTime - cpu - making;
        Console.WriteLine($"intervals {carrier.Intervals:n0}  lines {lines:n0}  rows {store.Rows:n0}  segments {store.Segments}  refused {store.Refused}");
        Console.WriteLine($"size {store.Bytes / 1e9:n2} GB  {(double)store.Bytes / carrier.Intervals:n1} B/interval");
        Console.WriteLine($"ingest {watch.Elapsed.TotalSeconds:n1} s  {lines / watch.Elapsed.TotalSeconds:n0} lines/s  CPU {cpu.TotalSeconds:n1} s  {lines / cpu.TotalSeconds:n0} lines/s of one core (making lines: {making.TotalSeconds:n1} s more)");
        Console.WriteLine(Memory());
    }

    private static void Feed(SyntheticCarrier carrier, IntervalStoreOptions options, int linesPerCommit)
    {
        using var store = IntervalStore.Open(options);
        var feed = new FeedAfter(store, store.PositionOf("feed").Read);
        carrier.Tell(feed, tellsOpen: true, () =>
        {
            if (feed.Lines > feed.Position && feed.Lines % linesPerCommit == 0)
            {
                Acknowledge();
            }
        });
        Acknowledge();
        store.Flush();

        void Acknowledge()
        {
            store.Commit([new("feed", new(feed.Lines, feed.Lines))]);
            Console.WriteLine(feed.Lines);
            Console.Out.Flush();
        }
    }

    private static void Query(SyntheticCarrier carrier, IntervalStoreOptions options, int questions)
    {
        var watch = Stopwatch.StartNew();
        using var store = IntervalStore.Open(options);
        Console.WriteLine($"opened in {watch.Elapsed.TotalMilliseconds:n0} ms, {store.Segments} segments, {store.Bytes / 1e9:n2} GB");
        var first = Ask(carrier, store, new Random(1), 1);
        watch.Restart();
        var memory = Ask(carrier, store, new Random(2), 2_000);
        Console.WriteLine($"first question {first[0]:n0} us; indexes of all days read with 2,000 questions, slowest {memory[^1]:n0} us");
        DropPageCache(options.Folder);
        Print("cold", Ask(carrier, store, new Random(3), 2_000));
        Ask(carrier, store, new Random(4), WarmQuestions);
        AskWarm("warm", carrier, store);
        var cpu = Environment.CpuUsage.TotalTime;
        watch.Restart();
        var parts = Enumerable.Range(5, BatchThreads).Select(seed => Task.Factory.StartNew(() => Ask(carrier, store, new Random(seed), questions / BatchThreads), TaskCreationOptions.LongRunning)).ToArray();
        Task.WaitAll(parts);
        Print("batch", [.. parts.SelectMany(part => part.Result).Order()]);
        Console.WriteLine($"batch of {questions:n0} in {BatchThreads} threads: {watch.Elapsed.TotalSeconds:n1} s, CPU {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds:n1} s, making and checking them included");
        Console.WriteLine(Memory());

        // A second store, so after the memory of the first was looked at.
        using var uncached = IntervalStore.Open(options with { PageCacheMebibytes = 0 });
        Ask(carrier, uncached, new Random(4), WarmQuestions);
        AskWarm("warm, pages in the system's cache only", carrier, uncached);
    }

    /// <summary>
    /// The same questions again, and those of them that the system answered from its cache: it may have let go of a page in between (memory that is wanted elsewhere, or a machine
    /// that hands back cached pages by itself), and such a question is a cold one. Also those of them during which the thread kept its processor: on a busy machine others take it
    /// for milliseconds.
    /// </summary>
    private static void AskWarm(string name, SyntheticCarrier carrier, IntervalStore store)
    {
        var times = new double[WarmQuestions];
        var (cached, cachedOwn, undisturbed) = (new List<double>(), new List<double>(), new List<double>());
        var (random, found) = (new Random(4), new List<AddressInterval>());
        for (var i = 0; i < WarmQuestions; i++)
        {
            var before = Usage();
            times[i] = Ask(carrier, store, random, found, out var own);
            var after = Usage();
            if (after.BlocksRead == before.BlocksRead)
            {
                cached.Add(times[i]);
                cachedOwn.Add(own);
                if (after.TimesPreempted == before.TimesPreempted)
                {
                    undisturbed.Add(times[i]);
                }
            }
        }

        Array.Sort(times);
        Print(name, times);
        Print($"  without {WarmQuestions - cached.Count} whose page was gone from the cache", [.. cached.Order()]);
        Print($"  of these, without {cached.Count - undisturbed.Count} during which others had the processor", [.. undisturbed.Order()]);
        Print("  all of these, processor time of the thread", [.. cachedOwn.Order()]);
    }

    /// <summary>Microseconds of each question, sorted.</summary>
    private static double[] Ask(SyntheticCarrier carrier, IntervalStore store, Random random, int questions)
    {
        var times = new double[questions];
        var found = new List<AddressInterval>();
        for (var i = 0; i < questions; i++)
        {
            times[i] = Ask(carrier, store, random, found, out _);
        }

        Array.Sort(times);
        return times;
    }

    /// <summary>Microseconds of one question; also those in which the thread had a processor, which is what it takes on a machine that has nothing else to do.</summary>
    private static double Ask(SyntheticCarrier carrier, IntervalStore store, Random random, List<AddressInterval> found, out double ownTime)
    {
        var (truth, address, port, time) = carrier.Question(random, store);
        found.Clear();
        var ownStart = ThreadTime();
        var start = Stopwatch.GetTimestamp();
        store.Find(address, port, time, time, found);
        var took = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        ownTime = ThreadTime() - ownStart;
        return found.Count == 1 && found[0] == truth ? took : throw new InvalidOperationException($"{address} {port} {time}: {found.Count} answers instead of {truth}");
    }

    private static void Print(string name, double[] times) =>
        Console.WriteLine($"{name}: p50 {times[times.Length / 2]:n1} us  p99 {times[times.Length * 99 / 100]:n1} us  p99.9 {times[times.Length * 999L / 1000]:n1} us  most {times[^1]:n0} us");

    private static string Memory()
    {
        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        return $"memory: {peak.Split(':')[1].Trim()} at most";
    }

    /// <summary>Asks the system to forget the store's pages, which it does for clean ones.</summary>
    private static void DropPageCache(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.intervals"))
        {
            using var file = File.OpenHandle(path);
            _ = Advise((int)file.DangerousGetHandle(), 0, 0, DontNeed);
        }
    }

    /// <summary>Microseconds in which this thread had a processor, system calls included.</summary>
    private static double ThreadTime() =>
        Clock(ThreadClock, out var time) == 0 ? (time.Seconds * 1e6) + (time.Nanoseconds / 1e3) : throw new InvalidOperationException("the thread's clock cannot be read");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Clock(int clock, out TimeSpec time);

    private readonly record struct TimeSpec(long Seconds, long Nanoseconds);

    /// <summary>What this thread has read from the disk, and how often it lost its processor to others.</summary>
    private static ThreadResources Usage() => ResourceUsage(ThreadUsage, out var usage) == 0 ? usage : throw new InvalidOperationException("what the thread has used cannot be read");

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int ResourceUsage(int who, out ThreadResources usage);

    /// <summary>struct rusage of getrusage(2): 18 numbers of 8 bytes, of which ru_inblock is the 12th and ru_nivcsw the last.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct ThreadResources
    {
        [FieldOffset(88)]
        public long BlocksRead;

        [FieldOffset(136)]
        public long TimesPreempted;
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);

    /// <summary>Passes on the lines after the position.</summary>
    private sealed class FeedAfter(IIntervalSink sink, long position) : IIntervalSink
    {
        public long Position { get; } = position;

        public long Lines { get; private set; }

        public LogSource SourceOf(LogKind kind, string device) => sink.SourceOf(kind, device);

        public NameId Intern(ReadOnlySpan<char> name) => sink.Intern(name);

        public void Add(in AddressInterval interval)
        {
            if (++Lines > Position)
            {
                sink.Add(interval);
            }
        }
    }

    private sealed class Nothing : IIntervalSink
    {
        private readonly IntervalList _list = new();

        public LogSource SourceOf(LogKind kind, string device) => _list.SourceOf(kind, device);

        public NameId Intern(ReadOnlySpan<char> name) => default;

        public void Add(in AddressInterval interval)
        {
        }
    }
}
