using MinerFlow.Abstractions;
using Block = MinerFlow.Capture.Files.PcapNgBlock;

namespace MinerFlow.Capture.Files;

/// <summary>
/// Follows the blocks of a pcapng file: type, length, body, length again (draft-ietf-opsawg-pcapng, section 3.1). A block that contradicts itself is
/// counted and passed over as long as both its lengths agree; when they do not, the chain is broken and the rest cannot be read.
/// </summary>
internal sealed unsafe class PcapNgWalker(CaptureInputOptions options, CaptureStatistics statistics, string name) : IRecordWalker
{
    private PcapNgSection _section = new();
    private PcapNgOrder _order;
    private uint _largest = (uint)options.LargestRecordBytes;
    private long _number;
    private long _lastTime;
    private bool _saidTimeless;
    private uint _trailer;

    /// <summary>Head and end of a packet's block, and up to three bytes that fill its last word.</summary>
    public int BytesBetween => Block.PacketLength + 3;

    public long Needed { get; private set; } = Block.SmallestBlock;

    public long Skip { get; set; }

    public bool Stopped { get; private set; }

    public int Walk(ref RecordWindow window, Span<FrameHeader> into)
    {
        var count = 0;
        while (count < into.Length && !Stopped)
        {
            if (_trailer != 0)
            {
                if (!PassTrailer(ref window))
                {
                    break;
                }

                continue;
            }

            if (window.Left < Block.SmallestBlock)
            {
                Needed = Block.SmallestBlock;
                break;
            }

            var at = window.At;
            var type = _order.Read32(at);
            if (type == Block.SectionHeader && !TurnToSection(in window))
            {
                break;
            }

            var length = _order.Read32(at + 4);
            if (!TakeBlock(ref window, type, length))
            {
                break;
            }

            if (type == Block.EnhancedPacket ? ReadPacket(at, length, _order.Read32(at + 8), in window, out into[count]) : ReadOther(at, type, length, in window, out into[count]))
            {
                count++;
            }

            window.At = at + length;
        }

        return count;
    }

    /// <summary>Checks the lengths of the block at the window's position; false when it does not lie in the window, is passed over, or breaks the chain.</summary>
    private bool TakeBlock(ref RecordWindow window, uint type, uint length)
    {
        if (length < Block.SmallestBlock)
        {
            Stop(window.Offset, $"a block claims a length of {length} bytes, less than the {Block.SmallestBlock} of an empty one");
            return false;
        }

        var isUsed = Block.IsUsed(type);
        if (length > _largest + Block.OptionsRoom && (isUsed || window.Left < length))
        {
            PassOver(in window, type, length, isUsed);
            return false;
        }

        if (window.Left < length)
        {
            Needed = length;
            return false;
        }

        var trailer = _order.Read32(window.At + length - 4);
        if (trailer != length)
        {
            Stop(window.Offset, $"a block says {length} bytes at its start and {trailer} at its end");
            return false;
        }

        if (length % 4 != 0)
        {
            statistics.ReportDamage($"{name}: the block at byte {window.Offset} has a length of {length}, not a multiple of 4; it is used, for its end agrees.");
        }

        return true;
    }

    /// <summary>A block that is too large to be held together is passed over by its length, which its end must confirm.</summary>
    private void PassOver(in RecordWindow window, uint type, uint length, bool isUsed)
    {
        if (isUsed)
        {
            statistics.ReportDamage($"{name}: the block of type {type} at byte {window.Offset} has {length} bytes, more than the {_largest + Block.OptionsRoom} a block may have; it is passed over.");
            if (type == Block.InterfaceDescription)
            {
                _section.AddUnusable();
            }
            else if (type == Block.SectionHeader)
            {
                _section = new PcapNgSection();
            }
        }
        else
        {
            statistics.SkippedBlocks++;
        }

        Skip = length - 4;
        Needed = sizeof(uint);
        _trailer = length;
    }

    private bool PassTrailer(ref RecordWindow window)
    {
        // A walk that goes on before the block was passed over has nothing to do.
        if (Skip > 0 || window.Left < sizeof(uint))
        {
            return false;
        }

        var trailer = _order.Read32(window.At);
        if (trailer != _trailer)
        {
            Stop(window.Offset, $"the end of a block says {trailer} bytes where its start says {_trailer}");
            return false;
        }

        _trailer = 0;
        window.At += sizeof(uint);
        return true;
    }

    /// <summary>A section begins: its byte order holds from its own length on.</summary>
    private bool TurnToSection(in RecordWindow window)
    {
        if (PcapNgOrder.TryRead(window.At + 8, out _order))
        {
            return true;
        }

        Stop(window.Offset, "a section header has no byte-order magic");
        return false;
    }

    private bool ReadOther(byte* at, uint type, uint length, in RecordWindow window, out FrameHeader header)
    {
        header = default;
        switch (type)
        {
            case Block.SectionHeader:
                ReadSection(at, length, in window);
                return false;
            case Block.InterfaceDescription:
                ReadInterface(at, length, in window);
                return false;
            case Block.ObsoletePacket:
                return ReadPacket(at, length, _order.Read16(at + 8), in window, out header);
            case Block.SimplePacket:
                return ReadSimple(at, length, in window, out header);
            case Block.InterfaceStatistics when length >= Block.InterfaceStatisticsLength:
                statistics.KernelDrops += _section.AddDrops(_order.Read32(at + 8), OptionsOf(at, 20, length));
                statistics.SkippedBlocks++;
                return false;
            default:
                statistics.SkippedBlocks++;
                return false;
        }
    }

    private void ReadSection(byte* at, uint length, in RecordWindow window)
    {
        if (length < Block.SectionHeaderLength)
        {
            Stop(window.Offset, $"a section header has {length} bytes, less than {Block.SectionHeaderLength}");
            return;
        }

        var major = _order.Read16(at + 12);
        if (major != 1)
        {
            Stop(window.Offset, $"a section is of pcapng version {major}.{_order.Read16(at + 14)}; version 1 can be read");
            return;
        }

        _section = new PcapNgSection();
    }

    private void ReadInterface(byte* at, uint length, in RecordWindow window)
    {
        Sentence? problem;
        if (length < Block.InterfaceDescriptionLength)
        {
            _section.AddUnusable();
            problem = $"it has {length} bytes, less than {Block.InterfaceDescriptionLength}; its frames are not used";
        }
        else
        {
            var linkType = (LinkType)_order.Read16(at + 8);
            _largest = Math.Max(_largest, (uint)RecordLimits.For(linkType, options.LargestRecordBytes));
            problem = _section.Add(linkType, _order.Read32(at + 12), OptionsOf(at, 16, length));
        }

        if (problem is not null)
        {
            statistics.ReportDamage($"{name}: the description of an interface at byte {window.Offset}: {problem}.");
        }
    }

    /// <summary>Enhanced and obsolete packet block: interface, time, captured length, wire length and frame lie at the same places.</summary>
    private bool ReadPacket(byte* at, uint length, uint interfaceId, in RecordWindow window, out FrameHeader header)
    {
        header = default;
        if (length < Block.PacketLength)
        {
            Damage(window.Offset, $"has {length} bytes, less than {Block.PacketLength}");
            return false;
        }

        if (_section[interfaceId] is not { } source)
        {
            Damage(window.Offset, $"names interface {interfaceId}, of which its section has {_section.Count} and this one not, or not usably");
            return false;
        }

        var captured = _order.Read32(at + 20);
        var wire = _order.Read32(at + 24);
        if (captured > length - Block.PacketLength || captured > _largest)
        {
            Damage(window.Offset, $"claims {captured} captured bytes; its block has {length - Block.PacketLength}");
            return false;
        }

        if (captured > wire)
        {
            statistics.ReportDamage($"{name}: the packet at byte {window.Offset} claims {captured} captured bytes of only {wire} on the wire; it is used as captured.");
            wire = captured;
        }

        _lastTime = source.ToNanoseconds(((ulong)_order.Read32(at + 12) << 32) | _order.Read32(at + 16));
        header = Header(at + Block.PacketDataAt, captured, wire, source.LinkType);
        return true;
    }

    /// <summary>A simple packet block has no time; it is given that of the frame before it.</summary>
    private bool ReadSimple(byte* at, uint length, in RecordWindow window, out FrameHeader header)
    {
        header = default;
        if (length < Block.SimplePacketLength || _section[0] is not { } source)
        {
            Damage(window.Offset, length < Block.SimplePacketLength ? (Sentence)$"has {length} bytes, less than {Block.SimplePacketLength}" : "is of the first interface, which its section has not usably described");
            return false;
        }

        var wire = _order.Read32(at + 8);
        var captured = Math.Min(wire, source.SnapLength == 0 ? uint.MaxValue : source.SnapLength);
        captured = Math.Min(captured, Math.Min(length - Block.SimplePacketLength, _largest));
        if (_lastTime == 0 && !_saidTimeless)
        {
            _saidTimeless = true;
            statistics.ReportDamage($"{name}: the packet at byte {window.Offset} is a simple one, which carries no time, and none before it has one; it is dated 1970, and so no rate and no subscriber follows from it.");
        }

        header = Header(at + Block.SimplePacketDataAt, captured, wire, source.LinkType);
        return true;
    }

    private FrameHeader Header(byte* data, uint captured, uint wire, LinkType linkType) => new()
    {
        Address = (nint)data,
        CapturedLength = (int)captured,
        WireLength = (int)Math.Min(wire, int.MaxValue),
        UnixNanoseconds = _lastTime,
        Number = ++_number,
        LinkType = linkType,
    };

    private PcapNgOptions OptionsOf(byte* at, int from, uint length) => new(new ReadOnlySpan<byte>(at + from, (int)length - 4 - from), _order.Swapped);

    private void Damage(long offset, Sentence what) => statistics.ReportDamage($"{name}: the packet at byte {offset}, after frame {_number}, {what}; it is passed over.");

    private void Stop(long offset, Sentence reason)
    {
        Stopped = true;
        Needed = 0;
        statistics.ReportDamage($"{name}: damaged at byte {offset}: {reason}. The {_number} frames before it were read, nothing after it can be.");
    }
}
