using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Peer-to-peer protocol of the Bitcoin family (Bitcoin developer reference, "P2P Network"; <c>chainparams.cpp</c> of each coin):
/// <c>message = magic[4] command[12, zero padded] length[4] checksum[4] payload</c>, checksum = first four bytes of SHA-256d(payload).
/// A node does not mine: information, never a hit.
/// </summary>
internal sealed class BitcoinPeer : IStreamProtocol
{
    private const int HeaderLength = 24;

    /// <summary>MAX_PROTOCOL_MESSAGE_LENGTH of Bitcoin Core is 4,000,000; forks with bigger blocks send up to 256 MB.</summary>
    private const uint LongestPayload = 256_000_000;

    /// <summary>Payloads up to this are read and their checksum is proved; the longest version message is below 400 bytes.</summary>
    private const int LongestReadPayload = 1_024;

    /// <summary>Bytes of one direction searched for the next header after a gap or a start in the middle of a block.</summary>
    private const long LongestSearch = 16 << 20;

    private static readonly (uint Magic, string Coin)[] Networks =
    [
        (0xF9BEB4D9, "BTC"), (0x0B110907, ""), (0x1C163F28, ""), (0xFABFB5DA, ""), (0x0A03CF40, ""), (0xE3E1F3E8, "BCH"), (0xFBC0B6DB, "LTC"),
        (0xFDD2C8F1, ""), (0xC0C0C0C0, "DOGE"), (0x24E92764, "ZEC"), (0xF9BEB4FE, "NMC"), (0xBF0C6BBD, "DASH"), (0x5241564E, "RVN"),
    ];

    private static readonly byte[] MagicStarts = StartsOf(Networks);

    private static readonly SearchValues<byte> CommandCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_"u8);

    public string Name => "bitcoin-p2p";

    public ReadOnlySpan<byte> FirstBytes => MagicStarts;

    public bool Probe(ReadOnlySpan<byte> start) =>
        start.Length >= HeaderLength ? TryReadHeader(start, out _, out _)
        : start.Length >= sizeof(uint) && TryFindNetwork(BinaryPrimitives.ReadUInt32BigEndian(start), out _);

    public IStreamReader CreateReader(MiningSession session) => new Reader(session);

    private static byte[] StartsOf((uint Magic, string Coin)[] networks)
    {
        var starts = new byte[networks.Length];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = (byte)(networks[i].Magic >> 24);
        }

        return starts;
    }

    private static bool TryReadHeader(ReadOnlySpan<byte> bytes, out uint payloadLength, out string coin)
    {
        payloadLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes[16..]);
        return TryFindNetwork(BinaryPrimitives.ReadUInt32BigEndian(bytes), out coin) && payloadLength <= LongestPayload && IsCommand(bytes.Slice(4, 12));
    }

    private static bool TryFindNetwork(uint magic, out string coin)
    {
        foreach (var network in Networks)
        {
            if (network.Magic == magic)
            {
                coin = network.Coin;
                return true;
            }
        }

        coin = "";
        return false;
    }

    /// <summary>Small letters, digits and underscores, then zeros only (<c>verack</c>, <c>sendaddrv2</c>, <c>getheaders</c>).</summary>
    private static bool IsCommand(ReadOnlySpan<byte> command)
    {
        var length = command.IndexOf((byte)0);
        if (length < 0)
        {
            length = command.Length;
        }

        return length >= 2
            && !command[..length].ContainsAnyExcept(CommandCharacters)
            && !command[length..].ContainsAnyExcept((byte)0);
    }

    private sealed class Reader(MiningSession session) : IStreamReader
    {
        /// <summary>Bytes of each direction that belong to a payload nobody reads.</summary>
        private readonly long[] _skip = new long[2];

        private readonly long[] _searched = new long[2];
        private bool _recognised;
        private int _heard;
        private FlowSide? _versionOf;

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

            if (!TryReadHeader(header, out var length, out var coin))
            {
                return _recognised ? Search(sender, ref reader) : OperationStatus.InvalidData;
            }

            if (length > LongestReadPayload)
            {
                skip = length;
            }
            else if (reader.Remaining < HeaderLength + length)
            {
                return OperationStatus.NeedMoreData;
            }

            reader.Advance(HeaderLength);
            OnHeader(sender, coin, moment);
            if (skip == 0)
            {
                OnPayload(sender, header, (int)length, ref reader, moment);
            }

            return OperationStatus.Done;
        }

        public void OnGap(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment) => _skip[(int)sender] = 0;

        /// <summary>Goes on to the next byte that may begin a header.</summary>
        private OperationStatus Search(FlowSide sender, ref SequenceReader<byte> reader)
        {
            var from = reader.Consumed;
            reader.Advance(1);
            if (!reader.TryAdvanceToAny(MagicStarts, advancePastDelimiter: false))
            {
                reader.AdvanceToEnd();
            }

            _searched[(int)sender] += reader.Consumed - from;
            return _searched[(int)sender] > LongestSearch ? OperationStatus.InvalidData : OperationStatus.Done;
        }

        private void OnHeader(FlowSide sender, string coin, in StreamMoment moment)
        {
            _heard |= 1 << (int)sender;
            if (_heard == 3)
            {
                session.Accepted();
            }

            if (_recognised)
            {
                return;
            }

            _recognised = true;
            session.Role = MiningRole.Node;
            session.AtLeast(0.9);
            session.Saw("message header of the Bitcoin family", moment.FrameNumber);
            if (coin.Length > 0)
            {
                session.SetCoin(coin);
            }
        }

        private void OnPayload(FlowSide sender, scoped ReadOnlySpan<byte> header, int length, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            Span<byte> payload = stackalloc byte[LongestReadPayload];
            payload = payload[..length];
            _ = reader.TryCopyTo(payload);
            reader.Advance(length);
            var command = header.Slice(4, 12);
            if (command.StartsWith("version\0"u8) && HasChecksum(payload, header[20..]))
            {
                OnVersion(sender);
                session.AtLeast(0.99);
                session.Saw("version message with a true checksum", moment.FrameNumber);
                ReadVersion(payload);
            }
        }

        /// <summary>The side that opened says its version first; of one side alone the message does not tell which it is.</summary>
        private void OnVersion(FlowSide sender)
        {
            if (_versionOf is { } first && first != sender)
            {
                session.Orient(first);
            }

            _versionOf ??= sender;
        }

        private static bool HasChecksum(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> checksum)
        {
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(payload, digest);
            SHA256.HashData(digest, digest);
            return digest[..4].SequenceEqual(checksum);
        }

        /// <summary>The user agent stands behind version 4, services 8, time 8, two addresses of 26 and a nonce of 8 bytes, as length and text (BIP 14).</summary>
        private void ReadVersion(ReadOnlySpan<byte> payload)
        {
            const int AgentOffset = 80;
            if (payload.Length > AgentOffset && payload[AgentOffset] is > 0 and < 0xFD && payload.Length > AgentOffset + payload[AgentOffset])
            {
                session.SetAgent(payload.Slice(AgentOffset + 1, payload[AgentOffset]));
            }
        }
    }
}
