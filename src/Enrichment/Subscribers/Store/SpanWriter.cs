using System.Buffers.Binary;

namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>Writes numbers and bytes one behind the other into a span that the caller has made large enough.</summary>
internal ref struct SpanWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;

    public int Length { get; private set; }

    public void Byte(byte value) => _destination[Length++] = value;

    public void UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_destination[Length..], value);
        Length += sizeof(ushort);
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_destination[Length..], value);
        Length += sizeof(long);
    }

    public void UInt32BigEndian(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_destination[Length..], value);
        Length += sizeof(uint);
    }

    public void UInt128BigEndian(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128BigEndian(_destination[Length..], value);
        Length += 16;
    }

    public void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_destination[Length..]);
        Length += bytes.Length;
    }

    /// <summary>LEB128: seven bits a byte, low ones first, the high bit says that more follow.</summary>
    public void Number(ulong value)
    {
        while (value >= 0x80)
        {
            _destination[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _destination[Length++] = (byte)value;
    }

    public void Number(UInt128 value)
    {
        while (value > ulong.MaxValue)
        {
            _destination[Length++] = (byte)((ulong)value | 0x80);
            value >>= 7;
        }

        Number((ulong)value);
    }
}

/// <summary>Reads what <see cref="SpanWriter"/> wrote. Bytes that run out or make no sense are told once, at the end, by <see cref="IsBroken"/>.</summary>
internal ref struct SpanReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;

    public int Position { get; private set; }

    public bool IsBroken { get; private set; }

    public readonly int Remaining => _source.Length - Position;

    public void Break() => IsBroken = true;

    public byte Byte()
    {
        if ((uint)Position < (uint)_source.Length)
        {
            return _source[Position++];
        }

        IsBroken = true;
        return 0;
    }

    public ushort UInt16() => Take(sizeof(ushort)) is { Length: > 0 } bytes ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : (ushort)0;

    public long Int64() => Take(sizeof(long)) is { Length: > 0 } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    public ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)Remaining)
        {
            IsBroken = true;
            return default;
        }

        var bytes = _source.Slice(Position, count);
        Position += count;
        return bytes;
    }

    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        IsBroken = true;
        return 0;
    }

    /// <summary>A number that cannot be larger than <paramref name="most"/>.</summary>
    public ulong Number(ulong most)
    {
        var value = Number();
        IsBroken |= value > most;
        return Math.Min(value, most);
    }

    public UInt128 WideNumber()
    {
        ulong low = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var part = Byte();
            low |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return low;
            }
        }

        UInt128 value = low;
        for (var shift = 63; shift < 128; shift += 7)
        {
            var part = Byte();
            value |= (UInt128)(uint)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        IsBroken = true;
        return 0;
    }
}
