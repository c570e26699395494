using MinerFlow.Abstractions;

namespace MinerFlow.Detection.Protocols;

/// <summary>
/// A pool server's calls to its coin daemon (Bitcoin Core RPC): getblocktemplate and submitblock without the header fields of a miner.
/// Client is the pool's server. Calls of explorers and wallets (getblock, getinfo, gettransaction) are not looked at.
/// </summary>
internal sealed class BitcoinDaemon : IHttpDialect
{
    public string Name => "bitcoin-daemon";

    public Recognition RecogniseHead(in HttpHead head, HttpSigns signs) => Recognition.None;

    public void ReadHead(in HttpHead head, MiningSession session)
    {
    }

    public HttpCall Recognise(in JsonMessage request, HttpSigns signs, out Recognition recognition)
    {
        var call = BlockTemplate.IsOfMiner(signs) || MoneroDaemon.IsCall(in request) ? HttpCall.None : BlockTemplate.CallOf(request.Method);
        recognition = call == HttpCall.None ? Recognition.None : Recognition.Likely;
        return call;
    }

    public Recognition RecogniseAnswer(in JsonMessage answer, HttpSigns signs) =>
        !signs.Has(HttpSigns.WorkServer) && BlockTemplate.IsTemplate(answer.Result) ? Recognition.Likely : Recognition.None;

    public void ReadRequest(in JsonMessage request, HttpCall call, HttpSigns signs, MiningSession session)
    {
        session.Role = MiningRole.PoolBackend;
        session.Saw(call == HttpCall.Submission ? "submitblock without the header fields of a miner" : "getblocktemplate without the header fields of a miner");
    }

    public void ReadAnswer(in JsonMessage answer, HttpCall call, HttpSigns signs, MiningSession session)
    {
        session.Role = MiningRole.PoolBackend;
        BlockTemplate.Read(answer, session);
    }
}
