using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MinerFlow.Capture;

/// <summary>How capture files, folders and streams are read.</summary>
public sealed record CaptureInputOptions
{
    public const string Section = "CaptureInput";

    /// <summary>Reads a file on as it grows, until the run is cancelled. Default: no.</summary>
    public bool Follow { get; init; }

    /// <summary>How long a followed file rests at its end before its length is looked at again. Default 200 ms: a person sees no delay, the disk no load.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan FollowPoll { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Files a merge holds open at once. Default 256: a quarter of the usual limit of 1,024 descriptors of a process.</summary>
    [Range(2, 65_536)]
    public int OpenFiles { get; init; } = 256;

    /// <summary>
    /// Longest captured frame that is believed, in bytes. Default 262,144, libpcap's MAXIMUM_SNAPLEN; the few link types for which libpcap allows more
    /// (D-Bus, USB, EBHSCR) keep libpcap's own bound when it is higher.
    /// </summary>
    [Range(65_535, 134_217_728)]
    public int LargestRecordBytes { get; init; } = 262_144;
}

/// <summary>Checks the ranges of <see cref="CaptureInputOptions"/>.</summary>
[OptionsValidator]
public sealed partial class CaptureInputOptionsValidator : IValidateOptions<CaptureInputOptions>
{
}
