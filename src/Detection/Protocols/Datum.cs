using System.Buffers;
using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// DATUM, between a miner's own gateway and its pool (OCEAN-xyz/datum_gateway <c>src/datum_protocol.h</c>). Everything is encrypted, but the
/// first header is masked with a key that never changes: <c>header[4, little endian, xor 0xDC871829] = length[22] flags[5] command[5]</c>.
/// The first message fills the client's first turn exactly: header, sealed box with four keys, version, 1 to 200 random bytes, signature.
/// </summary>
internal sealed class Datum : IStreamProtocol
{
    private const uint FirstMask = 0xDC871829;
    private const int HeaderLength = 4;

    /// <summary>Two bytes of the first header that are the same for every length below 65,536.</summary>
    private const ushort UpperHalf = 0xD787;

    /// <summary>Sealed box of 48, keys of 128 bytes, signature of 64 and the shortest padding.</summary>
    private const int ShortestMessage = 200;

    private const int LongestMessage = 800;

    public string Name => "datum";

    /// <summary>None: the first byte is part of a length, so the flow table lets the two fixed bytes in.</summary>
    public ReadOnlySpan<byte> FirstBytes => [];

    public bool Probe(ReadOnlySpan<byte> start) => TryReadLength(start, out var length) && start.Length <= HeaderLength + length;

    public IStreamReader CreateReader(MiningSession session) => new Reader(session);

    private static bool TryReadLength(ReadOnlySpan<byte> start, out int length)
    {
        length = 0;
        if (start.Length < HeaderLength || BinaryPrimitives.ReadUInt16LittleEndian(start[2..]) != UpperHalf)
        {
            return false;
        }

        length = BinaryPrimitives.ReadUInt16LittleEndian(start) ^ (ushort)(FirstMask & 0xFFFF);
        return length is >= ShortestMessage and <= LongestMessage;
    }

    private sealed class Reader(MiningSession session) : IStreamReader
    {
        private long _missing = -1;
        private FlowSide _client;
        private bool _isFirstMessageWhole;

        public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            if (reader.End)
            {
                return OperationStatus.NeedMoreData;
            }

            if (_missing < 0)
            {
                Span<byte> header = stackalloc byte[HeaderLength];
                if (!reader.TryCopyTo(header))
                {
                    return OperationStatus.NeedMoreData;
                }

                if (!TryReadLength(header, out var length))
                {
                    return OperationStatus.InvalidData;
                }

                _client = sender;
                _missing = HeaderLength + length;
            }

            return _isFirstMessageWhole ? ReadEncrypted(sender, ref reader, moment) : ReadFirst(sender, ref reader, moment);
        }

        /// <summary>The pool is silent until the first message is whole, and the client until the pool has answered.</summary>
        private OperationStatus ReadFirst(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            if (sender != _client || reader.Remaining > _missing)
            {
                return OperationStatus.InvalidData;
            }

            _missing -= reader.Remaining;
            reader.AdvanceToEnd();
            if (_missing == 0)
            {
                _isFirstMessageWhole = true;
                session.Orient(_client);
                session.IsEncrypted = true;
                session.AtLeast(0.8);
                session.Saw("masked DATUM header whose length is that of the first message", moment.FrameNumber);
            }

            return OperationStatus.Done;
        }

        private OperationStatus ReadEncrypted(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            if (sender != _client)
            {
                session.Accepted();
                session.AtLeast(0.9);
                session.Saw("the pool's answer to the DATUM hello", moment.FrameNumber);
            }

            reader.AdvanceToEnd();
            return OperationStatus.Done;
        }
    }
}
