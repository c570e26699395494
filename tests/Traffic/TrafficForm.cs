namespace MinerFlow.Traffic;

/// <summary>How the sensor happens to see a dialogue: what wraps it, and how much of it is there.</summary>
public sealed record TrafficForm(string Name)
{
    public static readonly TrafficForm Plain = new("plain");

    /// <summary>The forms beside plain that every dialogue is also replayed in.</summary>
    public static readonly IReadOnlyList<TrafficForm> Others =
    [
        new("vlan") { Encapsulation = Encapsulation.Vlan },
        new("qinq") { Encapsulation = Encapsulation.QinQ },
        new("mpls") { Encapsulation = Encapsulation.Mpls },
        new("gtp-u") { Encapsulation = Encapsulation.GtpU },
        new("ipv6") { OverIPv6 = true },
        new("mid-stream") { FromMiddle = true },
        new("client-only") { HidesServer = true },
        new("server-only") { HidesClient = true },
        new("mid-stream-client-only") { FromMiddle = true, HidesServer = true },
        new("mid-stream-server-only") { FromMiddle = true, HidesClient = true },
        new("snap-96") { SnapLength = 96 },
        new("snap-128") { SnapLength = 128 },
    ];

    public Encapsulation Encapsulation { get; init; }

    /// <summary>IPv4 addresses a.b.c.d become 2001:db8::a.b.c.d.</summary>
    public bool OverIPv6 { get; init; }

    /// <summary>Everything before the dialogue's <c>middle</c> is left out.</summary>
    public bool FromMiddle { get; init; }

    public bool HidesClient { get; init; }

    public bool HidesServer { get; init; }

    /// <summary>Bytes kept of each frame.</summary>
    public int SnapLength { get; init; } = 262_144;

    /// <summary>True when every byte of the dialogue is there and only its wrapping differs from plain.</summary>
    public bool IsComplete => !FromMiddle && !HidesClient && !HidesServer && SnapLength == 262_144;

    /// <summary>Named for the theory that runs it.</summary>
    public override string ToString() => Name;
}

public enum Encapsulation
{
    None,

    /// <summary>IEEE 802.1Q, one tag.</summary>
    Vlan,

    /// <summary>IEEE 802.1ad: service tag and customer tag.</summary>
    QinQ,

    /// <summary>RFC 3032: two labels.</summary>
    Mpls,

    /// <summary>3GPP TS 29.281: the mobile core's tunnel over UDP 2152.</summary>
    GtpU,
}
