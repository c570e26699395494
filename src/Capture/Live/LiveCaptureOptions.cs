using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MinerFlow.Capture.Live;

/// <summary>Which interfaces are listened to, and how.</summary>
public sealed class LiveCaptureOptions
{
    public const string Section = "Capture";

    /// <summary>One entry for each interface.</summary>
    [ValidateEnumeratedItems]
    public IReadOnlyList<LiveInterfaceOptions> Interfaces { get; init; } = [];

    /// <summary>How frames come out of the kernel. Default: the ring of AF_PACKET.</summary>
    public LiveBackend Backend { get; init; }

    /// <summary>Which frames are wanted, in the language of tcpdump (pcap-filter(7)); the kernel leaves out the others. Default: all. Needs libpcap, also with the ring.</summary>
    public string? Filter { get; init; }

    /// <summary>Bytes kept of each frame. Default 262,144, libpcap's MAXIMUM_SNAPLEN: whole frames, also those put together by segmentation offload.</summary>
    [Range(96, 262_144)]
    public int SnapLength { get; init; } = 262_144;

    /// <summary>
    /// How long the kernel may hold frames back to hand over more at once. Default 20 ms: fifty wake-ups a second on a quiet link, and a
    /// sighting is no later than a person notices.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:01")]
    public TimeSpan BlockTimeout { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>What gives way when frames come faster than they are read. Default: the newest.</summary>
    public ShedPolicy Shed { get; init; }

    /// <summary>How long a stop may take to read what is already in the rings; what is left then is counted. Default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>One interface.</summary>
public sealed class LiveInterfaceOptions
{
    /// <summary>15: IFNAMSIZ of Linux without the closing zero.</summary>
    private const int LongestName = 15;

    /// <summary>Name of the interface, as <c>ip link</c> gives it.</summary>
    [Required]
    [RegularExpression("""[^\s/:]+""")]
    [StringLength(LongestName)]
    public string Name { get; init; } = "";

    /// <summary>Size of each worker's ring in MiB. Default 64: half a second of a full 1 Gbit/s link, which outlasts what the scheduler and the compiler take away. It has blocks of 1 MiB.</summary>
    [Range(8, 4_096)]
    public int RingMegabytes { get; init; } = 64;

    /// <summary>Workers that share the frames of the interface; both directions of a conversation come to the same one. Default 1.</summary>
    [Range(1, 64)]
    public int Workers { get; init; } = 1;

    /// <summary>What decides which worker gets a frame.</summary>
    public FanoutMode Fanout { get; init; }

    /// <summary>Processors that the workers are kept on, one for each; rings and flow tables are then made on the memory of that processor. Default: none, the scheduler decides.</summary>
    public IReadOnlyList<int> Processors { get; init; } = [];

    /// <summary>
    /// Keeps each worker on a processor of its own near the card, on the node of memory (NUMA) that the card is plugged into. Default: no. An interface without a node, such as
    /// a virtual one, leaves the choice to the scheduler.
    /// </summary>
    public bool NearCard { get; init; }

    /// <summary>Takes frames for other machines too, as a mirror port needs. Default: yes.</summary>
    public bool Promiscuous { get; init; } = true;

    /// <summary>
    /// Asks the card for the moments of arrival. Default: no, the kernel's clock stamps them; a card's clock must be kept right by PTP before it can be
    /// compared with the logs of other machines.
    /// </summary>
    public bool HardwareTimestamps { get; init; }
}

/// <summary>How frames come out of the kernel.</summary>
public enum LiveBackend
{
    /// <summary>TPACKET_V3 rings of AF_PACKET sockets; Linux only, no library needed.</summary>
    Ring,

    /// <summary>libpcap, wherever it runs; one worker an interface.</summary>
    Libpcap,
}

/// <summary>What gives way when frames come faster than they are read. Whatever it is, it is counted.</summary>
public enum ShedPolicy
{
    /// <summary>The kernel drops what finds the ring full: <see cref="CaptureStatistics.KernelDrops"/>. Nothing is lost before the ring is full, but then every flow has holes.</summary>
    Newest,

    /// <summary>Whole blocks of the ring are given back unread when three quarters of it wait: <see cref="CaptureStatistics.FramesShed"/>. What is read is recent.</summary>
    Oldest,

    /// <summary>
    /// Fewer flows, but these whole: the more of the ring waits, the fewer of the flows that nothing is known of are followed (one in 2, 4, ... 1,024), and all are again when
    /// the ring is nearly empty. Connections that are being read, and so every miner found, stay.
    /// </summary>
    Flows,
}

/// <summary>What decides which worker gets a frame; the numbers are the kernel's (linux/if_packet.h).</summary>
public enum FanoutMode
{
    /// <summary>A hash of addresses and ports that is the same for both directions.</summary>
    Hash = 0,

    /// <summary>The receive queue of the card, whose own hash must then be symmetric.</summary>
    Queue = 5,
}

/// <summary>Checks the ranges of <see cref="LiveCaptureOptions"/>.</summary>
[OptionsValidator]
public sealed partial class LiveCaptureOptionsValidator : IValidateOptions<LiveCaptureOptions>
{
}

/// <summary>Checks what no single value of <see cref="LiveCaptureOptions"/> tells.</summary>
public sealed class LiveCaptureRules : IValidateOptions<LiveCaptureOptions>
{
    /// <summary>8,191: the largest NR_CPUS that Linux is built with on this architecture. Whether this machine has the processor shows when a worker is put on it.</summary>
    private const int HighestProcessor = 8_191;

    public ValidateOptionsResult Validate(string? name, LiveCaptureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new List<string>();
        const string List = $"{LiveCaptureOptions.Section}:{nameof(LiveCaptureOptions.Interfaces)}";
        if (options.Interfaces.Count == 0)
        {
            problems.Add($"{List}: name at least one interface.");
        }

        foreach (var twice in options.Interfaces.GroupBy(each => each.Name, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            problems.Add($"{List}: {twice.Key} is named {twice.Count()} times; give it more Workers instead.");
        }

        if (options.Backend == LiveBackend.Libpcap && options.Shed != ShedPolicy.Newest)
        {
            problems.Add($"{LiveCaptureOptions.Section}:{nameof(LiveCaptureOptions.Shed)}: libpcap does not tell how full its buffer is; use Backend Ring, or Shed Newest.");
        }

        foreach (var each in options.Interfaces)
        {
            if (each.Processors.Count > 0 && each.Processors.Count != each.Workers)
            {
                problems.Add($"{List}: {each.Name} has {each.Workers} Workers and {each.Processors.Count} Processors; give one processor for each worker, or none.");
            }

            if (each.Processors.Count > 0 && each.NearCard)
            {
                problems.Add($"{List}: {each.Name} has Processors and NearCard; name the processors, or let them be chosen, not both.");
            }

            problems.AddRange(each.Processors
                .Where(processor => processor is < 0 or > HighestProcessor)
                .Select(processor => $"{List}: {each.Name} names processor {processor}; they are counted from 0 to {HighestProcessor}."));
            if (options.Backend == LiveBackend.Libpcap && each.Workers > 1)
            {
                problems.Add($"{List}: {each.Name} has {each.Workers} Workers, but libpcap feeds one; use Backend Ring, or 1.");
            }
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
