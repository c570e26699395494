using System.Buffers;
using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// The first Stratum V2 of Braiins (braiins/braiins-open <c>protocols/stratum/src/v2/noise</c>): before the Noise handshake the client
/// names its ciphers in clear and the server the one it takes: <c>[length[2]] "STR2" count[1] name[4]*</c>, names <c>AESG</c> and <c>CHCH</c>.
/// All after that is encrypted.
/// </summary>
internal sealed class StratumV2Legacy : IStreamProtocol
{
    private const int LengthPrefix = 2;
    private const int NameLength = 4;
    private const int MostNames = 2;

    public string Name => "stratum-v2-braiins";

    /// <summary><c>S</c>, or a length of 9 or 13 in either byte order.</summary>
    public ReadOnlySpan<byte> FirstBytes => [(byte)'S', 5 + NameLength, 5 + (2 * NameLength), 0];

    public bool Probe(ReadOnlySpan<byte> start) => TryRead(start, out _) switch
    {
        OperationStatus.Done => true,
        OperationStatus.NeedMoreData => start.StartsWith("STR2"u8) || (start.Length >= LengthPrefix + 4 && start[LengthPrefix..].StartsWith("STR2"u8)),
        _ => false,
    };

    public IStreamReader CreateReader(MiningSession session) => new Reader(session);

    private static OperationStatus TryRead(ReadOnlySpan<byte> start, out int length)
    {
        length = 0;
        var offset = start.Length > 0 && start[0] != (byte)'S' ? LengthPrefix : 0;
        if (start.Length < offset + 5 + NameLength)
        {
            return OperationStatus.NeedMoreData;
        }

        var negotiation = start[offset..];
        var count = negotiation[4];
        var size = 5 + (count * NameLength);
        if (!negotiation.StartsWith("STR2"u8) || count is 0 or > MostNames || (offset > 0 && !IsLength(start, size)))
        {
            return OperationStatus.InvalidData;
        }

        if (negotiation.Length < size)
        {
            return OperationStatus.NeedMoreData;
        }

        for (var name = negotiation[5..size]; !name.IsEmpty; name = name[NameLength..])
        {
            if (!name.StartsWith("AESG"u8) && !name.StartsWith("CHCH"u8))
            {
                return OperationStatus.InvalidData;
            }
        }

        length = offset + size;
        return OperationStatus.Done;
    }

    private static bool IsLength(ReadOnlySpan<byte> prefix, int size) =>
        BinaryPrimitives.ReadUInt16LittleEndian(prefix) == size || BinaryPrimitives.ReadUInt16BigEndian(prefix) == size;

    private sealed class Reader(MiningSession session) : IStreamReader
    {
        private readonly bool[] _seen = new bool[2];
        private bool _recognised;

        public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            if (reader.End)
            {
                return OperationStatus.NeedMoreData;
            }

            if (!_seen[(int)sender])
            {
                Span<byte> start = stackalloc byte[LengthPrefix + 5 + (MostNames * NameLength)];
                start = start[..(int)Math.Min(start.Length, reader.Remaining)];
                _ = reader.TryCopyTo(start);
                var status = TryRead(start, out var length);
                if (status == OperationStatus.NeedMoreData)
                {
                    return status;
                }

                if (status == OperationStatus.InvalidData && !_recognised)
                {
                    return status;
                }

                _seen[(int)sender] = true;
                if (status == OperationStatus.Done)
                {
                    OnNegotiation(sender, isList: length >= 5 + (MostNames * NameLength), moment);
                }
            }

            reader.AdvanceToEnd();
            return OperationStatus.Done;
        }

        public void OnGap(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment) => _seen[(int)sender] = true;

        /// <summary>The client offers a list, the pool names one; a client that offers only one is known once the other side has answered.</summary>
        private void OnNegotiation(FlowSide sender, bool isList, in StreamMoment moment)
        {
            if (isList)
            {
                session.Orient(sender);
            }

            if (_recognised)
            {
                session.Orient(sender.Opposite());
                session.Accepted();
                session.AtLeast(0.97);
                session.Saw("the pool's choice of cipher", moment.FrameNumber);
                return;
            }

            _recognised = true;
            session.IsEncrypted = true;
            session.AtLeast(0.9);
            session.Saw("STR2 with the ciphers of the first Stratum V2", moment.FrameNumber);
        }
    }
}
