namespace MinerFlow.Capture.Live;

/// <summary>Kinds of network devices (ARPHRD_ of linux/if_arp.h) and what their raw frames begin with.</summary>
internal static class DeviceKinds
{
    public const int Ethernet = 1;
    public const int Loopback = 772;

    /// <exception cref="CaptureException">A kind whose frames come without a link layer that tells what is in them.</exception>
    public static LinkType LinkTypeOf(int kind, string name) => kind switch
    {
        Ethernet or Loopback => LinkType.Ethernet,
        801 => LinkType.Ieee80211,
        802 => LinkType.Ieee80211Prism,
        803 => LinkType.Ieee80211Radiotap,

        // No link layer: tun devices and WireGuard, raw IP of modems, IP in IP, IPv6 in IP.
        0xFFFE or 519 or 768 or 769 or 776 => LinkType.Raw,
        _ => throw new CaptureException($"{name}: the ring does not read devices of kind {kind} (linux/if_arp.h); use the backend libpcap"),
    };
}
