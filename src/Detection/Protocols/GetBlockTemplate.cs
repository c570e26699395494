namespace MinerFlow.Detection.Protocols;

/// <summary>
/// getblocktemplate of a miner, over HTTP (BIP 22, BIP 23): the method together with header fields that only miners send.
/// A block is answered by null, or by the reason why it was refused.
/// Without them the same call is a pool's: <see cref="BitcoinDaemon"/>.
/// </summary>
internal sealed class GetBlockTemplate : IHttpDialect
{
    public string Name => "getblocktemplate";

    /// <summary>The head alone does not tell getblocktemplate from getwork.</summary>
    public Recognition RecogniseHead(in HttpHead head, HttpSigns signs) => Recognition.None;

    public void ReadHead(in HttpHead head, MiningSession session)
    {
    }

    public HttpCall Recognise(in JsonMessage request, HttpSigns signs, out Recognition recognition)
    {
        var call = BlockTemplate.IsOfMiner(signs) && !MoneroDaemon.IsCall(in request) ? BlockTemplate.CallOf(request.Method) : HttpCall.None;
        recognition = call == HttpCall.None ? Recognition.None : Recognition.Certain;
        return call;
    }

    public Recognition RecogniseAnswer(in JsonMessage answer, HttpSigns signs) =>
        signs.Has(HttpSigns.WorkServer) && BlockTemplate.IsTemplate(answer.Result) ? Recognition.Certain : Recognition.None;

    public void ReadRequest(in JsonMessage request, HttpCall call, HttpSigns signs, MiningSession session)
    {
        session.Saw(call == HttpCall.Submission ? "submitblock of a miner" : "getblocktemplate of a miner");
        if (call == HttpCall.Submission && request.Params[0].IsHexAtLeast(BlockTemplate.HeaderDigits))
        {
            session.ShareSubmitted(request.Id.Raw, default, session.Moment);
        }
    }

    public void ReadAnswer(in JsonMessage answer, HttpCall call, HttpSigns signs, MiningSession session)
    {
        if (call == HttpCall.Submission)
        {
            var accepted = answer.Result.IsNull && !answer.HasError;
            var refusal = ShareRefusal.OutcomeOf(answer.Result.IsString ? answer.Result : answer.Error);
            session.ShareAnswered(answer.Id.Raw, accepted ? ShareOutcome.Accepted : refusal, session.Moment);
            return;
        }

        BlockTemplate.Read(answer, session);
    }
}
