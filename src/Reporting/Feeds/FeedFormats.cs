using MinerFlow.Reporting.Feeds.Formats;

namespace MinerFlow.Reporting.Feeds;

/// <summary>The formats a feed may be written in.</summary>
public enum FeedFormat
{
    /// <summary>JSON as <c>minerflow replay --format jsonl</c> writes it, shaped like Suricata's EVE log.</summary>
    Eve,

    /// <summary>RFC 5424 with structured data.</summary>
    Syslog,

    /// <summary>ArcSight's Common Event Format, version 0.</summary>
    Cef,

    /// <summary>Elastic Common Schema.</summary>
    Ecs,

    /// <summary>Open Cybersecurity Schema Framework, class Detection Finding.</summary>
    Ocsf,
}

public static class FeedFormats
{
    public static IFeedFormat Make(this FeedFormat format, FeedOrigin origin) => format switch
    {
        FeedFormat.Eve => new EveFormat(origin),
        FeedFormat.Syslog => new SyslogFormat(origin),
        FeedFormat.Cef => new CefFormat(origin),
        FeedFormat.Ecs => new EcsFormat(origin),
        _ => new OcsfFormat(origin),
    };

    /// <summary>The format in syslog messages: what is no syslog by itself stands behind its header.</summary>
    public static IFeedFormat MakeForSyslog(this FeedFormat format, FeedOrigin origin) =>
        format == FeedFormat.Syslog ? new SyslogFormat(origin) : new SyslogEnvelope(origin, format.Make(origin));
}
