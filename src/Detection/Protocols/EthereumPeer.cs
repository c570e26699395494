using System.Buffers;
using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// RLPx between Ethereum nodes (ethereum/devp2p rlpx.md, EIP-8). Both sides open with
/// <c>size[2, big endian] 0x04 public-key[64] iv[16] cipher-text mac[32]</c>, where size counts what follows it;
/// all after that is encrypted. The key must be a point of secp256k1, which no other traffic's bytes are.
/// A node does not mine: information, never a hit.
/// </summary>
internal sealed class EthereumPeer : IStreamProtocol
{
    private const int KeyOffset = 3;
    private const int Needed = KeyOffset + Secp256k1.UncompressedPointLength;

    /// <summary>Smallest size: key, iv and mac around the fields of an ack (public key, nonce, version).</summary>
    private const int SmallestSize = 1 + 64 + 16 + 32 + 99;

    /// <summary>EIP-8 adds 100 to 300 bytes of padding to at most 250 bytes of fields.</summary>
    private const int LargestSize = 1023;

    public string Name => "rlpx";

    public ReadOnlySpan<byte> FirstBytes => [0x00, 0x01, 0x02, 0x03];

    public bool Probe(ReadOnlySpan<byte> start) =>
        start.Length >= KeyOffset
        && start[2] == 0x04
        && BinaryPrimitives.ReadUInt16BigEndian(start) is >= SmallestSize and <= LargestSize
        && start.Length <= BinaryPrimitives.ReadUInt16BigEndian(start) + 2 + 32
        && (start.Length < Needed || Secp256k1.IsPoint(start[KeyOffset..]));

    public IStreamReader CreateReader(MiningSession session) => new Reader(session);

    private sealed class Reader(MiningSession session) : IStreamReader
    {
        private readonly bool[] _seen = new bool[2];
        private bool _recognised;
        private FlowSide _first;

        public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            if (reader.End)
            {
                return OperationStatus.NeedMoreData;
            }

            if (!_seen[(int)sender])
            {
                if (reader.Remaining < Needed)
                {
                    return OperationStatus.NeedMoreData;
                }

                _seen[(int)sender] = true;
                if (IsHandshake(ref reader))
                {
                    OnHandshake(sender, moment);
                }
                else if (!_recognised)
                {
                    return OperationStatus.InvalidData;
                }
            }

            reader.AdvanceToEnd();
            return OperationStatus.Done;
        }

        public void OnGap(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment) => _seen[(int)sender] = true;

        private static bool IsHandshake(ref SequenceReader<byte> reader)
        {
            Span<byte> start = stackalloc byte[Needed];
            return reader.TryCopyTo(start)
                && start[2] == 0x04
                && BinaryPrimitives.ReadUInt16BigEndian(start) is >= SmallestSize and <= LargestSize
                && Secp256k1.IsPoint(start[KeyOffset..]);
        }

        private void OnHandshake(FlowSide sender, in StreamMoment moment)
        {
            session.Role = MiningRole.Node;
            session.AtLeast(_recognised ? 0.99 : 0.9);
            session.Saw(_recognised ? "RLPx handshake of the other side" : "RLPx handshake with a secp256k1 key", moment.FrameNumber);
            if (_recognised)
            {
                // The side that opened speaks first; of one side alone the handshake does not tell which it is.
                session.Orient(_first);
                session.Accepted();
            }

            _first = sender;
            _recognised = true;
        }
    }
}
