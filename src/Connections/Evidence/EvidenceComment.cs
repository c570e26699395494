using System.Buffers.Text;
using System.Text;

namespace MinerFlow.Connections.Evidence;

/// <summary>Writes the comment of a frame without making a string of it.</summary>
internal ref struct EvidenceComment(Span<byte> room)
{
    private readonly Span<byte> _room = room;
    private int _used;

    /// <summary>What was written; empty when it did not fit.</summary>
    public readonly ReadOnlySpan<byte> Text => _used <= _room.Length ? _room[.._used] : default;

    public EvidenceComment Add(string text)
    {
        _used = _used <= _room.Length && Encoding.UTF8.TryGetBytes(text, _room[_used..], out var written) ? _used + written : int.MaxValue;
        return this;
    }

    public EvidenceComment Add(ulong number)
    {
        _used = _used <= _room.Length && Utf8Formatter.TryFormat(number, _room[_used..], out var written) ? _used + written : int.MaxValue;
        return this;
    }
}
