using System.Buffers.Binary;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Radius;

namespace MinerFlow.Enrichment.Subscribers.Receivers;

/// <summary>Takes accounting records and makes them durable.</summary>
internal interface IRadiusRecordIntake
{
    void Take(RadiusRecord record);

    /// <summary>When this returns, no crash takes back what was taken before.</summary>
    void Commit();
}

/// <summary>
/// Reads accounting requests: who sends them is a known client, and they were made with its secret. A request is answered, when its client is to be answered at all, only
/// after what it says is durable (RFC 2866 section 4.2); until then the client keeps it and sends it again. For one thread.
/// </summary>
/// <param name="clients">Who may send.</param>
/// <param name="reader">Makes records of packets.</param>
/// <param name="intake">Takes them.</param>
/// <param name="send">Sends an answer; false when it could not.</param>
internal sealed class RadiusIntake(RadiusClients clients, RadiusPacketReader reader, IRadiusRecordIntake intake, RadiusAnswerSender send) : IMessageHandler
{
    // Answers that wait: clients give up on a request within seconds, so a flood does not put off the commit.
    private const int MostWaiting = 1_024;

    private readonly RecentRequests _recent = new();
    private readonly List<(RadiusClient Client, IpAddress Address, ushort Port, int Length)> _waiting = [];
    private readonly byte[] _answers = new byte[MostWaiting * RadiusPacket.HeaderLength * 4];
    private int _answersLength;
    private bool _isAwaited;

    public RadiusClients Clients => clients;

    public void Take(ReadOnlySpan<byte> message, in MessageOrigin origin)
    {
        if (clients.Find(origin.Address) is not { } client)
        {
            clients.Unknown.Reject(RadiusRejection.UnknownClient);
            return;
        }

        var rejection = RadiusPacket.Read(message, out var packet);
        rejection = rejection == RadiusRejection.None ? Take(packet, client, origin) : rejection;
        if (rejection != RadiusRejection.None)
        {
            client.Counters.Reject(rejection);
            return;
        }

        if (client.IsAnswered)
        {
            Answer(packet, client, origin);
        }
    }

    public void Rest()
    {
        if (_isAwaited)
        {
            intake.Commit();
            _isAwaited = false;
        }

        var rest = _answers.AsSpan(0, _answersLength);
        foreach (var (client, address, port, length) in _waiting)
        {
            client.Counters.Answer(send(rest[..length], address, port));
            rest = rest[length..];
        }

        _waiting.Clear();
        _answersLength = 0;
    }

    private RadiusRejection Take(in RadiusPacket packet, RadiusClient client, in MessageOrigin origin)
    {
        if (packet.Code == RadiusCode.StatusServer)
        {
            if (!RadiusSignature.IsProbe(packet, client.Secret))
            {
                return RadiusRejection.BadAuthenticator;
            }

            client.Counters.Pass();
            return RadiusRejection.None;
        }

        if (packet.Code != RadiusCode.AccountingRequest)
        {
            return RadiusRejection.OtherCode;
        }

        if (!RadiusSignature.IsSigned(packet, client.Secret))
        {
            return RadiusRejection.BadAuthenticator;
        }

        if (_recent.Knows(packet, origin))
        {
            client.Counters.Duplicate();
            return RadiusRejection.None;
        }

        var rejection = reader.Read(packet, origin.Received, out var record);
        if (rejection != RadiusRejection.None)
        {
            return rejection;
        }

        if (record is null)
        {
            client.Counters.Pass();
        }
        else
        {
            intake.Take(record);
            client.Counters.Accept();
            _isAwaited |= client.IsAnswered;
        }

        _recent.Add(packet, origin);
        return RadiusRejection.None;
    }

    private void Answer(in RadiusPacket packet, RadiusClient client, in MessageOrigin origin)
    {
        // An answer is never longer than its request: it holds the request's Proxy-State and nothing else.
        if (_waiting.Count == MostWaiting || _answers.Length - _answersLength < packet.Bytes.Length)
        {
            Rest();
        }

        var length = RadiusSignature.Answer(packet, client.Secret, _answers.AsSpan(_answersLength));
        _waiting.Add((client, origin.Address, origin.Port, length));
        _answersLength += length;
    }

    /// <summary>
    /// Requests that were taken not long ago, by sender and identifier (RFC 2865 section 3): one that comes again is acknowledged again and read once. Bounded by 256 identifiers of each
    /// port of known clients, and by a number.
    /// </summary>
    private sealed class RecentRequests
    {
        private const int Most = 262_144;

        private readonly Dictionary<(IpAddress Address, ushort Port, byte Identifier), UInt128> _authenticators = [];

        public bool Knows(in RadiusPacket packet, in MessageOrigin origin) =>
            _authenticators.TryGetValue((origin.Address, origin.Port, packet.Identifier), out var known) && known == Number(packet);

        public void Add(in RadiusPacket packet, in MessageOrigin origin)
        {
            if (_authenticators.Count >= Most)
            {
                _authenticators.Clear();
            }

            _authenticators[(origin.Address, origin.Port, packet.Identifier)] = Number(packet);
        }

        private static UInt128 Number(in RadiusPacket packet) => BinaryPrimitives.ReadUInt128BigEndian(packet.Authenticator);
    }
}

/// <summary>Sends an answer to an address and port; false when the system did not take it.</summary>
internal delegate bool RadiusAnswerSender(ReadOnlySpan<byte> answer, IpAddress address, ushort port);
