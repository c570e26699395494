namespace MinerFlow.Detection.Protocols;

/// <summary>Ethereum's getwork over a line of JSON, with a login: eth-proxy, spoken by Claymore, Phoenix, ethminer and most ETC pools.</summary>
/// <remarks>
/// Sources: Atrides/eth-proxy, sammy007/open-ethereum-pool docs/STRATUM.md; protocols.md section 9.1. Forks change the prefix only
/// (<c>ctxc_submitLogin</c>), so any prefix will do where a wallet or a nonce stands behind it.
/// </remarks>
internal sealed class EthProxy : IJsonDialect
{
    public string Name => "eth-proxy";

    public IReadOnlyList<string> Methods => ["*_submitLogin", "*_getWork", "*_submitWork", "*_submitHashrate", "*_submithashrate"];

    public ResultForms Results => ResultForms.Any;

    public Match Recognise(in JsonMessage message)
    {
        switch (EthereumFamily.CallOf(message.Method))
        {
            case EthereumCall.SubmitLogin or EthereumCall.SubmitWork:
                return message.Params.IsObject || Zano.IsAddress(message.Params[0].Text) ? Match.None
                    : EthereumFamily.IsOwnPrefix(message.Method) || message.Params[0].Text.StartsWith("0x"u8) ? Certainly.Miner
                    : new Match(Recognition.Possible, Speaker.Miner);
            case EthereumCall.SubmitHashrate:
                var isStated = EthereumFamily.IsOwnPrefix(message.Method) && EthereumFamily.IsStatedHashrate(message.Params);
                return new Match(isStated ? Recognition.Likely : Recognition.Possible, Speaker.Miner);
            case EthereumCall.GetWork:
                return new Match(Recognition.Possible, Speaker.Miner);
            default:
                return Job(in message).Elements is var work && EthereumFamily.IsWork(in work) ? Certainly.Pool : Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        switch (EthereumFamily.CallOf(message.Method))
        {
            case EthereumCall.SubmitLogin:
                ReadLogin(in message, session);
                break;
            case EthereumCall.SubmitWork:
                // [nonce, header hash, mix hash]: the header hash is what the job is known by.
                session.ShareSubmitted(message.Id.Raw, Digits(message.Params[1]), session.Moment);
                session.Saw("submitWork");
                StratumFamily.ReadWorker(WorkerOf(in message), session);
                break;
            case EthereumCall.GetWork:
                session.Open(message.Id.Raw, OpenRequest.Other);
                session.Saw("getWork");
                if (EthereumFamily.IsOwnPrefix(message.Method))
                {
                    session.AskForWork();
                }

                StratumFamily.ReadWorker(WorkerOf(in message), session);
                break;
            case EthereumCall.SubmitHashrate:
                EthereumFamily.TryReadStatedHashrate(in message, session);
                break;
            default:
                var job = Job(in message).Elements;
                if (EthereumFamily.IsWork(in job))
                {
                    // It may answer a getWork or come on its own.
                    session.Answered(message.Id.Raw);
                    ReadJob(in job, session);
                }
                else if (message.IsResponse)
                {
                    EthereumFamily.ReadAnswer(in message, speaker, session);
                }

                break;
        }
    }

    /// <summary>Work comes as a result, with the id 0 when nobody asked; some pools push it as parameters of a nameless notification.</summary>
    private static JsonSlice Job(in JsonMessage message) =>
        !message.Method.IsEmpty ? default : message.Result.IsArray ? message.Result : message.Params;

    private static void ReadJob(in JsonElements job, MiningSession session)
    {
        if (ShareTarget.TryReadWork(job[2], out var work))
        {
            session.AddJob(Digits(job[0]), work, work);
        }
        else
        {
            session.AddJob(Digits(job[0]));
        }

        if (job[3].TryGetHex(out var height) && height.Length <= 15 && long.TryParse(height, System.Globalization.NumberStyles.HexNumber, null, out var number))
        {
            EthereumFamily.ReadHeight(number, "ethash", session);
        }

        session.Accepted();
        session.Saw("job of three hashes: header, seed and target");
    }

    /// <summary><c>["0xWALLET.rig/mail", password]</c>; Claymore and Phoenix name the rig in the member <c>worker</c>.</summary>
    private static void ReadLogin(in JsonMessage message, MiningSession session)
    {
        session.Open(message.Id.Raw, OpenRequest.Login);
        session.Saw("submitLogin");
        StratumFamily.ReadLogin(message.Params[0].Text, WorkerOf(in message), session);
    }

    /// <summary>Nothing for <c>eth1.0</c>, which is what eth-proxy itself puts there.</summary>
    private static ReadOnlySpan<byte> WorkerOf(in JsonMessage message) => message["worker"u8].Text is var worker && worker.SequenceEqual("eth1.0"u8) ? default : worker;

    private static ReadOnlySpan<byte> Digits(JsonSlice hash) => hash.TryGetHex(out var digits) ? digits : hash.Text;
}
