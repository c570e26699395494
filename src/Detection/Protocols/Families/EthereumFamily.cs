namespace MinerFlow.Detection.Protocols;

/// <summary>What the dialects grown from Ethereum's getwork have in common.</summary>
/// <remarks>Sources: sammy007/open-ethereum-pool docs/STRATUM.md, ethminer EthStratumClient.cpp; protocols.md section 9.</remarks>
internal static class EthereumFamily
{
    /// <summary>Digits of a target without its leading zeros.</summary>
    public const int ShortestTarget = 48;

    /// <summary>True for Ethereum's own prefix and those made from it (<c>eth</c>, <c>ethw</c>, <c>etc</c>): with another one the words could be any trade's.</summary>
    public static bool IsOwnPrefix(ReadOnlySpan<byte> method) => method.StartsWith("eth"u8) || method.StartsWith("etc_"u8);

    /// <summary>Part of a method's name behind the coin's prefix, when it is one of mining: <c>eth_submitLogin</c>, <c>ctxc_submitLogin</c>.</summary>
    public static EthereumCall CallOf(ReadOnlySpan<byte> method)
    {
        var cut = method.IndexOf((byte)'_');
        if (cut is < 2 or > 8 || method[..cut].ContainsAnyExceptInRange((byte)'a', (byte)'z'))
        {
            return EthereumCall.None;
        }

        var name = method[(cut + 1)..];
        return name.Length switch
        {
            7 when name.SequenceEqual("getWork"u8) => EthereumCall.GetWork,
            10 when name.SequenceEqual("submitWork"u8) => EthereumCall.SubmitWork,
            11 when name.SequenceEqual("submitLogin"u8) => EthereumCall.SubmitLogin,
            14 when name.SequenceEqual("submitHashrate"u8) || name.SequenceEqual("submithashrate"u8) => EthereumCall.SubmitHashrate,
            _ => EthereumCall.None,
        };
    }

    /// <summary>
    /// <c>[header hash, seed hash, target]</c> and perhaps the height. Three transaction hashes look the same but for the target,
    /// which begins with zeros at any difficulty that a pool gives; three block hashes of Bitcoin's kind but for the header hash, which does not.
    /// A height of 16 digits is Zano's. A target of fewer than 48 digits would be more work than all miners do: 40 are an address or a SHA-1 digest.
    /// </summary>
    public static bool IsWork(in JsonElements work) =>
        work.Count is 3 or 4 && !work[3].IsHex(16) && work[0].TryGetHex(out var header) && header.Length == 64 && !header.StartsWith("0000"u8) && work[1].IsHex(64) && work[2].TryGetHex(out var target) && target.Length is >= ShortestTarget and <= 64
        && (target.Length <= 60 || target.StartsWith("0000"u8));

    /// <summary><c>eth_submitHashrate</c> as the Ethereum JSON-RPC specification has it: a rate, and 32 bytes that name the client.</summary>
    public static bool IsStatedHashrate(JsonSlice parameters) => parameters[0].IsHexAtLeast(1) && parameters[1].IsHex(64);

    /// <summary><c>[rate, client id]</c>, the rate in hexadecimal: the miner's own statement, sent beside several dialects.</summary>
    public static bool TryReadStatedHashrate(in JsonMessage message, MiningSession session)
    {
        if (CallOf(message.Method) != EthereumCall.SubmitHashrate)
        {
            return false;
        }

        session.Open(message.Id.Raw, OpenRequest.Other);
        if (message.Params[0] is { } stated && stated.TryGetHex(out var digits) && digits.Length <= 64)
        {
            session.SetStatedHashrate(ReadHex(digits));
        }
        else if (message.Params[0].Kind == JsonKind.Number && message.Params[0].TryGetNumber(out var rate))
        {
            session.SetStatedHashrate(rate);
        }

        return true;
    }

    /// <summary>With the miner's side missing, a true may answer a share or a stated rate, and each miner numbers them its own way: none is counted.</summary>
    public static void ReadAnswer(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        if (!session.MinerHeard && session.Jobs > 0 && !StratumFamily.IsRefusal(in message))
        {
            session.Saw("answers whose questions are not in the capture: shares and stated rates get the same, so that none is counted as a share");
            return;
        }

        StratumFamily.ReadAnswer(in message, speaker, session);
    }

    /// <summary>The height of a job; together with the time it may name the coin.</summary>
    public static void ReadHeight(long height, string family, MiningSession session)
    {
        if (session.Height == height)
        {
            return;
        }

        session.SetHeight(height);
        if (session.Coin is null && session.Coins.OfHeight(family, height, session.Moment.Time) is { } coin)
        {
            session.SetCoin(coin);
            session.Saw("coin named by the job's height and time");
        }
    }

    private static double ReadHex(ReadOnlySpan<byte> digits)
    {
        var value = 0.0;
        foreach (var digit in digits)
        {
            value = (value * 16) + (digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return value;
    }
}

/// <summary>Mining calls of Ethereum nodes and eth-proxy pools.</summary>
internal enum EthereumCall : byte
{
    None,
    GetWork,
    SubmitWork,
    SubmitLogin,
    SubmitHashrate,
}
