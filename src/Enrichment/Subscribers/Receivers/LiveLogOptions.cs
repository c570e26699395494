using System.Net;
using System.Net.Security;
using MinerFlow.Enrichment.Subscribers.Ingest;
using MinerFlow.Enrichment.Subscribers.Intervals;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>How syslog is carried.</summary>
public enum LogTransport
{
    Udp,
    Tcp,

    /// <summary>RFC 5425.</summary>
    Tls,
}

/// <summary>A port that accounting comes to.</summary>
/// <param name="Endpoint">Where to listen; RFC 2866 says port 1813.</param>
/// <param name="Peers">Who may send.</param>
public sealed record RadiusListener(IPEndPoint Endpoint, IReadOnlyList<RadiusPeer> Peers);

/// <summary>Access servers, or a proxy, that send accounting.</summary>
/// <param name="Range">Address, or prefix that they are in.</param>
/// <param name="Secret">Shared with them.</param>
/// <param name="IsAnswered">Whether what they send is acknowledged once it is durable; not when it is a copy of what another server acknowledges.</param>
public sealed record RadiusPeer(IpRange Range, byte[] Secret, bool IsAnswered);

/// <summary>A port that translation logs come to as syslog.</summary>
/// <param name="Endpoint">Where to listen.</param>
/// <param name="Transport">How.</param>
/// <param name="Profile">Name of a profile in <c>rules/nat-logs</c>.</param>
public sealed record SyslogListener(IPEndPoint Endpoint, LogTransport Transport, string Profile)
{
    /// <summary>Zone of times without one; null for that of the profile.</summary>
    public TimeSpan? TimeZone { get; init; }

    /// <summary>Our certificate with its key and its issuers, for TLS.</summary>
    public SslStreamCertificateContext? Certificate { get; init; }
}

/// <summary>A log file that another program appends to, and rotates or writes anew.</summary>
/// <param name="Path">The name it always has; rotation gives what was under it another name, or empties it.</param>
/// <param name="Format">FreeRADIUS detail, a translation log, or leases.</param>
public sealed record TailedLog(string Path, LogFormat Format)
{
    /// <summary>Name of a profile in <c>rules/nat-logs</c>, of <see cref="LogFormat.Translations"/>.</summary>
    public string Profile { get; init; } = "";

    public TimeSpan? TimeZone { get; init; }
}

/// <summary>Logs that are read while they are written, and how what they tell is kept.</summary>
public sealed record LiveLogOptions
{
    public IReadOnlyList<RadiusListener> Radius { get; init; } = [];

    public IReadOnlyList<SyslogListener> Syslog { get; init; } = [];

    /// <summary>Ports that IPFIX, NetFlow 9 and flow logs of Comware come to.</summary>
    public IReadOnlyList<IPEndPoint> Flows { get; init; } = [];

    public IReadOnlyList<TailedLog> Tails { get; init; } = [];

    /// <summary>Whether one of the ports is among those that only privileged processes may listen to (ip(7)).</summary>
    public bool NeedsLowPort => Radius.Select(listener => listener.Endpoint).Concat(Syslog.Select(listener => listener.Endpoint)).Concat(Flows).Any(endpoint => endpoint.Port is > 0 and < 1_024);

    /// <summary>Folder of the profiles.</summary>
    public required string Rules { get; init; }

    /// <summary>File that the templates of flow exporters are kept in over restarts.</summary>
    public required string TemplateFile { get; init; }

    /// <summary>Where lines go that are not understood; null for nowhere.</summary>
    public QuarantineOptions? Quarantine { get; init; }

    /// <summary>Days of log time that are kept; what ended before is deleted once a day. Null keeps everything.</summary>
    public int? KeepDays { get; init; }

    /// <summary>How often what was taken is made durable. A second: what a crash may cost of logs that are not acknowledged.</summary>
    public TimeSpan CommitEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long events wait for others that are earlier. 5 s: cards of a translator log over UDP, and what waits is in no answer yet.</summary>
    public TimeSpan ReorderWindow { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes between a port and its reader. 64 MiB: some seconds of 50,000 datagrams a second.</summary>
    public int WaitingBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>How often files are looked at that have not grown.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromMilliseconds(500);
}
