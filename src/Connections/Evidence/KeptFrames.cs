using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MinerFlow.Capture;
using MinerFlow.Connections.Streams;

namespace MinerFlow.Connections.Evidence;

/// <summary>Frames of one connection until it is judged, one behind the other in a chunk that grows, and then how much of it was written.</summary>
internal sealed class KeptFrames
{
    private const int Alignment = 8;
    private byte[] _bytes = [];
    private int _used;

    /// <summary>Frames of the connection so far, kept or not.</summary>
    public int Seen { get; set; }

    /// <summary>Frames that found no memory.</summary>
    public int Refused { get; set; }

    /// <summary>Frames behind the opening that came before the verdict.</summary>
    public int Passed { get; set; }

    /// <summary>Frames handed to the disk.</summary>
    public int Written { get; set; }

    /// <summary>The connection is a hit, and its frames go to the disk as they come.</summary>
    public bool IsHandedOver { get; set; }

    /// <summary>Header and bytes of each frame, to be walked with <see cref="Next"/>.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _used);

    /// <returns>False when the memory has no room for it.</returns>
    public bool TryAdd(ChunkPool memory, in FrameHeader frame, ReadOnlySpan<byte> bytes)
    {
        var end = _used + Unsafe.SizeOf<FrameHeader>() + bytes.Length;
        end += -end & (Alignment - 1);
        if (end > _bytes.Length && !Grow(memory, end))
        {
            return false;
        }

        MemoryMarshal.Write(_bytes.AsSpan(_used), in frame);
        bytes.CopyTo(_bytes.AsSpan(_used + Unsafe.SizeOf<FrameHeader>()));
        _used = end;
        return true;
    }

    /// <summary>Goes on to the next frame of <see cref="Bytes"/>.</summary>
    /// <param name="at">Where it begins; moved behind it.</param>
    /// <param name="frame">Its header; where its bytes lie is another question.</param>
    /// <returns>Where its bytes begin.</returns>
    public int Next(ref int at, out FrameHeader frame)
    {
        frame = MemoryMarshal.Read<FrameHeader>(_bytes.AsSpan(at));
        var start = at + Unsafe.SizeOf<FrameHeader>();
        at = start + frame.CapturedLength;
        at += -at & (Alignment - 1);
        return start;
    }

    /// <summary>Gives the memory back.</summary>
    public void Clear(ChunkPool memory)
    {
        if (_bytes.Length > 0)
        {
            memory.Return(_bytes);
        }

        (_bytes, _used) = ([], 0);
    }

    private bool Grow(ChunkPool memory, int length)
    {
        if (memory.Rent(length) is not { } chunk)
        {
            return false;
        }

        Bytes.CopyTo(chunk);
        var used = _used;
        Clear(memory);
        (_bytes, _used) = (chunk, used);
        return true;
    }
}
