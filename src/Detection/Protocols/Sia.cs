namespace MinerFlow.Detection.Protocols;

/// <summary>Siacoin in its three forms: the header as one text, the fields of a header in nine parameters, and SiaMining's own.</summary>
/// <remarks>
/// Sources: nicehash/sgminer wiki Sia stratum protocol, siamining.com/stratum; protocols.md section 10.10.
/// <code>
/// mining.notify  [job, 0xheader(160), 0xtarget]
///                [job, previous block(64), merkle root(64), "", [], "", "", time, clean]
///                [job, previous block(64), arbitrary transaction, its end, [branches], "", difficulty, time(16), clean]
/// mining.submit  [user, job, 0xnonce] or [user, job, extranonce2, time(16), nonce(16)]
/// </code>
/// </remarks>
internal sealed class Sia : IJsonDialect
{
    /// <summary>A Sia address: 32 bytes of hash and 6 of checksum.</summary>
    private const int AddressDigits = 76;

    public string Name => "sia";

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
        if (StratumFamily.Read(in message, speaker, session) != StratumMethod.Notify)
        {
            return;
        }

        var job = message.Params.Elements;
        if (job.Count == 3 && ShareTarget.TryReadWork(job[2], out var work))
        {
            session.SetDifficulty(work / MiningSession.HashesOfDifficultyOne, work);
        }

        session.SetAlgorithm("blake2b-sia");
        StratumFamily.AddJob(job[0].Text, job.Count == 3 ? "mining.notify with a header of 80 bytes" : "mining.notify of Sia with 9 parameters", session);
    }

    private static bool IsJob(in JsonElements job) => job.Count switch
    {
        3 => job[0].IsString && job[1].Text.StartsWith("0x"u8) && job[1].IsHex(160) && job[2].Text.StartsWith("0x"u8) && job[2].IsHexAtLeast(32),
        9 => job[1].IsHex(64) && job[4].IsArray && job[5].IsString && job[5].Text.IsEmpty
            && ((job[2].IsHex(64) && job[3].Text.IsEmpty && job[4].Count == 0) || job[7].IsHex(16)),
        _ => false,
    };

    private static bool IsShare(in JsonElements share) => share.Count switch
    {
        3 => IsAddress(share[0]) && share[2].IsHexAtLeast(8),
        5 => share[3].IsHex(16) && share[4].IsHex(16) && share[2].IsHexAtLeast(2) && share[2].Raw.Length <= 18,
        _ => false,
    };

    private static bool IsAddress(JsonSlice login)
    {
        LoginName.Split(login.Text, out var account, out _);
        return account.Length == AddressDigits && Coins.Hex.IsAll(account);
    }
}
