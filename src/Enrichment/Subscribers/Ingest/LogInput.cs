namespace MinerFlow.Enrichment.Subscribers.Ingest;

/// <summary>What is in a log file.</summary>
public enum LogFormat
{
    /// <summary>FreeRADIUS detail, or a table radacct as <c>.csv</c>.</summary>
    Accounting,

    /// <summary>Lines of a translation log, by a profile.</summary>
    Translations,

    /// <summary>IPFIX messages one behind the other (RFC 5655), or a capture of IPFIX, NetFlow 9 or flow logs of Comware on their way.</summary>
    Flows,

    /// <summary>Leases of ISC DHCP or Kea, or Kea's forensic log.</summary>
    Leases,
}

/// <summary>A file or folder of logs.</summary>
/// <param name="Format">What is in it.</param>
/// <param name="Path">File, or folder whose files are all read; plain or in gzip.</param>
public sealed record LogInput(LogFormat Format, string Path)
{
    /// <summary>Profile in <c>rules/nat-logs</c>, of <see cref="LogFormat.Translations"/>.</summary>
    public string Profile { get; init; } = "";

    /// <summary>Zone of times without one; null for that of the profile, or UTC+8.</summary>
    public TimeSpan? TimeZone { get; init; }
}
