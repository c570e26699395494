namespace MinerFlow.Capture.Files;

/// <summary>Longest captured frame that is believed for a link type, after libpcap's max_snaplen_for_dlt (pcap-common.c).</summary>
internal static class RecordLimits
{
    private const int UsbMaximum = 128 * 1024 * 1024;
    private const int EbhscrMaximum = 8 * 1024 * 1024;

    // LINKTYPE_ values of the tcpdump registry.
    private const int DBus = 231;
    private const int UsbLinuxMapped = 220;
    private const int UsbPcap = 249;
    private const int Ebhscr = 279;

    public static int For(LinkType linkType, int ordinary) => (int)linkType switch
    {
        DBus or UsbLinuxMapped or UsbPcap => Math.Max(ordinary, UsbMaximum),
        Ebhscr => Math.Max(ordinary, EbhscrMaximum),
        _ => ordinary,
    };
}
