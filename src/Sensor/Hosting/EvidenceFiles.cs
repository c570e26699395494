using System.Globalization;
using MinerFlow.Capture.Live;
using MinerFlow.Connections.Evidence;
using MinerFlow.Sensor.Commands;

namespace MinerFlow.Sensor.Hosting;

/// <summary>The evidence captures of a run: one folder, and a keeper for each worker.</summary>
internal sealed class EvidenceFiles : IDisposable
{
    /// <summary>First word of the files' names.</summary>
    private const string Prefix = "evidence";

    private readonly EvidenceOptions _options;
    private readonly RollingCaptureFiles _files;
    private readonly CaptureRecorder _recorder;
    private readonly Lock _turn = new();
    private readonly List<EvidenceKeeper> _keepers = [];

    private EvidenceFiles(EvidenceOptions options, RollingCaptureFiles files, Action<IOException?> onChange)
    {
        _options = options;
        _files = files;
        _recorder = new CaptureRecorder(files, onChange);
    }

    /// <summary>Sums over all workers; they go on counting meanwhile.</summary>
    public EvidenceCounters Counters
    {
        get
        {
            lock (_turn)
            {
                return EvidenceCounters.Sum(_keepers.Select(keeper => keeper.Counters));
            }
        }
    }

    /// <summary>Bytes on disk.</summary>
    public long Bytes => _files.Bytes;

    /// <summary>Files that went because of the bound.</summary>
    public long FilesRemoved => _files.Removed;

    /// <param name="options">Where, and how much.</param>
    /// <param name="time">Names the files.</param>
    /// <param name="onChange">Told on another thread that the disk fails, and with null that it does no more.</param>
    /// <returns>Null when the options name no folder.</returns>
    /// <exception cref="OutputException">The folder cannot be used.</exception>
    public static EvidenceFiles? Open(EvidenceOptions options, TimeProvider time, Action<IOException?> onChange)
    {
        if (options.Folder.Length == 0)
        {
            return null;
        }

        try
        {
            return new EvidenceFiles(options, new RollingCaptureFiles(options.Folder, Prefix, options.MaxBytes, options.FileBytes, time), onChange);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw OutputException.At(options.Folder, problem);
        }
    }

    /// <summary>For a worker, which closes it.</summary>
    /// <param name="source">Name of what it captures from.</param>
    /// <param name="waits">Waits for the disk; for frames that come from a file.</param>
    public EvidenceKeeper NewKeeper(string source, bool waits = false)
    {
        var keeper = new EvidenceKeeper(_options, _recorder.Open(source, _options.FrameBytes, waits));
        lock (_turn)
        {
            _keepers.Add(keeper);
        }

        return keeper;
    }

    /// <summary>
    /// Waits until everything handed over is on disk and says what came of it. What the disk did not take needs a person; what the bounds left out does not.
    /// </summary>
    public void Conclude(Messages messages, CommandTexts texts)
    {
        Dispose();
        var sum = Counters;
        messages.Note(Text(texts.EvidenceDone, sum.Frames - sum.FramesNotWritten, sum.Connections, _options.Folder, Bytes));
        (string Name, long Value)[] losses =
        [
            ("frames_without_memory", sum.FramesWithoutMemory),
            ("frames_before_verdict", sum.FramesBeforeVerdict),
            ("frames_beyond", sum.FramesBeyond),
            ("files_removed", FilesRemoved),
        ];
        var named = losses.Where(loss => loss.Value > 0).Select(loss => Text("{0} {1}", loss.Name, loss.Value)).ToList();
        if (named.Count > 0)
        {
            messages.Note(Text(texts.EvidenceLost, _options.Folder, string.Join(", ", named)));
        }

        if (sum.FramesNotWritten > 0)
        {
            messages.Finding(Text(texts.EvidenceLost, _options.Folder, Text("frames_not_written {0}", sum.FramesNotWritten)));
        }
    }

    /// <summary>Waits until everything handed over is on disk.</summary>
    public void Dispose() => _recorder.Dispose();

    private static string Text(string text, params object[] values) => string.Format(CultureInfo.InvariantCulture, text, values);
}
