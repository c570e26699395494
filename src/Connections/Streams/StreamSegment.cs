using MinerFlow.Connections.Decoding;

namespace MinerFlow.Connections.Streams;

/// <summary>Payload of one TCP segment, in its frame or in a chunk of the pool.</summary>
internal readonly struct StreamSegment
{
    public required uint Sequence { get; init; }

    /// <summary>Captured bytes.</summary>
    public required int Length { get; init; }

    /// <summary>Bytes on the wire.</summary>
    public required int WireLength { get; init; }

    /// <summary>Address in a frame; 0 when the bytes are in <see cref="Chunk"/>.</summary>
    public nint Address { get; init; }

    public byte[]? Chunk { get; init; }

    public int ChunkOffset { get; init; }

    public required StreamMoment Moment { get; init; }

    public uint End => Sequence + (uint)WireLength;

    public static StreamSegment From(in PacketRecord record) => new()
    {
        // SYN takes one number before the data that may come with it (RFC 7413).
        Sequence = record.Sequence + ((record.TcpFlags & TcpFlags.Syn) != TcpFlags.None ? 1u : 0),
        Length = record.PayloadLength,
        WireLength = record.PayloadWireLength,
        Address = record.Payload,
        Moment = new StreamMoment(new Abstractions.PacketTime(record.UnixNanoseconds), record.FrameNumber),
    };

    /// <summary>Without its first bytes.</summary>
    public StreamSegment Skip(int count) => new()
    {
        Sequence = Sequence + (uint)count,
        Length = Math.Max(Length - count, 0),
        WireLength = WireLength - count,
        Address = Address + Math.Min(count, Length),
        Chunk = Chunk,
        ChunkOffset = ChunkOffset + Math.Min(count, Length),
        Moment = Moment,
    };

    /// <summary>Only its first bytes.</summary>
    public StreamSegment Take(int count) => new()
    {
        Sequence = Sequence,
        Length = Math.Min(Length, count),
        WireLength = count,
        Address = Address,
        Chunk = Chunk,
        ChunkOffset = ChunkOffset,
        Moment = Moment,
    };

    public unsafe ReadOnlySpan<byte> Bytes => Chunk is null ? new ReadOnlySpan<byte>((void*)Address, Length) : Chunk.AsSpan(ChunkOffset, Length);
}
