using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// Templates and blocks of a Monero daemon (monero <c>core_rpc_server.h</c>, HTTP <c>/json_rpc</c>): <c>get_block_template</c> with a wallet address,
/// <c>submit_block</c>, <c>get_miner_data</c> of P2Pool. A mining program that asks mines alone and is a miner; anything else that asks works
/// templates into jobs and is a pool's server. A wallet's calls (get_info, get_blocks, get_outs) are not looked at.
/// </summary>
internal sealed class MoneroDaemon : IHttpDialect
{
    public string Name => "monero-daemon";

    /// <summary>True for a call whose name Bitcoin's daemon shares, with the parameters of Monero's.</summary>
    public static bool IsCall(in JsonMessage request) =>
        request.Params.IsObject && (request.Params["wallet_address"u8].IsString || request.Params["reserve_size"u8].Exists);

    public Recognition RecogniseHead(in HttpHead head, HttpSigns signs) => Recognition.None;

    public void ReadHead(in HttpHead head, MiningSession session)
    {
    }

    public HttpCall Recognise(in JsonMessage request, HttpSigns signs, out Recognition recognition)
    {
        recognition = Recognition.None;
        var method = request.Method;
        if (method.SequenceEqual("getblocktemplate"u8) || method.SequenceEqual("get_block_template"u8))
        {
            recognition = IsCall(in request) ? RecognitionOf(signs) : Recognition.None;
            return recognition == Recognition.None ? HttpCall.None : HttpCall.Work;
        }

        if (method.SequenceEqual("get_miner_data"u8))
        {
            recognition = Recognition.Likely;
            return HttpCall.Work;
        }

        if (method.SequenceEqual("submit_block"u8) || method.SequenceEqual("submitblock"u8))
        {
            recognition = RecognitionOf(signs);
            return HttpCall.Submission;
        }

        return HttpCall.None;
    }

    public Recognition RecogniseAnswer(in JsonMessage answer, HttpSigns signs) =>
        answer.Result["blocktemplate_blob"u8].IsHexAtLeast(100) ? Recognition.Likely : Recognition.None;

    public void ReadRequest(in JsonMessage request, HttpCall call, HttpSigns signs, MiningSession session)
    {
        session.Role = signs.Has(HttpSigns.MinerAgent) ? MiningRole.Miner : MiningRole.PoolBackend;
        session.Saw(call == HttpCall.Submission ? "submit_block" : "get_block_template with a wallet");
        if (call == HttpCall.Submission && session.Role == MiningRole.Miner)
        {
            session.ShareSubmitted(request.Id.Raw, default, session.Moment);
        }

        if (request.Params["wallet_address"u8] is { IsString: true } wallet)
        {
            session.SetLogin(wallet.Text, default);
        }
    }

    public void ReadAnswer(in JsonMessage answer, HttpCall call, HttpSigns signs, MiningSession session)
    {
        var result = answer.Result;
        session.Role = session.MinerHeard ? session.Role : MiningRole.PoolBackend;
        if (call == HttpCall.Submission && session.Role == MiningRole.Miner)
        {
            session.ShareAnswered(answer.Id.Raw, answer.HasError ? ShareRefusal.OutcomeOf(in answer) : ShareOutcome.Accepted, session.Moment);
            return;
        }

        if (result["blocktemplate_blob"u8].Exists)
        {
            session.Accepted();
            session.Saw("blocktemplate_blob");
            if (result["height"u8].TryGetInt64(out var height) && height > 0)
            {
                session.SetHeight(height);
            }

            if (result["difficulty"u8].TryGetNumber(out var difficulty))
            {
                session.AddJob(result["prev_hash"u8].Text, difficulty, difficulty);
            }
        }
        else if (answer.HasError)
        {
            session.Rejected();
        }
        else if (call == HttpCall.Submission)
        {
            session.Accepted();
        }
    }

    private static Recognition RecognitionOf(HttpSigns signs) => signs.Has(HttpSigns.MinerAgent) ? Recognition.Certain : Recognition.Likely;
}
