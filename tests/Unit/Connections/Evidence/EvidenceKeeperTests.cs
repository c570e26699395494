using System.Buffers;
using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Capture.Live;
using MinerFlow.Connections;
using MinerFlow.Connections.Evidence;
using MinerFlow.Unit.Capture;
using MinerFlow.Unit.Connections.Streams;
using Xunit;
using static MinerFlow.Unit.Connections.Bytes;

namespace MinerFlow.Unit.Connections.Evidence;

/// <summary>Headers of a raw IPv4 frame are 40 bytes here.</summary>
public sealed class EvidenceKeeperTests
{
    private const int Headers = 40;

    [Fact]
    public void AHitIsWrittenFromItsHandshakeOnWithThePayloadOfItsOpeningOnly()
    {
        var kept = Of(new EvidenceOptions { OpeningFrames = 6 }, FromBytes(8), script => script
            .Open().Client(0, "{one", 0).Server(0, "{two", 4).Client(4, "{three", 4).Server(4, "{four", 10).Client(10, "{five", 9));

        // SYN, its answer, four frames of data: the acknowledgment alone came before the flow was a connection.
        Assert.Equal([Headers, Headers, Headers + 4, Headers + 4, Headers + 6, Headers + 5, Headers], kept.Lengths);
        Assert.Equal([1L, 2, 4, 5, 6, 7, 8], kept.Numbers);
        Assert.Equal((1, 7, 0, 0, 0), (kept.Counters.Connections, kept.Counters.Frames, kept.Counters.FramesBeyond, kept.Counters.FramesBeforeVerdict, kept.Counters.FramesWithoutMemory));
        Assert.Equal(Headers + 5, kept.WireLengths[^1]);
        Assert.Contains("minerflow rule stratum-v1; flow ", kept.Text, StringComparison.Ordinal);
        Assert.Contains("; frame 4 of test.pcap", kept.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNoHitLeavesNothing()
    {
        var kept = Of(new EvidenceOptions(), _ => null, script => script.Open().Client(0, "{one", 0).Server(0, "{two", 4));

        Assert.Empty(kept.Numbers);
        Assert.Equal((0, 0), (kept.Counters.Connections, kept.Counters.Frames));
    }

    [Fact]
    public void AVerdictAtTheVeryEndStillFindsTheFrames()
    {
        var isOver = false;
        var kept = Of(new EvidenceOptions(), _ => isOver ? "late" : null, script =>
        {
            script.Open().Client(0, "{one", 0).Server(0, "{two", 4).Flush();
            isOver = true;
        });

        Assert.Equal([1L, 2, 4, 5], kept.Numbers);
    }

    [Fact]
    public void HeadersOnlyMeansThatNoPayloadIsKeptAnywhere()
    {
        var kept = Of(new EvidenceOptions { HeadersOnly = true }, FromBytes(8), script => script.Open().Client(0, "{secret-login", 0).Server(0, "{secret-answer", 13));

        Assert.Equal([1L, 2, 4, 5], kept.Numbers);
        Assert.All(kept.Lengths, length => Assert.Equal(Headers, length));
        Assert.DoesNotContain("secret", kept.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void FramesBetweenTheOpeningAndALateVerdictAreCounted()
    {
        var kept = Of(new EvidenceOptions { OpeningFrames = 3 }, FromBytes(50), script => Talk(script.Open(), 12));

        // SYN, answer and one frame; the tenth piece of five bytes brings the verdict.
        Assert.Equal([1L, 2, 4, 13, 14, 15], kept.Numbers);
        Assert.Equal(8, kept.Counters.FramesBeforeVerdict);
    }

    [Fact]
    public void FramesBeyondTheBoundOfAConnectionAreCounted()
    {
        var kept = Of(new EvidenceOptions { FramesPerConnection = 5 }, FromBytes(0), script => Talk(script.Open(), 10));

        Assert.Equal(5, kept.Numbers.Count);
        Assert.Equal((5, 7), (kept.Counters.Frames, kept.Counters.FramesBeyond));
    }

    [Fact]
    public void WhenTheMemoryIsFullFramesAreLeftOutAndCountedOnceItIsAHit()
    {
        // One MiB holds some 400 frames of 2,048 bytes in chunks of powers of two.
        var kept = Of(new EvidenceOptions { MemoryMegabytes = 1, OpeningFrames = 1_024 }, FromBytes(2_000 * 900), script =>
        {
            script.Open();
            for (var i = 0; i < 900; i++)
            {
                script.Client(i * 2_000L, "{" + new string('x', 1_999), 0).Flush();
            }
        });

        Assert.True(kept.Counters.FramesWithoutMemory > 0);
        Assert.Equal(903 - 1, kept.Counters.Frames + kept.Counters.FramesWithoutMemory);
        Assert.Equal(kept.Numbers.Count, kept.Counters.Frames);
    }

    [Fact]
    public void AnOpeningOfAnEarlierFlowOfTheSamePortsIsNotTakenForThisOnes()
    {
        var kept = Of(new EvidenceOptions(), FromBytes(4), script => script.Open().Client(0, "", 0, flags: 4).Wait(4_000).Client(0, "{one", 0));

        Assert.Equal([5L], kept.Numbers);
    }

    [Fact]
    public void AHitThatGoesOnAllocatesNothing()
    {
        using var folder = new CaptureFolder();
        using var recorder = new CaptureRecorder(new RollingCaptureFiles(folder.Path, "evidence", 8 << 20, 4 << 20, TimeProvider.System), _ => { });
        using var keeper = new EvidenceKeeper(new EvidenceOptions { FramesPerConnection = 1_000_000 }, recorder.Open("test", 2_048));
        using var pipeline = new PacketPipeline(new FlowOptions { FlowSlots = 1_024 }, new EveryFlowIsAHit(), keeper);
        using var feeder = new FrameFeeder(pipeline);
        var allocated = 0L;
        for (var i = 0; i < 4_096; i++)
        {
            var packet = IPv4(Tcp, TcpSegment("{}"u8.ToArray(), sequence: 1_000 + ((uint)i * 2)));
            if (i % FrameBatch.Capacity != FrameBatch.Capacity - 1)
            {
                feeder.Add(packet, LinkType.Raw);
                continue;
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            feeder.Add(packet, LinkType.Raw);
            allocated = i < 2_048 ? 0 : allocated + GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(4_096, keeper.Counters.Frames);
        Assert.Equal(0, allocated);
    }

    private static Func<long, string?> FromBytes(long least) => bytes => bytes >= least ? "stratum-v1" : null;

    private static void Talk(TcpScript script, int times)
    {
        for (var i = 0; i < times; i++)
        {
            script.Client(i * 5, "{ask}", 0);
        }
    }

    private static Kept Of(EvidenceOptions options, Func<long, string?> verdict, Action<TcpScript> talk)
    {
        using var folder = new CaptureFolder();
        EvidenceCounters counters;
        using (var recorder = new CaptureRecorder(new RollingCaptureFiles(folder.Path, "evidence", 16 << 20, 8 << 20, TimeProvider.System), failure => Assert.Null(failure)))
        using (var keeper = new EvidenceKeeper(options, recorder.Open("test", options.FrameBytes, waits: true)))
        using (var script = new TcpScript(new RecordingInspector { Verdict = verdict }, evidence: keeper))
        {
            talk(script);
            script.End();
            keeper.Flush();
            counters = keeper.Counters;
        }

        var file = Directory.GetFiles(folder.Path, "*.pcapng").SingleOrDefault();
        return new Kept(counters, file is null ? [] : Replay.Of(CaptureSources.Open(file, new CaptureInputOptions())).Frames, file is null ? "" : Encoding.Latin1.GetString(File.ReadAllBytes(file)));
    }

    /// <summary>What a file holds; the numbers are those of the comments, which are the capture's own.</summary>
    private sealed record Kept(EvidenceCounters Counters, IReadOnlyList<SeenFrame> Frames, string Text)
    {
        public IReadOnlyList<int> Lengths => [.. Frames.Select(frame => frame.Bytes.Length / 2)];

        public IReadOnlyList<int> WireLengths => [.. Frames.Select(frame => frame.WireLength)];

        public IReadOnlyList<long> Numbers =>
            [.. Text.Split("; frame ").Skip(1).Select(rest => long.Parse(rest.AsSpan(0, rest.IndexOf(' ', StringComparison.Ordinal)), System.Globalization.CultureInfo.InvariantCulture))];
    }

    private sealed class EveryFlowIsAHit : IConnectionInspector, IConnectionHandler
    {
        private readonly bool[] _gate = [.. Enumerable.Repeat(true, 256)];

        public ReadOnlySpan<bool> FirstByteGate => _gate;

        public ReadOnlySpan<bool> DatagramFirstByteGate => _gate;

        public string? Rule => "stratum-v1";

        public string? SeenIn(long frameNumber) => "mining.submit";

        public bool Wants(ReadOnlySpan<byte> payload, Transport transport) => true;

        public IConnectionHandler Open(Connection connection) => this;

        public void OnSilentFlow(in SilentFlow flow)
        {
        }

        public long OnStream(FlowSide sender, in ReadOnlySequence<byte> bytes, in StreamMoment moment) => bytes.Length;

        public void OnGap(FlowSide sender, long missing, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
        {
        }

        public void OnDatagram(FlowSide sender, ReadOnlySpan<byte> payload, in StreamMoment moment)
        {
        }

        public void OnClosed(ConnectionEnd end, in ReadOnlySequence<byte> unconsumedLow, in ReadOnlySequence<byte> unconsumedHigh)
        {
        }
    }
}
