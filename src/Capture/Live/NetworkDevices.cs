using System.Net.NetworkInformation;

namespace MinerFlow.Capture.Live;

/// <summary>What the system says of its network interfaces.</summary>
internal static class NetworkDevices
{
    private const nuint GetName = 0x8910;
    private const nuint GetFlags = 0x8913;

    /// <summary>IFF_UP of netdevice(7).</summary>
    private const short Up = 1;

    /// <summary>The index of an interface in the name space of the calling thread; 0 when there is none of that name.</summary>
    public static int IndexOf(string name) => NativeCalls.InterfaceIndex(name);

    /// <summary>The name that an interface has now; empty when it is gone.</summary>
    public static string NameOf(int socket, int index)
    {
        var request = new InterfaceRequest { Index = index };
        return NativeCalls.Control(socket, GetName, ref request) == 0 ? request.ReadName() : "";
    }

    /// <summary>Whether an interface still has this name; asked often, it makes no garbage.</summary>
    public static bool HasName(int socket, int index, string name)
    {
        var request = new InterfaceRequest { Index = index };
        return NativeCalls.Control(socket, GetName, ref request) == 0 && request.HasName(name);
    }

    public static bool IsUp(int socket, string name)
    {
        var request = InterfaceRequest.For(name);
        return NativeCalls.Control(socket, GetFlags, ref request) == 0 && (request.Flags & Up) != 0;
    }

    /// <summary>A name that no interface has, with those there are.</summary>
    public static CaptureException NoSuchInterface(string name)
    {
        var present = NetworkInterface.GetAllNetworkInterfaces()
            .Select(device => device.OperationalStatus == OperationalStatus.Down ? $"{device.Name} (down)" : device.Name)
            .Order(StringComparer.Ordinal);
        return new CaptureException($"{name}: there is no such network interface; those there are: {string.Join(", ", present)}");
    }
}
