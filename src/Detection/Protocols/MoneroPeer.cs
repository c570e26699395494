using System.Buffers;
using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Levin, the peer-to-peer protocol of Monero and other CryptoNote coins (monero <c>docs/LEVIN_PROTOCOL.md</c>), integers little endian:
/// <c>message = 01 21 01 01 01 01 01 01 length[8] expects-answer[1] command[4] return-code[4] flags[4] version[4] payload</c>.
/// A node does not mine: information, never a hit.
/// </summary>
internal sealed class MoneroPeer : IStreamProtocol
{
    private const int HeaderLength = 33;

    /// <summary>Largest packet of <c>levin_base.h</c>, LEVIN_DEFAULT_MAX_PACKET_SIZE.</summary>
    private const ulong LongestPayload = 100_000_000;

    private const uint Handshake = 1001;

    /// <summary>A handshake is looked through for its network id as far as this.</summary>
    private const int LongestRead = 2_048;

    private static ReadOnlySpan<byte> Signature => [0x01, 0x21, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01];

    /// <summary>Monero's network id (<c>cryptonote_config.h</c>); test networks differ in the last byte.</summary>
    private static ReadOnlySpan<byte> NetworkId =>
        [0x12, 0x30, 0xF1, 0x71, 0x61, 0x04, 0x41, 0x61, 0x17, 0x31, 0x00, 0x82, 0x16, 0xA1, 0xA1, 0x10];

    public string Name => "levin";

    public ReadOnlySpan<byte> FirstBytes => [0x01];

    public bool Probe(ReadOnlySpan<byte> start) =>
        start.Length >= HeaderLength ? TryReadHeader(start, out _) : start.Length >= 2 && start[..Math.Min(start.Length, Signature.Length)].SequenceEqual(Signature[..Math.Min(start.Length, Signature.Length)]);

    public IStreamReader CreateReader(MiningSession session) => new Reader(session);

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, out long payloadLength)
    {
        var length = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        payloadLength = (long)length;
        return bytes.StartsWith(Signature)
            && length <= LongestPayload
            && bytes[16] <= 1
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[25..]) <= 0x0F
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[29..]) == 1;
    }

    private sealed class Reader(MiningSession session) : IStreamReader
    {
        private readonly long[] _skip = new long[2];
        private bool _recognised;

        public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            ref var skip = ref _skip[(int)sender];
            if (skip > 0 && !reader.End)
            {
                var taken = Math.Min(skip, reader.Remaining);
                reader.Advance(taken);
                skip -= taken;
                return OperationStatus.Done;
            }

            Span<byte> header = stackalloc byte[HeaderLength];
            if (!reader.TryCopyTo(header))
            {
                return OperationStatus.NeedMoreData;
            }

            if (!TryReadHeader(header, out var length))
            {
                return _recognised ? Search(ref reader) : OperationStatus.InvalidData;
            }

            var isHandshake = BinaryPrimitives.ReadUInt32LittleEndian(header[17..]) == Handshake;
            if (isHandshake && reader.Remaining < HeaderLength + Math.Min(length, LongestRead))
            {
                return OperationStatus.NeedMoreData;
            }

            reader.Advance(HeaderLength);
            skip = length;
            OnMessage(sender, isHandshake, isRequest: (header[25] & 1) != 0, moment);
            if (isHandshake)
            {
                ReadNetwork(ref reader, (int)Math.Min(length, LongestRead));
            }

            return OperationStatus.Done;
        }

        public void OnGap(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment) => _skip[(int)sender] = 0;

        private static OperationStatus Search(ref SequenceReader<byte> reader)
        {
            reader.Advance(1);
            if (!reader.TryAdvanceTo(Signature[0], advancePastDelimiter: false))
            {
                reader.AdvanceToEnd();
            }

            return OperationStatus.Done;
        }

        private void OnMessage(FlowSide sender, bool isHandshake, bool isRequest, in StreamMoment moment)
        {
            if (isHandshake)
            {
                session.Orient(isRequest ? sender : sender.Opposite());
                if (!isRequest)
                {
                    session.Accepted();
                }
            }

            if (!_recognised)
            {
                _recognised = true;
                session.Role = MiningRole.Node;
                session.AtLeast(0.95);
                session.Saw("Levin message header", moment.FrameNumber);
            }
        }

        private void ReadNetwork(ref SequenceReader<byte> reader, int length)
        {
            Span<byte> payload = stackalloc byte[LongestRead];
            payload = payload[..length];
            if (reader.TryCopyTo(payload) && payload.IndexOf(NetworkId) >= 0)
            {
                session.SetCoin("XMR");
                session.AtLeast(0.99);
            }
        }
    }
}
