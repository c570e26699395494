using System.Buffers;
using System.IO.Pipelines;
using MinerFlow.Capture;
using MinerFlow.Capture.Files;
using Xunit;

namespace MinerFlow.Unit.Capture;

/// <summary>Files that are read through windows of a memory map.</summary>
public sealed class MappedFileTests
{
    private const int SmallWindow = 3 << 20;
    private const int Records = 700;

    private static readonly byte[] Bytes = new CaptureBytes().Pcap().Records(Records, longest: 30_000).ToArray();

    [Fact]
    public void WindowsGiveTheSameFramesAsBuffers()
    {
        using var folder = new CaptureFolder();
        var path = folder.Write("capture", Bytes);
        var statistics = new CaptureStatistics();
        var copied = new CaptureStatistics();
        using var reader = Open(path, PcapFormat.HeaderLength);

        var replay = Replay.Of(new CaptureFileSource(path, statistics, CursorOver(reader, path, statistics)));

        Assert.True(Bytes.Length > 2 * SmallWindow);
        Assert.True(reader.IsMapped);
        Assert.Empty(statistics.Problems);
        Assert.Equal(Replay.Of(new CaptureFileSource(path, copied, CursorOver(new FilePipeReader(InputFile.Open(path).SafeFileHandle, new PinnedMemoryPool(65_536), PcapFormat.HeaderLength), path, copied))).Frames, replay.Frames);
    }

    [Fact]
    public void AWindowGrowsUntilARecordFits()
    {
        using var folder = new CaptureFolder();
        using var reader = Open(folder.Write("capture", Bytes), 0);
        var seen = new List<long>();

        while (true)
        {
            Assert.True(reader.TryRead(out var result));
            Assert.Equal(Bytes.AsSpan(0, (int)result.Buffer.Length), result.Buffer.FirstSpan);
            seen.Add(result.Buffer.Length);
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        Assert.Equal([SmallWindow, 2 * SmallWindow, Bytes.Length], seen);
    }

    [Fact]
    public void AFileThatSomebodyWritesToIsNotMapped()
    {
        using var folder = new CaptureFolder();
        var path = folder.Write("capture", Bytes);
        using var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        using var file = InputFile.Open(path);

        Assert.Null(MappedPipeReader.TryOpen(file.SafeFileHandle, MemoryPool<byte>.Shared, windowBytes: SmallWindow));
    }

    [Fact]
    public void AFileThatFitsOneWindowIsNotMapped()
    {
        using var folder = new CaptureFolder();
        using var file = InputFile.Open(folder.Write("capture", Bytes));

        Assert.Null(MappedPipeReader.TryOpen(file.SafeFileHandle, MemoryPool<byte>.Shared, windowBytes: Bytes.Length));
    }

    /// <summary>Whoever cuts the file waits until the window is done with; from then on the file is copied, and its cut is met as any other.</summary>
    [Fact]
    public async Task AFileIsNotCutUnderItsWindow()
    {
        const int Left = SmallWindow + 100_000;
        using var folder = new CaptureFolder();
        var path = folder.Write("capture", Bytes);
        var statistics = new CaptureStatistics();
        using var reader = Open(path, PcapFormat.HeaderLength);
        Task? cut = null;
        var recorder = new FrameRecorder(_ =>
        {
            cut ??= BeginCut(path, Left);
            if (!reader.IsMapped)
            {
                cut.Wait(TestContext.Current.CancellationToken);
            }
        });
        var replay = Replay.Until(new CaptureFileSource(path, statistics, CursorOver(reader, path, statistics)), recorder, TestContext.Current.CancellationToken);
        await cut!;

        Assert.False(reader.IsMapped);
        Assert.InRange(replay.Frames.Count, 1, Records - 1);
        Assert.Contains($"to {Left} bytes while it was read", statistics.Problems[0], StringComparison.Ordinal);
    }

    /// <summary>Returns when the other thread waits for the lease.</summary>
    private static Task BeginCut(string path, long length)
    {
        var cut = Task.Factory.StartNew(
            () =>
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                file.SetLength(length);
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllLines("/proc/locks").Any(line => line.Contains("LEASE", StringComparison.Ordinal) && line.Contains("BREAKING", StringComparison.Ordinal)), 30_000));
        Assert.False(cut.IsCompleted);
        return cut;
    }

    private static CaptureCursor CursorOver(PipeReader reader, string path, CaptureStatistics statistics)
    {
        Assert.True(PcapFormat.TryRead(Bytes, out var format, out _));
        return new CaptureCursor(reader, new PcapWalker(format, new CaptureInputOptions(), statistics, path), PcapFormat.HeaderLength, statistics, path);
    }

    private static MappedPipeReader Open(string path, long offset)
    {
        var reader = MappedPipeReader.TryOpen(InputFile.Open(path).SafeFileHandle, new PinnedMemoryPool(4096), offset, SmallWindow);
        Assert.SkipWhen(reader is null, $"the file system of {Path.GetTempPath()} gives no leases");
        return reader!;
    }
}
