namespace MinerFlow.Detection.Protocols;

/// <summary>EthereumStratum/2.0.0: <c>mining.hello</c>, <c>mining.set</c> and jobs without repetition.</summary>
/// <remarks>Source: EIP-1571; ethminer EthStratumClient.cpp; protocols.md section 9.3. Ports and numbers are hexadecimal there.</remarks>
internal sealed class EthereumStratum2 : IJsonDialect
{
    public string Name => "ethereum-stratum-2";

    public IReadOnlyList<string> Methods => ["mining.hello", "mining.set", "mining.notify", "mining.submit", "mining.hashrate", "mining.noop", "mining.bye"];

    public ResultForms Results => ResultForms.Object;

    public Match Recognise(in JsonMessage message)
    {
        if (message.Method.IsEmpty)
        {
            return message.Result["proto"u8].Text.StartsWith("EthereumStratum/2"u8) ? Certainly.Pool : Match.None;
        }

        if (!message.Method.StartsWith("mining."u8))
        {
            return Match.None;
        }

        var name = message.Method[7..];
        return name switch
        {
            _ when name.SequenceEqual("hello"u8) => new Match(message.Params.IsObject ? Recognition.Certain : Recognition.Likely, Speaker.Miner),
            _ when name.SequenceEqual("set"u8) => new Match(message.Params.IsObject ? Recognition.Certain : Recognition.Likely, Speaker.Pool),
            _ when name.SequenceEqual("hashrate"u8) => new Match(Recognition.Likely, Speaker.Miner),
            _ when name.SequenceEqual("notify"u8) => IsJob(message.Params.Elements) ? Certainly.Pool : Match.None,
            _ when name.SequenceEqual("submit"u8) => IsShare(message.Params.Elements) ? new Match(Recognition.Likely, Speaker.Miner) : Match.None,
            _ when name.SequenceEqual("noop"u8) || name.SequenceEqual("bye"u8) => new Match(Recognition.Possible, Speaker.Unknown),
            _ => Match.None,
        };
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        var name = message.Method.StartsWith("mining."u8) ? message.Method[7..] : default;
        switch (name)
        {
            case var _ when name.SequenceEqual("hello"u8):
                session.Open(message.Id.Raw, OpenRequest.Subscribe);
                session.Saw("mining.hello");
                StratumFamily.ReadAgent(message.Params["agent"u8].Text, session);
                StratumFamily.ReadHost(message.Params["host"u8].Text, session);
                break;
            case var _ when name.SequenceEqual("set"u8):
                if (ShareTarget.TryReadWork(message.Params["target"u8], out var work))
                {
                    session.SetDifficulty(work, work);
                }

                session.SetAlgorithm(message.Params["algo"u8].Text);
                break;
            case var _ when name.SequenceEqual("notify"u8):
                StratumFamily.AddJob(message.Params[0].Text, "mining.notify with job, height and header hash", session);
                ReadHeight(message.Params[1], session);
                break;
            case var _ when name.SequenceEqual("submit"u8):
                // [job, nonce, worker token]
                session.ShareSubmitted(message.Id.Raw, message.Params[0].Text, session.Moment);
                session.Saw("mining.submit");
                break;
            case var _ when name.SequenceEqual("hashrate"u8):
                ReadStatedHashrate(message.Params[0], session);
                break;
            default:
                if (message.Result["encoding"u8].Text.SequenceEqual("gzip"u8))
                {
                    session.Saw("pool asks for compressed messages, which are not read");
                }

                StratumFamily.Read(in message, speaker, session);
                break;
        }
    }

    /// <summary><c>[job, height, header hash, clean]</c>, the height in hexadecimal, clean as <c>"0"</c> or <c>"1"</c>.</summary>
    private static bool IsJob(in JsonElements job) =>
        job.Count == 4 && job[1].IsHexAtLeast(1) && job[1].Raw.Length <= 18 && job[2].IsHex(64) && job[2].Text[1] != (byte)'x' && job[3].Text is [(byte)'0' or (byte)'1'];

    /// <summary><c>[job, nonce, worker token]</c>.</summary>
    private static bool IsShare(in JsonElements share) => share.Count == 3 && share[1].IsHexAtLeast(8) && share[1].Raw.Length <= 18 && share[2].IsString && !share[2].IsHexAtLeast(10);

    private static void ReadHeight(JsonSlice height, MiningSession session)
    {
        if (height.TryGetHex(out var digits) && digits.Length <= 15 && long.TryParse(digits, System.Globalization.NumberStyles.HexNumber, null, out var number))
        {
            EthereumFamily.ReadHeight(number, "ethash", session);
        }
    }

    private static void ReadStatedHashrate(JsonSlice rate, MiningSession session)
    {
        if (rate.TryGetHex(out var digits) && digits.Length <= 15 && long.TryParse(digits, System.Globalization.NumberStyles.HexNumber, null, out var perSecond))
        {
            session.SetStatedHashrate(perSecond);
        }
    }
}
