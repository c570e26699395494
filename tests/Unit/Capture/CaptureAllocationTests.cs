using MinerFlow.Capture;
using MinerFlow.Capture.Files;
using Xunit;

namespace MinerFlow.Unit.Capture;

public sealed class CaptureAllocationTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WalkingAllocatesNothingOnceItRuns(bool nextGeneration)
    {
        using var folder = new CaptureFolder();
        var file = new CaptureBytes();
        if (nextGeneration)
        {
            file.Section().Interface();
            for (var i = 0; i < 4000; i++)
            {
                file.Enhanced(0, (ulong)i, CaptureBytes.Frame(300, i));
            }
        }
        else
        {
            file.Pcap().Records(4000, longest: 600);
        }

        var path = folder.Write("a", file.ToArray());
        using var cursor = CursorOpener.OpenFile(InputFile.Open(path), path, new CaptureInputOptions(), new CaptureStatistics(), mayMap: true);
        var headers = new FrameHeader[FrameBatch.Capacity];
        for (var i = 0; i < 62; i++)
        {
            cursor.Read(headers, CancellationToken.None);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var frames = 0;
        for (int count; (count = cursor.Read(headers, CancellationToken.None)) > 0;)
        {
            frames += count;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.InRange(frames, 1900, 2100);
    }
}
