using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using Xunit;

namespace MinerFlow.Unit.Capture.Live;

public sealed class RollingCaptureFilesTests : IDisposable
{
    private const long MaxBytes = 8 << 20;
    private const long FileBytes = 3 << 20;

    private readonly CaptureFolder _folder = new();

    private string Folder => Path.Combine(_folder.Path, "evidence");

    private string[] Files => [.. Directory.GetFiles(Folder, "*.pcapng").Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheOldestGoAndWhatIsLeftCanBeReadFileByFile()
    {
        var given = _folder.Write("given", new CaptureBytes().Pcap().Records(20_000, longest: 1_200).ToArray());
        using (var files = New())
        {
            Assert.Equal(0, Record(files, given, onChange: failure => Assert.Null(failure)));
            Assert.True(files.Removed > 0);
            Assert.Equal(files.Bytes, Files.Sum(file => new FileInfo(file).Length));
            Assert.InRange(files.Bytes, FileBytes, MaxBytes);
        }

        var all = Replay.Of(CaptureSources.Open(given, new CaptureInputOptions())).Frames;
        var left = Files.SelectMany(file => Replay.Of(CaptureSources.Open(file, new CaptureInputOptions())).Frames).ToList();
        Assert.Equal(all[^left.Count..].Select(frame => frame.Bytes), left.Select(frame => frame.Bytes));
        Assert.All(Files, file =>
        {
            Assert.InRange(new FileInfo(file).Length, 1, FileBytes);
            Assert.Equal(DurableFolder.OwnerOnly, File.GetUnixFileMode(file));
        });
    }

    [Fact]
    public void FilesOfAnEarlierRunCountAndKeepTheirNumbers()
    {
        var given = _folder.Write("given", new CaptureBytes().Pcap().Records(2_000, longest: 1_200).ToArray());
        for (var run = 0; run < 12; run++)
        {
            using var files = New();
            Record(files, given, _ => { });
        }

        Assert.InRange(Files.Sum(file => new FileInfo(file).Length), 1, MaxBytes);
        Assert.StartsWith("evidence-00000012-", Path.GetFileName(Files[^1]), StringComparison.Ordinal);
    }

    [Fact]
    public void TwoProcessesDoNotWriteInOneFolder()
    {
        using var first = New();

        Assert.Throws<IOException>(() => New());
    }

    [Fact]
    public void AFolderThatIsGoneCostsWhatWasToBeWrittenThenAndIsWrittenAgainWhenItIsBack()
    {
        var given = _folder.Write("given", new CaptureBytes().Pcap().Records(3_000, longest: 1_200).ToArray());
        var changes = new List<bool>();
        using (var files = New())
        {
            Directory.Move(Folder, Folder + ".aside");
            using var recorder = new CaptureRecorder(files, failure => changes.Add(failure is null));
            var lane = recorder.Open("eth0", 2_048, waits: true);
            Run(given, lane);
            SpinWait.SpinUntil(() => lane.FramesNotWritten == 3_000, TimeSpan.FromMinutes(1));
            Assert.Equal(3_000, lane.FramesNotWritten);
            Directory.Move(Folder + ".aside", Folder);
            Run(given, lane);
        }

        Assert.Equal([false, true], changes);
        Assert.Equal(3_000, Files.Sum(file => Replay.Of(CaptureSources.Open(file, new CaptureInputOptions())).Frames.Count));
    }

    private RollingCaptureFiles New() => new(Folder, "evidence", MaxBytes, FileBytes, TimeProvider.System);

    /// <returns>Frames that were not written.</returns>
    private static long Record(RollingCaptureFiles files, string given, Action<IOException?> onChange)
    {
        using var recorder = new CaptureRecorder(files, onChange);
        var lane = recorder.Open("eth0", 2_048, waits: true);
        Run(given, lane);
        return lane.FramesNotWritten;
    }

    private static void Run(string given, CaptureRecorder.Lane lane)
    {
        using var source = CaptureSources.Open(given, new CaptureInputOptions());
        source.Run(new Writing(lane), CancellationToken.None);
        lane.Flush();
    }

    private sealed class Writing(CaptureRecorder.Lane lane) : IFrameHandler
    {
        public void OnFrames(FrameBatch frames) => lane.Add(frames);

        public void OnEnd(CaptureOrigin origin)
        {
        }
    }
}
