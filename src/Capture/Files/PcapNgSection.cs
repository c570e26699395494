using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Files;

/// <summary>What the section of a pcapng file has said so far: its interfaces, each with its clock.</summary>
internal sealed class PcapNgSection
{
    /// <summary>More interfaces than any machine has; the rest of a file that goes on describing them is damage.</summary>
    private const int MostInterfaces = 65_536;

    private const ushort TimeResolution = 9;
    private const ushort TimeOffset = 14;
    private const ushort InterfaceDrops = 5;
    private const ushort SystemDrops = 7;
    private const byte Microseconds = 6;

    private readonly List<PcapNgInterface?> _interfaces = [];

    /// <summary>The interface of that number; null when the section has not described it, or not usably.</summary>
    public PcapNgInterface? this[uint id] => id < (uint)_interfaces.Count ? _interfaces[(int)id] : null;

    public int Count => _interfaces.Count;

    /// <summary>Adds an interface from its description block; the answer says what was wrong with it, null when nothing was.</summary>
    public Sentence? Add(LinkType linkType, uint snapLength, PcapNgOptions options)
    {
        var resolution = Microseconds;
        var offset = 0L;
        Sentence? problem = null;
        while (options.Next())
        {
            if (options.Code == TimeResolution)
            {
                if (options.Value.Length == 1)
                {
                    resolution = options.Value[0];
                }
                else
                {
                    problem = $"its if_tsresol has {options.Value.Length} bytes instead of 1 and is taken as microseconds";
                }
            }
            else if (options.Code == TimeOffset)
            {
                if (options.TryReadUInt64(out var seconds))
                {
                    offset = unchecked((long)seconds);
                }
                else
                {
                    problem = $"its if_tsoffset has {options.Value.Length} bytes instead of 8 and is taken as 0";
                }
            }
        }

        if (options.Broken)
        {
            problem = "one of its options is longer than the block; the options before it are used";
        }

        if (_interfaces.Count >= MostInterfaces)
        {
            return $"a section has at most {MostInterfaces} interfaces here";
        }

        var usable = PcapNgInterface.IsUsableResolution(resolution);
        _interfaces.Add(usable ? new PcapNgInterface(linkType, snapLength, resolution, offset) : null);
        return usable ? problem : (Sentence)$"its if_tsresol {resolution} is finer than any clock; its frames are not used";
    }

    /// <summary>Keeps the number of an interface whose description cannot be read.</summary>
    public void AddUnusable()
    {
        if (_interfaces.Count < MostInterfaces)
        {
            _interfaces.Add(null);
        }
    }

    /// <summary>Frames dropped at the interface that an interface statistics block adds to what was known.</summary>
    public long AddDrops(uint id, PcapNgOptions options)
    {
        if (this[id] is not { } known)
        {
            return 0;
        }

        ulong drops = 0;
        while (options.Next())
        {
            if (options.Code is InterfaceDrops or SystemDrops && options.TryReadUInt64(out var value) && value <= long.MaxValue / 4)
            {
                drops += value;
            }
        }

        var more = Math.Max(0, (long)Math.Min(drops, long.MaxValue) - known.Drops);
        known.Drops += more;
        return more;
    }
}
