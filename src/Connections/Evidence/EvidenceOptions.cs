using System.ComponentModel.DataAnnotations;

namespace MinerFlow.Connections.Evidence;

/// <summary>Evidence captures: the frames of hits, and of nothing else, in capture files that roll over. Off unless a folder is named.</summary>
public sealed record EvidenceOptions
{
    public const string Section = "Evidence";

    /// <summary>Folder of the capture files, of one process alone; empty for none. Made when it is missing, for its owner only: logins travel in payload.</summary>
    public string Folder { get; init; } = "";

    /// <summary>Only headers are kept, in memory and on disk: no login and no wallet leaves the wire.</summary>
    public bool HeadersOnly { get; init; }

    /// <summary>Frames from the start of a connection that are kept with their payload. Default 32: the handshake, subscribe, authorize, first jobs and shares of every dialect.</summary>
    [Range(1, 1_024)]
    public int OpeningFrames { get; init; } = 32;

    /// <summary>Bytes kept of one frame. Default 2,048: a whole frame of Ethernet within tunnels.</summary>
    [Range(128, 65_535)]
    public int FrameBytes { get; init; } = 2_048;

    /// <summary>Frames written of one connection, those behind its opening without payload. Default 1,000: hours of shares, and one busy proxy does not push out all others.</summary>
    [Range(1, 1_000_000_000)]
    public int FramesPerConnection { get; init; } = 1_000;

    /// <summary>MiB of memory of each worker for frames of connections that are not judged yet. Default 32.</summary>
    [Range(1, 16_384)]
    public int MemoryMegabytes { get; init; } = 32;

    /// <summary>Flows of each worker whose SYN and its answer are remembered until the first data; a power of two is used. Default 32,768: half a KiB each.</summary>
    [Range(1, 1 << 24)]
    public int RememberedOpenings { get; init; } = 32_768;

    /// <summary>Bytes of all files together; the oldest goes first. Default 256 MiB.</summary>
    [Range(4_194_304, 1L << 44)]
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>Bytes of one file. Default 16 MiB.</summary>
    [Range(2_097_152, 1L << 32)]
    public long FileBytes { get; init; } = 16L << 20;
}
