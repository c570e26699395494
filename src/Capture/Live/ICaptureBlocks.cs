namespace MinerFlow.Capture.Live;

/// <summary>Where whole blocks of pcapng go, in order, on one thread.</summary>
internal interface ICaptureBlocks : IDisposable
{
    /// <summary>A section or an interface: what comes later in any file rests on it.</summary>
    /// <exception cref="IOException">The disk fails.</exception>
    void Describe(ReadOnlySpan<byte> block);

    /// <summary>Frames and statistics.</summary>
    /// <exception cref="IOException">The disk fails; none of them counts as written.</exception>
    void Write(ReadOnlySpan<byte> blocks);

    void Flush();
}
