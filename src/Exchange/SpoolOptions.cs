using System.ComponentModel.DataAnnotations;

namespace MinerFlow.Exchange;

/// <summary>Where sightings wait on disk until the ledger has them.</summary>
public sealed class SpoolOptions
{
    public const string Section = "Spool";

    /// <summary>Folder of the spool, of one service alone. Made when it is missing, readable by its owner only: names in clear pass through it.</summary>
    [Required]
    public string Folder { get; init; } = "/var/lib/minerflow/spool";

    /// <summary>Bytes on disk at most; what comes beyond is lost and counted. Default 1 GiB: half a million sightings, days of a busy link.</summary>
    [Range(1_048_576, 1L << 40)]
    public long MaxBytes { get; init; } = 1L << 30;

    /// <summary>Bytes after which a new segment begins; a segment goes whole when the ledger has all of it. Default 16 MiB.</summary>
    [Range(65_536, 1 << 30)]
    public int SegmentBytes { get; init; } = 16 << 20;
}
