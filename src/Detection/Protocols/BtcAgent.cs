using System.Buffers;
using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// BTC.com's agent, which carries thousands of machines over one connection (btccom/btcpool <c>docs/AGENT.md</c>, btccom/btcagent <c>ExMessage.go</c>):
/// Stratum V1 lines and, between them, binary messages <c>7F type[1] length[2, little endian, with these four bytes] body</c>.
/// Registered workers less those unregistered are the machines behind it; each has its own difficulty 2^exponent.
/// </summary>
internal sealed class BtcAgent : IJsonDialect, IStreamProtocol
{
    private static readonly StratumV1 Lines = new();

    public string Name => "btcagent";

    public IReadOnlyList<string> Methods => ["agent.get_capabilities", "mining.subscribe"];

    public ResultForms Results => ResultForms.Object;

    public ReadOnlySpan<byte> FirstBytes => [ExMessage.Magic];

    public Match Recognise(in JsonMessage message)
    {
        if (message.Method.SequenceEqual("agent.get_capabilities"u8))
        {
            // Agents of language models are asked by the same name.
            return NamesCapability(message.Params) ? Certainly.Miner : new Match(message.IsTruncated ? Recognition.Possible : Recognition.None, Speaker.Miner);
        }

        if (message.Method.SequenceEqual("mining.subscribe"u8))
        {
            return message.Params[0].Text.StartsWith("btccom-agent/"u8) ? Certainly.Miner : Match.None;
        }

        return message.IsResponse && NamesCapability(message.Result["capabilities"u8]) ? Certainly.Pool : Match.None;
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        session.Role = MiningRole.Proxy;
        if (message.Method.SequenceEqual("agent.get_capabilities"u8))
        {
            session.Saw("agent.get_capabilities");
        }
        else
        {
            Lines.Read(in message, speaker, session);
        }

        session.Role = MiningRole.Proxy;
    }

    /// <summary>Every message up to the end of the bytes has the length of its type, and the next one begins right behind it or a line does.</summary>
    public bool Probe(ReadOnlySpan<byte> start)
    {
        if (start.IsEmpty || start[0] != ExMessage.Magic)
        {
            return false;
        }

        while (!start.IsEmpty && start[0] == ExMessage.Magic)
        {
            switch (ExMessage.TryRead(start, out var message))
            {
                case OperationStatus.InvalidData:
                    return false;
                case OperationStatus.NeedMoreData:
                    return true;
                default:
                    start = start[message.Length..];
                    break;
            }
        }

        return start.IsEmpty || start[0] == (byte)'{';
    }

    public IStreamReader CreateReader(MiningSession session) => new Reader(session);

    /// <summary>Version rolling and answers to shares are all there is to agree on.</summary>
    private static bool NamesCapability(JsonSlice list) => list[0].Text is var first && (first.SequenceEqual("verrol"u8) || first.SequenceEqual("subres"u8));

    private sealed class Reader(MiningSession session) : IStreamReader
    {
        /// <summary>Messages in a chain that nothing else has: each has a type of eleven in 256 and the length of that type.</summary>
        private const int Convincing = 3;

        /// <summary>Unanswered shares after which the pool is taken not to answer: only agents that asked for <c>subres</c> get answers.</summary>
        private const int UnansweredBound = 64;

        private const int SharesKept = 1_024;

        /// <summary>For each session of the agent: its difficulty's exponent, less one; 0 when not known.</summary>
        private byte[]? _exponents;

        private ulong[]? _active;
        private readonly double[] _open = new double[SharesKept];
        private uint _submitted;
        private uint _settled;

        /// <summary>Shares counted as taken whose answers may yet come.</summary>
        private uint _assumed;
        private bool _isAnswered;
        private int _messages;
        private int _workers;

        public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            if (!reader.TryPeek(out var first))
            {
                return OperationStatus.NeedMoreData;
            }

            if (first != ExMessage.Magic)
            {
                return OperationStatus.InvalidData;
            }

            Span<byte> header = stackalloc byte[ExMessage.HeaderLength];
            if (!reader.TryCopyTo(header))
            {
                return OperationStatus.NeedMoreData;
            }

            var status = ExMessage.TryReadHeader(header, out var length);
            if (status != OperationStatus.Done)
            {
                return status;
            }

            if (reader.Remaining < length)
            {
                return OperationStatus.NeedMoreData;
            }

            var bytes = reader.UnreadSpan;
            if (bytes.Length < length)
            {
                var scratch = session.Context.Scratch.AsSpan(0, length);
                _ = reader.TryCopyTo(scratch);
                bytes = scratch;
            }

            status = ExMessage.TryRead(bytes, out var message);
            if (status == OperationStatus.Done)
            {
                OnMessage(sender, message, bytes[ExMessage.HeaderLength..length], moment);
                reader.Advance(length);
            }

            return status;
        }

        /// <summary>Shares of a pool that never answered were taken.</summary>
        public void OnTelling(in StreamMoment moment) => TakeUnanswered(moment);

        private void OnMessage(FlowSide sender, in ExMessage message, ReadOnlySpan<byte> body, in StreamMoment moment)
        {
            _messages++;
            session.Role = MiningRole.Proxy;
            session.Orient(message.IsFromAgent ? sender : sender.Opposite());
            session.Heard(session.SpeakerOf(sender));
            session.Recognised(_messages >= Convincing ? Recognition.Certain : Recognition.Possible);
            switch (message.Type)
            {
                case ExMessageType.Register:
                    session.Saw("an agent registers workers", moment.FrameNumber);
                    Activate(BinaryPrimitives.ReadUInt16LittleEndian(body), isActive: true);
                    break;
                case ExMessageType.Unregister:
                    Activate(BinaryPrimitives.ReadUInt16LittleEndian(body), isActive: false);
                    break;
                case ExMessageType.SetDifficulty:
                    SetDifficulty(body);
                    break;
                case ExMessageType.SubmitResponse:
                    Answer(BinaryPrimitives.ReadUInt32LittleEndian(body[2..]), moment);
                    break;
                case ExMessageType.GetNoncePrefix or ExMessageType.SetNoncePrefix:
                    break;
                default:
                    session.Saw("shares of an agent's workers", moment.FrameNumber);
                    Submit(BinaryPrimitives.ReadUInt16LittleEndian(body[message.SessionOffset..]), moment);
                    break;
            }
        }

        private void Activate(ushort worker, bool isActive)
        {
            _active ??= new ulong[(ushort.MaxValue + 1) / 64];
            ref var word = ref _active[worker >> 6];
            var bit = 1UL << (worker & 63);
            if ((word & bit) != 0 != isActive)
            {
                word ^= bit;
                _workers += isActive ? 1 : -1;
                session.SetWorkers(_workers);
            }
        }

        private void SetDifficulty(ReadOnlySpan<byte> body)
        {
            var exponent = body[0];
            _exponents ??= new byte[ushort.MaxValue + 1];
            for (var rest = body[3..]; rest.Length >= 2; rest = rest[2..])
            {
                var worker = BinaryPrimitives.ReadUInt16LittleEndian(rest);
                _exponents[worker] = (byte)(exponent + 1);
                Activate(worker, isActive: true);
            }

            session.Accepted();
            session.SetDifficulty(Math.ScaleB(1, exponent), WorkOf(exponent));
        }

        private void Submit(ushort worker, in StreamMoment moment)
        {
            Activate(worker, isActive: true);
            var known = _exponents?[worker] ?? 0;
            _open[_submitted++ % SharesKept] = known == 0 ? 0 : WorkOf(known - 1);
            if (!_isAnswered && _submitted - _settled > UnansweredBound)
            {
                TakeUnanswered(moment);
            }
        }

        private void Answer(uint status, in StreamMoment moment)
        {
            _isAnswered = true;
            session.Saw("the pool's answers to shares", moment.FrameNumber);
            if (_assumed > 0)
            {
                // It answers after all; this share is counted already.
                _assumed--;
                return;
            }

            var work = _settled < _submitted ? _open[_settled++ % SharesKept] : 0;
            session.ShareCounted(ExMessage.OutcomeOf(status), work, moment);
        }

        private void TakeUnanswered(in StreamMoment moment)
        {
            while (!_isAnswered && _settled < _submitted)
            {
                session.Saw("the pool does not answer shares: all are counted as taken, an upper bound", moment.FrameNumber);
                session.ShareCounted(ShareOutcome.Accepted, _open[_settled++ % SharesKept], moment);
                _assumed++;
            }
        }

        private static double WorkOf(int exponent) => Math.ScaleB(MiningSession.HashesOfDifficultyOne, exponent);
    }
}
