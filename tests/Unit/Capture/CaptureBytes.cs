using System.Buffers.Binary;
using System.IO.Compression;

namespace MinerFlow.Unit.Capture;

/// <summary>Builds pcap and pcapng files byte by byte, right ones and wrong ones.</summary>
internal sealed class CaptureBytes(bool bigEndian = false)
{
    public const uint Microseconds = 0xa1b2c3d4;
    public const uint Nanoseconds = 0xa1b23c4d;
    public const uint Kuznetzov = 0xa1b2cd34;

    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public byte[] ToGzip() => Gzip(ToArray());

    public static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    /// <summary>A frame of that length whose bytes tell frames apart.</summary>
    public static byte[] Frame(int length, int seed)
    {
        var frame = new byte[length];
        for (var i = 0; i < length; i++)
        {
            frame[i] = (byte)((seed * 31) + i);
        }

        return frame;
    }

    public CaptureBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public CaptureBytes U16(int value)
    {
        Span<byte> at = stackalloc byte[2];
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(at, (ushort)value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)value);
        }

        _bytes.AddRange(at);
        return this;
    }

    public CaptureBytes U32(long value)
    {
        Span<byte> at = stackalloc byte[4];
        if (bigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(at, (uint)value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)value);
        }

        _bytes.AddRange(at);
        return this;
    }

    public CaptureBytes U64(ulong value) => bigEndian ? U32((long)(value >> 32)).U32((uint)value) : U32((uint)value).U32((long)(value >> 32));

    public CaptureBytes Pcap(uint magic = Microseconds, int linkType = 1, int major = 2, int minor = 4) =>
        U32(magic).U16(major).U16(minor).U32(0).U32(0).U32(262_144).U32(linkType);

    public CaptureBytes Record(long seconds, long fraction, byte[] frame, long? wire = null, long? captured = null) =>
        U32(seconds).U32(fraction).U32(captured ?? frame.Length).U32(wire ?? frame.Length).Raw(frame);

    /// <summary>Many records, one a millisecond, of lengths that go up and down.</summary>
    public CaptureBytes Records(int count, int longest = 200, long startSecond = 1_700_000_000)
    {
        for (var i = 0; i < count; i++)
        {
            Record(startSecond + (i / 1000), i % 1000 * 1000, Frame(60 + (i * 37 % (longest - 59)), i));
        }

        return this;
    }

    /// <summary>A block of a pcapng file around a body that is already padded.</summary>
    public CaptureBytes Block(uint type, byte[] body) => U32(type).U32(body.Length + 12).Raw(body).U32(body.Length + 12);

    public CaptureBytes Section(int major = 1) => Block(0x0a0d0d0a, New().U32(0x1a2b3c4d).U16(major).U16(0).U32(0xffffffff).U32(0xffffffff).ToArray());

    public CaptureBytes Interface(int linkType = 1, long snapLength = 0, byte[]? options = null) =>
        Block(1, New().U16(linkType).U16(0).U32(snapLength).Raw(options ?? []).ToArray());

    public CaptureBytes Enhanced(int interfaceId, ulong ticks, byte[] frame, long? wire = null, long? captured = null) =>
        Block(6, New().U32(interfaceId).U32((long)(ticks >> 32)).U32((uint)ticks).U32(captured ?? frame.Length).U32(wire ?? frame.Length).Padded(frame).ToArray());

    public CaptureBytes Obsolete(int interfaceId, ulong ticks, byte[] frame) =>
        Block(2, New().U16(interfaceId).U16(0xffff).U32((long)(ticks >> 32)).U32((uint)ticks).U32(frame.Length).U32(frame.Length).Padded(frame).ToArray());

    public CaptureBytes Simple(byte[] frame, long? wire = null) => Block(3, New().U32(wire ?? frame.Length).Padded(frame).ToArray());

    public CaptureBytes Option(int code, params byte[] value) => U16(code).U16(value.Length).Padded(value);

    public CaptureBytes Padded(byte[] bytes) => Raw(bytes).Raw(new byte[-bytes.Length & 3]);

    /// <summary>An empty one of the same byte order, for bodies.</summary>
    public CaptureBytes New() => new(bigEndian);
}
