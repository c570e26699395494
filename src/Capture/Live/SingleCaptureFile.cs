namespace MinerFlow.Capture.Live;

/// <summary>One file from front to end. A block that is missing in it would be missed by nobody, so nothing is written behind a failure.</summary>
internal sealed class SingleCaptureFile(Stream file) : ICaptureBlocks
{
    private IOException? _failure;

    public void Describe(ReadOnlySpan<byte> block) => Write(block);

    public void Write(ReadOnlySpan<byte> blocks)
    {
        if (_failure is not null)
        {
            throw _failure;
        }

        try
        {
            file.Write(blocks);
        }
        catch (IOException failure)
        {
            _failure = failure;
            throw;
        }
    }

    public void Flush() => file.Flush();

    public void Dispose() => file.Dispose();
}
