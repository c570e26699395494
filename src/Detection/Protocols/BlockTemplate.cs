namespace MinerFlow.Detection.Protocols;

/// <summary>What the calls of a miner and of a pool have in common.</summary>
internal static class BlockTemplate
{
    /// <summary>A block begins with its 80-byte header.</summary>
    public const int HeaderDigits = 160;

    public static bool IsOfMiner(HttpSigns signs) => signs.Has(HttpSigns.MiningExtensions) || signs.Has(HttpSigns.MinerAgent);

    public static HttpCall CallOf(ReadOnlySpan<byte> method) =>
        method.SequenceEqual("getblocktemplate"u8) || method.SequenceEqual("getmemorypool"u8) ? HttpCall.Work
        : method.SequenceEqual("submitblock"u8) ? HttpCall.Submission
        : HttpCall.None;

    /// <summary>Members of BIP 22; a template that was cut has the first of them.</summary>
    public static bool IsTemplate(JsonSlice result) =>
        result["previousblockhash"u8].IsHex(64)
        && (result["coinbasevalue"u8].Exists || result["coinbasetxn"u8].Exists || result["transactions"u8].IsArray || result["curtime"u8].Exists);

    public static void Read(in JsonMessage answer, MiningSession session)
    {
        var result = answer.Result;
        if (answer.HasError)
        {
            session.Rejected();
            session.Saw("the server refuses to give a template");
            return;
        }

        if (!IsTemplate(result))
        {
            return;
        }

        session.Accepted();
        session.Saw("a block template");
        if (result["height"u8].TryGetInt64(out var height) && height > 0)
        {
            session.SetHeight(height);
        }

        _ = ShareTarget.TryReadWork(result["target"u8], out var work);
        session.AddJob(result["previousblockhash"u8].Text, work / MiningSession.HashesOfDifficultyOne, work);
    }
}
