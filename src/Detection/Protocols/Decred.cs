namespace MinerFlow.Detection.Protocols;

/// <summary>Decred: nine parameters like Stratum V1, of which the third is the rest of the block header and not a coinbase.</summary>
/// <remarks>
/// Sources: nicehash/Specifications Decred_NiceHash.txt, marcopeereboom/haste README (gominer and dcrpool); protocols.md section 10.10.
/// <code>
/// mining.notify  [job, previous block(64), rest of header(200 to 240), stake version or "", [], version, nbits or "", time, clean]
/// </code>
/// </remarks>
internal sealed class Decred : IJsonDialect
{
    public string Name => "decred";

    public IReadOnlyList<string> Methods => ["mining.subscribe", "mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message) => message.StratumMethod switch
    {
        StratumMethod.Subscribe => IsGominer(message.Params[0].Text) ? Certainly.Miner : Match.None,
        StratumMethod.Notify => IsJob(message.Params.Elements) ? Certainly.Pool : Match.None,
        StratumMethod.Submit => IsAddress(message.Params[0]) && message.Params.Count == 5 ? Certainly.Miner : Match.None,
        _ => Match.None,
    };

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        if (StratumFamily.Read(in message, speaker, session) == StratumMethod.Notify)
        {
            StratumFamily.AddJob(message.Params[0].Text, "mining.notify with the rest of a Decred header", session);
        }

        session.NameCoinByAddress("DCR");
    }

    /// <summary>Miners of other coins that are written in Go call themselves gominer too.</summary>
    private static bool IsGominer(ReadOnlySpan<byte> agent) => agent.StartsWith("decred-gominer"u8) || (agent.StartsWith("gominer/"u8) && agent.EndsWith("-decred"u8));

    /// <summary>108 bytes of header, or the 100 of which NiceHash speaks; a coinbase of that length would have the merkle branches of a block with transactions.</summary>
    private static bool IsJob(in JsonElements job) =>
        job.Count == 9 && job[1].IsHex(64) && job[2].IsHexAtLeast(200) && job[2].Raw.Length <= 242
        && job[3].IsString && job[3].Text.Length <= 8 && job[4] is { IsArray: true, Count: 0 };

    private static bool IsAddress(JsonSlice login)
    {
        LoginName.Split(login.Text, out var account, out _);
        return Coins.Address.Judge(account).Coin is "DCR";
    }
}
