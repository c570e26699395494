using System.ComponentModel.DataAnnotations;
using System.Text;

namespace MinerFlow.Detection;

/// <summary>Bounds of detection and the key that digests of names are made with.</summary>
public sealed record DetectionOptions
{
    public const string Section = "Detection";

    /// <summary>
    /// Key of <see cref="Abstractions.Identity.Digest"/>. A service must give a secret one of its own, 32 bytes or more. The default is public
    /// and fixed, so that replays on two machines give the same output: digests made with it hide a name from a glance, not from a search.
    /// </summary>
    public ReadOnlyMemory<byte> IdentityKey { get; init; } = Encoding.UTF8.GetBytes("minerflow replay identity key, public");

    /// <summary>JSON messages of a connection that may pass without a recognised one. Default 16: two batches of the busiest start.</summary>
    [Range(1, 4_096)]
    public int UndecidedMessages { get; init; } = 16;

    /// <summary>Bytes of a connection that may pass without a recognised message. Default 32,768: four of the largest jobs.</summary>
    [Range(1_024, 16_777_216)]
    public int UndecidedBytes { get; init; } = 32_768;

    /// <summary>Pairs of client and server remembered to name the tails of their connections; cleared when the capture ends.</summary>
    [Range(0, 16_777_216)]
    public int RememberedPairs { get; init; } = 65_536;
}
