using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace MinerFlow.Sensor.Doctor;

/// <summary>What the kernel tells of an interface: sysfs, and the ioctl of ethtool(8) for offloads.</summary>
internal sealed partial class NetworkDevice(string name)
{
    private const nuint EthtoolRequest = 0x8946;
    private const uint GetFlags = 0x25;
    private const uint GetReceiveOffload = 0x2B;
    private const uint GetTimestamping = 0x41;
    private const uint LargeReceiveOffloadFlag = 1 << 15;

    /// <summary>SOF_TIMESTAMPING_RX_HARDWARE and _RAW_HARDWARE of linux/net_tstamp.h: both are needed; and the bit of HWTSTAMP_FILTER_ALL.</summary>
    private const uint StampsReceived = (1 << 2) | (1 << 6);
    private const uint StampsAll = 1 << 1;

    private const int NameLength = 16;

    public string Name => name;

    public bool Exists => Directory.Exists(Folder);

    /// <summary>IFF_UP of if.h.</summary>
    public bool IsUp => (Convert.ToUInt32(Text("flags")[2..], 16) & 1) != 0;

    /// <summary>Something is on the other end; a down interface cannot tell.</summary>
    public bool HasCarrier => Text("carrier") == "1";

    public string Mtu => Text("mtu");

    /// <summary>Frames lost before any socket saw them.</summary>
    public long Missed => Number("statistics/rx_missed_errors") + Number("statistics/rx_fifo_errors");

    /// <summary>Frames joined by software after reception; null when the driver does not tell.</summary>
    public bool? JoinsFrames => Ask(GetReceiveOffload) is { } value ? value != 0 : null;

    /// <summary>Frames joined by the card.</summary>
    public bool? JoinsFramesInHardware => Ask(GetFlags) is { } flags ? (flags & LargeReceiveOffloadFlag) != 0 : null;

    /// <summary>Number of the card's clock (<c>/dev/ptpN</c>) when the card can stamp every frame that it receives; null when it cannot or does not tell.</summary>
    public unsafe int? StampingClock
    {
        get
        {
            var value = new TimestampingInformation { Command = GetTimestamping };
            return Ask(&value) && (value.Stamps & StampsReceived) == StampsReceived && (value.ReceiveFilters & StampsAll) != 0 && value.Clock >= 0 ? value.Clock : null;
        }
    }

    private string Folder => Path.Combine("/sys/class/net", name);

    public static IEnumerable<string> All() => Directory.EnumerateDirectories("/sys/class/net").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    private string Text(string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(Folder, file)).Trim();
        }
        catch (IOException)
        {
            // The carrier of an interface that is down is EINVAL.
            return "";
        }
    }

    private long Number(string file) => long.TryParse(Text(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private unsafe uint? Ask(uint command)
    {
        var value = new EthtoolValue { Command = command };
        return Ask(&value) ? value.Data : null;
    }

    /// <returns>False when the driver does not answer.</returns>
    private unsafe bool Ask(void* question)
    {
        var request = default(InterfaceRequest);
        Encoding.UTF8.GetBytes(name.AsSpan(0, Math.Min(name.Length, NameLength - 1)), new Span<byte>(request.Name, NameLength));
        request.Data = (nint)question;
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        return Control((int)socket.Handle, EthtoolRequest, &request) == 0;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int Control(int descriptor, nuint request, InterfaceRequest* argument);

    /// <summary>struct ifreq of net/if.h: 40 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 40)]
    private unsafe struct InterfaceRequest
    {
        public fixed byte Name[NameLength];
        public nint Data;
    }

    /// <summary>struct ethtool_ts_info of linux/ethtool.h: 44 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 44)]
    private struct TimestampingInformation
    {
        [FieldOffset(0)]
        public uint Command;
        [FieldOffset(4)]
        public uint Stamps;
        [FieldOffset(8)]
        public int Clock;
        [FieldOffset(28)]
        public uint ReceiveFilters;
    }

    /// <summary>struct ethtool_value of linux/ethtool.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct EthtoolValue
    {
        public uint Command;
        public uint Data;
    }
}
