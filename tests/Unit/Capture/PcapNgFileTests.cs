using MinerFlow.Capture;
using Xunit;

namespace MinerFlow.Unit.Capture;

public sealed class PcapNgFileTests
{
    private const ulong SomeMicrosecond = 1_700_000_000_000_007;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void SectionsOfEitherByteOrderFollowEachOther(bool firstIsBig, bool secondIsBig)
    {
        var first = new CaptureBytes(firstIsBig).Section().Interface(1).Interface(228).Enhanced(0, SomeMicrosecond, [1]).Enhanced(1, SomeMicrosecond + 1, [2, 3]);
        var second = new CaptureBytes(secondIsBig).Section().Interface(276).Enhanced(0, SomeMicrosecond + 2, [4, 5, 6], wire: 99);
        var replay = Replay.Of([.. first.ToArray(), .. second.ToArray()]);

        var origin = replay.Recorder.Ends[0];
        Assert.Equal(
            [
                new SeenFrame(origin, 1, 1_700_000_000_000_007_000, 1, LinkType.Ethernet, "01"),
                new SeenFrame(origin, 2, 1_700_000_000_000_008_000, 2, LinkType.IPv4, "0203"),
                new SeenFrame(origin, 3, 1_700_000_000_000_009_000, 99, LinkType.LinuxSll2, "040506"),
            ],
            replay.Frames);
        Assert.Empty(replay.Statistics.Problems);
    }

    [Theory]
    [InlineData(0, 1_700_000_000UL, 1_700_000_000_000_000_000)]
    [InlineData(3, 1_700_000_000_123UL, 1_700_000_000_123_000_000)]
    [InlineData(9, 1_700_000_000_000_000_007UL, 1_700_000_000_000_000_007)]
    [InlineData(10, 17_000_000_000_000_000_079UL, 1_700_000_000_000_000_007)]
    [InlineData(12, 5_000_000_123_456UL, 5_000_000_123)]
    [InlineData(0x80 | 10, (1_700_000_000UL << 10) | 512, 1_700_000_000_500_000_000)]
    [InlineData(0x80 | 32, (1_700_000_000UL << 32) | 0x4000_0000, 1_700_000_000_250_000_000)]
    [InlineData(0, ulong.MaxValue, long.MaxValue)]
    public void EveryClockResolutionBecomesNanoseconds(int resolution, ulong ticks, long nanoseconds)
    {
        var file = new CaptureBytes();
        var options = file.New().Option(9, (byte)resolution).Option(0).ToArray();

        var replay = Replay.Of(file.Section().Interface(options: options).Enhanced(0, ticks, [1]).ToArray());

        Assert.Equal(nanoseconds, Assert.Single(replay.Frames).Time);
    }

    [Theory]
    [InlineData(false, 3600)]
    [InlineData(true, 3600)]
    [InlineData(true, -3600)]
    public void TheTimeOffsetIsAdded(bool bigEndian, long seconds)
    {
        var file = new CaptureBytes(bigEndian);
        var offset = file.New().U64((ulong)seconds).ToArray();
        var options = file.New().Option(2, "eth0"u8.ToArray()).Option(14, offset).Option(0).ToArray();

        var replay = Replay.Of(file.Section().Interface(options: options).Enhanced(0, SomeMicrosecond, [1]).ToArray());

        Assert.Equal(1_700_000_000_000_007_000 + (seconds * 1_000_000_000), Assert.Single(replay.Frames).Time);
    }

    [Fact]
    public void ASimplePacketHasTheSnapLengthOfTheFirstInterfaceAndTheTimeBeforeIt()
    {
        var replay = Replay.Of(new CaptureBytes().Section().Interface(101, snapLength: 2).Enhanced(0, SomeMicrosecond, [1]).Simple([2, 3, 4, 5], wire: 60).Simple([6]).ToArray());

        Assert.Equal(["01", "0203", "06"], replay.Frames.Select(f => f.Bytes));
        Assert.Equal([1, 60, 1], replay.Frames.Select(f => f.WireLength));
        Assert.All(replay.Frames, f => Assert.Equal(1_700_000_000_000_007_000, f.Time));
        Assert.All(replay.Frames, f => Assert.Equal(LinkType.Raw, f.LinkType));
    }

    [Fact]
    public void SimplePacketsWithoutATimeBeforeThemAreSaidOnce()
    {
        var replay = Replay.Of(new CaptureBytes().Section().Interface(101).Simple([1]).Simple([2]).ToArray());

        Assert.Equal(["01", "02"], replay.Frames.Select(f => f.Bytes));
        Assert.Contains("carries no time", Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void ObsoletePacketBlocksAreRead(bool bigEndian)
    {
        var replay = Replay.Of(new CaptureBytes(bigEndian).Section().Interface(1).Interface(113).Obsolete(1, SomeMicrosecond, [1, 2, 3]).ToArray());

        var frame = Assert.Single(replay.Frames);
        Assert.Equal((LinkType.LinuxSll, "010203", 1_700_000_000_000_007_000), (frame.LinkType, frame.Bytes, frame.Time));
    }

    [Fact]
    public void BlocksWithoutFramesArePassedOverAndCounted()
    {
        const uint Names = 4, Secrets = 10, Custom = 0xbad, CustomNotToCopy = 0x40000bad, Unheard = 0x12345678;
        var file = new CaptureBytes().Section().Interface();
        foreach (var type in new[] { Names, Secrets, Custom, CustomNotToCopy, Unheard })
        {
            file.Block(type, new byte[20]).Enhanced(0, SomeMicrosecond, [1]);
        }

        var replay = Replay.Of(file.ToArray());

        Assert.Equal(5, replay.Frames.Count);
        Assert.Equal(5, replay.Statistics.SkippedBlocks);
        Assert.Equal(0, replay.Statistics.DamagedRecords);
    }

    [Fact]
    public void DropsOfTheInterfaceStatisticsAreCountedOnceThoughTheyAreRunningTotals()
    {
        var file = new CaptureBytes().Section().Interface().Interface();
        file.Block(5, Drops(file, 0, 4, 6)).Block(5, Drops(file, 1, 0, 3)).Block(5, Drops(file, 0, 5, 7));

        Assert.Equal(15, Replay.Of(file.ToArray()).Statistics.KernelDrops);

        static byte[] Drops(CaptureBytes file, int interfaceId, ulong atInterface, ulong inSystem) => file.New().U32(interfaceId).U64(0)
            .Option(5, file.New().U64(atInterface).ToArray()).Option(7, file.New().U64(inSystem).ToArray()).Option(0).ToArray();
    }

    [Fact]
    public void BlocksTooLargeToHoldArePassedOverByTheirLength()
    {
        var file = new CaptureBytes().Section().Interface().Block(4, new byte[2_000_000]).Enhanced(0, SomeMicrosecond, [1])
            .Enhanced(0, SomeMicrosecond, new byte[1_000_000]).Enhanced(0, SomeMicrosecond, [2]).ToArray();

        foreach (var replay in new[] { Replay.Of(file), Replay.OfStream(new MemoryStream(file)) })
        {
            Assert.Equal(["01", "02"], replay.Frames.Select(f => f.Bytes));
            Assert.Equal(1, replay.Statistics.SkippedBlocks);
            Assert.Equal(1, replay.Statistics.DamagedRecords);
            Assert.Contains("type 6", Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
        }
    }

    public static TheoryData<string, byte[]> BrokenBlocksInAWholeChain() => new()
    {
        { "names interface 7", new CaptureBytes().Enhanced(7, SomeMicrosecond, [9]).ToArray() },
        { "claims 400 captured bytes; its block has 4", new CaptureBytes().Enhanced(0, SomeMicrosecond, [9, 9, 9, 9], captured: 400, wire: 400).ToArray() },
        { "claims 4294967295 captured bytes", new CaptureBytes().Enhanced(0, SomeMicrosecond, [9], captured: -1, wire: -1).ToArray() },
        { "has 28 bytes, less than 32", new CaptureBytes().Block(6, new byte[16]).ToArray() },
        { "has 12 bytes, less than 16", new CaptureBytes().Block(3, []).ToArray() },
        { "it has 16 bytes, less than 20", new CaptureBytes().Block(1, new byte[4]).ToArray() },
        { "if_tsresol 30 is finer than any clock", new CaptureBytes().Interface(options: new CaptureBytes().Option(9, 30).ToArray()).ToArray() },
        { "if_tsresol has 2 bytes instead of 1", new CaptureBytes().Interface(options: new CaptureBytes().Option(9, 6, 6).ToArray()).ToArray() },
        { "if_tsoffset has 1 bytes instead of 8", new CaptureBytes().Interface(options: new CaptureBytes().Option(14, 6).ToArray()).ToArray() },
        { "one of its options is longer than the block", new CaptureBytes().Interface(options: new CaptureBytes().U16(2).U16(500).ToArray()).ToArray() },
    };

    [Theory]
    [MemberData(nameof(BrokenBlocksInAWholeChain))]
    public void ABrokenBlockIsNamedAndPassedOver(string problem, byte[] block)
    {
        byte[] before = new CaptureBytes().Section().Interface().Enhanced(0, SomeMicrosecond, [1]).ToArray();
        var replay = Replay.Of([.. before, .. block, .. new CaptureBytes().Enhanced(0, SomeMicrosecond, [2]).ToArray()]);

        Assert.Equal(["01", "02"], replay.Frames.Select(f => f.Bytes));
        Assert.Equal([1L, 2L], replay.Frames.Select(f => f.Number));
        Assert.Equal(1, replay.Statistics.DamagedRecords);
        var line = Assert.Single(replay.Statistics.Problems);
        Assert.Contains(problem, line, StringComparison.Ordinal);
        Assert.Contains($"byte {before.Length}", line, StringComparison.Ordinal);
    }

    [Fact]
    public void FramesOfAnInterfaceWithAnImpossibleClockAreDamaged()
    {
        var file = new CaptureBytes();
        var replay = Replay.Of(file.Section().Interface(options: file.New().Option(9, 0x80 | 64).ToArray()).Interface().Enhanced(0, 1, [1]).Enhanced(1, 1, [2]).ToArray());

        Assert.Equal("02", Assert.Single(replay.Frames).Bytes);
        Assert.Equal(2, replay.Statistics.DamagedRecords);
    }

    [Fact]
    public void MoreCapturedThanOnTheWireIsUsedAsCaptured()
    {
        var replay = Replay.Of(new CaptureBytes().Section().Interface().Enhanced(0, SomeMicrosecond, [1, 2, 3], wire: 1).ToArray());

        Assert.Equal(("010203", 3), (Assert.Single(replay.Frames).Bytes, replay.Frames[0].WireLength));
        Assert.Equal(1, replay.Statistics.DamagedRecords);
    }

    [Fact]
    public void ALengthThatIsNoMultipleOf4IsToleratedWhenBothEndsAgree()
    {
        var file = new CaptureBytes().Section().Interface();
        file.U32(6).U32(33).U32(0).U32(0).U32(7).U32(1).U32(1).Raw(0xab).U32(33);
        var replay = Replay.Of(file.Enhanced(0, 8, [2]).ToArray());

        Assert.Equal(["ab", "02"], replay.Frames.Select(f => f.Bytes));
        Assert.Equal(1, replay.Statistics.DamagedRecords);
    }

    public static TheoryData<string, byte[]> BrokenChains() => new()
    {
        { "a length of 8 bytes", new CaptureBytes().U32(6).U32(8).U32(8).U32(8).ToArray() },
        { "says 32 bytes at its start and 36 at its end", new CaptureBytes().U32(6).U32(32).Raw(new byte[20]).U32(36).ToArray() },
        { "no byte-order magic", new CaptureBytes().Block(0x0a0d0d0a, new byte[16]).ToArray() },
        { "pcapng version 2.0", new CaptureBytes().Section(major: 2).ToArray() },
        { "a section header has 16 bytes", new CaptureBytes().Block(0x0a0d0d0a, new CaptureBytes().U32(0x1a2b3c4d).ToArray()).ToArray() },
        { "the end of a block says 7 bytes where its start says 2000012", [.. new CaptureBytes().Block(0xbad, new byte[2_000_000]).ToArray()[..^4], 7, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(BrokenChains))]
    public void ABrokenChainEndsTheFileWithItsPlace(string problem, byte[] block)
    {
        byte[] file = [.. new CaptureBytes().Section().Interface().Enhanced(0, 1, [1]).ToArray(), .. block, .. new CaptureBytes().Enhanced(0, 1, [2]).ToArray()];

        var replay = Replay.OfStream(new MemoryStream(file));

        Assert.Equal("01", Assert.Single(replay.Frames).Bytes);
        Assert.Equal(1, replay.Statistics.DamagedRecords);
        Assert.Contains(problem, Assert.Single(replay.Statistics.Problems), StringComparison.Ordinal);
        Assert.Single(replay.Recorder.Ends);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(31)]
    public void ATailThatWasCutOffIsCounted(int tail)
    {
        var whole = new CaptureBytes().Section().Interface().Enhanced(0, 1, [1]).ToArray();
        byte[] last = new CaptureBytes().Enhanced(0, 1, [2]).ToArray();

        var replay = Replay.Of([.. whole, .. last[..tail]]);

        Assert.Single(replay.Frames);
        Assert.Equal(tail, replay.Statistics.TruncatedTailBytes);
    }

    [Fact]
    public void ALargeBlockThatReachesBeyondTheEndIsATail()
    {
        var block = new CaptureBytes().Block(4, new byte[2_000_000]).ToArray();
        byte[] file = [.. new CaptureBytes().Section().Interface().Enhanced(0, 1, [1]).ToArray(), .. block[..1_000_000]];

        Assert.Equal(1_000_000, Replay.Of(file).Statistics.TruncatedTailBytes);
        Assert.Equal(1_000_000, Replay.OfStream(new MemoryStream(file)).Statistics.TruncatedTailBytes);
    }
}
