namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Equihash over Stratum: Zcash (200,9), and with the algorithm named in the job Zhash (144,5) and ZelHash (125,4). Verus hashes instead, in the same words.
/// </summary>
/// <remarks>
/// Sources: ZIP 301; miningcore EquihashPool for the two later parameters of the job; protocols.md section 10.7. Verus: monkins1010/ccminer
/// equi-stratum.cpp (verus_stratum_notify), where the ninth parameter of the job is what the solution begins with.
/// </remarks>
internal sealed class Equihash : IJsonDialect
{
    private const string VerusHash = "verushash";

    public string Name => "equihash";

    public IReadOnlyList<string> Methods => ["mining.subscribe", "mining.authorize", "mining.extranonce.subscribe", "mining.set_target", "mining.notify", "mining.submit"];

    public ResultForms Results => ResultForms.Array;

    public Match Recognise(in JsonMessage message)
    {
        switch (message.StratumMethod)
        {
            case StratumMethod.Notify:
                return IsJob(message.Params.Elements) ? Certainly.Pool : Match.None;
            case StratumMethod.Submit:
                return IsShare(message.Params.Elements) ? Certainly.Miner : Match.None;
            case StratumMethod.SetTarget:
                return message.Params[0].IsHex(64) ? new Match(Recognition.Likely, Speaker.Pool) : Match.None;
            case StratumMethod.Subscribe:
                return IsSubscribe(message.Params.Elements) ? new Match(Recognition.Likely, Speaker.Miner) : Match.None;
            case StratumMethod.Authorize or StratumMethod.ExtranonceSubscribe:
                return new Match(Recognition.Possible, Speaker.Miner);
            case StratumMethod.None when message.Method.IsEmpty && message.Result.IsArray:
                return IsSubscription(message.Result.Elements) ? new Match(Recognition.Possible, Speaker.Pool) : Match.None;
            default:
                return Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        session.HashrateUnit = session.Algorithm is VerusHash ? "H/s" : "Sol/s";
        switch (message.StratumMethod)
        {
            case StratumMethod.SetTarget:
                if (ShareTarget.TryReadWork(message.Params[0], out var solutions))
                {
                    session.SetDifficulty(solutions, solutions);
                }

                break;
            case StratumMethod.Notify:
                ReadJob(message.Params.Elements, session);
                break;
            case StratumMethod.Submit:
                ReadShare(in message, session);
                break;
            default:
                StratumFamily.Read(in message, speaker, session);
                break;
        }
    }

    /// <summary><c>[agent, session, host, port]</c>: host and port inside the message are ZIP 301's.</summary>
    private static bool IsSubscribe(in JsonElements subscribe) =>
        subscribe.Count == 4 && subscribe[0].IsString && subscribe[2].IsString && subscribe[3].TryGetInt64(out var port) && port is > 0 and <= ushort.MaxValue;

    /// <summary><c>[session, nonce1]</c>; the session may be null.</summary>
    private static bool IsSubscription(in JsonElements result) => result.Count == 2 && result[0].Kind is JsonKind.Null or JsonKind.String && result[1].IsHexAtLeast(2);

    /// <summary><c>[job, version, prevhash, merkleroot, reserved, time, bits, clean]</c>, then perhaps algorithm and personalisation.</summary>
    private static bool IsJob(in JsonElements job) =>
        job.Count is >= 8 and <= 10 && job[1].IsHex(8) && job[2].IsHex(64) && job[3].IsHex(64) && job[4].IsHex(64) && job[5].IsHex(8) && job[6].IsHex(8);

    /// <summary><c>[worker, job, time, nonce2, solution]</c>; solutions have 106 (125,4), 202 (144,5), 806 (192,7) or 2,694 (200,9) digits.</summary>
    private static bool IsShare(in JsonElements share) => share.Count == 5 && share[2].IsHex(8) && share[3].IsHexAtLeast(8) && share[4].IsHexAtLeast(100);

    private static void ReadJob(in JsonElements job, MiningSession session)
    {
        StratumFamily.AddJob(job[0].Text, "mining.notify with 8 parameters of an Equihash header", session);
        if (IsOfVerus(job[8].Text) || job[1].Text.SequenceEqual("04000100"u8))
        {
            SetVerusHash(session);
        }
        else if (job[8] is { IsString: true } algorithm)
        {
            session.SetAlgorithm(AlgorithmOf(algorithm.Text));
        }
    }

    private static void ReadShare(in JsonMessage message, MiningSession session)
    {
        StratumFamily.ReadSubmit(in message, session);
        if (message.Params[4].Text is var solution && solution.StartsWith("fd4005"u8) && IsOfVerus(solution[6..]))
        {
            SetVerusHash(session);
        }

        // The name in the job is the pool's own; a length is common to several.
        if (session.Algorithm is not null || message.IsTruncated)
        {
            return;
        }

        var digits = message.Params[4].Text.Length;
        session.SetAlgorithm(digits switch
        {
            <= 106 => "equihash-125-4",
            <= 202 => "equihash-144-5",
            <= 806 => "equihash-192-7",
            _ => "equihash-200-9",
        });
    }

    /// <summary>
    /// What stands where others have a solution begins with its version, 1 to 15, in four bytes. No solution does: its first index would be 8,192 or more
    /// and the second, which has to be larger, below 1,024 (21 bits each).
    /// </summary>
    private static bool IsOfVerus(ReadOnlySpan<byte> solution) => solution is [(byte)'0', not (byte)'0', ..] && solution[2..].StartsWith("000000"u8);

    private static void SetVerusHash(MiningSession session)
    {
        session.SetAlgorithm(VerusHash);
        session.HashrateUnit = "H/s";
    }

    private static string AlgorithmOf(ReadOnlySpan<byte> name) => name switch
    {
        _ when name.SequenceEqual("144_5"u8) => "equihash-144-5",
        _ when name.SequenceEqual("125_4"u8) => "equihash-125-4",
        _ when name.SequenceEqual("192_7"u8) => "equihash-192-7",
        _ when name.SequenceEqual("96_5"u8) => "equihash-96-5",
        _ => "equihash-200-9",
    };
}
