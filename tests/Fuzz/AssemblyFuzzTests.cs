using System.Buffers;
using System.Net;
using MinerFlow.Abstractions;
using MinerFlow.Capture;
using MinerFlow.Connections;
using MinerFlow.Traffic;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>
/// Streams whose bytes tell where they stand, as segments in every disorder: what is shown is what was sent, at its place, and memory comes back.
/// Readers that leave bytes, or lose interest in the midst of it, change nothing of that.
/// </summary>
public sealed class AssemblyFuzzTests
{
    private const int FlowsInARound = 20;
    private const int Longest = 200_000;

    /// <summary>What one connection may take and a little more: what is not given back is missed by the next.</summary>
    private static readonly FlowOptions Bounds = new() { FlowSlots = 1_024, Connections = 64, StreamBytesTotal = 2 << 20, StreamBytesKept = 8_192, ClosedLingerSeconds = 1 };

    [Fact]
    public void WithoutLossEveryByteIsShownOnce() => FuzzRun.Rounds(random =>
    {
        using var run = new Run(random, mayAbandon: false);
        for (var flow = 0; flow < FlowsInARound; flow++)
        {
            var lengths = (random.Below(60_000), random.Below(60_000));
            run.Send(flow, new(Disordered(Segments(lengths.Item1, random), random)), new(Disordered(Segments(lengths.Item2, random), random)), acknowledges: false);
            Assert.Equal(lengths, run.ShownOf(flow));
        }

        Assert.Equal((0, 0, 0), (run.Counters.Gaps, run.Counters.MissingBytes, run.Counters.StreamBytesRefused));
    });

    [Fact]
    public void WhateverIsLostOrComesAgainEachByteStandsAtItsPlace() => FuzzRun.Rounds(random =>
    {
        using var run = new Run(random, mayAbandon: true);
        for (var flow = 0; flow < FlowsInARound; flow++)
        {
            var (low, high) = (Segments(random.Below(Longest), random), Segments(random.Below(60_000), random));
            run.Send(flow, new(Thinned(Disordered(low, random), random)), new(Thinned(Disordered(high, random), random)), acknowledges: true);
        }

        Assert.Equal(0, run.Counters.StreamBytesRefused);
    });

    /// <summary>Offset and length of each segment.</summary>
    private static List<(int Start, int Length)> Segments(int length, SeededRandom random)
    {
        var segments = new List<(int, int)>();
        for (var start = 0; start < length;)
        {
            var next = Math.Min(1 + random.Below(random.Below(4) == 0 ? 40 : 1_460), length - start);
            segments.Add((start, next));
            start += next;
        }

        return segments;
    }

    /// <summary>The first stays first: a flow without a connection keeps no bytes. Some overtake others, some come again, cut elsewhere.</summary>
    private static List<(int Start, int Length)> Disordered(List<(int Start, int Length)> segments, SeededRandom random)
    {
        var all = new List<(int Start, int Length)>();
        foreach (var segment in segments)
        {
            all.Add(segment);
            if (random.Below(8) == 0)
            {
                var end = segment.Start + segment.Length;
                var start = Math.Max(0, end - 1 - random.Below(3_000));
                all.Add((start, end - start));
            }
        }

        for (var i = 1; i < all.Count; i++)
        {
            var other = Math.Min(all.Count - 1, i + random.Below(random.Below(3) == 0 ? 12 : 1));
            (all[i], all[other]) = (all[other], all[i]);
        }

        return all;
    }

    private static IEnumerable<(int Start, int Length)> Thinned(List<(int Start, int Length)> segments, SeededRandom random)
    {
        var oneIn = 2 + random.Below(40);
        return segments.Where(_ => random.Below(oneIn) != 0);
    }

    private static byte Content(int flow, FlowSide side, long offset)
    {
        var word = (ulong)((offset >> 3) + ((flow + 1L) << 32) + ((long)side << 56)) * 0x9E37_79B9_7F4A_7C15;
        return (byte)((word ^ (word >> 29)) >> (int)((offset & 7) * 8));
    }

    private sealed class Run : IConnectionInspector, IDisposable
    {
        private static readonly bool[] All = [.. Enumerable.Repeat(true, 256)];
        private static readonly CaptureOrigin Origin = new("fuzz");

        private readonly SeededRandom _random;
        private readonly bool _mayAbandon;
        private readonly PacketPipeline _pipeline;
        private readonly GuardedMemory _memory = new(1 << 16);
        private readonly FrameBuilder _builder = new(TrafficForm.Plain);
        private readonly Dictionary<int, Reader> _readers = [];
        private readonly ulong[] _firstSequences;
        private long _number;

        public Run(SeededRandom random, bool mayAbandon)
        {
            (_random, _mayAbandon) = (random, mayAbandon);
            _pipeline = new PacketPipeline(Bounds, this);
            _firstSequences = [.. Enumerable.Range(0, 2 * FlowsInARound).Select(_ => random.Below(2) == 0 ? uint.MaxValue - (ulong)random.Below(30_000) : (uint)random.Next())];
        }

        public ConnectionCounters Counters => _pipeline.Counters;

        public ReadOnlySpan<bool> FirstByteGate => All;

        public ReadOnlySpan<bool> DatagramFirstByteGate => All;

        public bool Wants(ReadOnlySpan<byte> payload, Transport transport) => true;

        public IConnectionHandler Open(Connection connection)
        {
            var flow = Math.Max(connection.Key.Low.Port, connection.Key.High.Port) - 40_000;
            return _readers[flow] = new Reader(flow, connection, _random, _mayAbandon);
        }

        public void OnSilentFlow(in SilentFlow flow)
        {
        }

        /// <summary>Bytes of the client and of the server that their reader was shown.</summary>
        public (int Client, int Server) ShownOf(int flow) => _readers.TryGetValue(flow, out var reader) ? ((int)reader.Shown(FlowSide.Low), (int)reader.Shown(FlowSide.High)) : (0, 0);

        public void Send(int flow, Queue<(int Start, int Length)> client, Queue<(int Start, int Length)> server, bool acknowledges)
        {
            Segment(flow, true, 0, 0, TcpFlags.Syn, 0);
            Segment(flow, false, 0, 0, TcpFlags.Syn | TcpFlags.Ack, 1);
            var reached = new long[2];
            while (client.Count + server.Count > 0)
            {
                var fromClient = server.Count == 0 || (client.Count > 0 && _random.Below(2) == 0);
                var (start, length) = (fromClient ? client : server).Dequeue();
                ref var mine = ref reached[fromClient ? 0 : 1];
                mine = Math.Max(mine, start + length);
                Segment(flow, fromClient, start + 1L, length, TcpFlags.Ack, 1 + (acknowledges && _random.Below(3) == 0 ? reached[fromClient ? 1 : 0] : 0));
            }

            Segment(flow, true, reached[0] + 1, 0, TcpFlags.Fin | TcpFlags.Ack, 1);
            Segment(flow, false, reached[1] + 1, 0, TcpFlags.Fin | TcpFlags.Ack, 1);
            for (var moment = 0; moment < 3; moment++)
            {
                _number += 2_000_000;
                _pipeline.OnIdle(Now);
            }
        }

        public void Dispose()
        {
            _pipeline.OnEnd(Origin);
            _pipeline.Dispose();
            _memory.Dispose();
        }

        /// <summary>A microsecond from one frame to the next.</summary>
        private PacketTime Now => new(1_772_438_400_000_000_000 + (_number * 1_000));

        private void Segment(int flow, bool fromClient, long offset, int length, TcpFlags flags, long acknowledged)
        {
            var client = new IPEndPoint(IPAddress.Parse("192.0.2.10"), 40_000 + flow);
            var server = new IPEndPoint(IPAddress.Parse("198.51.100.10"), 3_333);
            var (mine, other) = ((flow * 2) + (fromClient ? 0 : 1), (flow * 2) + (fromClient ? 1 : 0));
            var payload = new byte[length];
            for (var i = 0; i < length; i++)
            {
                payload[i] = Content(flow, fromClient ? FlowSide.Low : FlowSide.High, offset - 1 + i);
            }

            var frame = _builder.Build(new Packet(TimeSpan.Zero, fromClient ? client : server, fromClient ? server : client, fromClient, IsUdp: false, payload)
            {
                Flags = flags,
                Sequence = (uint)(_firstSequences[mine] + (ulong)offset),
                Acknowledgement = (uint)(_firstSequences[other] + (ulong)acknowledged),
            });
            _number++;
            var header = new FrameHeader
            {
                Address = _memory.PlaceAt(frame),
                CapturedLength = frame.Length,
                WireLength = frame.Length,
                UnixNanoseconds = Now.UnixNanoseconds,
                Number = _number,
                LinkType = LinkType.Ethernet,
            };
            _pipeline.OnFrames(new FrameBatch([header], Origin));
        }
    }

    /// <summary>Compares what it is shown with what was sent, and leaves some of it for the next time.</summary>
    private sealed class Reader(int flow, Connection connection, SeededRandom random, bool mayAbandon) : IConnectionHandler
    {
        private const long Unknown = -1;

        /// <summary>Where in its stream the first byte stands that was not consumed.</summary>
        private readonly long[] _at = mayAbandon ? [Unknown, Unknown] : [0, 0];
        private readonly long[] _shown = [0, 0];

        public long Shown(FlowSide side) => _shown[(int)side];

        public long OnStream(FlowSide sender, in ReadOnlySequence<byte> bytes, in StreamMoment moment)
        {
            ref var at = ref _at[(int)sender];
            AssertInterested();
            Compare(sender, in bytes, ref at);
            if (mayAbandon && random.Below(400) == 0)
            {
                connection.Abandon();
            }

            // A reader that leaves more than is kept for it would be told of a gap.
            var least = Math.Max(0, bytes.Length - 2_000);
            var consumed = random.Below(3) == 0 ? bytes.Length : least + random.Below((int)(bytes.Length - least) + 1);
            at += at == Unknown ? 0 : consumed;
            _shown[(int)sender] += consumed;
            return consumed;
        }

        public void OnGap(FlowSide sender, long missing, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
        {
            ref var at = ref _at[(int)sender];
            AssertInterested();
            Compare(sender, in unconsumed, ref at);
            at = at == Unknown || missing == 0 ? Unknown : at + unconsumed.Length + missing;
        }

        public void OnDatagram(FlowSide sender, ReadOnlySpan<byte> payload, in StreamMoment moment) => throw new InvalidOperationException("There is no datagram here.");

        public void OnClosed(ConnectionEnd end, in ReadOnlySequence<byte> unconsumedLow, in ReadOnlySequence<byte> unconsumedHigh)
        {
            Compare(FlowSide.Low, in unconsumedLow, ref _at[0]);
            Compare(FlowSide.High, in unconsumedHigh, ref _at[1]);
            _shown[0] += unconsumedLow.Length;
            _shown[1] += unconsumedHigh.Length;
        }

        /// <summary>Behind a gap of unknown length the bytes themselves tell where they stand.</summary>
        private long Find(FlowSide side, byte[] bytes)
        {
            for (var place = 0L; place < Longest; place++)
            {
                var same = 0;
                while (same < bytes.Length && bytes[same] == Content(flow, side, place + same))
                {
                    same++;
                }

                if (same == bytes.Length)
                {
                    return place;
                }
            }

            throw new InvalidOperationException($"flow {flow}, side {side}: bytes are shown that nobody sent");
        }

        private void AssertInterested()
        {
            if (connection.IsAbandoned)
            {
                throw new InvalidOperationException($"flow {flow}: a reader that had given up is shown more");
            }
        }

        private void Compare(FlowSide side, in ReadOnlySequence<byte> bytes, ref long at)
        {
            if (at == Unknown && bytes.Length >= 16)
            {
                at = Find(side, bytes.Slice(0, 16).ToArray());
            }

            if (at == Unknown)
            {
                return;
            }

            var place = at;
            foreach (var piece in bytes)
            {
                foreach (var one in piece.Span)
                {
                    if (one != Content(flow, side, place++))
                    {
                        throw new InvalidOperationException($"flow {flow}, side {side}: the byte shown as number {place - 1} is another one");
                    }
                }
            }
        }
    }
}
