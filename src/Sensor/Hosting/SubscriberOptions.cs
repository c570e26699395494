using System.ComponentModel.DataAnnotations;
using MinerFlow.Enrichment.Subscribers.Receivers;

namespace MinerFlow.Sensor.Hosting;

/// <summary>Logs of subscribers that the service reads while they are written, and where it keeps what they tell. All of it is off until a store is named.</summary>
internal sealed record SubscriberOptions
{
    public const string Section = "Subscribers";

    /// <summary>Folder of the interval store, made when it is not there; empty for none.</summary>
    public string Store { get; init; } = "";

    /// <summary>Folder of the store's keys, outside of the store.</summary>
    public string Keys { get; init; } = "";

    /// <summary>Days of log time that are kept; 0 keeps everything. Default 45: weekly lists ask for the weeks before.</summary>
    [Range(0, 3_660)]
    public int KeepDays { get; init; } = 45;

    /// <summary>Folder for lines that are not understood, encrypted and kept for 72 hours; empty for none.</summary>
    public string Quarantine { get; init; } = "";

    /// <summary>
    /// Seconds that a finding waits before its subscriber is looked for: logs come later than packets, and a log that has not spoken since proves nothing. Default 30.
    /// </summary>
    [Range(0, 3_600)]
    public int NameAfterSeconds { get; init; } = 30;

    public IReadOnlyList<RadiusReceiverOptions> Radius { get; init; } = [];

    public IReadOnlyList<SyslogReceiverOptions> Syslog { get; init; } = [];

    /// <summary>Addresses and ports for IPFIX, NetFlow 9 and flow logs of Comware, such as <c>192.0.2.1:2055</c>.</summary>
    public IReadOnlyList<string> Flows { get; init; } = [];

    public IReadOnlyList<TailOptions> Tails { get; init; } = [];
}

/// <summary>A port for RADIUS accounting.</summary>
internal sealed record RadiusReceiverOptions
{
    public string Listen { get; init; } = "";

    public IReadOnlyList<RadiusClientOptions> Clients { get; init; } = [];
}

/// <summary>Who may send accounting.</summary>
internal sealed record RadiusClientOptions
{
    /// <summary>Address or prefix.</summary>
    public string Address { get; init; } = "";

    /// <summary>File with the shared secret.</summary>
    public string SecretFile { get; init; } = "";

    /// <summary>The shared secret itself, for settings from the environment.</summary>
    public string Secret { get; init; } = "";

    /// <summary>Acknowledge requests once they are durable. Default: no, what comes is a copy.</summary>
    public bool Answer { get; init; }
}

/// <summary>A port for translation logs as syslog.</summary>
internal sealed record SyslogReceiverOptions
{
    public string Listen { get; init; } = "";

    public LogTransport Transport { get; init; }

    /// <summary>Name of a profile in <c>rules/nat-logs</c>.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Zone of times without one, such as <c>+08:00</c>; empty for that of the profile.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>Certificate chain in PEM, for TLS.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>Private key of the certificate in PEM.</summary>
    public string CertificateKey { get; init; } = "";
}

/// <summary>What a followed file holds.</summary>
internal enum TailKind
{
    /// <summary>Lines of a translation log.</summary>
    Nat,

    /// <summary>FreeRADIUS accounting detail.</summary>
    Radius,

    /// <summary>Leases of ISC DHCP or Kea, or Kea's forensic log.</summary>
    Dhcp,
}

/// <summary>A log file that is followed as it grows and rotates.</summary>
internal sealed record TailOptions
{
    public string Path { get; init; } = "";

    public TailKind Kind { get; init; }

    /// <summary>Name of a profile in <c>rules/nat-logs</c>, for <see cref="TailKind.Nat"/>.</summary>
    public string Profile { get; init; } = "";

    public string TimeZone { get; init; } = "";
}
