using System.Buffers.Binary;

namespace MinerFlow.Capture.Files;

/// <summary>Walks the options of a pcapng block: code, length, value padded to 4 bytes (draft-ietf-opsawg-pcapng, section 3.5). Never reads beyond its block.</summary>
internal ref struct PcapNgOptions(ReadOnlySpan<byte> bytes, bool swapped)
{
    private const ushort EndOfOptions = 0;

    private readonly bool _bigEndian = swapped == BitConverter.IsLittleEndian;
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>An option claims more bytes than its block has.</summary>
    public bool Broken { get; private set; }

    public ushort Code { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool Next()
    {
        if (_rest.Length < 4)
        {
            return false;
        }

        Code = Read16(_rest);
        var length = Read16(_rest[2..]);
        if (Code == EndOfOptions)
        {
            return false;
        }

        if (length > _rest.Length - 4)
        {
            Broken = true;
            return false;
        }

        Value = _rest.Slice(4, length);
        _rest = _rest[Math.Min(_rest.Length, 4 + ((length + 3) & ~3))..];
        return true;
    }

    /// <summary>The value as an unsigned 64-bit number; false when it is not 8 bytes long.</summary>
    public readonly bool TryReadUInt64(out ulong value)
    {
        value = 0;
        if (Value.Length != sizeof(ulong))
        {
            return false;
        }

        value = _bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(Value) : BinaryPrimitives.ReadUInt64LittleEndian(Value);
        return true;
    }

    private readonly ushort Read16(ReadOnlySpan<byte> at) => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);
}
