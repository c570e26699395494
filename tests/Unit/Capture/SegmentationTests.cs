using MinerFlow.Capture;
using MinerFlow.Capture.Files;
using Xunit;

namespace MinerFlow.Unit.Capture;

/// <summary>However the bytes of an input are cut into portions, the frames are the same.</summary>
public sealed class SegmentationTests
{
    private static readonly byte[] Small = new CaptureBytes().Pcap().Records(30).ToArray();
    private static readonly byte[] Large = new CaptureBytes(bigEndian: true).Pcap(CaptureBytes.Nanoseconds).Records(120, longest: 20_000).ToArray();
    private static readonly byte[] SmallNg = Blocks(30, 200);
    private static readonly byte[] LargeNg = Blocks(120, 20_000);

    public static TheoryData<string, int> Portions() => new()
    {
        { nameof(Small), 1 },
        { nameof(Small), 7 },
        { nameof(SmallNg), 1 },
        { nameof(SmallNg), 7 },
        { nameof(Large), 0 },
        { nameof(Large), 4096 },
        { nameof(Large), int.MaxValue },
        { nameof(LargeNg), 0 },
        { nameof(LargeNg), 4096 },
        { nameof(LargeNg), int.MaxValue },
    };

    [Theory]
    [MemberData(nameof(Portions))]
    public void AStreamGivesTheSameFramesAsAFile(string capture, int portion)
    {
        var bytes = BytesOf(capture);
        var random = new Random(7);
        Func<int> next = portion == 0 ? () => random.Next(1, 50_000) : () => portion;

        AssertSame(Replay.Of(bytes), Replay.OfStream(new ChunkedStream(bytes, next)));
        AssertSame(Replay.Of(bytes), Replay.OfStream(new ChunkedStream(CaptureBytes.Gzip(bytes), next)));
    }

    [Theory]
    [InlineData(nameof(Small), 16)]
    [InlineData(nameof(Small), 4096)]
    [InlineData(nameof(Large), 4096)]
    [InlineData(nameof(Large), 100_000)]
    [InlineData(nameof(LargeNg), 4096)]
    [InlineData(nameof(LargeNg), 65_537)]
    public void BuffersOfAnySizeGiveTheSameFrames(string capture, int bufferBytes)
    {
        using var folder = new CaptureFolder();
        var bytes = BytesOf(capture);
        var path = folder.Write("capture", bytes);
        var statistics = new CaptureStatistics();
        var whole = Replay.Of(bytes);
        var isPcap = PcapFormat.TryRead(bytes, out var format, out _);
        var offset = isPcap ? PcapFormat.HeaderLength : 0;
        IRecordWalker walker = isPcap ? new PcapWalker(format, new CaptureInputOptions(), statistics, path) : new PcapNgWalker(new CaptureInputOptions(), statistics, path);
        var cursor = new CaptureCursor(new FilePipeReader(InputFile.Open(path).SafeFileHandle, new PinnedMemoryPool(bufferBytes), offset), walker, offset, statistics, path);

        AssertSame(whole, Replay.Of(new CaptureFileSource(path, statistics, cursor)));
    }

    [Theory]
    [InlineData(nameof(Small))]
    [InlineData(nameof(LargeNg))]
    public void ACompressedFileIsKnownByItsContentAndCountsItsCompressedBytes(string capture)
    {
        var plain = BytesOf(capture);
        var packed = CaptureBytes.Gzip(plain);
        var replay = Replay.Of(packed);

        AssertSame(Replay.Of(plain), replay);
        Assert.Equal((packed.Length, packed.Length), (replay.Statistics.InputLength, replay.Statistics.InputBytes));
    }

    [Fact]
    public void CompressedPartsThatFollowEachOtherAreOneCapture()
    {
        byte[] packed = [.. CaptureBytes.Gzip(Small[..100]), .. CaptureBytes.Gzip(Small[100..])];

        AssertSame(Replay.Of(Small), Replay.Of(packed));
    }

    [Fact]
    public void ACompressedFileThatIsCutOffGivesTheFramesBeforeAndSaysSo()
    {
        var packed = CaptureBytes.Gzip(Large);
        var replay = Replay.Of(packed[..(packed.Length / 2)]);

        Assert.NotEmpty(replay.Frames);
        Assert.Equal(Replay.Of(Large).Frames.Take(replay.Frames.Count).Select(f => f.Bytes), replay.Frames.Select(f => f.Bytes));
        Assert.NotEmpty(replay.Statistics.Problems);
        Assert.Single(replay.Recorder.Ends);
    }

    [Fact]
    public void AStreamThatFailsGivesTheFramesBeforeAndSaysWhy()
    {
        var replay = Replay.OfStream(new ChunkedStream(Small, () => 50, new IOException("the line went dead")));

        Assert.Equal(30, replay.Frames.Count);
        Assert.Contains("the line went dead", Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
        Assert.Equal(1, replay.Statistics.DamagedRecords);
    }

    [Fact]
    public void WaitingForAStreamEndsWhenCancelled()
    {
        using var cancel = new CancellationTokenSource();
        using var stream = new StalledStream(Small, cancel.Cancel);

        var replay = Replay.Until(CaptureSources.OpenStream(stream, "-", new CaptureInputOptions()), new FrameRecorder(), cancel.Token);

        Assert.Equal(30, replay.Frames.Count);
        Assert.Equal(["-"], replay.Recorder.Ends);
        Assert.Empty(replay.Statistics.Problems);
    }

    private static byte[] BytesOf(string capture) => capture switch
    {
        nameof(Small) => Small,
        nameof(Large) => Large,
        nameof(SmallNg) => SmallNg,
        _ => LargeNg,
    };

    private static byte[] Blocks(int count, int longest)
    {
        var file = new CaptureBytes().Section().Interface();
        for (var i = 0; i < count; i++)
        {
            file.Enhanced(0, (ulong)i, CaptureBytes.Frame(60 + (i * 977 % (longest - 59)), i)).Block(0xbad, new byte[i * 400]);
        }

        return file.ToArray();
    }

    private static void AssertSame(Replay expected, Replay actual)
    {
        Assert.NotEmpty(expected.Frames);
        Assert.Equal(expected.Frames.Select(f => f with { Origin = "" }), actual.Frames.Select(f => f with { Origin = "" }));
        Assert.Empty(actual.Statistics.Problems);
        Assert.Equal(expected.Statistics.SkippedBlocks, actual.Statistics.SkippedBlocks);
        Assert.Single(actual.Recorder.Ends);
    }
}
