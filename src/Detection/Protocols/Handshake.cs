namespace MinerFlow.Detection.Protocols;

/// <summary>Handshake: the job has the roots of five trees instead of a coinbase, or both.</summary>
/// <remarks>
/// Sources: miningcore HandshakeJob and HandshakePool, HandshakeAlliance/hstratum docs/spec.md; protocols.md section 10.10.
/// <code>
/// mining.notify  [job, previous block, merkle root, witness root, tree root, reserved root, version(8), nbits(8), time(8)]
///                [job, previous block, coinb1, coinb2, [branches], tree root, filter root, reserved root, version, nbits, time, clean]
/// mining.submit  [user, job, extranonce2(40), time(8), nonce(8)]
/// </code>
/// </remarks>
internal sealed class Handshake : IJsonDialect
{
    public string Name => "handshake";

    public IReadOnlyList<string> Methods => ["mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message) => message.StratumMethod switch
    {
        StratumMethod.Notify => IsJob(message.Params.Elements) ? Certainly.Pool : Match.None,
        StratumMethod.Submit => IsShare(message.Params.Elements) ? Certainly.Miner : Match.None,
        _ => Match.None,
    };

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        if (StratumFamily.Read(in message, speaker, session) == StratumMethod.Notify)
        {
            session.SetAlgorithm("handshake");
            session.SetCoin("HNS");
            StratumFamily.AddJob(message.Params[0].Text, "mining.notify with the roots of a Handshake block", session);
        }

        session.NameCoinByAddress("HNS");
    }

    private static bool IsJob(in JsonElements job) => job.Count switch
    {
        9 => job[1].IsHex(64) && job[2].IsHex(64) && job[3].IsHex(64) && job[4].IsHex(64) && job[5].IsHex(64) && job[6].IsHex(8) && job[8].IsHex(8),
        12 => job[1].IsHex(64) && job[4].IsArray && job[5].IsHex(64) && job[6].IsHex(64) && job[7].IsHex(64) && job[8].IsHex(8) && job[10].IsHex(8),
        _ => false,
    };

    /// <summary>An extranonce2 of 20 bytes: no other chain has room for it.</summary>
    private static bool IsShare(in JsonElements share) => share.Count == 5 && share[2].IsHex(40) && share[3].IsHex(8) && share[4].IsHex(8);
}
