namespace MinerFlow.Detection.Protocols;

/// <summary>Qatum, the pool protocol of Qubic: messages without a method, whose id says what they are.</summary>
/// <remarks>
/// Source: hackerby888/qatum-protocol docs/how-to-interact-with-qatum.md and src/qatum/qatum-server.ts.
/// <code>
/// C {"id":1,"wallet":identity,"worker":…}                          S {"id":1,"result":true,"error":null}
/// S {"id":2,"computorId":identity}                                 the computor that is worked for
/// S {"id":3,"seed":hex(64),"isEmpty":false}                        true while the network rests
/// C {"id":4,"nonce":hex(64),"seed":hex(64),"computorId":identity}  S {"id":4,"result":true,"error":null}
/// C {"id":5,"computorId":identity,"hashrate":number}
/// S {"id":6,"difficulty":number}                                   a threshold of scores, which tells no work
/// </code>
/// </remarks>
internal sealed class Qatum : IJsonDialect
{
    /// <summary>An identity is 60 capital letters: 56 of the key, 4 of its checksum.</summary>
    private const int IdentityLength = 60;

    private const int HashDigits = 64;

    private enum Packet
    {
        None,
        Subscribe,
        NewComputor,
        NewSeed,
        Submit,
        ReportHashrate,
        NewDifficulty,
    }

    public string Name => "qatum";

    public IReadOnlyList<string> Methods => [];

    public ResultForms Results => ResultForms.Missing;

    public Match Recognise(in JsonMessage message) => PacketOf(in message) switch
    {
        Packet.Subscribe or Packet.Submit or Packet.ReportHashrate => Certainly.Miner,
        Packet.NewSeed => Certainly.Pool,
        Packet.NewComputor or Packet.NewDifficulty => new Match(Recognition.Possible, Speaker.Pool),
        _ => Match.None,
    };

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        session.SetCoin("QUBIC");
        switch (PacketOf(in message))
        {
            case Packet.Subscribe:
                session.Open(message.Id.Raw, OpenRequest.Login);
                session.Saw("subscription with an identity of Qubic");
                session.SetLogin(message["wallet"u8].Text, message["worker"u8].Text);
                session.NameWorker(message["worker"u8].Text);
                break;
            case Packet.NewSeed when message["isEmpty"u8].Kind == JsonKind.False:
                StratumFamily.AddJob(message["seed"u8].Text, "seed of 32 bytes to mine with", session);
                break;
            case Packet.Submit:
                session.ShareSubmitted(message.Id.Raw, message["seed"u8].Text, session.Moment);
                session.Saw("solution with nonce, seed and computor");
                break;
            case Packet.ReportHashrate when message["hashrate"u8].TryGetNumber(out var rate):
                session.SetStatedHashrate(rate);
                break;
            case Packet.None when message.IsResponse:
                StratumFamily.ReadAnswer(in message, speaker, session);
                break;
            default:
                break;
        }
    }

    private static Packet PacketOf(in JsonMessage message)
    {
        if (!message.Method.IsEmpty || message.Result.Exists || message.Id.Text is not [var id])
        {
            return Packet.None;
        }

        return id switch
        {
            (byte)'1' when IsIdentity(message["wallet"u8]) && message["worker"u8].IsString => Packet.Subscribe,
            (byte)'2' when IsIdentity(message["computorId"u8]) => Packet.NewComputor,
            (byte)'3' when message["seed"u8].IsHex(HashDigits) && message["isEmpty"u8].Kind is JsonKind.True or JsonKind.False => Packet.NewSeed,
            (byte)'4' when message["nonce"u8].IsHex(HashDigits) && message["seed"u8].IsHex(HashDigits) && IsIdentity(message["computorId"u8]) => Packet.Submit,
            (byte)'5' when IsIdentity(message["computorId"u8]) && message["hashrate"u8].Kind == JsonKind.Number => Packet.ReportHashrate,
            (byte)'6' when message["difficulty"u8].Kind == JsonKind.Number => Packet.NewDifficulty,
            _ => Packet.None,
        };
    }

    private static bool IsIdentity(JsonSlice text) => text.IsString && text.Text.Length == IdentityLength && !text.Text.ContainsAnyExceptInRange((byte)'A', (byte)'Z');
}
