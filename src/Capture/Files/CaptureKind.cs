using System.Buffers.Binary;
using MinerFlow.Abstractions;

namespace MinerFlow.Capture.Files;

/// <summary>What an input is, by its first bytes and never by its name.</summary>
internal enum CaptureKind
{
    Unknown,
    Pcap,
    PcapNg,
    Gzip,
}

internal static class CaptureKinds
{
    /// <summary>Bytes that tell every kind that can be read.</summary>
    public const int SniffLength = 4;

    private static readonly Sentence Wanted = "a pcap or pcapng file, or one compressed with gzip, is wanted";

    public static CaptureKind Of(ReadOnlySpan<byte> start)
    {
        if (PcapFormat.IsMagic(start))
        {
            return CaptureKind.Pcap;
        }

        if (start.Length >= SniffLength && BinaryPrimitives.ReadUInt32LittleEndian(start) == PcapNgBlock.SectionHeader)
        {
            return CaptureKind.PcapNg;
        }

        return start.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]) ? CaptureKind.Gzip : CaptureKind.Unknown;
    }

    /// <summary>Why an input of no known kind cannot be read and what would help, to follow its name.</summary>
    public static Sentence WhyNot(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty)
        {
            return $"is empty; {Wanted}";
        }

        foreach (var (magic, what, help) in OtherFormats)
        {
            if (start.StartsWith(magic))
            {
                return $"is {what}; {help}";
            }
        }

        return $"is not a capture (it begins with {Convert.ToHexStringLower(start[..Math.Min(start.Length, SniffLength)])}); {Wanted}";
    }

    private static readonly (byte[] Magic, Sentence What, Sentence Help)[] OtherFormats =
    [
        ([0x28, 0xb5, 0x2f, 0xfd], "compressed with zstd", "pass it as: zstd -dc FILE | minerflow replay -"),
        ([0xfd, 0x37, 0x7a, 0x58], "compressed with xz", "pass it as: xz -dc FILE | minerflow replay -"),
        ([0x42, 0x5a, 0x68], "compressed with bzip2", "pass it as: bzip2 -dc FILE | minerflow replay -"),
        ([0x04, 0x22, 0x4d, 0x18], "compressed with lz4", "pass it as: lz4 -dc FILE | minerflow replay -"),
        ([0x50, 0x4b, 0x03, 0x04], "a zip archive", "unpack it first"),
        ("snoo"u8.ToArray(), "a snoop capture", "convert it with: editcap -F pcap IN OUT"),
        ([0x54, 0x52, 0x53, 0x4e], "a NetXray capture", "convert it with: editcap -F pcap IN OUT"),
        ([0x58, 0x43, 0x50, 0x00], "a NetXray capture", "convert it with: editcap -F pcap IN OUT"),
        ("GMBU"u8.ToArray(), "a Microsoft Network Monitor capture", "convert it with: editcap -F pcap IN OUT"),
        ("RTSS"u8.ToArray(), "a Microsoft Network Monitor capture", "convert it with: editcap -F pcap IN OUT"),
    ];
}
