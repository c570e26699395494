using System.Buffers.Binary;
using System.IO.Compression;
using MinerFlow.Capture;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Damaged capture files: a clear message or frames, never an exception of another kind.</summary>
public sealed class CaptureFuzzTests
{
    private static readonly CaptureInputOptions Options = new();

    [Fact]
    public void DamagedPcapNgStreamsAreReadOrRefused() =>
        FuzzRun.Rounds(random => ReadStream(Mutation.Of(Corpus.Pick(Corpus.Captures, random), random)));

    [Fact]
    public void DamagedPcapStreamsAreReadOrRefused() =>
        FuzzRun.Rounds(random => ReadStream(Mutation.Of(Pcap(random), random)));

    [Fact]
    public void DamagedGzipStreamsAreReadOrRefused() =>
        FuzzRun.Rounds(random => ReadStream(Mutation.Of(Compress(Corpus.Pick(Corpus.Captures, random)), random)));

    [Fact]
    public void DamagedFilesAreReadInPlaceOrRefused() => FuzzRun.Rounds(random =>
    {
        var bytes = Mutation.Of(random.Below(2) == 0 ? Pcap(random) : Corpus.Pick(Corpus.Captures, random), random);

        // Whole pages, so that the map ends where the file ends and one byte too far is not there.
        var page = Environment.SystemPageSize;
        bytes = bytes.Length < page ? bytes : bytes[..(bytes.Length / page * page)];
        var path = Path.Combine(Path.GetTempPath(), $"minerflow-fuzz-{Environment.ProcessId}.cap");
        File.WriteAllBytes(path, bytes);
        try
        {
            Read(() => CaptureSources.Open(path, Options));
        }
        finally
        {
            File.Delete(path);
        }
    });

    [Fact]
    public void ACaptureCutAtAnyLengthGivesItsWholeFrames()
    {
        var whole = Corpus.Captures[0];
        var frames = ReadStream(whole);

        for (var length = 0; length <= whole.Length; length++)
        {
            Assert.InRange(ReadStream(whole[..length]), 0, frames);
        }
    }

    private static long ReadStream(byte[] bytes) => Read(() => CaptureSources.OpenStream(new MemoryStream(bytes), "fuzz", Options));

    private static long Read(Func<ICaptureSource> open)
    {
        try
        {
            using var source = open();
            var toucher = new FrameToucher();
            source.Run(toucher, CancellationToken.None);
            Assert.Equal(source.Statistics.Frames, toucher.Frames);
            return toucher.Frames;
        }
        catch (CaptureException exception)
        {
            Assert.NotEmpty(exception.Message);
            return 0;
        }
    }

    /// <summary>Classic pcap in one of its four forms: byte order and clock.</summary>
    private static byte[] Pcap(SeededRandom random)
    {
        var isLittle = random.Below(2) == 0;
        var magic = random.Below(2) == 0 ? 0xA1B2C3D4 : 0xA1B23C4D;
        var file = new MemoryStream();
        Write(file, isLittle, magic, isLittle ? 0x0004_0002u : 0x0002_0004u, 0, 0, 65_535, 1);
        for (var i = 0; i < 8; i++)
        {
            var frame = Corpus.Pick(Corpus.Frames, random);
            Write(file, isLittle, 1_700_000_000u + (uint)i, (uint)i, (uint)frame.Length, (uint)frame.Length);
            file.Write(frame);
        }

        return file.ToArray();
    }

    private static void Write(MemoryStream file, bool isLittle, params ReadOnlySpan<uint> words)
    {
        Span<byte> bytes = stackalloc byte[4];
        foreach (var word in words)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, isLittle ? word : BinaryPrimitives.ReverseEndianness(word));
            file.Write(bytes);
        }
    }

    private static byte[] Compress(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    /// <summary>Reads every byte that it is lent.</summary>
    private sealed class FrameToucher : IFrameHandler
    {
        private int _sum;

        public long Frames { get; private set; }

        public void OnFrames(FrameBatch frames)
        {
            for (var i = 0; i < frames.Count; i++)
            {
                foreach (var value in frames[i].Bytes)
                {
                    _sum += value;
                }
            }

            Frames += frames.Count;
        }

        public void OnEnd(CaptureOrigin origin) => Assert.True(_sum >= 0 || Frames > 0);
    }
}
