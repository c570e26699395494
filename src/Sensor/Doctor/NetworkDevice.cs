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
    private const uint LargeReceiveOffloadFlag = 1 << 15;

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
        var request = default(InterfaceRequest);
        Encoding.UTF8.GetBytes(name.AsSpan(0, Math.Min(name.Length, NameLength - 1)), new Span<byte>(request.Name, NameLength));
        request.Data = (nint)(&value);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        return Control((int)socket.Handle, EthtoolRequest, &request) == 0 ? value.Data : null;
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

    /// <summary>struct ethtool_value of linux/ethtool.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct EthtoolValue
    {
        public uint Command;
        public uint Data;
    }
}
