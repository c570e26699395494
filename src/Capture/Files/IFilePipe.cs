namespace MinerFlow.Capture.Files;

/// <summary>What is known of a pipe that reads a file.</summary>
internal interface IFilePipe
{
    /// <summary>Bytes of the file that are read: its length when it was opened, or what a cut left of it.</summary>
    long Length { get; }

    long LengthAtOpening { get; }

    /// <summary>Its bytes come from the page cache as they are touched, so that they want to be asked for ahead; otherwise they were just copied, and are near.</summary>
    bool IsMapped { get; }
}
