using System.Globalization;

namespace MinerFlow.Capture.Live;

/// <summary>
/// Which processors are near a card: the nodes of memory (NUMA) as the kernel tells them in sysfs (Documentation/ABI/stable/sysfs-devices-node, testing/sysfs-bus-pci).
/// </summary>
public sealed class MemoryNodes
{
    private readonly string _root;

    public MemoryNodes()
        : this("/")
    {
    }

    /// <param name="root">Folder that has <c>sys</c> and <c>proc</c>.</param>
    internal MemoryNodes(string root) => _root = root;

    /// <summary>How many nodes the machine has; 1 when it does not tell.</summary>
    public int Count => Math.Max(1, Numbers(Text("sys/devices/system/node/online")).Count);

    /// <summary>The node that a card is plugged into; null for a virtual interface, and on a machine that does not tell.</summary>
    public int? NodeOf(string device) =>
        int.TryParse(Text($"sys/class/net/{device}/device/numa_node"), NumberStyles.None, CultureInfo.InvariantCulture, out var node) ? node : null;

    /// <summary>The processors of a node that this process may run on, ascending.</summary>
    public IReadOnlyList<int> ProcessorsOf(int node)
    {
        var allowed = Text("proc/self/status").Split('\n').FirstOrDefault(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal));
        var processors = Numbers(Text(string.Create(CultureInfo.InvariantCulture, $"sys/devices/system/node/node{node}/cpulist")));
        return allowed is null ? processors : [.. processors.Intersect(Numbers(allowed.AsSpan(allowed.IndexOf(':', StringComparison.Ordinal) + 1).Trim().ToString()))];
    }

    /// <summary>A processor near the card for each worker.</summary>
    /// <param name="device">The interface.</param>
    /// <param name="workers">How many it has.</param>
    /// <param name="taken">Processors that have a worker already.</param>
    /// <returns>None when the interface has no node: then no processor is nearer than another.</returns>
    /// <exception cref="CaptureException">The node has too few.</exception>
    public IReadOnlyList<int> Near(string device, int workers, IReadOnlySet<int> taken)
    {
        if (NodeOf(device) is not { } node)
        {
            return [];
        }

        var processors = ProcessorsOf(node).Where(processor => !taken.Contains(processor)).ToList();
        return processors.Count >= workers
            ? [.. processors.Take(workers)]
            : throw new CaptureException($"{device}: {workers} Workers, but its memory node {node} has {processors.Count} free processors that this process may use; lower Workers, or leave NearCard out");
    }

    /// <summary>A list as the kernel writes it, such as <c>0-3,8</c>.</summary>
    private static List<int> Numbers(string list)
    {
        var numbers = new List<int>();
        foreach (var part in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var first) && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var last))
            {
                numbers.AddRange(Enumerable.Range(first, Math.Max(0, last - first + 1)));
            }
        }

        return numbers;
    }

    private string Text(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(_root, path)).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Virtual interfaces have no device, kernels without NUMA no nodes.
            return "";
        }
    }
}
