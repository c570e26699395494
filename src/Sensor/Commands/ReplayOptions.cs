using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Connections.Evidence;
using MinerFlow.Reporting.HitLists;
using MinerFlow.Reporting.Texts;

namespace MinerFlow.Sensor.Commands;

/// <summary>In the order of the words of <c>--format</c>.</summary>
internal enum OutputFormat
{
    Table,
    JsonLines,
    Csv,
}

/// <summary>Whether what is no hit (pool backends, nodes, visitors) is written too. In the order of the words of <c>--role</c>.</summary>
internal enum RoleChoice
{
    Hits,
    All,
    ByOutput,
}

/// <summary>What a replay was asked to do, checked.</summary>
internal sealed record ReplayOptions
{
    public const string DefaultSensor = "minerflow";

    /// <summary>+08:00: the zone of the regulator's forms; a locale never decides what a machine reads.</summary>
    public static readonly TimeSpan DefaultOffset = TimeSpan.FromHours(8);

    public required IReadOnlyList<string> Paths { get; init; }

    public bool Merge { get; init; }

    public OutputFormat Format { get; init; }

    /// <summary>Null for standard output.</summary>
    public string? Output { get; init; }

    public string? Xlsx { get; init; }

    public CsvEncoding Encoding { get; init; }

    public IReadOnlyList<string> Subscribers { get; init; } = [];

    public IReadOnlyList<string> Radius { get; init; } = [];

    /// <summary>32: as many as the digest of HMAC-SHA-256 has (RFC 2104 section 3).</summary>
    public const int ShortestIdentityKeyBytes = 32;

    public IReadOnlyList<string> OwnPrefixes { get; init; } = [];

    public string? Geo { get; init; }

    public string? Ledger { get; init; }

    /// <summary>Folder with the keys that seal what names somebody; null for the one beside a ledger that is a file, and to keep no names in one on a server.</summary>
    public string? Keys { get; init; }

    /// <summary>Key of the digests of logins and workers; null for the public one.</summary>
    public byte[]? IdentityKey { get; init; }

    public required string Rules { get; init; }

    public ReportLanguage Language { get; init; }

    public string Sensor { get; init; } = DefaultSensor;

    public TimeSpan Offset { get; init; } = DefaultOffset;

    public RoleChoice Roles { get; init; } = RoleChoice.ByOutput;

    /// <summary>JSON lines are for tools, which choose for themselves.</summary>
    public bool AllRolesInJson => Roles != RoleChoice.Hits;

    public bool AllRolesInLists => Roles == RoleChoice.All;

    /// <summary>Some output lists sightings, not single connections.</summary>
    public bool WantsSightings => Format != OutputFormat.JsonLines || Xlsx is not null || Ledger is not null;

    /// <summary>Hits in the table; 0 for all.</summary>
    public int Rows { get; init; } = 200;

    public bool Stats { get; init; }

    /// <summary>Frames of hits to keep; off without a folder.</summary>
    public EvidenceOptions Evidence { get; init; } = new();

    public FlowOptions Flows { get; init; } = new();

    public CaptureInputOptions Input { get; init; } = new();
}
