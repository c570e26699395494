using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Connections.Decoding;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Damaged frames of every link type: a packet inside the frame, or a reason.</summary>
public sealed class PacketFuzzTests : IDisposable
{
    private const int LongestFrame = 1 << 14;

    private static readonly LinkType[] Links = Enum.GetValues<LinkType>();

    private readonly GuardedMemory _memory = new(LongestFrame);
    private readonly FragmentCache _fragments;
    private readonly PacketDecoder _decoder;
    private long _number;

    public PacketFuzzTests()
    {
        var counters = new ConnectionCounters();
        _fragments = new FragmentCache(new FlowOptions { FragmentedDatagrams = 64 }, counters);
        _decoder = new PacketDecoder(counters, _fragments);
    }

    [Fact]
    public void DamagedFramesAreDecodedOrRejected() => FuzzRun.Rounds(random =>
    {
        for (var i = 0; i < 50; i++)
        {
            var frame = Mutation.Of(Corpus.Pick(Corpus.Frames, random), random);
            Decode(frame, random.Below(4) == 0 ? Links[random.Below(Links.Length)] : LinkType.Ethernet, random.Below(3) == 0 ? random.Below(LongestFrame) : 0);
        }
    });

    [Fact]
    public void RandomBytesAreDecodedOrRejected() => FuzzRun.Rounds(random =>
    {
        for (var i = 0; i < 50; i++)
        {
            Decode(random.Bytes(random.Below(200)), Links[random.Below(Links.Length)], 0);
        }
    });

    [Fact]
    public void FramesCutAtEveryLengthAreDecodedOrRejected()
    {
        foreach (var frame in Corpus.Frames.DistinctBy(frame => frame.Length))
        {
            for (var length = 0; length <= frame.Length; length++)
            {
                Decode(frame[..length], LinkType.Ethernet, frame.Length);
            }
        }
    }

    [Fact]
    public void EveryLinkTypeStandsItsOwnLengths()
    {
        var random = new SeededRandom(7);
        foreach (var link in Links)
        {
            for (var length = 0; length < 128; length++)
            {
                Decode(new byte[length], link, 0);
                Decode(random.Bytes(length), link, length * 2);
            }
        }
    }

    public void Dispose()
    {
        _fragments.Dispose();
        _memory.Dispose();
    }

    private void Decode(byte[] bytes, LinkType link, int wireLength)
    {
        bytes = bytes.Length <= LongestFrame ? bytes : bytes[..LongestFrame];
        var address = _memory.PlaceAt(bytes);
        var header = new FrameHeader
        {
            Address = address,
            CapturedLength = bytes.Length,
            WireLength = Math.Max(wireLength, bytes.Length),
            UnixNanoseconds = ++_number * 1_000_000,
            Number = _number,
            LinkType = link,
        };
        var record = default(PacketRecord);
        if (_decoder.Decode(in header, ref record) == PacketRejection.None)
        {
            Check(in record, address, address + bytes.Length);
        }

        while (_fragments.TryTakeCompleted(out var datagram))
        {
            if (_decoder.DecodeReassembled(datagram, ref record) == PacketRejection.None)
            {
                Assert.InRange(record.PayloadLength, 0, datagram.Bytes.Length);
                Touch(in record);
            }

            _fragments.Return(datagram);
        }
    }

    private static void Check(in PacketRecord record, nint start, nint end)
    {
        Assert.InRange(record.Payload, start, end);
        Assert.InRange(record.PayloadLength, 0, (int)(end - record.Payload));
        Assert.True(record.PayloadWireLength >= record.PayloadLength);
        Touch(in record);
    }

    private static void Touch(in PacketRecord record)
    {
        var sum = 0;
        foreach (var value in record.PayloadBytes)
        {
            sum += value;
        }

        Assert.True(sum >= 0);
    }
}
