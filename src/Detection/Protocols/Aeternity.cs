namespace MinerFlow.Detection.Protocols;

/// <summary>Aeternity, and pools of other coins that follow its specification: a header hash in the job, a cuckoo cycle in the share.</summary>
/// <remarks>
/// Source: aeternity/protocol STRATUM.md; protocols.md section 10.8.
/// <code>
/// mining.notify  [job, header hash(64), clean] or [job, block version, header hash, clean]
/// mining.submit  [user, job, nonce, [42 numbers]]
/// </code>
/// </remarks>
internal sealed class Aeternity : IJsonDialect
{
    public string Name => "aeternity";

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
        session.HashrateUnit = "Sol/s";
        if (StratumFamily.Read(in message, speaker, session) == StratumMethod.Notify)
        {
            StratumFamily.AddJob(message.Params[0].Text, "mining.notify with a header hash", session);
        }

        session.NameCoinByAddress("AE");
        if (session.Coin is "AE")
        {
            session.SetAlgorithm("cuckoo29");
        }
    }

    private static bool IsJob(in JsonElements job) => job.Count switch
    {
        3 => job[0].IsString && job[1].IsHex(64) && job[2].Kind is JsonKind.True or JsonKind.False,
        4 => job[0].IsString && job[1].Kind == JsonKind.Number && job[2].IsHex(64) && job[3].Kind is JsonKind.True or JsonKind.False,
        _ => false,
    };

    private static bool IsShare(in JsonElements share) => share.Count == 4 && share[2].IsHexAtLeast(2) && share[3] is { IsArray: true, Count: 42 };
}
