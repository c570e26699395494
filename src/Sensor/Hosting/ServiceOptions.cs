using System.ComponentModel.DataAnnotations;

namespace MinerFlow.Sensor.Hosting;

/// <summary>The sensor itself.</summary>
internal sealed record SensorOptions
{
    public const string Section = "Sensor";

    /// <summary>Name in every record, part of every sighting's key.</summary>
    [Required]
    public string Name { get; init; } = "minerflow";

    /// <summary>File with the secret key (32 bytes or more) of the digests of logins and workers. Made at the first start when it is missing: the built-in key is public.</summary>
    [Required]
    public string IdentityKeyFile { get; init; } = "/var/lib/minerflow/identity.key";

    /// <summary>How long a stop may take to bring the spool to the ledger; what is left stays in the spool. Default 10 s, a third of what systemd waits.</summary>
    [Range(0, 300)]
    public int StopSeconds { get; init; } = 10;

    /// <summary>Gives up every privilege that capture does not need, at start. Default: yes.</summary>
    public bool DropPrivileges { get; init; } = true;
}

/// <summary>Capture files that other programs write and this one reads on as they grow.</summary>
internal sealed record FollowOptions
{
    public const string Section = "Follow";

    public IReadOnlyList<string> Files { get; init; } = [];
}

/// <summary>How events become sightings.</summary>
internal sealed record WindowOptions
{
    public const string Section = "Sightings";

    /// <summary>Seconds of packet time that one sighting covers. Default 300: an answer a network operation centre still calls live.</summary>
    [Range(1, 86_400)]
    public int WindowSeconds { get; init; } = 300;

    /// <summary>Seconds of packet time after which a connection that goes on is told of again; must divide the window. Default 30: that late at most a share is in the metrics.</summary>
    [Range(1, 3_600)]
    public int PeriodSeconds { get; init; } = 30;

    /// <summary>Sightings held open at once, and sightings that may wait for a spool that cannot be written. Default 200,000.</summary>
    [Range(1, 16_777_216)]
    public int MaxSightings { get; init; } = 200_000;

    /// <summary>
    /// Sightings within the time of one window in which no pool ever answered, at most; what is beyond is counted on one of those that are kept. Default 10,000: a flood of half messages then
    /// takes 2 GB of the ledger a day and not 150. More where many miners are seen from one side only.
    /// </summary>
    [Range(1, 16_777_216)]
    public int MaxAttempts { get; init; } = 10_000;

    /// <summary>Events between the capture threads and the thread that gathers them; what finds no room is counted, for capture never waits. Default 65,536: some 60 MB.</summary>
    [Range(64, 4_194_304)]
    public int QueuedEvents { get; init; } = 65_536;
}

/// <summary>What findings are recognised and named by; read again on SIGHUP and when a file changes.</summary>
internal sealed record SourceOptions
{
    public const string Section = "Sources";

    /// <summary>Folder of rules; empty for the one beside the program.</summary>
    public string Rules { get; init; } = "";

    /// <summary>CSV of static lines, and subscriber masters.</summary>
    public IReadOnlyList<string> Subscribers { get; init; } = [];

    /// <summary>CSV of own prefixes and how their addresses are given out.</summary>
    public IReadOnlyList<string> Inventories { get; init; } = [];

    /// <summary>FreeRADIUS detail files.</summary>
    public IReadOnlyList<string> Radius { get; init; } = [];

    /// <summary>Addresses of our network.</summary>
    public IReadOnlyList<string> OwnPrefixes { get; init; } = [];

    /// <summary>Geo database (mmdb).</summary>
    public string? Geo { get; init; }

    /// <summary>Seconds between two looks at whether one of the files changed; 0 for SIGHUP only. Default 5.</summary>
    [Range(0, 86_400)]
    public int WatchSeconds { get; init; } = 5;
}

/// <summary>The ledger that sightings go to.</summary>
internal sealed record LedgerOptions
{
    public const string Section = "Ledger";

    /// <summary>SQLite file, made at the first start; or a PostgreSQL database, as <see cref="Ledger.Storage.LedgerPlace"/> reads it.</summary>
    [Required]
    public string File { get; init; } = "/var/lib/minerflow/ledger.db";

    /// <summary>
    /// Folder with the keys that seal what names somebody, made at the first start; without one names are kept masked and as digests only. Default: the ledger's file with .keys
    /// behind it, and none for a server. It must not be backed up together with the ledger.
    /// </summary>
    public string Keys { get; init; } = "";

    /// <summary>As <see cref="Keys"/> says; null for none.</summary>
    public string? KeyFolder => Keys.Length > 0 ? Keys : MinerFlow.Ledger.Storage.LedgerPlace.IsFileName(File) ? File + ".keys" : null;

    /// <summary>Sightings written in one transaction. Default 1,000.</summary>
    [Range(1, 100_000)]
    public int BatchSightings { get; init; } = 1_000;
}

/// <summary>Sending of what waits in the ledger's outbox.</summary>
internal sealed record PushOptions
{
    public const string Section = "Push";

    /// <summary>Folder with one file for each destination; empty for none: then the service sends nothing.</summary>
    public string Destinations { get; init; } = "";

    /// <summary>Folder with the keys of personal data; empty for the ledger's file with <c>.keys</c> behind it.</summary>
    public string Keys { get; init; } = "";

    /// <summary>Table of people and their duties: the service sends as the person whom it names for the service's user.</summary>
    [Required]
    public string Actors { get; init; } = "/etc/minerflow/actors.csv";

    /// <summary>Seconds between two looks for something new. Default 15.</summary>
    [Range(1, 3_600)]
    public int PollSeconds { get; init; } = 15;

    /// <summary>Seconds between two looks for receipts. Default 300.</summary>
    [Range(1, 86_400)]
    public int ReceiptSeconds { get; init; } = 300;
}

/// <summary>Metrics, health and API over HTTP.</summary>
internal sealed record WebOptions
{
    public const string Section = "Web";

    /// <summary>Address and port to listen on; empty for none. Default: loopback, where no certificate and no token is needed.</summary>
    public string Listen { get; init; } = "127.0.0.1:9433";

    /// <summary>Certificate chain in PEM; makes it HTTPS.</summary>
    public string? Certificate { get; init; }

    /// <summary>Private key of the certificate in PEM.</summary>
    public string? CertificateKey { get; init; }

    /// <summary>File with one token a line; a client shows one as <c>Authorization: Bearer TOKEN</c>.</summary>
    public string? TokenFile { get; init; }
}

/// <summary>Metrics to a collector.</summary>
internal sealed record TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>OTLP endpoint, such as <c>http://127.0.0.1:4318/v1/metrics</c> (HTTP with protobuf); empty for none.</summary>
    public string Otlp { get; init; } = "";

    /// <summary>Seconds between two exports. Default 60.</summary>
    [Range(1, 3_600)]
    public int IntervalSeconds { get; init; } = 60;
}
