using System.Buffers;
using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Connections;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Stratum V2 without its encryption, as allowed on a local network (stratum-mining/sv2-spec sections 3, 5 and 8), integers little endian:
/// <c>frame = extension[2, bit 15: for a channel] type[1] length[3] payload</c>.
/// </summary>
internal sealed class StratumV2 : IStreamProtocol
{
    public string Name => "stratum-v2";

    /// <summary>Extension 0 is the only one in use; its first byte is zero for channel messages too.</summary>
    public ReadOnlySpan<byte> FirstBytes => [0x00];

    /// <summary>A SetupConnection, or two frames of the mining protocol in a chain, which is what a start in the middle shows.</summary>
    public bool Probe(ReadOnlySpan<byte> start)
    {
        var frames = 0;
        if (start.Length < Sv2Frame.HeaderLength)
        {
            // 00 00 00: the beginning of a SetupConnection whose sender writes in small pieces.
            return start.Length >= 3 && start[0] == 0 && start[1] == 0 && start[2] == 0;
        }

        while (Sv2Frame.TryReadHeader(start, out var header))
        {
            var payload = start[Sv2Frame.HeaderLength..];
            if (payload.Length < header.Length)
            {
                return frames > 0 || (header.Type == Sv2MessageType.SetupConnection && Sv2Frame.MayBeginSetup(payload));
            }

            if (!Sv2Frame.Fits(header, payload[..header.Length]))
            {
                return false;
            }

            if (header.Type is Sv2MessageType.SetupConnection or Sv2MessageType.OpenStandardMiningChannel or Sv2MessageType.OpenExtendedMiningChannel)
            {
                return true;
            }

            frames += Sv2Frame.IsProof(header.Type) ? 1 : 0;
            start = payload[header.Length..];
            if (start.IsEmpty)
            {
                return frames > 1 || header.IsStrong;
            }
        }

        return false;
    }

    public IStreamReader CreateReader(MiningSession session) => new Reader(session);

    private sealed class Reader(MiningSession session) : IStreamReader
    {
        private readonly Sv2Channels _channels = new();

        /// <summary>Frames in a chain.</summary>
        private int _frames;
        private bool _isPoolBackend;

        public OperationStatus Read(FlowSide sender, ref SequenceReader<byte> reader, in StreamMoment moment)
        {
            Span<byte> header = stackalloc byte[Sv2Frame.HeaderLength];
            if (!reader.TryCopyTo(header))
            {
                return OperationStatus.NeedMoreData;
            }

            if (!Sv2Frame.TryReadHeader(header, out var frame))
            {
                _frames = 0;
                return OperationStatus.InvalidData;
            }

            if (reader.Remaining < Sv2Frame.HeaderLength + frame.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            reader.Advance(Sv2Frame.HeaderLength);
            var buffer = frame.Length > reader.UnreadSpan.Length ? ArrayPool<byte>.Shared.Rent(frame.Length) : null;
            var payload = buffer is null ? reader.UnreadSpan[..frame.Length] : buffer.AsSpan(0, frame.Length);
            if (buffer is not null)
            {
                _ = reader.TryCopyTo(buffer.AsSpan(0, frame.Length));
            }

            var fits = Sv2Frame.Fits(frame, payload);
            if (!fits)
            {
                _frames = 0;
            }
            else if (Sv2Frame.IsProof(frame.Type))
            {
                OnFrame(sender, frame, payload, moment);
            }

            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            reader.Advance(frame.Length);
            return fits ? OperationStatus.Done : OperationStatus.InvalidData;
        }

        private void OnFrame(FlowSide sender, in Sv2Header frame, ReadOnlySpan<byte> payload, in StreamMoment moment)
        {
            _frames++;
            session.Orient(Sv2Frame.IsFromClient(frame.Type) ? sender : sender.Opposite());
            session.Heard(session.SpeakerOf(sender));
            if (!_isPoolBackend)
            {
                session.AtLeast(_frames > 1 || frame.Type == Sv2MessageType.SetupConnection ? 0.95 : 0.7);
            }

            session.Saw(Sv2Frame.Describe(frame.Type), moment.FrameNumber);
            switch (frame.Type)
            {
                case Sv2MessageType.SetupConnection:
                    ReadSetup(payload);
                    break;
                case Sv2MessageType.SetupConnectionError or Sv2MessageType.OpenMiningChannelError:
                    session.Rejected();
                    break;
                case Sv2MessageType.OpenStandardMiningChannel or Sv2MessageType.OpenExtendedMiningChannel:
                    ReadOpenChannel(payload);
                    break;
                case Sv2MessageType.OpenStandardMiningChannelSuccess or Sv2MessageType.OpenExtendedMiningChannelSuccess:
                    session.Accepted();
                    SetTarget(payload[4..], payload[8..]);
                    break;
                case Sv2MessageType.SetTarget:
                    SetTarget(payload, payload[4..]);
                    break;
                case Sv2MessageType.NewMiningJob or Sv2MessageType.NewExtendedMiningJob:
                    AddJob(payload);
                    break;
                case Sv2MessageType.UpdateChannel:
                    session.SetStatedHashrate(BinaryPrimitives.ReadSingleLittleEndian(payload[4..]));
                    break;
                case Sv2MessageType.SubmitSharesStandard or Sv2MessageType.SubmitSharesExtended:
                    Submit(payload, moment);
                    break;
                case Sv2MessageType.SubmitSharesSuccess:
                    Accept(payload, moment);
                    break;
                case Sv2MessageType.SubmitSharesError:
                    Refuse(payload, moment);
                    break;
                default:
                    break;
            }
        }

        /// <summary>protocol[1] versions[2+2] flags[4] host[s] port[2] vendor[s] hardware[s] firmware[s] device[s], s: length[1] and text.</summary>
        private void ReadSetup(ReadOnlySpan<byte> payload)
        {
            const byte TemplateDistribution = 2;
            if (payload[0] == TemplateDistribution)
            {
                _isPoolBackend = true;
                session.Role = MiningRole.PoolBackend;
                session.AtLeast(0.95);
            }

            var rest = payload[9..];
            var host = Sv2Frame.TakeText(ref rest);
            if (!host.IsEmpty)
            {
                session.SetPoolHost(host);
            }

            rest = rest[2..];
            SetDevice(Sv2Frame.TakeText(ref rest), Sv2Frame.TakeText(ref rest), Sv2Frame.TakeText(ref rest));
        }

        /// <summary>The agent is written as <c>vendor hardware/firmware</c>, in the manner of the user agents of Stratum V1.</summary>
        private void SetDevice(ReadOnlySpan<byte> vendor, ReadOnlySpan<byte> hardware, ReadOnlySpan<byte> firmware)
        {
            Span<byte> agent = stackalloc byte[3 * byte.MaxValue];
            var length = 0;
            Append(agent, ref length, vendor, (byte)' ');
            Append(agent, ref length, hardware, (byte)' ');
            Append(agent, ref length, firmware, (byte)'/');
            if (length > 0)
            {
                session.SetAgent(agent[..Math.Min(length, MiningSession.LongestText)]);
            }
        }

        private static void Append(Span<byte> text, ref int length, ReadOnlySpan<byte> word, byte separator)
        {
            if (word.IsEmpty)
            {
                return;
            }

            if (length > 0)
            {
                text[length++] = separator;
            }

            word.CopyTo(text[length..]);
            length += word.Length;
        }

        /// <summary>request[4] user_identity[s] nominal_hash_rate[4, float] ...; the identity is <c>account.worker</c> as in Stratum V1.</summary>
        private void ReadOpenChannel(ReadOnlySpan<byte> payload)
        {
            var rest = payload[4..];
            StratumFamily.ReadLogin(Sv2Frame.TakeText(ref rest), session);
            var rate = BinaryPrimitives.ReadSingleLittleEndian(rest);
            if (float.IsFinite(rate) && rate > 0)
            {
                session.SetStatedHashrate(rate);
            }
        }

        private void SetTarget(ReadOnlySpan<byte> channel, ReadOnlySpan<byte> target)
        {
            var work = Sv2Channels.WorkPerShare(target[..32]);
            _channels.Set(BinaryPrimitives.ReadUInt32LittleEndian(channel), work);
            session.SetWorkers(_channels.Count);
            session.SetDifficulty(Sv2Channels.Difficulty(work), work);
        }

        private void AddJob(ReadOnlySpan<byte> payload)
        {
            session.Accepted();
            var work = _channels.Get(BinaryPrimitives.ReadUInt32LittleEndian(payload));
            if (work > 0)
            {
                session.AddJob(payload[..8], Sv2Channels.Difficulty(work), work);
            }
            else
            {
                session.AddJob(payload[..8]);
            }
        }

        /// <summary>channel[4] sequence[4] job[4] ...; channel and sequence name the share, channel and job the job.</summary>
        private void Submit(ReadOnlySpan<byte> payload, in StreamMoment moment)
        {
            Span<byte> job = stackalloc byte[8];
            payload[..4].CopyTo(job);
            payload.Slice(8, 4).CopyTo(job[4..]);
            session.ShareSubmitted(payload[..8], job, moment);
        }

        /// <summary>channel[4] last_sequence[4] accepted_count[4] sum[8]: one answer for all shares up to the last.</summary>
        private void Accept(ReadOnlySpan<byte> payload, in StreamMoment moment)
        {
            const uint MostInOneAnswer = 1_024;
            var last = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]);
            var count = Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]), MostInOneAnswer);
            Span<byte> share = stackalloc byte[8];
            payload[..4].CopyTo(share);
            for (var back = count; back-- > 0;)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(share[4..], last - back);
                session.ShareAnswered(share, ShareOutcome.Accepted, moment);
            }

            session.Accepted();
        }

        private void Refuse(ReadOnlySpan<byte> payload, in StreamMoment moment)
        {
            var reason = payload[9..];
            var isStale = reason.StartsWith("stale"u8) || reason.StartsWith("invalid-job-id"u8);
            session.ShareAnswered(payload[..8], isStale ? ShareOutcome.Stale : ShareOutcome.Rejected, moment);
        }
    }
}
