namespace MinerFlow.Reporting.Feeds;

/// <summary>What a record says of the program that sends it.</summary>
/// <param name="Host">Name of the machine.</param>
/// <param name="ProcessId">Of the service.</param>
/// <param name="Version">Of the product.</param>
/// <param name="Offset">Offset from UTC in which moments are written, where a format leaves the choice.</param>
public sealed record FeedOrigin(string Host, int ProcessId, string Version, TimeSpan Offset)
{
    /// <summary>Vendor and product as SIEM rules name them; changing them breaks the rules.</summary>
    public const string Vendor = "MinerFlow";

    public const string Product = "MinerFlowSensor";

    /// <summary>
    /// Number of an enterprise (IANA "Private Enterprise Numbers") in the name of the syslog element. Default: that of documentation (RFC 5612); a carrier gives its own.
    /// </summary>
    public int EnterpriseNumber { get; init; } = 32_473;
}
