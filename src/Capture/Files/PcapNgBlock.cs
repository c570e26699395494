namespace MinerFlow.Capture.Files;

/// <summary>Types of pcapng blocks that are used, and their lengths in bytes with both length fields (draft-ietf-opsawg-pcapng, section 4).</summary>
internal static class PcapNgBlock
{
    /// <summary>The same in either byte order.</summary>
    public const uint SectionHeader = 0x0a0d0d0a;
    public const uint InterfaceDescription = 1;
    public const uint ObsoletePacket = 2;
    public const uint SimplePacket = 3;
    public const uint InterfaceStatistics = 5;
    public const uint EnhancedPacket = 6;

    public const uint ByteOrderMagic = 0x1a2b3c4d;

    public const int SmallestBlock = 12;
    public const int SectionHeaderLength = 28;
    public const int InterfaceDescriptionLength = 20;
    public const int InterfaceStatisticsLength = 24;
    public const int PacketLength = 32;
    public const int PacketDataAt = 28;
    public const int SimplePacketLength = 16;
    public const int SimplePacketDataAt = 12;

    /// <summary>Room for comments and other options beside the longest frame; they are at most 64 KiB each and few.</summary>
    public const int OptionsRoom = 256 * 1024;

    public static bool IsUsed(uint type) =>
        type is EnhancedPacket or InterfaceDescription or ObsoletePacket or SimplePacket or InterfaceStatistics or SectionHeader;
}
