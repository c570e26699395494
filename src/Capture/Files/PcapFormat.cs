using System.Buffers.Binary;
using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Files;

/// <summary>Byte order, clock and record layout of a pcap file, from its 24-byte header (draft-ietf-opsawg-pcap, section 4).</summary>
internal readonly record struct PcapFormat(bool Swapped, int NanosecondsPerTick, int RecordHeaderLength, bool WireLengthFirst, LinkType LinkType)
{
    public const int HeaderLength = 24;

    private const uint Microseconds = 0xa1b2c3d4;
    private const uint Nanoseconds = 0xa1b23c4d;

    /// <summary>The "modified" format of Kuznetzov's libpcap patch: interface, protocol and packet type follow each record header, 8 bytes more.</summary>
    private const uint Kuznetzov = 0xa1b2cd34;

    public static bool IsMagic(ReadOnlySpan<byte> start) => start.Length >= 4 && TryMagic(start, out _, out _);

    /// <summary>Reads the header; <paramref name="problem"/> says in words why it cannot be used.</summary>
    public static bool TryRead(ReadOnlySpan<byte> header, out PcapFormat format, out Sentence problem)
    {
        format = default;
        if (header.Length < HeaderLength || !TryMagic(header, out var magic, out var swapped))
        {
            problem = $"its pcap header is cut: {header.Length} bytes of {HeaderLength}";
            return false;
        }

        var major = Read16(header[4..], swapped);
        var minor = Read16(header[6..], swapped);
        if (major != 2)
        {
            problem = $"it is pcap version {major}.{minor}; version 2 can be read, convert it with: editcap -F pcap IN OUT";
            return false;
        }

        // The upper 16 bits hold the length of a frame check sequence, which the lengths inside the frame make superfluous.
        var linkType = (LinkType)(ushort)Read32(header[20..], swapped);
        // Before version 2.3 the length on the wire came first (libpcap, sf-pcap.c: lengths_swapped).
        format = new PcapFormat(swapped, magic == Nanoseconds ? 1 : 1000, magic == Kuznetzov ? 24 : 16, minor < 3, linkType);
        problem = "";
        return true;
    }

    private static bool TryMagic(ReadOnlySpan<byte> start, out uint magic, out bool swapped)
    {
        magic = BinaryPrimitives.ReadUInt32LittleEndian(start);
        swapped = !BitConverter.IsLittleEndian;
        if (magic is Microseconds or Nanoseconds or Kuznetzov)
        {
            return true;
        }

        magic = BinaryPrimitives.ReverseEndianness(magic);
        swapped = BitConverter.IsLittleEndian;
        return magic is Microseconds or Nanoseconds or Kuznetzov;
    }

    private static ushort Read16(ReadOnlySpan<byte> at, bool swapped) =>
        swapped == BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);

    private static uint Read32(ReadOnlySpan<byte> at, bool swapped) =>
        swapped == BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
}
