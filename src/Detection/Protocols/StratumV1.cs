using MinerFlow.Detection.Coins;

namespace MinerFlow.Detection.Protocols;

/// <summary>Stratum V1 of the Bitcoin family: every coin whose job is half a block header and a coinbase transaction.</summary>
/// <remarks>
/// Sources: cgminer util.c, slushpool/stratumprotocol, BIP 310 (version rolling), nicehash/Specifications (extranonce); protocols.md section 3.
/// There is no formal specification; where sources differ, what miners and pools send is followed.
/// </remarks>
internal sealed class StratumV1 : IJsonDialect
{
    /// <summary>Blocks whose job is searched for its coin. 4: what the first jobs do not tell, later ones do not either.</summary>
    private const int BlocksLookedAt = 4;

    /// <summary>Shares that are searched for rolled versions: who rolls them does so in every share.</summary>
    private const int SharesLookedAt = 2;

    public string Name => "stratum-v1";

    public IReadOnlyList<string> Methods => StratumMethods.Names;

    public ResultForms Results => ResultForms.Any;

    public Match Recognise(in JsonMessage message)
    {
        if (message.Method.IsEmpty)
        {
            return RecogniseAnswer(in message);
        }

        var method = message.StratumMethod;
        return method switch
        {
            // Difficulty is stated by mining.set_difficulty here; a target is for the dialects that know no difficulty.
            StratumMethod.None or StratumMethod.SetTarget => Match.None,
            StratumMethod.Notify => new Match(IsJob(message.Params.Elements) ? Recognition.Certain : OfList(in message), Speaker.Pool),
            StratumMethod.Submit when EthereumStratum1.IsShare(message.Params.Elements) => Match.None,
            StratumMethod.Submit => new Match(IsShare(message.Params.Elements) ? Recognition.Certain : OfList(in message), Speaker.Miner),
            StratumMethod.Subscribe when EthereumStratum1.IsNamed(message.Params[1]) => Match.None,
            StratumMethod.Ping => new Match(Recognition.Possible, Speaker.Unknown),

            // Words of any trade's servers: a name that begins with "mining." is one of few.
            StratumMethod.Reconnect or StratumMethod.ShowMessage or StratumMethod.GetVersion when !message.Method.StartsWith("mining."u8) => new Match(Recognition.Possible, Speaker.Pool),
            StratumMethod.Configure when !message.Params[0].IsArray && !MayBeList(in message) => new Match(Recognition.Possible, Speaker.Miner),
            _ => new Match(message.Params.IsArray || MayBeList(in message) ? Recognition.Likely : Recognition.Possible, StratumMethods.SpeakerOf(method)),
        };
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        switch (StratumFamily.Read(in message, speaker, session))
        {
            case StratumMethod.Notify:
                ReadJob(in message, session);
                break;
            case StratumMethod.Submit when session is { SharesSubmitted: <= SharesLookedAt, RollsVersion: false, Algorithm: null or "sha256d" } && message.Params.Elements is { Count: 6 } share && IsShare(in share) && share[5].IsHex(8):
                session.RollVersion();
                break;
            case StratumMethod.MultiVersion:
                session.Saw("mining.multi_version, which only Bitmain's bmminer sends");
                break;
            default:
                break;
        }
    }

    private static Match RecogniseAnswer(in JsonMessage message)
    {
        if (StratumFamily.IsErrorOfFamily(message.Error))
        {
            return new Match(Recognition.Likely, Speaker.Pool);
        }

        if (message.Result.IsArray)
        {
            var result = message.Result.Elements;
            return !StratumFamily.IsSubscription(in result) ? Match.None
                : new Match(StratumFamily.NamesMethod(in result) ? Recognition.Likely : Recognition.Possible, Speaker.Pool);
        }

        // Every JSON-RPC 1.0 server says this: worth waiting for more, no more.
        return message.Result.Kind == JsonKind.True && message.Error.Kind == JsonKind.Null ? new Match(Recognition.Possible, Speaker.Pool) : Match.None;
    }

    /// <summary>A job or share of whatever dialect is a list of things: with an object, or nothing, the name is all there is.</summary>
    private static Recognition OfList(in JsonMessage message) =>
        message.Params is { IsArray: true, Count: > 1 } || MayBeList(in message) ? Recognition.Likely : Recognition.Possible;

    /// <summary>It is cut before that can be known, as a snap length cuts everything. A whole line without a list is a name only, as in somebody's log.</summary>
    private static bool MayBeList(in JsonMessage message) => message.IsTruncated && !message.Params.IsObject;

    /// <summary>
    /// <c>[job, prevhash, coinb1, coinb2, merkle branches, version, nbits, ntime, clean]</c>. Decred's job looks the same, with no branches
    /// and something else than a coinbase.
    /// </summary>
    private static bool IsJob(in JsonElements job) =>
        job.Count == 9 && job[1].IsHex(64) && job[4].IsArray && job[5].IsHex(8) && job[6].IsHex(8) && job[7].IsHex(8)
        && (job[4].Count > 0 || CoinIdentifier.IsCoinbase(job[2].Text));

    /// <summary><c>[user, job, extranonce2, ntime, nonce]</c> and, with version rolling, the rolled bits.</summary>
    private static bool IsShare(in JsonElements share) =>
        share.Count is 5 or 6 && share[0].IsString && share[2].IsHexAtLeast(2) && share[2].Raw.Length <= 34 && share[3].IsHex(8) && share[4].IsHex(8);

    private static void ReadJob(in JsonMessage message, MiningSession session)
    {
        var job = message.Params.Elements;
        StratumFamily.AddJob(job[0].Text, job.Count == 9 ? "mining.notify with 9 parameters" : "mining.notify", session);
        if (!IsJob(in job) || !session.IsNewBlock(job[1].Text))
        {
            return;
        }

        if (session.Coin is not null || session.CoinLooks >= BlocksLookedAt)
        {
            if (CoinIdentifier.TryReadHeight(job[2].Text, out var height))
            {
                session.SetHeight(height);
            }

            return;
        }

        session.CoinLooks++;
        var finding = session.Coins.OfBitcoinJob(
            job[1].Text, job[2].Text, job[3].Text, job[6].Text, job[7].Text, session.Account.Coin);
        ReadFinding(in finding, session);
    }

    /// <summary>What a job of the Bitcoin family says about its coin, in whatever form it came.</summary>
    public static void ReadFinding(in JobFinding finding, MiningSession session)
    {
        if (finding.Height > 0)
        {
            session.SetHeight(finding.Height);
        }

        if (finding.PoolTag is not null)
        {
            session.SetPoolTag(finding.PoolTag);
        }

        if (finding.Algorithm is not null)
        {
            session.SetAlgorithm(finding.Algorithm);
        }

        if (finding.Coin is not null)
        {
            session.SetCoin(finding.Coin);
            session.Saw("coin named by the job's height, time and difficulty");
        }

        if (finding.IsMergedMining)
        {
            session.Saw("the work counts for other chains too (merged mining)");
        }

        if (session.RollsVersion)
        {
            return;
        }

        // The previous block of such a chain (DigiByte) was found by any of its algorithms.
        session.IsWorkUndecided = finding is { Coin: not null, Algorithm: null };
        if (finding.Coin is not null || finding.Shape != ProofShape.Unknown)
        {
            session.WorkPerDifficulty = finding.WorkPerDifficulty;
        }
    }
}
