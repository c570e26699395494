using System.Buffers;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Encrypted Stratum V2 by the shape of its Noise handshake (sv2-spec sections 4 and 3): nothing is in clear, but the sizes are.
/// <code>
/// client 64                      ElligatorSwift key
/// server 234 (170 in one place of the specification)
/// client 22 + payload + 16       SetupConnection, payload 21 and up
/// server 44                      SetupConnection.Success, payload 6
/// client 79 + n or 81 + n        Open…MiningChannel, n: length of the user's name
/// </code>
/// Sizes are summed over a turn, until the other side speaks, so that segmentation does not matter. Two sizes alone say nothing:
/// BIP 324, MTProto and Shadowsocks open with 64 random bytes too. The verdict falls with the client's message after the 44.
/// </summary>
internal sealed class StratumV2Noise : IStreamProtocol
{
    private const int KeyLength = 64;

    public string Name => "stratum-v2-noise";

    /// <summary>None: a key looks random, so the flow table lets first packets of 64 bytes in.</summary>
    public ReadOnlySpan<byte> FirstBytes => [];

    public bool Probe(ReadOnlySpan<byte> start) => start.Length == KeyLength && LooksRandom(start);

    public IStreamReader CreateReader(MiningSession session) => new Reader(session);

    /// <summary>
    /// Of 64 random bytes about 57 differ (64 drawn from 256), fewer than 48 once in a million; about 24 are printable, more than 44 once in a million.
    /// </summary>
    private static bool LooksRandom(ReadOnlySpan<byte> bytes)
    {
        Span<bool> seen = stackalloc bool[256];
        seen.Clear();
        var different = 0;
        var printable = 0;
        foreach (var value in bytes)
        {
            different += seen[value] ? 0 : 1;
            seen[value] = true;
            printable += value is >= 0x20 and < 0x7F ? 1 : 0;
        }

        return different >= 48 && printable <= 44;
    }

    private sealed class Reader(MiningSession session) : IStreamReader
    {
        /// <summary>Turns up to the client's first message after the 44, from its key on: bytes that are missing among them leave nothing to judge by.</summary>
        private const int TurnsOfVerdict = 5;

        /// <summary>Those after which the role is known: the client may ask for extensions before it opens its channel.</summary>
        private const int JudgedTurns = 7;

        /// <summary>OpenStandardMiningChannel for a user without a name.</summary>
        private const int ShortestOpening = 79;

        /// <summary>38 around a request's number and the numbers of some extensions (extension 0x0001 of the specification); what answers another first message is longer.</summary>
        private const int LongestExtensions = 38 + 4 + (2 * 8);

        private readonly long[] _turns = new long[JudgedTurns + 1];
        private int _turn = -1;
        private FlowSide _client;
        private FlowSide _speaker;
        private long _lastFrame;
        private bool _isGone;

        public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            if (reader.End)
            {
                return _isGone ? OperationStatus.InvalidData : OperationStatus.NeedMoreData;
            }

            if (_isGone)
            {
                return OperationStatus.InvalidData;
            }

            if (_turn < 0)
            {
                _client = sender;
                _turn = 0;
            }
            else if (sender != _speaker && !EndTurn(moment))
            {
                _isGone = true;
                return OperationStatus.InvalidData;
            }

            _speaker = sender;
            _lastFrame = moment.FrameNumber;
            _turns[_turn] += reader.Remaining;
            reader.AdvanceToEnd();
            if (!MayStillFit(_turn, _turns[_turn]))
            {
                _isGone = true;
                return OperationStatus.InvalidData;
            }

            return OperationStatus.Done;
        }

        /// <summary>Sums are worth nothing when bytes are missing before the verdict.</summary>
        public void OnGap(FlowSide sender, in ReadOnlySequence<byte> unconsumed, in StreamMoment moment)
        {
            _isGone |= _turn < TurnsOfVerdict;
            _turn = JudgedTurns;
        }

        private static bool MayStillFit(int turn, long sum) => turn switch
        {
            0 => sum <= KeyLength,
            1 => sum <= 234,
            2 => sum <= LongestSetup,
            3 => sum is <= 44 or (>= 44 + 83 and <= 44 + 117),
            _ => true,
        };

        /// <summary>Sizes that a turn has when it is over.</summary>
        private static bool Fits(int turn, long sum) => turn switch
        {
            0 => sum == KeyLength,
            1 => sum is 234 or 170,
            2 => sum is >= ShortestSetup and <= LongestSetup,
            3 => sum == 44,
            _ => true,
        };

        /// <summary>22 + 16 around 16 bytes of numbers and five texts, each at least its length byte.</summary>
        private const int ShortestSetup = 38 + 16;

        /// <summary>The same with a long host name and device names; texts of more than 400 bytes together are not met.</summary>
        private const int LongestSetup = 38 + 16 + 400;

        private static bool IsOpening(long sum) => sum is >= ShortestOpening and <= 81 + byte.MaxValue;

        /// <summary>The other side begins to speak: judges the turn that is over.</summary>
        private bool EndTurn(in StreamMoment moment)
        {
            if (!Fits(_turn, _turns[_turn]))
            {
                return false;
            }

            switch (_turn)
            {
                case 1:
                    session.Saw("64 bytes answered by 234 or 170, as in a Noise handshake of Stratum V2", _lastFrame);
                    break;
                case 3:
                    session.Orient(_client);
                    session.IsEncrypted = true;
                    session.Accepted();
                    session.AtLeast(0.85);
                    session.Saw("44 bytes in answer to the first encrypted message: SetupConnection.Success", _lastFrame);
                    break;
                case 4 when IsOpening(_turns[4]):
                case 6 when IsOpening(_turns[6]) && _turns[5] <= LongestExtensions:
                    session.Role = MiningRole.Miner;
                    session.AtLeast(0.9);
                    session.Saw("a message of the size of OpenMiningChannel", _lastFrame);
                    break;
                case 4 when _turns[4] < ShortestOpening:
                    // Templates and the declaration of jobs are for those who work them into jobs of their own.
                    session.Role = MiningRole.PoolBackend;
                    break;
                default:
                    break;
            }

            _ = moment;
            _turn = Math.Min(_turn + 1, JudgedTurns);
            return true;
        }
    }
}
