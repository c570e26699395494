using MinerFlow.Detection.Coins;

namespace MinerFlow.Detection.Protocols;

/// <summary>Zano (ProgPowZ): the jobs of Ethereum's getwork with a height of 8 bytes, asked for or pushed as <c>mining.notify</c>.</summary>
/// <remarks>
/// Source: miningcore ZanoPool and ZanoJob; protocols.md section 10.10.
/// <code>
/// login, eth_submitLogin  an address that begins with Zx
/// job                     [0xid(64), 0xseed(64), 0xtarget(64), 0xheight(16)], as a result or as mining.notify
/// mining.submit           [user, job, 0xnonce, …, 0xhash]     eth_submitWork [0xnonce, 0xjob, 0xhash]
/// </code>
/// </remarks>
internal sealed class Zano : IJsonDialect
{
    private static readonly EthProxy GetWork = new();

    public string Name => "zano";

    public IReadOnlyList<string> Methods => ["mining.authorize", "mining.notify", "mining.submit", "login", "eth_submitLogin"];

    public ResultForms Results => ResultForms.Array;

    public Match Recognise(in JsonMessage message)
    {
        if (message.Method.IsEmpty)
        {
            return IsJob(message.Result.Elements) ? Certainly.Pool : Match.None;
        }

        switch (message.StratumMethod)
        {
            case StratumMethod.Notify:
                return IsJob(message.Params.Elements) ? Certainly.Pool : Match.None;
            case StratumMethod.Authorize:
                return IsAddress(message.Params[0].Text) ? new Match(Recognition.Likely, Speaker.Miner) : Match.None;
            case StratumMethod.Submit:
                return IsAddress(message.Params[0].Text) ? Certainly.Miner : Match.None;
            default:
                return (message.Method.SequenceEqual("eth_submitLogin"u8) && IsAddress(message.Params[0].Text))
                    || (message.Method.SequenceEqual("login"u8) && IsAddress(message.Params["login"u8].Text))
                    ? Certainly.Miner
                    : Match.None;
        }
    }

    public void Read(in JsonMessage message, Speaker speaker, MiningSession session)
    {
        var isNotify = message.StratumMethod == StratumMethod.Notify;
        if (isNotify || (message.Method.IsEmpty && IsJob(message.Result.Elements)))
        {
            session.Answered(message.Id.Raw);
            ReadJob(isNotify ? message.Params.Elements : message.Result.Elements, isNotify, session);
        }
        else if (message.Method.IsEmpty || message.Method.StartsWith("mining."u8))
        {
            StratumFamily.Read(in message, speaker, session);
        }
        else if (message.Method.SequenceEqual("login"u8))
        {
            session.Open(message.Id.Raw, OpenRequest.Login);
            session.Saw("login with an address of Zano");
            StratumFamily.ReadLogin(message.Params["login"u8].Text, session);
            StratumFamily.ReadAgent(message.Params["agent"u8].Text, session);
        }
        else
        {
            GetWork.Read(in message, speaker, session);
        }

        session.NameCoinByAddress("ZANO");
    }

    private static bool IsJob(in JsonElements job) =>
        job.Count == 4 && job[0].IsHex(64) && job[1].IsHex(64) && job[2].IsHex(64) && job[3].Text.StartsWith("0x"u8) && job[3].IsHex(16);

    internal static bool IsAddress(ReadOnlySpan<byte> login)
    {
        LoginName.Split(login, out var account, out _);
        var payment = account.IndexOf((byte)'#');
        return Address.Judge(payment > 0 ? account[..payment] : account).Coin is "ZANO";
    }

    private static void ReadJob(in JsonElements job, bool isNotify, MiningSession session)
    {
        if (ShareTarget.TryReadWork(job[2], out var work))
        {
            session.SetDifficulty(work / MiningSession.HashesOfDifficultyOne, work);
        }

        if (job[3].TryGetHex(out var digits) && Hex.TryRead(digits, out var height) && height < long.MaxValue)
        {
            session.SetHeight((long)height);
        }

        session.SetAlgorithm("progpowz");

        // mining.submit repeats the job as it was sent; eth_submitWork is read as Ethereum's, which goes by the digits.
        job[0].TryGetHex(out var name);
        StratumFamily.AddJob(isNotify ? job[0].Text : name, "job of three hashes and a height of 8 bytes", session);
    }
}
