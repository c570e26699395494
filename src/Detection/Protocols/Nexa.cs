using MinerFlow.Detection.Coins;

namespace MinerFlow.Detection.Protocols;

/// <summary>Nexa: the job is a header commitment with height and difficulty.</summary>
/// <remarks>
/// Source: miningcore NexaJob and NexaPool; protocols.md section 10.10.
/// <code>
/// mining.notify  [job, header commitment(64), height, nbits(8)]
/// </code>
/// </remarks>
internal sealed class Nexa : IJsonDialect
{
    public string Name => "nexa";

    public IReadOnlyList<string> Methods => ["mining.authorize", "mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.None;

    public Match Recognise(in JsonMessage message) => message.StratumMethod switch
    {
        StratumMethod.Authorize => IsAddress(message.Params[0]) ? new Match(Recognition.Likely, Speaker.Miner) : Match.None,
        StratumMethod.Notify => IsJob(message.Params.Elements) ? Certainly.Pool : Match.None,
        StratumMethod.Submit => message.Params.Count >= 3 && IsAddress(message.Params[0]) ? Certainly.Miner : Match.None,
        _ => Match.None,
    };

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        if (StratumFamily.Read(in message, speaker, session) == StratumMethod.Notify)
        {
            if (message.Params[2].TryGetInt64(out var height))
            {
                session.SetHeight(height);
            }

            session.SetAlgorithm("nexapow");
            StratumFamily.AddJob(message.Params[0].Text, "mining.notify with commitment, height and nbits", session);
        }

        session.NameCoinByAddress("NEXA");
    }

    private static bool IsJob(in JsonElements job) => job.Count == 4 && job[1].IsHex(64) && job[2].Kind == JsonKind.Number && job[3].IsHex(8);

    private static bool IsAddress(JsonSlice login)
    {
        LoginName.Split(login.Text, out var account, out _);
        return Address.Judge(account).Coin is "NEXA";
    }
}
