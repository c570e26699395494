namespace MinerFlow.Capture;

/// <summary>Link-layer header type of a capture, by the numbers of the tcpdump registry (LINKTYPE_ values). Others pass through as numbers.</summary>
public enum LinkType : ushort
{
    Null = 0,
    Ethernet = 1,
    Ppp = 9,
    PppHdlc = 50,
    PppEther = 51,
    Raw = 101,
    CiscoHdlc = 104,
    Ieee80211 = 105,
    FrameRelay = 107,
    Loop = 108,
    LinuxSll = 113,
    Ieee80211Prism = 119,
    Ieee80211Radiotap = 127,
    Ieee80211Avs = 163,
    PppWithDirection = 204,
    Ppi = 192,
    IPv4 = 228,
    IPv6 = 229,
    NetfilterLog = 239,
    LinuxSll2 = 276,
}
