using MinerFlow.Capture;
using Xunit;

namespace MinerFlow.Unit.Capture;

/// <summary>A frame that outlived its batch.</summary>
internal sealed record SeenFrame(string Origin, long Number, long Time, int WireLength, LinkType LinkType, string Bytes);

/// <summary>Keeps everything that a source hands over, and may do something in between.</summary>
internal sealed class FrameRecorder(Action<FrameRecorder>? afterBatch = null) : IFrameHandler
{
    public List<SeenFrame> Frames { get; } = [];

    public List<int> Batches { get; } = [];

    public List<string> Ends { get; } = [];

    public void OnFrames(FrameBatch frames)
    {
        Assert.Empty(Ends);
        for (var i = 0; i < frames.Count; i++)
        {
            var frame = frames[i];
            Frames.Add(new SeenFrame(frames.Origin.Name, frame.Number, frame.Time.UnixNanoseconds, frame.WireLength, frame.LinkType, Convert.ToHexStringLower(frame.Bytes)));
        }

        Batches.Add(frames.Count);
        afterBatch?.Invoke(this);
    }

    public void OnEnd(CaptureOrigin origin) => Ends.Add(origin.Name);
}

/// <summary>What came out of a source that ran to its end.</summary>
internal sealed record Replay(FrameRecorder Recorder, CaptureStatistics Statistics)
{
    public List<SeenFrame> Frames => Recorder.Frames;

    public static Replay Of(ICaptureSource source, FrameRecorder? recorder = null) => Until(source, recorder ?? new FrameRecorder(), CancellationToken.None);

    public static Replay Until(ICaptureSource source, FrameRecorder recorder, CancellationToken cancellationToken)
    {
        using (source)
        {
            source.Run(recorder, cancellationToken);
        }

        Assert.Equal(recorder.Frames.Count, source.Statistics.Frames);
        return new Replay(recorder, source.Statistics);
    }

    /// <summary>Writes the bytes to a file and replays it.</summary>
    public static Replay Of(byte[] capture, CaptureInputOptions? options = null)
    {
        using var folder = new CaptureFolder();
        return Of(CaptureSources.Open(folder.Write("capture", capture), options ?? new CaptureInputOptions()));
    }

    public static Replay OfStream(Stream stream) => Of(CaptureSources.OpenStream(stream, "-", new CaptureInputOptions()));
}

/// <summary>A folder of files that goes when the test is over.</summary>
internal sealed class CaptureFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("minerflow-capture-").FullName;

    public string Write(string name, byte[] bytes)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
