namespace MinerFlow.Detection.Protocols;

/// <summary>
/// getwork of the Ethereum family over HTTP (Ethereum JSON-RPC): <c>eth_getWork</c> answered by header hash, seed hash and target,
/// <c>eth_submitWork</c>, <c>eth_submitHashrate</c>; forks use another prefix. Pools take the wallet from the address: <c>/?miner=30@0xWALLET@rig</c>.
/// Other calls to a node (eth_call, eth_blockNumber) are not looked at.
/// </summary>
internal sealed class EthereumGetWork : IHttpDialect
{
    private const int WalletDigits = 40;

    public string Name => "eth-getwork";

    /// <summary>A wallet in the address of a POST fits other uses too.</summary>
    public Recognition RecogniseHead(in HttpHead head, HttpSigns signs) =>
        !head.IsResponse && head.Method.SequenceEqual("POST"u8) && signs.Has(HttpSigns.Wallet) ? Recognition.Possible : Recognition.None;

    public void ReadHead(in HttpHead head, MiningSession session)
    {
        if (TryFindWallet(head.Target, out var wallet, out var rig))
        {
            session.SetLogin(wallet, rig);
        }
    }

    public HttpCall Recognise(in JsonMessage request, HttpSigns signs, out Recognition recognition)
    {
        var call = CallOf(request.Method);
        recognition = call switch
        {
            HttpCall.None => Recognition.None,
            HttpCall.Submission when request.Params[1].IsHex(64) => Recognition.Certain,
            _ when signs.Has(HttpSigns.MinerAgent) => Recognition.Certain,
            _ when !EthereumFamily.IsOwnPrefix(request.Method) => Recognition.Possible,
            HttpCall.Work when signs.Has(HttpSigns.Wallet) => Recognition.Likely,
            HttpCall.Notice when EthereumFamily.IsStatedHashrate(request.Params) => Recognition.Likely,
            _ => Recognition.Possible,
        };
        return call;
    }

    public Recognition RecogniseAnswer(in JsonMessage answer, HttpSigns signs) =>
        IsWork(answer.Result) && EthereumFamily.IsWork(answer.Result.Elements) ? Recognition.Likely : Recognition.None;

    public void ReadRequest(in JsonMessage request, HttpCall call, HttpSigns signs, MiningSession session)
    {
        switch (call)
        {
            case HttpCall.Submission:
                session.Saw("submitWork with nonce, header hash and mix hash");
                session.ShareSubmitted(request.Id.Raw, request.Params[1].Text, session.Moment);
                break;
            case HttpCall.Work:
                session.Saw("getWork polled");
                if (EthereumFamily.IsOwnPrefix(request.Method))
                {
                    session.AskForWork();
                }

                break;
            default:
                if (ShareTarget.TryReadNumber(request.Params[0], out var rate))
                {
                    session.SetStatedHashrate(rate);
                }

                break;
        }
    }

    public void ReadAnswer(in JsonMessage answer, HttpCall call, HttpSigns signs, MiningSession session)
    {
        if (call == HttpCall.Submission)
        {
            session.ShareAnswered(answer.Id.Raw, answer.Result.Kind == JsonKind.True ? ShareOutcome.Accepted : ShareRefusal.OutcomeOf(in answer), session.Moment);
        }
        else if (IsWork(answer.Result))
        {
            var result = answer.Result.Elements;
            _ = ShareTarget.TryReadWork(result[2], out var work);
            session.AddJob(result[0].Text, work / MiningSession.HashesOfDifficultyOne, work);
            session.Accepted();
            session.Saw("header hash, seed hash and target");
            if (ShareTarget.TryReadNumber(result[3], out var height) && height is > 0 and < long.MaxValue)
            {
                session.SetHeight((long)height);
            }
        }
        else if (call == HttpCall.Work && answer.HasError)
        {
            session.Rejected();
            session.Saw("the server refuses to give work");
        }
    }

    /// <summary>A word of small letters, an underscore and the call: <c>eth_getWork</c>, <c>ctxc_submitWork</c>.</summary>
    private static HttpCall CallOf(ReadOnlySpan<byte> method)
    {
        var underscore = method.IndexOf((byte)'_');
        if (underscore < 2 || method[..underscore].ContainsAnyExceptInRange((byte)'a', (byte)'z'))
        {
            return HttpCall.None;
        }

        var name = method[(underscore + 1)..];
        return name.SequenceEqual("getWork"u8) ? HttpCall.Work
            : name.SequenceEqual("submitWork"u8) ? HttpCall.Submission
            : name.SequenceEqual("submitHashrate"u8) ? HttpCall.Notice
            : HttpCall.None;
    }

    /// <summary>Three strings or four: two hashes and a target that may stand without its leading zeros.</summary>
    private static bool IsWork(JsonSlice result)
    {
        if (!result.IsArray)
        {
            return false;
        }

        var work = result.Elements;
        return work.Count is 3 or 4
            && work[0].IsHex(64) && work[0].Text.StartsWith("0x"u8)
            && work[1].IsHex(64)
            && work[2].IsHexAtLeast(EthereumFamily.ShortestTarget) && work[2].Text.Length <= 66;
    }

    /// <summary>A wallet anywhere in the target of a request, and the name of a rig behind it.</summary>
    public static bool TryFindWallet(ReadOnlySpan<byte> target, out ReadOnlySpan<byte> wallet, out ReadOnlySpan<byte> rig)
    {
        wallet = default;
        rig = default;
        var start = target.IndexOf("0x"u8);
        if (start < 0 || target.Length < start + 2 + WalletDigits)
        {
            return false;
        }

        var found = target.Slice(start, 2 + WalletDigits);
        foreach (var digit in found[2..])
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }
        }

        wallet = found;
        var rest = target[(start + found.Length)..];
        if (rest.Length > 1 && rest[0] is (byte)'@' or (byte)'.' or (byte)'/')
        {
            rest = rest[1..];
            var end = rest.IndexOfAny("&@?/ "u8);
            rig = end < 0 ? rest : rest[..end];
        }

        return true;
    }
}
